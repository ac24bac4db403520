"""The file a document was read from: whether it is still there, and still the same."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index import Document, place_of, read

State = Literal["same", "changed", "missing", "none"]
"""What became of a document's file since it was read; "none" for a text that came from no file of its own."""


def state(document: Document) -> State:
    """Say what became of the document's file.

    A hash taken when it was read tells of PDF, Word and HTML files. That of a text in UTF-8 is its file's as well; only
    a text of another encoding, or one that changed, is read again.
    """
    path = _path(document)
    if path is None:
        return "none"
    try:
        status = path.stat()
    except OSError:
        return "missing"
    told, version = document.metadata.get("file_sha256"), (status.st_mtime_ns, status.st_size)
    if _hash(path, *version) == (told or document.sha256):
        return "same"
    return "same" if told is None and _text_hash(path, *version) == document.sha256 else "changed"


def date(document: Document) -> float | None:
    """Give when the document's file was last written, in seconds since the epoch; None where there is no file."""
    path = _path(document)
    try:
        return path.stat().st_mtime if path is not None else None
    except OSError:
        return None


def file_of(source: str) -> tuple[Path, int | None]:
    """Give the file that a document's source names, and its line there where it is one of JSON Lines, from 1."""
    place, _, line = source.rpartition(":")
    return (place_of(place), int(line)) if place and line.isdecimal() else (place_of(source), None)


def _path(document: Document) -> Path | None:
    """Give the place of the document's own file; a line of a JSON Lines file has none.

    Nor has a relative source: it told of the folder that the program ran in then, and here it may be another's file.
    """
    path, line = file_of(document.source)
    return path if path.is_absolute() and line is None else None


@lru_cache(maxsize=4096)
def _hash(path: Path, mtime: int, size: int) -> str:
    """Give the SHA-256 of a file; `mtime` and `size` are what make it worth reading again."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@lru_cache(maxsize=4096)
def _text_hash(path: Path, mtime: int, size: int) -> str:
    try:
        return next(read([path])).sha256
    except (OSError, ValueError, StopIteration):
        return ""
