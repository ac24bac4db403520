"""The nouns of an answer keep their promises and survive a round trip."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Chunk, Hit, Span
from rag import Answer, Citation, Statement, Verdict

SPANS = st.builds(lambda d, a, n: Span(d, a, a + n), st.text(min_size=1), st.integers(0, 99), st.integers(0, 99))
CITATIONS = st.builds(
    Citation,
    number=st.integers(1, 9),
    span=SPANS,
    quote=st.text(),
    title=st.text(),
    page=st.none() | st.integers(1, 9),
    focus=st.none() | SPANS,
)
STATEMENTS = st.builds(
    Statement,
    text=st.text(),
    citations=st.lists(CITATIONS, max_size=3).map(tuple),
    verdict=st.none() | st.sampled_from(Verdict),
    reason=st.text(),
)
HITS = st.builds(
    Hit,
    chunk=st.builds(Chunk, span=SPANS, text=st.text(), headings=st.lists(st.text(), max_size=2).map(tuple)),
    score=st.floats(0, 1),
    rank=st.integers(1, 10),
)
ANSWERS = st.builds(
    Answer,
    question=st.text(),
    statements=st.lists(STATEMENTS, min_size=1, max_size=3).map(tuple),
    hits=st.lists(HITS, max_size=2).map(tuple),
    found=st.just(True),
    confidence=st.floats(0, 1),
    language=st.sampled_from(["fr", "en"]),
    receipt=st.dictionaries(st.text(), st.integers()),
)


@given(ANSWERS)
def test_to_dict_and_back_also_through_json(answer: Answer) -> None:
    assert Answer.from_dict(answer.to_dict()) == answer
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_text_and_citations_are_numbered_once_each() -> None:
    one, two = (Citation(n, Span("a", n, n + 1), "x") for n in (1, 2))
    answer = Answer("?", (Statement("First.", (one,)), Statement("Second.", (two, one))), found=True)
    assert answer.text == "First.[1] Second.[2][1]"
    assert answer.citations == (one, two)


@pytest.mark.parametrize(("language", "text"), [("fr", "Je ne trouve pas"), ("en", "I cannot find")])
def test_a_refusal_is_one_sentence_in_the_questions_language(language: str, text: str) -> None:
    answer = Answer("?", language=language)
    assert answer.text.startswith(text) and not answer.citations


def test_a_refusal_cannot_carry_statements() -> None:
    with pytest.raises(ValueError, match="not found"):
        Answer("?", (Statement("But still."),))


def test_the_receipt_takes_no_part_in_equality() -> None:
    assert Answer("?", receipt={"seconds": 1}) == Answer("?", receipt={"seconds": 2})


@pytest.mark.parametrize("form", [{}, {"format": 99}, {"format": 1}, {"format": 1, "statements": 3}])
def test_another_form_is_refused(form: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="answer"):
        Answer.from_dict(form)
