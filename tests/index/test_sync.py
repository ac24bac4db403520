"""A collection in step with folders: what is gone goes, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, Skipped, sync
from index.readers import folder as walking


def put(path: Path, text: str = "Le phare date de 1849.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(collection: Collection) -> set[str]:
    return {document.id for document in collection.documents()}


def test_what_is_gone_from_a_folder_goes(tmp_path: Path, embedder: Embedder) -> None:
    put(tmp_path / "docs" / "a.md")
    gone, elsewhere = put(tmp_path / "docs" / "b.md"), put(tmp_path / "others" / "c.md")
    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [tmp_path / "docs", tmp_path / "others"])
        gone.unlink()
        elsewhere.unlink()
        assert sync(collection, [tmp_path / "docs"]).removed == ("b.md",)
        assert ids(collection) == {"a.md", "c.md"}
        assert sync(collection, [tmp_path / "docs"], only=True).removed == ("c.md",)


@pytest.mark.parametrize("only", [False, True])
def test_what_can_not_be_listed_just_now_keeps_its_documents(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, only: bool
) -> None:
    put(tmp_path / "docs" / "a.md")
    share = put(tmp_path / "docs" / "share" / "deep" / "b.md").parents[1]
    gone = put(tmp_path / "docs" / "share-2" / "c.md")

    def refuse(path: Path) -> bool:
        if path == share:
            raise PermissionError(13, "Permission denied", str(path))
        return False

    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [tmp_path / "docs"])
        gone.unlink()
        # The walk asks this of each folder before it lists it; the tests run as root, whom no permission stops.
        monkeypatch.setattr(walking, "is_collection", refuse)
        changes = sync(collection, [tmp_path / "docs"], only=only)
        assert (changes.removed, changes.skipped) == (("share-2/c.md",), (str(share),))
        assert ids(collection) == {"a.md", "share/deep/b.md"}


def test_folders_of_one_name_do_not_stand_in_for_each_other(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for project, name in (("A", "a.md"), ("B", "b.md")):
        put(tmp_path / project / "docs" / name)
    with Collection.in_memory(embedder=embedder) as collection:
        for project in ("A", "B", "A"):
            monkeypatch.chdir(tmp_path / project)
            assert sync(collection, ["docs"]).removed == ()
        assert ids(collection) == {"a.md", "b.md"}
        for way in ("docs", "./docs", "../A/docs", str(tmp_path / "A" / "docs")):
            assert sync(collection, [way]).unchanged == ("a.md",)
        assert collection.document("b.md").source == str(tmp_path / "B" / "docs" / "b.md")
        (tmp_path / "A" / "docs" / "a.md").rename(tmp_path / "A" / "docs" / "c.md")
        monkeypatch.chdir(tmp_path / "B")
        assert sync(collection, ["../A/docs"]).removed == ("a.md",)


def test_a_document_with_a_relative_source_is_not_known_to_be_gone(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "docs" / "a.md")
    with Collection.in_memory(embedder=embedder) as collection:
        collection.add([Document("a.md", "Old.", source="docs/a.md"), Document("b.md", "Old.", source="docs/b.md")])
        monkeypatch.chdir(tmp_path)
        assert sync(collection, ["docs"]).changed == ("a.md",)
        assert ids(collection) == {"a.md", "b.md"}
        assert collection.document("a.md").source == str(tmp_path / "docs" / "a.md")


def test_a_link_set_anew_takes_its_documents_along(tmp_path: Path, embedder: Embedder) -> None:
    put(tmp_path / "v1" / "a.md")
    put(tmp_path / "v1" / "b.md")
    shutil.copytree(tmp_path / "v1", tmp_path / "v2", ignore=shutil.ignore_patterns("b.md"))
    (tmp_path / "now").symlink_to("v1")
    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [tmp_path / "now"])
        (tmp_path / "now").unlink()
        (tmp_path / "now").symlink_to("v2")
        changes = sync(collection, [tmp_path / "now"])
        assert (changes.unchanged, changes.removed) == (("a.md",), ("b.md",))


def test_a_file_that_gives_way_is_told_and_kept(tmp_path: Path, embedder: Embedder) -> None:
    docs, uploads = tmp_path / "docs", tmp_path / "uploads"
    put(docs / "a.md")
    put(uploads / "same.md", "From the page.")
    put(uploads / "only.md", "From the page alone.")
    skipped: list[Skipped] = []
    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [docs], also=[uploads], only=True)
        assert collection.document("same.md").text == "From the page."
        put(docs / "same.md", "From the folder.")
        changes = sync(collection, [docs], also=[uploads], only=True, on_skip=skipped.append)
        assert (changes.changed, changes.removed) == (("same.md",), ())
        assert collection.document("same.md").text == "From the folder."
        assert [(one.path, "same.md" in one.reason) for one in skipped] == [(str(uploads / "same.md"), True)]
        (docs / "same.md").unlink()
        sync(collection, [docs], also=[uploads], only=True)
        assert collection.document("same.md").text == "From the page."
        shutil.rmtree(docs)
        docs.mkdir()
        assert sync(collection, [docs], also=[uploads], only=True).removed == ("a.md",)


def test_a_file_of_another_folder_keeps_its_document_while_it_lies_there(tmp_path: Path, embedder: Embedder) -> None:
    for folder in ("a", "b"):
        put(tmp_path / folder / "readme.md", f"Of {folder}.")
        put(tmp_path / folder / "copied.md", "The same in both.")
    put(tmp_path / "b" / "more.md")
    skipped: list[Skipped] = []
    with Collection.in_memory(embedder=embedder) as collection:
        sync(collection, [tmp_path / "a"])
        changes = sync(collection, [tmp_path / "b"], on_skip=skipped.append)
        assert (changes.added, changes.changed, changes.removed) == (("more.md",), ("copied.md",), ())
        assert changes.skipped == (str(tmp_path / "b" / "readme.md"),)
        assert str(tmp_path / "a" / "readme.md") in skipped[0].reason
        assert collection.document("readme.md").text == "Of a."
        put(tmp_path / "a" / "readme.md", "Of a, anew.")
        assert sync(collection, [tmp_path / "a"]).changed == ("copied.md", "readme.md")
        shutil.move(tmp_path / "a", tmp_path / "c")
        assert sync(collection, [tmp_path / "b"]).changed == ("copied.md", "readme.md")
        assert collection.document("readme.md").text == "Of b."
