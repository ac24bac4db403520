"""What is in a folder, and what is left alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from index import Collection, Embedder, Skipped, read, sync
from index.readers import file
from index.readers.file import NOT_READ

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def told(folder: Path) -> tuple[list[str], dict[str, str]]:
    skipped: list[Skipped] = []
    ids = [document.id for document in read([folder], on_skip=skipped.append)]
    return ids, {Path(s.path).name: s.reason for s in skipped}


def put(path: Path, text: str = "Bon.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@POSIX
def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "outside" / "secret.txt", "Le secret.")
    home = tmp_path / "home"
    put(home / "a.txt")
    (home / "file.txt").symlink_to(secret)
    (home / "folder").symlink_to(secret.parent)
    (home / "inside.txt").symlink_to(home / "a.txt")
    (home / "loop").symlink_to(home)
    (home / "broken.txt").symlink_to(home / "nowhere.txt")
    ids, reasons = told(home)
    assert ids == ["a.txt"]
    assert set(reasons) == {"broken.txt", "file.txt", "folder"} and all("link" in reason for reason in reasons.values())


def test_a_collection_inside_is_left_alone(tmp_path: Path, embedder: Embedder) -> None:
    put(tmp_path / "a.html", "<h1>Phare</h1><p>Le phare date de 1849.")
    for name in ("notes/CURRENT", "notes/b.md", "papers/generations/c.md", "papers/segments/d.md"):
        put(tmp_path / name)
    with Collection.create(tmp_path / "lib", embedder=embedder) as collection:
        for _ in range(3):
            sync(collection, [tmp_path])
            assert len(collection) == 4
    (tmp_path / "lib" / "CURRENT").unlink()  # damaged, and a collection still
    ids, reasons = told(tmp_path)
    assert ids == ["a.html", "notes/b.md", "papers/generations/c.md", "papers/segments/d.md"]
    assert set(reasons) == {"CURRENT"}
    with pytest.raises(ValueError, match="this is a collection"):
        list(read([tmp_path / "lib"]))


@POSIX
def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [d.id for d in read([tmp_path / "link"])] == ["a.txt"]


@POSIX
def test_pipes_and_sockets_are_not_opened(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    os.mkfifo(tmp_path / "pipe.jsonl")
    ids, reasons = told(tmp_path)
    assert ids == ["a.txt"] and set(reasons.values()) == {"this is not a plain file"}
    with pytest.raises(ValueError, match="not a plain file"):
        list(read([tmp_path / "pipe.txt"]))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")
    put(tmp_path / "closed" / "b.txt").parent.chmod(0)
    put(tmp_path / "c.txt").chmod(0)
    ids, reasons = told(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert ids == ["a.txt"] and set(reasons) == {"closed", "c.txt"}


@POSIX
def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Bon.")
        (tmp_path / os.fsdecode(b"caf\xe9.zip")).write_text("PK")
    except OSError:
        pytest.skip("this file system knows Unicode names only")
    ids, reasons = told(tmp_path)
    assert ids == ["caf\\xe9.txt"] and list(reasons) == ["caf\\xe9.zip"]


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.txt")
    with put(tmp_path / "b.txt").open("r+b") as large:
        large.truncate(file.MAX_SIZE + 1)
    with put(tmp_path / "c.pdf").open("r+b") as large:
        large.truncate(3_000_000_000)
    ids, reasons = told(tmp_path)
    assert ids == ["a.txt"]
    assert "200 MB" in reasons["b.txt"] and "3000 MB" in reasons["c.pdf"]


def test_formats_not_read_are_called_by_name(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")
    endings = [ending for endings, _ in NOT_READ.values() for ending in endings.split()]
    assert len(endings) == len(set(endings)) > 60
    for ending in endings:
        put(tmp_path / f"b{ending}")
    put(tmp_path / "c.PPTX"), put(tmp_path / "d.xyz")
    ids, reasons = told(tmp_path)
    assert ids == ["a.txt"] and len(reasons) == len(endings) + 2
    assert reasons["c.PPTX"] == "PowerPoint presentations (.pptx) are not read: save as PDF"
    assert all("are not read" in reasons[f"b{ending}"] for ending in endings)
    assert "not a format that is read" in reasons["d.xyz"]


def test_order_is_that_of_the_paths(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a.txt", "a/b/c.txt", "Z.txt"):
        put(tmp_path / name)
    assert told(tmp_path)[0] == ["Z.txt", "a/b/c.txt", "a/z.txt", "a.txt", "b.txt"]


@pytest.mark.slow
def test_a_hundred_thousand_files(tmp_path: Path) -> None:
    for number in range(100_000):
        (tmp_path / f"{number:06}.txt").write_bytes(b"Bon.")
    assert sum(1 for _ in read([tmp_path])) == 100_000
