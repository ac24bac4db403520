"""The child process holds its limits, and what happens to it happens to one file only."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import Skipped, read
from index.readers import isolated
from tests.index.readers.papers import lines, pdf, word

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these limits are Linux's")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        (tmp_path / f"{number}.docx").write_bytes(word(f"Le texte {number}."))
        (tmp_path / f"{number}.pdf").write_bytes(pdf(lines(f"Le texte {number}.")))
    return tmp_path


def texts(folder: Path) -> list[str]:
    return [document.text for document in read([folder])]


ALL = [f"Le texte {number}." for number in range(3) for _ in range(2)]


def test_one_child_serves_many_files(folder: Path) -> None:
    assert texts(folder) == ALL
    first = isolated._READING._process
    assert first is not None and texts(folder) == ALL
    assert isolated._READING._process is first


def test_a_child_that_died_is_replaced(folder: Path) -> None:
    assert texts(folder) == ALL
    process = isolated._READING._process
    assert process is not None
    process.kill()
    process.wait()
    assert texts(folder) == ALL


def test_threads_share_the_child(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(texts, [folder] * 8)) == [ALL] * 8


def test_a_file_that_takes_too_long_is_skipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(folder) == ALL
    (folder / "1.html").write_text("<div>" * 300_000, encoding="utf-8")
    monkeypatch.setattr(isolated, "SECONDS", 0.5)
    skipped: list[Skipped] = []
    list(read([folder / "1.html", folder / "2.pdf"], on_skip=skipped.append))
    assert "longer than" in {Path(s.path).name: s.reason for s in skipped}["1.html"]
    monkeypatch.undo()
    (folder / "1.html").unlink()
    assert texts(folder) == ALL


@LINUX
def test_the_child_sees_no_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    isolated._READING.close()
    assert texts(folder) == ALL
    process = isolated._READING._process
    assert process is not None
    assert b"secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    assert len(list(Path(f"/proc/{process.pid}/fd").iterdir())) == 3


@LINUX
def test_the_child_reaches_nothing() -> None:
    code = """
import os, socket, subprocess
from index.readers import child
child._limit()
for attempt in (lambda: open("/etc/hostname"), socket.socket, os.pipe, lambda: subprocess.run(["true"]),
                lambda: bytes(3 << 30)):
    try:
        attempt()
        print("done")
    except (OSError, MemoryError) as error:
        print(getattr(error, "strerror", None) or "no memory")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["Too many open files"] * 4 + ["no memory"]


def test_no_module_is_taken_from_the_folder_one_stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("docx.py", "index.py", "bs4.py", "json.py"):
        (folder / name).write_text("raise SystemExit('taken over')", encoding="utf-8")
    monkeypatch.chdir(folder)
    isolated._READING.close()
    assert [d.text for d in read([folder / "0.docx"])] == ["Le texte 0."]


def test_importing_index_loads_no_parser() -> None:
    code = "import index, sys; print([n for n in ('pypdfium2', 'docx', 'bs4', 'PIL', 'lxml') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
