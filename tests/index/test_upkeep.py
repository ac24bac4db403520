import errno
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, files
from index.files import DamagedError
from index.mending import Repair, repair
from index.store import Folder
from index.upkeep import backup, check, purge, rollback

SECRET = "Kermorvan"


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, documents: list[Document]) -> Path:
    """Make a collection of two segments; the first holds three documents, one of them removed."""
    path = tmp_path / "library"
    with Collection.create(path, embedder=embedder) as collection:
        collection.add(documents[:3])
        collection.add(documents[3:])
        collection.remove([documents[2].id])
    return path


def first_segment(path: Path) -> Path:
    return path / "segments" / str(Folder(path).manifest()["segments"][0]["name"])


def texts(path: Path, embedder: Embedder) -> dict[str, str]:
    return {d.id: d.text for d in Collection.open(path, embedder=embedder).documents()}


def test_a_sound_collection_has_no_problems_and_needs_no_repair(library: Path, embedder: Embedder) -> None:
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file() and path.name != "LOCK"}
    assert check(library) == ()
    assert repair(library, embedder=embedder) == Repair()
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(FileNotFoundError, match="no collection"):
        check(library / "absent")


@pytest.mark.parametrize("name", ["vectors.faiss", "rows.safetensors", "terms-fr.safetensors", "terms-en.safetensors"])
def test_what_is_derived_from_the_texts_is_made_anew(
    library: Path, embedder: Embedder, documents: list[Document], name: str
) -> None:
    before = texts(library, embedder)
    place = first_segment(library) / name
    place.write_bytes(place.read_bytes()[:-5])
    assert any(name in problem for problem in check(library))
    with pytest.raises(DamagedError):
        Collection.open(library, embedder=embedder)
    assert repair(library, embedder=embedder) == Repair(segments=1, documents=2)
    assert check(library) == ()
    assert texts(library, embedder) == before
    with Collection.open(library, embedder=embedder) as collection:
        assert collection.search("Quand le phare de Kermorvan a-t-il été construit ?")[0].chunk.text.find("1849") > 0
        assert collection.stats().documents == len(documents) - 1
    assert [one.name for one in (library / "quarantine").rglob(name)] == [name]


def test_a_damaged_text_is_lost_alone_and_named(library: Path, embedder: Embedder, documents: list[Document]) -> None:
    place = first_segment(library) / "texts.bin"
    place.write_bytes(place.read_bytes().replace(b"1849", b"1848"))
    assert repair(library, embedder=embedder) == Repair(segments=1, documents=1, lost=(documents[0].id,))
    assert texts(library, embedder).keys() == {documents[1].id, documents[3].id}
    with Collection.open(library, embedder=embedder) as collection:
        assert collection.add(documents[:1]).added == (documents[0].id,)


def test_a_damaged_record_is_lost_alone_and_counted(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    place = first_segment(library) / "documents.jsonl"
    place.write_bytes(place.read_bytes().replace(b'"Devon"', b'"Dover"'))
    assert repair(library, embedder=embedder) == Repair(segments=1, documents=1, unnamed=1)
    assert texts(library, embedder).keys() == {documents[0].id, documents[3].id}


def test_a_segment_that_is_gone_takes_only_its_documents(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    for place in first_segment(library).iterdir():
        place.unlink()
    assert repair(library, embedder=embedder) == Repair(unnamed=2)
    assert texts(library, embedder).keys() == {documents[3].id}
    assert check(library) == ()


def test_removed_documents_do_not_come_back_with_a_repair(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    for name in ("rows.safetensors", "vectors.faiss"):
        (first_segment(library) / name).write_bytes(b"")
    repair(library, embedder=embedder)
    assert documents[2].id not in texts(library, embedder)


def test_pointer_and_manifest_are_mended(library: Path, embedder: Embedder) -> None:
    before = texts(library, embedder)
    (library / "CURRENT").write_bytes(b"")
    (library / "generations" / "00000004.a.json").write_bytes(b"")
    assert len(check(library)) == 2
    assert repair(library, embedder=embedder) == Repair()
    assert check(library) == ()
    assert texts(library, embedder) == before


def lose_the_manifest(library: Path) -> None:
    """Destroy all three copies of the newest manifest."""
    newest = Folder(library).manifest()["generation"]
    for place in [library / "CURRENT", *(library / "generations").glob(f"{newest:08d}.*")]:
        place.write_bytes(b"")


def test_what_a_lost_manifest_told_of_is_found_in_its_segments(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    changed = replace(documents[0], text="Le phare de Kermorvan est bleu.")
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([changed, Document("new", "A new lamp.", language="en"), documents[2]])
        before = {document.id: document.text for document in collection.documents()}
    lose_the_manifest(library)
    with pytest.raises(DamagedError):
        Collection.open(library, embedder=embedder)
    done = repair(library, embedder=embedder)
    assert (done.fallback, done.lost, done.unnamed) == (4, (), 0)
    assert set(done.recovered) == {documents[0].id, "new", documents[2].id}
    assert texts(library, embedder) == before
    assert check(library) == ()
    with Collection.open(library, embedder=embedder) as collection:
        assert [hit.chunk.text for hit in collection.search("phare de Kermorvan bleu", 1)] == [changed.text]
        assert collection.search("new lamp")[0].chunk.span.document_id == "new"
    assert repair(library, embedder=embedder) == Repair()


def test_a_lost_manifest_of_joined_segments(library: Path, embedder: Embedder, documents: list[Document]) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([Document("third", "The third segment.", language="en")])
        collection.add([Document("fourth", "The fourth is joined with the rest.", language="en")])
        assert collection.stats().segments == 1
        before = {document.id: document.text for document in collection.documents()}
    lose_the_manifest(library)
    assert repair(library, embedder=embedder).recovered == ("fourth",)
    assert texts(library, embedder) == before
    assert check(library) == ()


def test_what_is_damaged_besides_the_lost_manifest_is_named(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([Document(name, f"The lamp called {name}.", language="en") for name in ("one", "two", "three")])
        name = Folder(library).manifest()["segments"][-1]["name"]
    place = library / "segments" / name / "texts.bin"
    place.write_bytes(place.read_bytes().replace(b"called two", b"called too"))
    lose_the_manifest(library)
    (library / "segments" / name / "segment.json").write_bytes(b"")
    done = repair(library, embedder=embedder)
    assert (done.lost, done.recovered) == (("two",), ("one", "three"))
    assert [one.name for one in (library / "quarantine").rglob("texts.bin")] == ["texts.bin"]
    assert check(library) == ()


def test_a_removal_whose_manifest_is_lost_is_told(library: Path, embedder: Embedder, documents: list[Document]) -> None:
    lose_the_manifest(library)
    assert repair(library, embedder=embedder) == Repair(fallback=3)
    assert documents[2].id in texts(library, embedder)


def test_purged_documents_do_not_come_back_with_a_lost_manifest(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    purge(library)
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([Document("new", "A new lamp.", language="en")])
    lose_the_manifest(library)
    assert repair(library, embedder=embedder).recovered == ("new",)
    assert documents[2].id not in texts(library, embedder)


def test_another_embedder_repairs_nothing(library: Path, make_embedder: Callable[[int, str], Embedder]) -> None:
    (first_segment(library) / "vectors.faiss").write_bytes(b"")
    with pytest.raises(ValueError, match="made with the embedder 'hashing', not with 'other'"):
        repair(library, embedder=make_embedder(32, "other"))
    assert (first_segment(library) / "vectors.faiss").exists()


def test_rolling_back_undoes_an_addition_but_no_removal(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([replace(documents[0], text="Changé."), Document("new", "New.")])
        assert rollback(library) == 6
        assert texts(library, embedder).keys() == {documents[0].id, documents[1].id, documents[3].id}
        assert collection.document(documents[0].id) == documents[0]
        collection.remove([documents[0].id])
        rollback(library)
        assert documents[0].id not in texts(library, embedder)
    assert check(library) == ()


def test_nothing_to_roll_back_to(tmp_path: Path, embedder: Embedder) -> None:
    Collection.create(tmp_path / "new", embedder=embedder)
    with pytest.raises(ValueError, match="no generation before 1"):
        rollback(tmp_path / "new")


def test_purging_erases_the_last_bytes(library: Path, embedder: Embedder, documents: list[Document]) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        collection.remove([documents[0].id])
        (library / "quarantine").mkdir()
        (library / "quarantine" / "old.bin").write_text(SECRET)
        (library / "segments" / ".half-1-1").mkdir()
        (library / "segments" / ".half-1-1" / "texts.bin").write_text(SECRET)
        assert any(SECRET.encode() in one.read_bytes() for one in library.rglob("*") if one.is_file())
        assert purge(library) > 0
        assert not any(SECRET.encode() in one.read_bytes() for one in library.rglob("*") if one.is_file())
        assert not any(SECRET.lower().encode() in one.read_bytes() for one in library.rglob("*") if one.is_file())
        assert {document.id for document in collection.documents()} == {documents[1].id, documents[3].id}
        assert collection.search("Eddystone")[0].chunk.span.document_id == documents[1].id
    assert check(library) == ()
    with pytest.raises(ValueError, match="no generation before"):
        rollback(library)


def test_purging_does_not_take_the_parent_that_serves(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        collection.add([Document("late", "A late addition.")])
    newest = str(Folder(library).manifest()["segments"][-1]["name"])
    (library / "segments" / newest / "texts.bin").write_bytes(b"")
    before = texts(library, embedder)
    with pytest.raises(DamagedError, match="repair"):
        purge(library)
    assert texts(library, embedder) == before
    assert repair(library, embedder=embedder).unnamed + len(repair(library, embedder=embedder).lost) <= 1


def test_purging_needs_room_for_one_segment_at_a_time(
    library: Path, embedder: Embedder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        for number in range(3):
            long = "A long text about harbours. " * 3000 * (number + 1)
            collection.add([Document(f"keep{number}", long), Document(f"go{number}", "Kermorvan again.")])
        collection.remove([f"go{number}" for number in range(3)])
        (library / "quarantine").mkdir()
        (library / "quarantine" / "old.bin").write_bytes(bytes(1_000_000))
        before = texts(library, embedder)
        largest = max(files.size(place) for place in (library / "segments").iterdir())
        limit = files.size(library) - 1_000_000 + largest + 40_000

        def full(step: str) -> None:
            if step.startswith("fsync") and files.size(library) > limit:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(files, "checkpoint", full)
        assert purge(library) > 1_000_000
        assert texts(library, embedder) == before and check(library) == ()
        limit = 10**9
        collection.add([Document("new", "Kermorvan once more, and a long text. " * 9000), Document("x", "Kermorvan.")])
        collection.remove(["x"])
        before, limit = texts(library, embedder), files.size(library) + 20_000
        with pytest.raises(OSError, match=r"purging takes up to [\d,]+ bytes of free space"):
            purge(library)
        assert texts(library, embedder) == before and check(library) == ()


def test_a_backup_is_a_collection(library: Path, embedder: Embedder, documents: list[Document], tmp_path: Path) -> None:
    assert backup(library, tmp_path / "copy") > 0
    assert check(tmp_path / "copy") == ()
    assert texts(tmp_path / "copy", embedder) == texts(library, embedder)
    with Collection.open(tmp_path / "copy", embedder=embedder) as copy:
        copy.add([documents[2]])
    assert documents[2].id not in texts(library, embedder)
    with pytest.raises(FileExistsError):
        backup(library, tmp_path / "copy")


def test_a_backup_leaves_what_others_keep_beside_it(library: Path, tmp_path: Path) -> None:
    photos = tmp_path / ".sa[v]e-photos"
    named_alike = tmp_path / ".sa[v]e-12-2026"
    empty = tmp_path / ".sa[v]e-12-3000"
    killed = tmp_path / ".sa[v]e-99-1700000000000000000"
    for folder, name in ((photos, "p.txt"), (named_alike, "p.txt"), (killed, "segments")):
        (folder / name).mkdir(parents=True)
    empty.symlink_to(killed)
    (killed / ".CURRENT.99.tmp").touch()
    (tmp_path / ".save-1-2").mkdir()
    backup(library, tmp_path / "sa[v]e")
    assert (photos / "p.txt").exists() and (named_alike / "p.txt").exists() and (tmp_path / ".save-1-2").exists()
    assert not killed.exists() and empty.is_symlink()


@pytest.mark.parametrize("inside", ["save", "segments/save", "generations/../save"])
def test_a_backup_does_not_go_inside_the_collection(library: Path, inside: str) -> None:
    before = set(library.rglob("*"))
    with pytest.raises(ValueError, match="inside the collection"):
        backup(library, library / inside)
    assert set(library.rglob("*")) == before


def test_a_damaged_collection_is_not_backed_up(library: Path, tmp_path: Path) -> None:
    (first_segment(library) / "texts.bin").write_bytes(b"")
    with pytest.raises(DamagedError, match=r"texts\.bin"):
        backup(library, tmp_path / "copy")


def test_backups_while_a_writer_writes(library: Path, embedder: Embedder, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with Collection.open(library, embedder=embedder) as collection:
            number = 0
            while not stop.is_set():
                collection.add([Document(f"n{number % 7}", f"Version {number}.")])
                number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            backup(library, tmp_path / f"copy{number}")
            assert check(tmp_path / f"copy{number}") == ()
    finally:
        stop.set()
        thread.join()
