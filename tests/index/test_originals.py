"""Copies of the files that documents were read from: kept with them, checked with them, gone with them."""

import logging
import os
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, place_of, read, sync
from index.mending import repair
from index.upkeep import backup, check, purge, rollback
from tests.index.readers.papers import lines, pdf, word


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of files of four kinds."""
    place = tmp_path / "papers"
    place.mkdir()
    (place / "phare.pdf").write_bytes(pdf(lines("Le phare de Kermorvan date de 1849.")))
    (place / "recette.docx").write_bytes(word("La ratatouille mijote une heure."))
    (place / "page.HTML").write_text("<h1>Harbour</h1><p>The harbour light was lit in 1850.</p>", encoding="utf-8")
    (place / "note.txt").write_text("A plain note.", encoding="utf-8")
    return place


@pytest.fixture
def library(folder: Path, tmp_path: Path, embedder: Embedder) -> Path:
    path = tmp_path / "library"
    with Collection.create(path, embedder=embedder) as collection:
        sync(collection, [folder])
    return path


def kept(library: Path) -> list[Path]:
    return sorted(one for one in library.rglob("*") if one.suffix in (".pdf", ".docx", ".html"))


def original(library: Path, embedder: Embedder, name: str) -> Path:
    with Collection.open(library, embedder=embedder) as collection:
        place = collection.original(name)
    assert place is not None
    return place


def test_files_that_went_in_are_kept(library: Path, folder: Path, embedder: Embedder) -> None:
    names = ("phare.pdf", "recette.docx", "page.HTML")
    before = {name: (folder / name).read_bytes() for name in names}
    with Collection.open(library, embedder=embedder) as collection:
        sources = {name: collection.document(name).source for name in names}
    for name in names:
        (folder / name).write_bytes(b"edited in place")  # a link would follow
        assert original(library, embedder, name).read_bytes() == before[name]
        assert original(library, embedder, name).suffix == Path(name).suffix.lower()
        assert sources[name] == str(folder / name)
    with Collection.open(library, embedder=embedder) as collection:
        assert collection.original("note.txt") is None
        with pytest.raises(KeyError):
            collection.original("absent")
    assert check(library) == ()
    assert len(kept(library)) == 3


def test_a_kept_pdf_is_the_file_its_pages_are_shown_from(library: Path, folder: Path, embedder: Embedder) -> None:
    from index.readers.isolated import boxes, render

    (folder / "phare.pdf").unlink()
    with Collection.open(library, embedder=embedder) as collection:
        hit = collection.search("phare Kermorvan", 1)[0]
        place = collection.original("phare.pdf")
        assert place is not None
        assert boxes(place, hit.chunk.span)[0].page == 1
        assert render(place, 1).startswith(b"\x89PNG")


def test_one_file_under_two_names_is_kept_once(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    (folder / "twin.pdf").write_bytes((folder / "phare.pdf").read_bytes())
    with Collection.create(tmp_path / "library", embedder=embedder) as collection:
        collection.add(read([folder]))
        assert collection.original("twin.pdf") == collection.original("phare.pdf")
    assert check(tmp_path / "library") == ()


def test_joined_segments_link_their_originals(library: Path, embedder: Embedder) -> None:
    inode = original(library, embedder, "phare.pdf").stat().st_ino
    with Collection.open(library, embedder=embedder) as collection:
        size = collection.stats().size
        for number in range(4):
            collection.add([Document(f"n{number}", "Another segment.", language="en")])
        assert collection.stats().segments < 5
        assert original(library, embedder, "phare.pdf").stat().st_ino == inode
        assert collection.stats().size < size + 40_000
    assert check(library) == ()


def test_the_original_of_a_removed_document_goes_with_a_purge(library: Path, embedder: Embedder) -> None:
    place = original(library, embedder, "phare.pdf")
    with Collection.open(library, embedder=embedder) as collection:
        collection.remove(["phare.pdf"])
        with pytest.raises(KeyError):
            collection.original("phare.pdf")
        assert place.exists()
        rollback(library)
        purge(library)
        assert not any(one.name == place.name for one in kept(library))
        assert len(kept(library)) == 2
        assert collection.original("recette.docx") is not None
    assert check(library) == ()


def test_a_file_whose_name_is_not_unicode_is_kept_too(library: Path, folder: Path, embedder: Embedder) -> None:
    name = os.fsdecode(b"caf\xe9.html")
    (folder / name).write_text("<p>Le budget de Laval.", encoding="utf-8")
    (folder / r"caf\xe8.html").write_text("<p>Le budget de Foix.", encoding="utf-8")
    with Collection.open(library, embedder=embedder) as collection:
        sync(collection, [folder])
        for stored, file in ((r"caf\xe9.html", name), (r"caf\xe8.html", r"caf\xe8.html")):
            found = collection.original(stored)
            assert found is not None and found.read_bytes() == (folder / file).read_bytes()
            assert place_of(collection.document(stored).source) == folder / file
    assert place_of("\ud800\\xe9" + "x" * 5000).name.startswith("?")


def test_a_changed_file_brings_its_new_original(library: Path, folder: Path, embedder: Embedder) -> None:
    (folder / "phare.pdf").write_bytes(pdf(lines("Le phare de Kermorvan date de 1850.")))
    with Collection.open(library, embedder=embedder) as collection:
        sync(collection, [folder])
        found = collection.original("phare.pdf")
        assert found is not None
        assert found.read_bytes() == (folder / "phare.pdf").read_bytes()
    purge(library)
    assert len(kept(library)) == 3


def test_a_damaged_original_is_noticed_named_and_put_aside(
    library: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    place = original(library, embedder, "phare.pdf")
    place.write_bytes(place.read_bytes()[:-1])
    assert check(library) == (f"{place} is missing or damaged",)
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 4, "the text is whole and serves"
        assert collection.original("phare.pdf") is None
        assert "missing or damaged" in caplog.text
    embedded = len(embedder.embedded)  # type: ignore[attr-defined]
    done = repair(library, embedder=embedder)
    assert (done.originals, done.lost, done.documents) == (("phare.pdf",), (), 4)
    assert len(embedder.embedded) == embedded, "vectors that are whole are kept"  # type: ignore[attr-defined]
    assert check(library) == ()
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 4
        assert collection.original("phare.pdf") is None
        assert collection.original("recette.docx") is not None
        assert collection.search("phare Kermorvan", 1)[0].chunk.span.document_id == "phare.pdf"


@pytest.mark.parametrize("name", ["vectors.faiss", "rows.safetensors", "originals.json", "segment.json"])
def test_originals_come_through_a_repair_of_other_files(library: Path, embedder: Embedder, name: str) -> None:
    next((library / "segments").rglob(name)).write_bytes(b"")
    done = repair(library, embedder=embedder)
    assert (done.documents, done.originals) == (4, ())
    assert check(library) == ()
    for document in ("phare.pdf", "recette.docx", "page.HTML"):
        original(library, embedder, document)


def test_a_backup_holds_the_originals(library: Path, embedder: Embedder, tmp_path: Path) -> None:
    backup(library, tmp_path / "copy")
    assert [one.name for one in kept(tmp_path / "copy")] == [one.name for one in kept(library)]
    assert check(tmp_path / "copy") == ()
    place = original(library, embedder, "phare.pdf")
    place.write_bytes(b"")
    with pytest.raises(ValueError, match="missing or damaged"):
        backup(library, tmp_path / "another")


def test_a_file_that_changed_while_it_was_read_is_not_taken_for_the_original(
    folder: Path, embedder: Embedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    documents = list(read([folder]))
    (folder / "phare.pdf").write_bytes(pdf(lines("Autre chose.")))
    (folder / "recette.docx").unlink()
    os.mkfifo(folder / "recette.docx")
    with Collection.create(tmp_path / "library", embedder=embedder) as collection, caplog.at_level(logging.WARNING):
        collection.add(documents)
        assert collection.original("phare.pdf") is None
        assert collection.original("recette.docx") is None
        assert collection.original("page.HTML") is not None
    assert caplog.text.count("no longer the file that was read") == 2
    assert check(tmp_path / "library") == ()


@pytest.mark.parametrize("digest", ["../../../etc/passwd", "A" * 64, "0" * 63, 5, None])
def test_what_a_document_says_of_its_file_is_not_believed(
    folder: Path, embedder: Embedder, tmp_path: Path, digest: object
) -> None:
    stranger = Document("s", "Text.", source=str(folder / "phare.pdf"), metadata={"file_sha256": digest})
    guess = Document("g", "Text.", source=str(folder / "phare.pdf"), metadata={"file_sha256": "0" * 64})
    with Collection.create(tmp_path / "library", embedder=embedder) as collection:
        collection.add([stranger, guess])
        assert collection.original("s") is None
        assert collection.original("g") is None
    assert kept(tmp_path / "library") == []


def test_in_memory_the_file_itself_is_the_original_while_it_is_the_same(folder: Path, embedder: Embedder) -> None:
    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [folder])
        assert collection.original("phare.pdf") == folder / "phare.pdf"
        (folder / "phare.pdf").write_bytes(b"changed")
        assert collection.original("phare.pdf") is None
