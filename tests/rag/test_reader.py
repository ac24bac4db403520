import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.reader import LONGEST, LONGEST_ANSWER, UNREADABLE, Reader, Reading, context, shipped

ARTICLE = (
    "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic. Microsoft investit 5 milliards. "
    "Anthropic s’engage à acheter 30 milliards de dollars de capacité à Microsoft."
)
QUESTION = "Combien Microsoft investit-il ?"


def same(one: Reading, other: Reading) -> bool:
    """Say whether two readings are the same to the last digit."""
    return one.answers == other.answers and all(
        np.array_equal(getattr(one, part), getattr(other, part)) for part in ("starts", "ends", "places")
    )


def test_every_word_piece_of_the_passage_has_its_characters() -> None:
    (reading,) = shipped().read(QUESTION, [("", ARTICLE)])
    assert len(reading.places) == len(reading.starts) == len(reading.ends)
    assert reading.places[0, 0] == 0
    covered = "".join(ARTICLE[a:b] for a, b in reading.places)
    assert covered == "".join(ARTICLE.split())
    assert np.exp(reading.starts).sum() == pytest.approx(1, abs=1e-4)


def test_the_context_is_read_but_never_marked() -> None:
    (plain,) = shipped().read(QUESTION, [("", ARTICLE)])
    (titled,) = shipped().read(QUESTION, [("L’accord entre Nvidia et Anthropic", ARTICLE)])
    assert titled.places.tolist() == plain.places.tolist()
    assert titled.answers != plain.answers


@pytest.mark.parametrize(
    ("question", "passage", "words"),
    [
        ("Combien Microsoft investit-il ?", ARTICLE, "5 milliards"),
        ("How much does Microsoft invest?", ARTICLE, "5 milliards"),
        ("When was the harbour built?", "The harbour is deep. It was built in 1901 by monks.", "1901"),
        ("Quand le port a-t-il été construit ?", "The harbour is deep. It was built in 1901 by monks.", "1901"),
    ],
)
def test_it_places_an_answer_in_both_languages_and_across(question: str, passage: str, words: str) -> None:
    (reading,) = shipped().read(question, [("", passage)])
    found = reading.best(0, len(passage))
    assert found is not None
    assert words in passage[found[1] : found[2]]


def test_a_passage_that_answers_is_told_from_one_that_does_not() -> None:
    other = "La recette demande trois œufs et du beurre. On laisse reposer la pâte une heure au frais."
    right, wrong = shipped().read(QUESTION, [("", ARTICLE), ("", other)])
    assert right.answers > wrong.answers


def test_the_best_answer_lies_inside_and_is_short() -> None:
    text = ARTICLE * 3
    (reading,) = shipped().read(QUESTION, [("", text)])
    start, end = len(ARTICLE), 2 * len(ARTICLE)
    found = reading.best(start, end)
    assert found is not None
    assert start <= found[1] < found[2] <= end
    pieces = [place for place in reading.places if found[1] <= place[0] and place[1] <= found[2]]
    assert 1 <= len(pieces) <= LONGEST_ANSWER
    # against every pair of pieces, one by one
    inside = [n for n, (a, b) in enumerate(reading.places) if a >= start and b <= end]
    best = max(reading.starts[a] + reading.ends[b] for a in inside for b in inside if a <= b < a + LONGEST_ANSWER)
    assert found[0] == pytest.approx(float(best))
    assert reading.best(3, 3) is None


def test_a_long_passage_is_read_to_its_end() -> None:
    filler = "Le vent souffle sur la lande et les moutons paissent. " * 60
    text = filler + "Le phare de Kermorvan a été construit en 1849."
    (reading,) = shipped().read("Quand le phare de Kermorvan a-t-il été construit ?", [("", text)])
    assert len(reading.places) > LONGEST
    assert (np.diff(reading.places[:, 0]) > 0).all()
    assert reading.places[-1, 1] == len(text)
    found = reading.best(0, len(text))
    assert found is not None
    assert "1849" in text[found[1] : found[2]]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "…", "🍆", "a", "x" * 5000, "\ud800 surrogate", "é" * 300, "[SEP] [CLS]"]
)
def test_nasty_texts_are_read(text: str) -> None:
    (reading,) = shipped().read("Quoi ?", [("", text)])
    assert math.isfinite(reading.answers)
    found = reading.best(0, len(text))
    assert (found is None) == (not len(reading.places))
    for question in ("", "?", "mot " * 3000, "\ud800"):
        (reading,) = shipped().read(question, [("titre", text)])
        assert math.isfinite(reading.answers)
    assert UNREADABLE < -20


def test_no_passages_no_readings() -> None:
    assert shipped().read("Quoi ?", []) == []


def test_company_changes_no_reading() -> None:
    texts = [("", ARTICLE), ("Titre", "Une phrase."), ("", "x " * 150)]
    together = Reader().read(QUESTION, texts)
    for alone, reading in zip(texts, together, strict=True):
        assert same(Reader().read(QUESTION, [alone])[0], reading)


def test_a_reading_is_remembered_and_threads_agree() -> None:
    reader = Reader()
    (first,) = reader.read(QUESTION, [("", ARTICLE)])
    assert reader.read(QUESTION, [("", "Autre."), ("", ARTICLE), ("", ARTICLE)])[1:] == [first, first]
    found: list[Reading] = []
    threads = [threading.Thread(target=lambda: found.extend(reader.read(QUESTION, [("", ARTICLE)]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [first] * 8


def test_the_same_question_reads_the_same_twice() -> None:
    once, again = (Reader().read(QUESTION, [("", ARTICLE)])[0] for _ in range(2))
    assert once.answers == again.answers
    assert once.starts.tolist() == again.starts.tolist()


def test_a_missing_model_is_named(tmp_path: object) -> None:
    with pytest.raises(FileNotFoundError, match=r"tokenizer\.json"):
        Reader(tmp_path)  # type: ignore[arg-type]


def test_what_a_passage_is_read_under() -> None:
    assert context("", []) == ""
    assert context("Phares", ["Bretagne", "Kermorvan"]) == "Phares, Kermorvan"
    assert context("Phares", ["Phares"]) == "Phares"
    assert len(context("x" * 500, ["y" * 500])) < 200


def test_what_is_remembered_waits_for_nobodys_turn() -> None:
    reader = Reader()
    first = reader.read(QUESTION, [("", ARTICLE)])
    found: list[Reading] = []
    with reader._turns, reader._turns:  # two others are being read
        again = threading.Thread(target=lambda: found.extend(reader.read(QUESTION, [("", ARTICLE)])), daemon=True)
        again.start()
        again.join(timeout=20)
        assert found == first


def test_reading_leaves_nothing_in_the_home_folder_and_tells_nobody(tmp_path: Path) -> None:
    """Of itself onnxruntime notes the machine in a database there and sends it to its maker."""
    script = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('it looks for a host')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from rag.reader import shipped\n"
        "print(len(shipped().read('Who?', [('', 'Ada wrote it.')])))"
    )
    kept = {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG"}
    surroundings = {name: value for name, value in os.environ.items() if name in kept}
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**surroundings, "HOME": str(home)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"
    assert [str(file) for file in home.rglob("*")] == []


def test_a_line_drawn_below_a_header_is_not_read() -> None:
    question = "Combien coûte le dîner ?"
    rows = "Repas | Prix\n{}\nDéjeuner | 20 €\nDîner | 32 €"
    plain, lined = (shipped().read(question, [("", rows.format(line))])[0] for line in (" " * 9, "---|-----"))
    assert plain.answers == lined.answers
    assert plain.best(0, len(rows)) == lined.best(0, len(rows))
