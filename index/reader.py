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
from index.readers import jsonl, text

logger = logging.getLogger(__name__)

Reader = Callable[[Path, str], Iterable[Document]]

READERS: Mapping[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
    ".markdown": text.read,
    ".jsonl": jsonl.read,
}
"""File ending -> reader(path, id) -> documents. A reader raises ValueError when it can't read a file."""


def read(
    paths: Sequence[str | PathLike[str]], *, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Document]:
    """Read files and folders into documents, in path order, their language detected where it isn't given.

    Ids: below a folder the relative path with "/"; a single file its name; a JSON Lines line its own id. A file that
    can't be read goes to `on_skip` and the log. Question sets are left out. Raises TypeError for a bare string,
    FileNotFoundError for a missing path, ValueError when two ids are equal or nothing at all could be read.
    """
    if isinstance(paths, str | bytes | PathLike):
        raise TypeError(f"expected a sequence of paths, found one path: write read([{fspath(paths)!r}])")
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"there is no file or folder {str(root)!r}")
    return _documents(roots, on_skip)


def _documents(roots: list[Path], on_skip: Callable[[Skipped], None] | None) -> Iterator[Document]:
    places: dict[str, str] = {}
    reasons: list[str] = []

    def skip(path: Path, reason: str) -> None:
        reasons.append(f"{path}: {reason}")
        logger.warning("skipped %r: %s", str(path), reason)
        if on_skip is not None:
            on_skip(Skipped(str(path), reason))

    for root in roots:
        for path, document_id in _files(root):
            reader = READERS.get(path.suffix.lower())
            if reader is None:
                skip(path, f"{path.suffix or 'a file without ending'} is not a format that is read ({_known()})")
                continue
            try:
                for document in reader(path, document_id):
                    if document.id in places:
                        raise _SameIdError(
                            f"two documents have the id {document.id!r}: {places[document.id]} and {path}; "
                            "rename one, or read the folder that holds both"
                        )
                    places[document.id] = str(path)
                    yield document if document.language else replace(document, language=detect(document.text))
            except _SameIdError:
                raise
            except (OSError, ValueError) as error:
                skip(path, str(error))
    if not places:
        looked = ", ".join(map(str, roots)) or "no path"
        raise ValueError(f"nothing readable in {looked} ({_known()})" + "".join(f"\n  {r}" for r in reasons[:10]))


class _SameIdError(ValueError):
    """Two documents of one call share an id."""


def _known() -> str:
    return "read are: " + ", ".join(READERS)


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    """Give the files under `root` with their ids; hidden ones and whatever isn't a plain file are left out."""
    if not root.is_dir():
        yield root, root.name
        return
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts) and not _questions(path):
            yield path, relative.as_posix()


def _questions(path: Path) -> bool:
    """Say whether `path` is a question set rather than documents: JSON Lines whose first line holds a question."""
    if path.suffix.lower() != ".jsonl":
        return False
    with path.open("rb") as lines:
        try:
            first = json.loads(lines.readline(1_000_000))
        except ValueError:
            return False
    return isinstance(first, dict) and "question" in first and "text" not in first
