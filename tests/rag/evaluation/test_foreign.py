"""Another pipeline's answers are judged as ours are."""

from __future__ import annotations

import pytest

from index import Document
from rag.answer import Verdict
from rag.evaluation import Question, answer_from, compare, evaluate


def test_a_pipeline_with_offsets_is_compared_with_ours(
    questions: tuple[Question, ...], documents: tuple[Document, ...]
) -> None:
    passages = [(document.id, 0, document.text) for document in documents]
    theirs = evaluate(
        lambda q: answer_from(q, "" if "owns" in q else "En 1849. Il mesure 20 mètres.", passages),
        questions, documents=documents, name="theirs",
    )  # fmt: skip
    found = {name: measure.value for name, measure in theirs.measures.items()}
    assert found["success@1"] == pytest.approx(2 / 3)
    assert found["contains"] == pytest.approx(2 / 3)
    assert found["refusal_recall"] == 1.0
    assert found["statements_cited"] == 0.0
    assert found["cannot_check_rate"] == 1.0
    ours = evaluate(lambda q: answer_from(q, "", passages), questions, documents=documents, name="ours")
    assert compare(theirs.to_dict(), ours.to_dict())["contains"].lost == ("q1", "q2")


def test_statements_are_sentences_without_a_source() -> None:
    answer = answer_from("Quand ?", "En 1849. En juin.")
    assert [statement.text for statement in answer.statements] == ["En 1849.", "En juin."]
    assert {statement.verdict for statement in answer.statements} == {Verdict.CANNOT_CHECK}
    assert not answer_from("Quand ?", " \n").found


def test_a_lost_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="start"):
        answer_from("Quand ?", "En 1849.", [("a", -1, "text")])
