"""The file a document was read from: whether it is still there, and still the same."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index import Document, read

State = Literal["same", "changed", "missing", "none"]
"""What became of a document's file since it was read; "none" for a text that came from no file of its own."""


def state(document: Document) -> State:
    """Say what became of the document's file; for files over `COMPARED` bytes of plain text, only whether it is there.

    A hash taken when the file was read tells of PDF, Word and HTML files, the text itself of the others.
    """
    path = _path(document)
    if path is None:
        return "none"
    try:
        status = path.stat()
    except OSError:
        return "missing"
    told = document.metadata.get("file_sha256")
    if isinstance(told, str):
        return "same" if _hash(path, status.st_mtime_ns, status.st_size) == told else "changed"
    if status.st_size > COMPARED:
        return "same"
    return "same" if _text_hash(path, status.st_mtime_ns, status.st_size) == document.sha256 else "changed"


def date(document: Document) -> float | None:
    """Give when the document's file was last written, in seconds since the epoch; None where there is no file."""
    path = _path(document)
    try:
        return path.stat().st_mtime if path is not None else None
    except OSError:
        return None


COMPARED = 2_000_000


def _path(document: Document) -> Path | None:
    """Give the place of the document's own file; a line of a JSON Lines file has none."""
    place, _, line = document.source.rpartition(":")
    return Path(document.source) if document.source and not (place and line.isdigit()) else None


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
