"""Vectors made anew: an embedder with other weights than it had costs nobody a document."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, OutdatedError, check, rollback

Make = Callable[..., Embedder]


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, documents: list[Document]) -> Path:
    """Make a collection of two segments, with a removed document and one whose file is kept."""
    page = tmp_path / "page.html"
    page.write_text("<p>A page to be kept.</p>", encoding="utf-8")
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    kept = Document("page", "A page to be kept.", source=str(page), metadata={"file_sha256": digest}, language="en")
    with Collection.create(tmp_path / "library", embedder=embedder) as collection:
        collection.add(documents[:2])
        collection.add([*documents[2:], kept])
        collection.remove([documents[1].id])
    page.unlink()
    return tmp_path / "library"


def held(collection: Collection) -> dict[str, str]:
    return {document.id: document.text for document in collection.documents()}


def test_everything_stays_but_the_vectors(library: Path, embedder: Embedder, make_embedder: Make) -> None:
    other = make_embedder(32)
    before = held(Collection.open(library))
    with pytest.raises(OutdatedError, match=r"with other weights .* Collection.renew\(path\)"):
        Collection.open(library, embedder=other)
    assert Collection.renew(library, embedder=other) == len(before) == 4
    with Collection.open(library, embedder=other) as renewed:
        assert held(renewed) == before
        assert {hit.chunk.span.document_id for hit in renewed.search("phare Nvidia simmer page", 100)} == set(before)
        original = renewed.original("page")
        assert original is not None
        assert original.read_text() == "<p>A page to be kept.</p>"
    assert check(library) == ()
    assert Collection.renew(library, embedder=other) == 0


def test_going_back_brings_the_old_vectors(library: Path, embedder: Embedder, make_embedder: Make) -> None:
    Collection.renew(library, embedder=make_embedder(32))
    rollback(library)
    assert Collection.open(library, embedder=embedder).search("phare", 1)


def test_a_handle_that_is_open_searches_no_vectors_of_others(
    library: Path, embedder: Embedder, documents: list[Document], make_embedder: Make
) -> None:
    opened = Collection.open(library, embedder=embedder)
    assert opened.search("phare", 1)
    Collection.renew(library, embedder=make_embedder(32))
    with pytest.raises(OutdatedError):
        opened.search("phare", 1)
    with pytest.raises(OutdatedError):
        opened.add(documents[1:2])


def test_an_addition_that_the_renewal_overtakes_is_refused(
    library: Path, embedder: Embedder, make_embedder: Make
) -> None:
    def documents() -> list[Document]:
        return [Document("late", "A late lamp.", language="en")]

    class Overtaken:
        def __iter__(self) -> object:
            Collection.renew(library, embedder=make_embedder(32))
            return iter(documents())

    with pytest.raises(BlockingIOError, match="do it again"):
        Collection.open(library, embedder=embedder).add(Overtaken())  # type: ignore[arg-type]
    assert "late" not in held(Collection.open(library))


def test_an_empty_collection_is_renewed_too(tmp_path: Path, embedder: Embedder, make_embedder: Make) -> None:
    Collection.create(tmp_path / "empty", embedder=embedder)
    assert Collection.renew(tmp_path / "empty", embedder=make_embedder(32)) == 0
    assert not Collection.open(tmp_path / "empty", embedder=make_embedder(32)).search("phare")
