"""Documents that come in through the page: limits, reading, adding, without ever holding up the chat."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from index import Document, Skipped, place_of, read
from ui.bot import Shelves
from ui.messages import Words
from ui.originals import file_of, state
from ui.refusals import refusal

MEGABYTES = 20
"""Size of a file that the page takes, at most."""
KINDS = (".txt", ".md", ".pdf", ".docx", ".html", ".htm", ".csv", ".tsv", ".jsonl")
"""Kinds of files that the page takes."""
LOOKED_AT = 2_000
"""Documents among which one with the same text is looked for."""
SHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers")
"""Kinds of spreadsheets, whose sheets can be saved as CSV."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that went in: how many of its lines could not be read, and the id of a document with a text of its."""

    skipped: int = 0
    twin: str = ""


class RefusedError(Exception):
    """A file that is not taken; the message says why, in the words of the page."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def checked_name(given: str, words: Words) -> str:
    """Give the last part of a file's name. Raises `RefusedError` for a kind that is not read or a name not to keep."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    kind = PurePosixPath(name).suffix.lower()
    if kind in SHEETS:
        raise RefusedError(415, words.spreadsheet.format(kind=kind))
    if kind not in KINDS:
        raise RefusedError(415, words.unknown_kind.format(kind=kind or "?", kinds=", ".join(KINDS)))
    if not name.isprintable() or name.startswith(".") or len(name.encode()) > 200:
        raise RefusedError(422, words.name_unfit)
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


def add(shelves: Shelves, incoming: Path, words: Words, uploads: Path | None = None) -> Taken:
    """Read one file and add its documents, one file at a time; the file itself is kept in `uploads`, if there is one.

    Documents of lines that a file of that name no longer has are taken out. Raises `RefusedError` with the reader's
    reason, and for a name that a document from elsewhere has already.
    """
    with _one_at_a_time:
        documents, skipped = _read(incoming, words)
        ids = {document.id for document in documents}
        twin = _twin(shelves, documents, ids)
        if uploads is not None:
            kept = uploads / incoming.name
            if any(_from_elsewhere(shelves, document.id, kept) for document in documents):
                raise RefusedError(409, words.name_taken)
            moved = [replace(one, source=one.source.replace(str(incoming), str(kept), 1)) for one in documents]
            with _kept(incoming, kept):
                _add(shelves, moved, words)
            if kept.suffix.lower() == ".jsonl":
                shelves.remove([one.id for one in shelves.documents() if _is_line(one, kept) and one.id not in ids])
        else:
            _add(shelves, documents, words)
        return Taken(skipped, twin)


def _is_line(document: Document, kept: Path) -> bool:
    path, line = file_of(document.source)
    return line is not None and path == kept


def _twin(shelves: Shelves, documents: Sequence[Document], ids: Collection[str]) -> str:
    """Give the id of a document that has the text of one of `documents`; empty where none of the first has it."""
    texts = {document.text for document in documents}
    looked_at = islice(shelves.documents(), LOOKED_AT)
    return next((one.id for one in looked_at if one.text in texts and one.id not in ids), "")


def _add(shelves: Shelves, documents: Sequence[Document], words: Words) -> None:
    try:
        shelves.add(documents)
    except BlockingIOError as error:
        raise RefusedError(503, words.collection_busy) from error


@contextmanager
def _kept(incoming: Path, kept: Path) -> Iterator[None]:
    """Put a file in the place of the one kept before; where the block fails, that one is put back."""
    before = incoming.with_name(f".{incoming.name}.before")
    if kept.exists():
        before.hardlink_to(kept)
    incoming.replace(kept)
    try:
        yield
    except BaseException:
        if before.exists():
            before.replace(kept)
        else:
            kept.unlink(missing_ok=True)
        raise
    before.unlink(missing_ok=True)


def reread(shelves: Shelves, document: Document, words: Words) -> None:
    """Read a document's file again, as it is now. Raises `RefusedError` when that can't be done."""
    path = place_of(document.source)
    if state(document) not in ("same", "changed"):
        raise RefusedError(404, words.file_missing)
    with _one_at_a_time:
        documents, _ = _read(path, words)
        _add(shelves, [replace(found, id=document.id) for found in documents], words)


def remove(shelves: Shelves, identifier: str, uploads: Path | None = None) -> None:
    """Take a document out, with its file, or line, where that came in through the page.

    Raises KeyError for an unknown id.
    """
    with _one_at_a_time:
        path, line = file_of(shelves.document(identifier).source)
        shelves.remove([identifier])
        if uploads is None or path.resolve().parent != uploads.resolve():
            return
        if line is None:
            path.unlink(missing_ok=True)
        elif path.exists():
            _blank(path, line)


def _blank(path: Path, line: int) -> None:
    """Empty a line of a file, so that the others keep their numbers; with its last one goes the file."""
    lines = path.read_bytes().split(b"\n")
    lines[line - 1 : line] = [b""]
    if any(one.strip() for one in lines):
        written = path.with_name(f".{path.name}.new")
        written.write_bytes(b"\n".join(lines))
        written.replace(path)
    else:
        path.unlink()


def folder(uploads: Path | None) -> tempfile.TemporaryDirectory[str]:
    """Give a folder for one incoming file, removed afterwards; within `uploads`, so that keeping it is a renaming."""
    if uploads is not None:
        uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=".incoming-", dir=uploads)


def _read(path: Path, words: Words) -> tuple[list[Document], int]:
    """Give the documents of a file, and how many of its lines are none."""
    skipped: list[Skipped] = []
    try:
        return list(read([path], on_skip=skipped.append)), len(skipped)
    except (ValueError, OSError) as error:
        raise RefusedError(422, refusal(skipped[0].reason if skipped else str(error), words)) from error


def _from_elsewhere(shelves: Shelves, identifier: str, kept: Path) -> bool:
    """Say whether a document of this id has its file elsewhere: reading that folder anew would undo the upload."""
    try:
        source = shelves.document(identifier).source
    except KeyError:
        return False
    path, _ = file_of(source)
    return bool(source) and path.resolve() != kept.resolve() and (path.is_file() or not path.is_absolute())
