"""What every retriever promises, checked on each: a collection in memory, in a folder, reopened, cut in segments."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, Hit, Retriever

Questions = tuple[tuple[str, str, str], ...]
KINDS = ("memory", "folder", "reopened", "segments")


@pytest.fixture(params=KINDS)
def retriever(
    request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder, documents: list[Document]
) -> Retriever:
    if request.param == "memory":
        collection = Collection.in_memory(embedder=embedder)
        collection.add(documents)
        return collection
    collection = Collection.create(tmp_path / "library", embedder=embedder)
    for batch in [[document] for document in documents] if request.param == "segments" else [documents]:
        collection.add(batch)
    return Collection.open(tmp_path / "library", embedder=embedder) if request.param == "reopened" else collection


def test_the_best_hit_answers(retriever: Retriever, questions: Questions) -> None:
    for question, document_id, answer in questions:
        best = retriever.search(question, 3)[0]
        assert (best.chunk.span.document_id, answer in best.chunk.text) == (document_id, True), question


def test_ranks_count_from_one_and_scores_fall(retriever: Retriever, questions: Questions) -> None:
    for question, *_ in questions:
        hits = retriever.search(question, 10)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        order = [(-hit.score, hit.chunk.span.document_id, hit.chunk.span.start) for hit in hits]
        assert order == sorted(order)
        assert all(isinstance(hit, Hit) and isinstance(hit.score, float) and 0 <= hit.score <= 1.001 for hit in hits)


def test_chunks_are_exact_slices(retriever: Retriever, documents: list[Document]) -> None:
    texts = {document.id: document.text for document in documents}
    hits = retriever.search("phare lighthouse Anthropic simmer", 50)
    assert {hit.chunk.span.document_id for hit in hits} == set(texts)
    for hit in hits:
        span = hit.chunk.span
        assert texts[span.document_id][span.start : span.end] == hit.chunk.text


def test_fewer_wanted_gives_the_first_of_more(retriever: Retriever) -> None:
    many = retriever.search("the lighthouse of Kermorvan", 5)
    assert retriever.search("the lighthouse of Kermorvan", 2) == many[:2]


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_wanted_is_refused(retriever: Retriever, k: int) -> None:
    with pytest.raises(ValueError, match="k must be at least 1"):
        retriever.search("phare", k)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"document_id": "affaires/nvidia.txt"}, {"affaires/nvidia.txt"}),
        ({"document_id": ["affaires/nvidia.txt", "absent"]}, {"affaires/nvidia.txt"}),
        ({"language": "fr"}, {"affaires/nvidia.txt", "phares/kermorvan.txt"}),
        ({"folder": "phares/"}, {"phares/kermorvan.txt", "phares/eddystone.txt"}),
        ({"folder": "phares/", "language": "en"}, {"phares/eddystone.txt"}),
        ({"folder": ["affaires/", "cooking/"]}, {"affaires/nvidia.txt", "cooking/ratatouille.md"}),
        ({"title": "Ratatouille"}, {"cooking/ratatouille.md"}),
        ({"source": "phares/kermorvan.txt"}, {"phares/kermorvan.txt"}),
        ({"year": 1849}, {"phares/kermorvan.txt"}),
        ({"year": [1849, 2025]}, {"phares/kermorvan.txt", "affaires/nvidia.txt"}),
        ({"region": "Devon"}, {"phares/eddystone.txt"}),
        ({"region": "Devon", "year": 1849}, set()),
        ({"absent": None}, set()),
        ({"document_id": []}, set()),
    ],
)  # fmt: skip
def test_filters(retriever: Retriever, filter: dict[str, object], expected: set[str]) -> None:
    hits = retriever.search("phare lighthouse Anthropic simmer", 50, filter)
    assert {hit.chunk.span.document_id for hit in hits} == expected


@pytest.mark.parametrize("filter", [{"year": {"from": 1849}}, {"folder": 3}, {"language": [["fr"]]}])
def test_a_filter_that_compares_nothing_is_refused(retriever: Retriever, filter: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(filter))):
        retriever.search("phare", 5, filter)


@pytest.mark.parametrize("query", ["", " ", "???", "🍆", "le la les", "the of", "x" * 20_000, "\x00\ud800", "(a+)+$"])
def test_any_query_gets_hits_or_none(retriever: Retriever, query: str) -> None:
    assert len(retriever.search(query, 3)) <= 3


def test_an_empty_collection_gives_nothing(collection: Collection) -> None:
    assert collection.search("phare") == []
    collection.add([Document("blank", " \n ")])
    assert collection.search("phare") == []


def test_ties_are_broken_by_document_and_start(collection: Collection) -> None:
    copies = [Document(f"copy-{number:03}", "The same words in each of them.") for number in range(150)]
    random.Random(0).shuffle(copies)
    for start in range(0, 150, 50):
        collection.add(copies[start : start + 50])
    hits = collection.search("same words", 7)
    assert [hit.chunk.span.document_id for hit in hits] == [f"copy-{number:03}" for number in range(7)]


def test_segments_do_not_change_what_is_found(
    documents: list[Document], questions: Questions, make_embedder: Callable[[], Embedder]
) -> None:
    more = [replace(d, id=f"{d.id}-{n}", text=f"{d.text} Number {n}.") for d in documents for n in range(20)]
    whole, cut = (Collection.in_memory(embedder=make_embedder()) for _ in range(2))
    whole.add(more)
    for start in range(0, len(more), 7):
        cut.add(more[start : start + 7])
    for question, *_ in questions:
        first, second = whole.search(question, 10), cut.search(question, 10)
        assert [hit.chunk for hit in first] == [hit.chunk for hit in second]
        assert [hit.score for hit in first] == pytest.approx([hit.score for hit in second], abs=1e-5)
