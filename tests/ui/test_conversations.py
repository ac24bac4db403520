import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, Statement, Verdict
from tests.ui.scripted import FRENCH_QUESTION, seed_bot
from ui.conversations import Conversations

ANSWER = seed_bot().answers[FRENCH_QUESTION]


def test_a_turn_comes_back_with_its_citations_after_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "chats.sqlite"
    kept = Conversations(path)
    conversation, turn = kept.append("", "ana", ANSWER)
    kept.append(conversation, "ana", Answer("Next"), "stopped")
    kept.close()
    turns = Conversations(path).turns(conversation, "ana")
    assert [turn.answer for turn in turns] == [ANSWER, Answer("Next")]
    assert turns[0].id == turn and turns[1].outcome == "stopped"
    assert turns[0].answer.receipt == ANSWER.receipt
    assert path.stat().st_mode & 0o077 == 0


def test_nobody_reads_or_changes_what_is_another_owners() -> None:
    kept = Conversations()
    conversation, turn = kept.append("", "ana", ANSWER)
    assert kept.turns(conversation, "bob") == []
    assert kept.owned("bob") == []
    for change in (
        lambda: kept.rename(conversation, "bob", "mine"),
        lambda: kept.delete(conversation, "bob"),
        lambda: kept.rate(turn, "bob", 1),
    ):
        with pytest.raises(KeyError):
            change()
    other, _ = kept.append(conversation, "bob", ANSWER)
    assert other != conversation
    assert len(kept.turns(conversation, "ana")) == 1


def test_ids_are_128_random_bits() -> None:
    kept = Conversations()
    ids = {identifier for _ in range(50) for identifier in kept.append("", "ana", ANSWER)}
    assert len(ids) == 100
    assert all(len(identifier) >= 22 for identifier in ids)


def test_search_looks_in_titles_questions_and_answers_and_takes_signs_literally() -> None:
    kept = Conversations()
    kept.append("", "ana", Answer("How much is 100%?", (Statement("a_b"),), found=True))
    kept.append("", "ana", Answer("Second"))
    assert [one.title for one in kept.owned("ana")] == ["Second", "How much is 100%?"]
    for wanted, count in (("100%", 1), ("a_b", 1), ("axb", 0), ("%", 1), ("second", 1), ("", 2), ("zzz", 0)):
        assert len(kept.owned("ana", wanted)) == count, wanted


def test_search_minds_neither_accents_nor_capitals_nor_the_order_of_words() -> None:
    kept = Conversations()
    kept.append("", "ana", Answer("Quel tarif pour un étudiant le mercredi ?"))
    for wanted, count in (("etudiant", 1), ("ÉTUDIANT", 1), ("mercredi tarif", 1), ("mercredi jeudi", 0)):
        assert len(kept.owned("ana", wanted)) == count, wanted


def test_rename_and_delete() -> None:
    kept = Conversations()
    conversation, _ = kept.append("", "ana", ANSWER)
    kept.rename(conversation, "ana", "  A\n name ")
    assert kept.owned("ana")[0].title == "A name"
    with pytest.raises(ValueError, match="title"):
        kept.rename(conversation, "ana", "  ")
    kept.delete(conversation, "ana")
    assert kept.owned("ana") == [] and kept.turns(conversation, "ana") == []


def test_a_deleted_conversation_leaves_no_words_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "chats.sqlite"
    kept = Conversations(path)
    conversation, _ = kept.append("", "ana", Answer("xyzzy-plugh"))
    kept.delete(conversation, "ana")
    kept.close()
    assert not any(b"xyzzy-plugh" in file.read_bytes() for file in tmp_path.iterdir())


def test_thumbs_are_kept_with_their_reason() -> None:
    kept = Conversations()
    conversation, turn = kept.append("", "ana", ANSWER)
    kept.rate(turn, "ana", -1, "wrong_source", "page 3 says it")
    (rated,) = kept.rated()
    assert (rated.thumb, rated.reason, rated.comment) == (-1, "wrong_source", "page 3 says it")
    kept.rate(turn, "ana", None)
    assert kept.rated() == []
    with pytest.raises(ValueError, match="thumb"):
        kept.rate(turn, "ana", 7)
    assert kept.turns(conversation, "ana")[0].thumb is None


def test_threads_add_to_one_conversation_without_losing_a_turn() -> None:
    kept = Conversations()
    conversation, _ = kept.append("", "ana", Answer("0"))
    threads = [threading.Thread(target=kept.append, args=(conversation, "ana", Answer(str(n)))) for n in range(1, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {turn.answer.question for turn in kept.turns(conversation, "ana")} == {str(n) for n in range(20)}


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chats.sqlite"
    path.write_text("hello " * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Conversations(path)


def test_what_contradicts_an_answer_is_kept_with_it_also_in_a_file_from_before(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE conversation (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, "
        "created REAL NOT NULL, updated REAL NOT NULL);"
        "CREATE TABLE turn (id TEXT PRIMARY KEY, conversation TEXT NOT NULL, position INTEGER NOT NULL, "
        "question TEXT NOT NULL, answer TEXT NOT NULL, outcome TEXT NOT NULL, created REAL NOT NULL, thumb INTEGER, "
        "reason TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '')"
    )
    old.close()
    kept = Conversations(path)
    others = (replace(ANSWER.statements[0], verdict=Verdict.ALTERED, reason="5 ≠ 6"),)
    conversation, _ = kept.append("", "ana", ANSWER, contrary=others)
    kept.append(conversation, "ana", ANSWER)
    kept.close()
    first, second = Conversations(path).turns(conversation, "ana")
    assert (first.contrary, second.contrary) == (others, ())
