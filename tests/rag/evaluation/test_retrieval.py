"""Retrieval measures against formulas written out anew, and against cases worked out by hand."""

from __future__ import annotations

import math
import random

import pytest

from index import Chunk, Hit, Span
from rag.evaluation import Gold, Question
from rag.evaluation.retrieval import chunk_run, document_run, measure, names, retrieval_scores


def oracle(ranking: list[str], grades: dict[str, int], k: int) -> dict[str, float]:
    """Work the measures out from their definitions (Järvelin and Kekäläinen 2002 for nDCG)."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    hits = [rank for rank, document in enumerate(ranking, 1) if document in relevant]
    gain = sum(grades.get(document, 0) / math.log2(rank + 1) for rank, document in enumerate(ranking[:k], 1))
    best = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:k], 1))
    return {
        **{
            name: float(any(rank <= int(name.split("@")[1]) for rank in hits)) for name in names(k) if "success" in name
        },
        f"recall@{k}": sum(rank <= k for rank in hits) / len(relevant),
        f"rr@{k}": next((1 / rank for rank in hits if rank <= k), 0.0),
        f"ndcg@{k}": gain / best,
    }


@pytest.mark.parametrize("k", [1, 3, 10])
def test_parity_on_random_runs(k: int) -> None:
    dice = random.Random(k)
    runs, qrels, rankings = {}, {}, {}
    for number in range(400):
        pool = [f"d{at}" for at in range(dice.randint(1, 30))]
        ranking = dice.sample(pool, dice.randint(0, len(pool)))
        judged = dice.sample(pool, dice.randint(1, len(pool)))
        name = f"q{number:03}"
        grades = {document: dice.choice([0, 0, 1, 1, 2]) for document in judged}
        grades[judged[0]] = 1
        rankings[name], qrels[name] = ranking, grades
        runs[name] = {document: float(-rank) for rank, document in enumerate(ranking, 1)}
    found = measure(runs, qrels, k)
    assert set(found) == set(qrels)
    for name, ranking in rankings.items():
        assert found[name] == pytest.approx(oracle(ranking, qrels[name], k), abs=1e-9), name
    assert any(not ranking for ranking in rankings.values())


def hit(document: str, start: int, end: int, rank: int) -> Hit:
    return Hit(Chunk(Span(document, start, end), "x" * (end - start)), 0.5, rank)


def test_documents_keep_the_systems_order_among_equal_scores() -> None:
    hits = [hit("z", 0, 9, 1), hit("a", 0, 9, 2), hit("z", 9, 20, 3)]
    assert document_run(hits) == {"z": -1.0, "a": -2.0}
    assert document_run(list(reversed(hits))) == {"z": -1.0, "a": -2.0}


def test_half_a_gold_span_makes_a_chunk_and_the_whole_of_it_a_span() -> None:
    question = Question("q", "?", answers=(Gold("x" * 10, Span("a", 100, 110)), Gold("y", Span("a", 300, 310))))
    hits = [hit("a", 0, 104, 1), hit("a", 0, 105, 2), hit("a", 90, 120, 3)]
    half, relevant = chunk_run(hits, question, 0.5)
    assert list(half) == ["a:0-104", "a:0-105", "a:90-120"]
    assert set(relevant) == {"a:0-105", "a:90-120", "missed a:300-310"}
    assert set(chunk_run(hits, question, 1.0)[1]) == {"a:90-120", "missed a:300-310"}
    scores = retrieval_scores({"q": hits}, [question], 3)["q"]
    assert (scores["success@1"], scores["chunk_rr@3"], scores["span_rr@3"]) == (1.0, 1 / 2, pytest.approx(1 / 3))
    assert scores["chunk_recall@3"] == pytest.approx(2 / 3)
    assert scores["span_recall@3"] == 1 / 2


def test_alternatives_on_one_place_are_one_place() -> None:
    question = Question("q", "?", answers=(Gold("in 1849", Span("a", 10, 17)), Gold("1849", Span("a", 13, 17))))
    assert retrieval_scores({"q": [hit("a", 0, 50, 1)]}, [question], 5)["q"]["span_recall@5"] == 1.0


def test_nothing_retrieved_is_zero_and_nothing_relevant_is_left_out() -> None:
    gold = Question("q1", "?", answers=(Gold("x", Span("a", 0, 1)),))
    found = retrieval_scores({}, [gold, Question("q2", "?", answerable=False)], 5)
    assert set(found) == {"q1"}
    assert set(found["q1"].values()) == {0.0}


def test_stated_grades_count_even_where_there_is_no_answer() -> None:
    claim = Question("q", "?", answerable=False, relevant={"a": 2, "b": 0})
    assert retrieval_scores({"q": [hit("a", 0, 9, 1)]}, [claim], 10)["q"]["ndcg@10"] == 1.0


def test_hits_below_k_do_not_count() -> None:
    question = Question("q", "?", relevant={"a": 1})
    assert retrieval_scores({"q": [hit("b", 0, 9, 1), hit("a", 0, 9, 2)]}, [question], 1)["q"]["recall@1"] == 0.0
