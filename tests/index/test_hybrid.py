import numpy as np
import pytest

from index import Collection, Document, Embedder
from index.embedder import embed
from index.hybrid import Weights, fuse, query_terms, search


def test_fusion_is_the_weighted_mean() -> None:
    lexical, dense = np.array([1, 0, 0.5], np.float32), np.array([0, 1, 0.5], np.float32)
    np.testing.assert_allclose(fuse(lexical, dense, 0.7), [0.7, 0.3, 0.5], atol=1e-6)
    np.testing.assert_allclose(fuse(lexical, dense, np.array([1, 0, 0.5], np.float32)), [1, 1, 0.5], atol=1e-6)
    assert fuse(lexical, dense, 1.0).tolist() == lexical.tolist()
    assert fuse(lexical, dense, 0.0).tolist() == dense.tolist()


def test_names_and_numbers_of_a_question_meet_documents_of_the_other_language() -> None:
    asked = query_terms("Who remains Anthropic's main provider of Claude Sonnet 4.5?", ["en", "fr"], "en")
    standing = [{term: 1.0} if isinstance(term, str) else dict(term) for term in asked["fr"]]
    together = set().union(*standing)
    assert {"anthropic", "4.5", "claud", "sonnet"} <= together
    assert not {"who", "of", "the"} & together
    assert any(found.get("fourn", 0) > 0.1 for found in standing)  # provider: fournir, fournisseur
    assert asked["en"] == ["remain", "anthrop", "main", "provid", "claud", "sonnet", "4.5"]


def test_words_that_mean_nothing_where_they_are_asked_do_not_weigh_elsewhere(embedder: Embedder) -> None:
    collection = Collection.in_memory(embedder=embedder)
    collection.add(
        [
            Document("who", "Le groupe The Who a joué in the rain en 1969.", language="fr"),
            Document("anthropic", "Amazon reste le premier fournisseur de la société Anthropic.", language="fr"),
        ]
    )
    question = "Who is the provider of Anthropic in the end?"
    vector = embed(embedder, [question], questions=True)[0]
    hits = search(collection._store.snapshot(), question, vector, 2, weights=Weights(1, 1))
    assert [(hit.chunk.span.document_id, hit.score > 0) for hit in hits] == [("anthropic", True), ("who", False)]


@pytest.mark.parametrize(("weights", "expected"), [(Weights(1, 1), "words"), (Weights(0, 0), "vectors")])
def test_weights_choose_between_words_and_vectors(weights: Weights, expected: str) -> None:
    class Pointing:
        """Everything but the text about the sea lies in one direction, as the question does in the other."""

        name = "pointing"
        fingerprint = "p"

        def embed_queries(self, texts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return np.array([[1, 0]] * len(texts), np.float32)

        def embed_passages(self, texts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return np.array([[1, 0] if "ocean" in text else [0, 1] for text in texts], np.float32)

    collection = Collection.in_memory(embedder=Pointing())
    collection.add([Document("words", "The salt sea is wide.", language="en"), Document("vectors", "An ocean.")])
    vector = embed(Pointing(), ["sea"], questions=True)[0]
    hits = search(collection._store.snapshot(), "the salt sea", vector, 1, weights=weights)
    assert hits[0].chunk.span.document_id == expected


def test_every_candidate_is_scored_by_words_and_by_vectors(embedder: Embedder) -> None:
    collection = Collection.in_memory(embedder=embedder)
    collection.add([Document(f"d{n}", f"The lamp number {n} burns at sea.") for n in range(300)])
    question = "lamp number 250"
    vector = embed(embedder, [question], questions=True)[0]
    snapshot = collection._store.snapshot()
    both = {h.chunk.span: h.score for h in search(snapshot, question, vector, 300, weights=Weights(0.5, 0.5))}
    words = {h.chunk.span: h.score for h in search(snapshot, question, vector, 300, weights=Weights(1, 1))}
    vectors = {h.chunk.span: h.score for h in search(snapshot, question, vector, 300, weights=Weights(0, 0))}
    assert len(both) == len(words) == len(vectors) == 300
    for span, score in both.items():
        assert score == pytest.approx((words[span] + vectors[span]) / 2, abs=1e-5)


def test_words_alone_find_a_passage_in_the_other_language(embedder: Embedder) -> None:
    collection = Collection.in_memory(embedder=embedder)
    collection.add(
        [
            Document("church", "The church by the river was rebuilt after the war.", language="en"),
            Document("chip", "The new chip is made in a factory near the sea.", language="en"),
            Document("reine", "La reine habite une maison au bord de la mer.", language="fr"),
        ]
    )

    def best(question: str) -> str:
        vector = embed(embedder, [question], questions=True)[0]
        hits = search(collection._store.snapshot(), question, vector, 3, weights=Weights(1, 1))
        assert hits[0].score > 0
        return hits[0].chunk.span.document_id

    assert best("Quelle église a été reconstruite après la guerre ?") == "church"
    assert best("Dans quelle usine la puce est-elle fabriquée ?") == "chip"
    assert best("Where does the queen have her house?") == "reine"
