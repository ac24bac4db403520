"""Documents that come in through the page: limits, reading, adding, without ever holding up the chat."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from index import Skipped, read
from ui.bot import Shelves
from ui.messages import Words

MEGABYTES = 20
"""Size of a file that the page takes, at most."""
KINDS = (".txt", ".md", ".pdf", ".docx", ".html", ".htm")
"""Kinds of files that the page takes."""

_one_at_a_time = threading.Lock()


class RefusedError(Exception):
    """A file that is not taken; the message says why, in the words of the page."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def checked_name(given: str, words: Words) -> str:
    """Give the last part of a file's name. Raises `RefusedError` for a kind that is not read or no name at all."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    kind = PurePosixPath(name).suffix.lower()
    if kind not in KINDS or not name.isprintable() or name.startswith(".") or len(name.encode()) > 200:
        raise RefusedError(415, words.unknown_kind.format(kind=kind or "?", kinds=", ".join(KINDS)))
    return name


async def received(body: AsyncIterator[bytes], place: Path, words: Words) -> None:
    """Write what is sent to `place`. Raises `RefusedError` as soon as it passes the limit, and writes no more."""
    size = 0
    with place.open("wb") as file:
        async for piece in body:
            size += len(piece)
            if size > MEGABYTES * 2**20:
                raise RefusedError(413, words.too_large.format(limit=MEGABYTES))
            file.write(piece)


def add(shelves: Shelves, place: Path) -> None:
    """Read one file and add its documents, one file at a time. Raises `RefusedError` with the reader's reason."""
    skipped: list[Skipped] = []
    with _one_at_a_time:
        try:
            documents = list(read([place], on_skip=skipped.append))
        except ValueError as error:
            raise RefusedError(422, skipped[0].reason if skipped else str(error)) from error
        shelves.add(documents)


def folder() -> tempfile.TemporaryDirectory[str]:
    """Give a folder for one incoming file, removed afterwards."""
    return tempfile.TemporaryDirectory(prefix="sourcier-")
