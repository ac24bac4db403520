"""Paths -> Documents: which reader for which format."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path

from index.document import Document, Skipped
from index.language import detect
from index.names import readable
from index.readers import csv, isolated, jsonl, text
from index.readers.file import refusal
from index.readers.folder import Found, walk

logger = logging.getLogger(__name__)

Reader = Callable[[Path, str], Iterable[Document | Skipped]]

READERS: Mapping[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
    ".markdown": text.read,
    ".csv": csv.read,
    ".tsv": csv.read,
    ".jsonl": jsonl.read,
    ".pdf": isolated.read,
    ".docx": isolated.read,
    ".html": isolated.read,
    ".htm": isolated.read,
    ".xhtml": isolated.read,
}
"""File ending -> reader(path, id) -> documents, and what is skipped among them. ValueError: it can't read the file."""


def read(
    paths: Sequence[str | PathLike[str]],
    *,
    also: Sequence[str | PathLike[str]] = (),
    on_skip: Callable[[Skipped], None] | None = None,
) -> Iterator[Document]:
    """Read files and folders into documents, in path order, their language detected where it isn't given.

    Ids: below a folder the relative path with "/"; a single file its name; a JSON Lines line its own id. A file that
    can't be read goes to `on_skip` and the log; so does a line of JSON Lines, and a file in `also`, read last, whose id
    one in `paths` has. Question sets are left out. Raises TypeError for a bare string, FileNotFoundError for a missing
    path, ValueError for an empty one, when two ids are equal or nothing at all could be read.
    """
    if isinstance(paths, str | bytes | PathLike):
        raise TypeError(f"expected a sequence of paths, found one path: write read([{fspath(paths)!r}])")
    paths, also = list(paths), list(also)
    for path in (*paths, *also):
        if not fspath(path):
            raise ValueError('expected the path of a file or folder, found an empty text; "." is the current folder')
        if not Path(path).exists():
            raise FileNotFoundError(f"there is no file or folder {str(path)!r}")
    return _documents([Path(path) for path in paths], [Path(path) for path in also], on_skip)


def expected(paths: Sequence[str | PathLike[str]]) -> int:
    """Give about how many documents `read` will give, for showing how far it is: files, and lines of JSON Lines."""
    found = [one.path for path in paths for one in walk(Path(path)) if not one.reason]
    kinds = [(path, path.suffix.lower()) for path in found]
    return sum(_lines(path) if kind == ".jsonl" else kind in READERS for path, kind in kinds)


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


def _found(roots: list[Path], also: list[Path]) -> Iterator[tuple[Found, bool, bool]]:
    """Give each file once, however often it is named: with whether it lies below a folder, and in one of `roots`."""
    files: set[Path] = set()
    for number, root in enumerate((*roots, *also)):
        for found in walk(root):
            if (file := found.path.resolve()) not in files:
                files.add(file)
                yield found, found.path != root, number < len(roots)


def _documents(roots: list[Path], also: list[Path], on_skip: Callable[[Skipped], None] | None) -> Iterator[Document]:
    places: dict[str, str] = {}
    reasons: list[str] = []

    def skip(path: Path, reason: str) -> None:
        name = readable(str(path))
        reasons.append(f"{name}: {reason}")
        logger.warning("skipped %r: %s", name, reason)
        if on_skip is not None:
            on_skip(Skipped(name, reason))

    for found, below, given in _found(roots, also):
        try:
            for document in _read(found, below=below):
                if isinstance(document, Skipped):
                    skip(found.path, document.reason)
                    continue
                if document.id in places:
                    raise _same_id(document.id, places[document.id], found.path, given=given)
                places[document.id] = str(found.path)
                yield replace(
                    document, source=readable(document.source), language=document.language or detect(document.text)
                )
        except _SameIdError:
            raise
        except OSError as error:
            skip(found.path, error.strerror or str(error))
        except ValueError as error:
            skip(found.path, str(error))
    if not places:
        looked = ", ".join(map(str, roots)) or "no path"
        raise ValueError(f"nothing readable in {looked} ({_known()})" + "".join(f"\n  {r}" for r in reasons[:10]))


def _read(found: Found, *, below: bool) -> Iterable[Document | Skipped]:
    """Give the documents of one file. Raises ValueError with the reason when there are none to be had."""
    ending = found.path.suffix.lower()
    if found.reason or ending not in READERS:
        raise ValueError(found.reason or refusal(ending, _known()))
    return () if below and _questions(found.path) else _once(READERS[ending](found.path, found.id))


def _once(documents: Iterable[Document | Skipped]) -> Iterator[Document | Skipped]:
    """Give the documents of one file, but for those whose id another one before them has."""
    taken: set[str] = set()
    for one in documents:
        if isinstance(one, Document) and one.id in taken:
            yield Skipped(
                one.source, f"{one.source} has the id {one.id!r} of another one before it: give it one of its own"
            )
            continue
        if isinstance(one, Document):
            taken.add(one.id)
        yield one


def _same_id(identifier: str, first: str, second: Path, *, given: bool) -> ValueError:
    """Give the error of two documents with one id: the end of it all where both were `given`, else of the second."""
    told = f"two documents have the id {identifier!r}: {first} and {second}; "
    if given:
        return _SameIdError(f"{told}rename one, or read the folder that holds both")
    return ValueError(f"{told}the first is taken, rename one to have both")


class _SameIdError(ValueError):
    """Two documents of one call share an id."""


def _known() -> str:
    return "read are: " + ", ".join(READERS)


def _questions(path: Path) -> bool:
    """Say whether `path` is a question set rather than documents: JSON Lines whose first line holds a question."""
    if path.suffix.lower() != ".jsonl":
        return False
    with path.open("rb") as lines:
        try:
            first = json.loads(lines.readline(1_000_000))
        except (ValueError, RecursionError):
            return False
    return isinstance(first, dict) and "question" in first and "text" not in first
