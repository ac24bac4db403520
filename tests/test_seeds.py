"""The seed question set keeps its promises: well-formed lines and spans that are exactly the article's characters."""

import json
from pathlib import Path
from typing import Any

import pytest

from index import detect

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]


def article(name: str) -> str:
    return (SEEDS / name).read_bytes().decode("utf-8-sig")


def test_there_are_enough_questions_of_each_kind_and_language() -> None:
    assert len(QUESTIONS) >= 60
    assert len(UNANSWERABLE) >= 15
    for language in ("fr", "en"):
        assert sum(question["lang"] == language for question in ANSWERABLE) >= 20
        assert sum(question["lang"] == language for question in UNANSWERABLE) >= 8


def test_ids_and_questions_are_unique_and_ids_name_the_language_and_kind() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        language, number = question["id"].split("-")
        assert language == question["lang"]
        assert number.startswith("u") is not question["answerable"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_line_has_the_test_set_form(question: dict[str, Any]) -> None:
    assert set(question) == {"id", "question", "lang", "answerable", "answers"}
    assert question["question"] == question["question"].strip() != ""
    assert detect(question["question"]) == question["lang"]
    assert bool(question["answers"]) is question["answerable"]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_every_answer_is_exactly_the_characters_at_its_offsets(question: dict[str, Any]) -> None:
    places = [(answer["doc"], answer["start"], answer["end"]) for answer in question["answers"]]
    assert len(set(places)) == len(places)
    for answer in question["answers"]:
        assert set(answer) == {"doc", "start", "end", "text"}
        text = article(answer["doc"])
        assert 0 <= answer["start"] < answer["end"] <= len(text)
        assert text[answer["start"] : answer["end"]] == answer["text"] == answer["text"].strip()


def test_the_answers_cover_the_whole_article() -> None:
    starts = [answer["start"] for question in ANSWERABLE for answer in question["answers"]]
    size = len(article("000_3c70629ff31dc08d.txt"))
    tenths = {10 * start // size for start in starts}
    assert tenths == set(range(10))
