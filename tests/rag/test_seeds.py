"""The default over the first corpus, end to end: what it finds, cites and refuses must not slip."""

from pathlib import Path

import pytest

from rag import Chatbot, evaluate
from rag.evaluation import Evaluation

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(Chatbot.from_paths([SEEDS]), SEEDS / "questions.jsonl")


def test_every_quote_is_true(evaluation: Evaluation) -> None:
    assert evaluation.measures["verbatim_rate"].value == 1
    assert evaluation.measures["dangling_rate"].value == 0
    assert evaluation.measures["statements_cited"].value == 1


@pytest.mark.parametrize(
    ("measure", "floor"),
    [("span_success@1", 0.75), ("span_success@5", 0.95), ("funnel_cited", 0.6), ("short_f1", 0.35)],
)
def test_answers_are_found_and_cited(evaluation: Evaluation, measure: str, floor: float) -> None:
    assert evaluation.measures[measure].value >= floor


def test_what_the_article_does_not_tell_is_refused(evaluation: Evaluation) -> None:
    assert evaluation.measures["refusal_recall"].value >= 0.6
    assert evaluation.measures["refused_answerable"].value <= 0.3
