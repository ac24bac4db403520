from collections.abc import Sequence

import numpy as np
import pytest

from index import Chunk, Collection, Document, Hit, Span
from rag import Chatbot
from rag.reader import Reading
from rag.reranker import DEPTH, DOUBT, FURTHER, ReaderReranker, load_reranker, probabilities


@pytest.fixture
def filled(documents: list[Document]) -> Collection:
    collection = Collection.in_memory()
    collection.add(documents)
    return collection


class Backwards:
    """Turns the order around."""

    name = "backwards"

    def __init__(self, depth: int | None = None) -> None:
        self.seen = 0
        if depth is not None:
            self.depth = depth

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        self.seen = len(hits)
        return [Hit(hit.chunk, float(rank), rank) for rank, hit in enumerate(reversed(hits), start=1)]


def test_the_same_hits_come_back_ranked(filled: Collection) -> None:
    question = "Who built the third tower of Eddystone?"
    hits = filled.search(question, 10)
    ranked = ReaderReranker(filled).rerank(question, hits)
    assert {hit.chunk.span for hit in ranked} == {hit.chunk.span for hit in hits}
    assert [hit.rank for hit in ranked] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in ranked] == sorted((hit.score for hit in ranked), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in ranked)
    assert "Smeaton" in ranked[0].chunk.text
    assert ReaderReranker(filled).rerank(question, []) == []


def test_a_passage_that_answers_comes_before_one_with_more_of_the_words(filled: Collection) -> None:
    question = "Quand le phare de Kermorvan a-t-il été construit ?"
    filled.add(
        [
            Document(
                "visite.txt",
                "Le phare de Kermorvan, quand le phare de Kermorvan est ouvert, est un phare construit pour durer.",
                language="fr",
            )
        ]
    )
    assert "1849" in ReaderReranker(filled).rerank(question, filled.search(question, 10))[0].chunk.text


def test_the_default_is_told_by_its_weights(filled: Collection) -> None:
    reranker = load_reranker("default", filled)
    assert isinstance(reranker, ReaderReranker)
    assert len(reranker.fingerprint) == 64
    assert load_reranker(None, filled) is None
    assert "reranker" in Chatbot(filled).ask("Quand ?").receipt


@pytest.mark.parametrize("sure", [0, 20])
def test_further_hits_are_read_where_none_of_the_first_seems_to_answer(sure: int) -> None:
    """The passage `sure` answers, no other does."""
    hits = [Hit(Chunk(Span(str(n), 0, 1), "."), 1 / (n + 1), n + 1) for n in range(FURTHER)]
    nothing = np.zeros(0, np.float32)
    read: list[int] = []

    def reading(some: Sequence[Hit]) -> list[Reading]:
        read.extend(int(hit.chunk.span.document_id) for hit in some)
        places = np.zeros((0, 2), np.int64)
        return [
            Reading(5.0 if hit.chunk.span.document_id == str(sure) else -5.0, nothing, nothing, places) for hit in some
        ]

    found = probabilities(hits, reading, np.array([1.0, 0.0, 0.0, 0.0]))
    assert read == list(range(DEPTH if sure < DEPTH else FURTHER))
    assert found.argmax() == sure
    assert len(found) == FURTHER
    assert found[-1] < DOUBT


def test_a_reranker_chooses_from_as_many_as_it_wants(filled: Collection) -> None:
    shallow, deep = Backwards(), Backwards(depth=5)
    assert len(Chatbot(filled, reranker=shallow).retrieve("phare", k=2)) == 2
    assert shallow.seen == 2
    hits = Chatbot(filled, reranker=deep).retrieve("phare", k=2)
    assert (len(hits), deep.seen) == (2, 5)
    assert [hit.chunk.span for hit in hits] == [hit.chunk.span for hit in reversed(filled.search("phare", 5))][:2]


def test_without_a_reranker_the_collection_s_order_stays(filled: Collection) -> None:
    assert Chatbot(filled, reranker=None).retrieve("phare", 3) == filled.search("phare", 3)
