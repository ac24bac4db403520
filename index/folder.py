"""Bring a collection in step with files and folders: what is new, changed and gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from index.collection import Collection
from index.document import Changes, Document, Skipped
from index.reader import read


def sync(
    collection: Collection,
    paths: Sequence[str | PathLike[str]],
    *,
    only: bool = False,
    on_skip: Callable[[Skipped], None] | None = None,
    on_document: Callable[[Document], None] | None = None,
) -> Changes:
    """Read `paths` into `collection`, embedding only what changed, and forget what is gone from those folders.

    `only`: forget every document that isn't in `paths`, wherever it came from. A file that can't be read just now keeps
    its document. `on_document` is called for each document read. Errors as `read`'s.
    """
    seen: set[str] = set()
    skipped: list[str] = []

    def noted() -> Iterator[Document]:
        for document in read(paths, on_skip=skip):
            seen.add(document.id)
            if on_document is not None:
                on_document(document)
            yield document

    def skip(what: Skipped) -> None:
        skipped.append(what.path)
        if on_skip is not None:
            on_skip(what)

    changes = collection.add(noted())
    roots = [Path(path).resolve() for path in paths]
    unread = {Path(path).resolve() for path in skipped}
    gone = [
        document.id
        for document in collection.documents()
        if document.id not in seen and _file(document) not in unread and (only or _below(_file(document), roots))
    ]
    if gone:
        collection.remove(gone)
    return replace(changes, removed=(*changes.removed, *gone), skipped=(*changes.skipped, *skipped))


def _file(document: Document) -> Path | None:
    """Give the file a document was read from; a JSON Lines source also carries its line number."""
    if not document.source:
        return None
    path, _, line = document.source.rpartition(":")
    return Path(path if path and line.isdigit() else document.source).resolve()


def _below(path: Path | None, roots: Sequence[Path]) -> bool:
    return path is not None and any(path == root or root in path.parents for root in roots)
