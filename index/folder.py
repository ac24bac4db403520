"""Bring a collection in step with files and folders: what is new, changed and gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from index.collection import Collection
from index.document import Changes, Document, Skipped
from index.names import place_of, readable
from index.reader import read


def sync(
    collection: Collection,
    paths: Sequence[str | PathLike[str]],
    *,
    also: Sequence[str | PathLike[str]] = (),
    only: bool = False,
    on_skip: Callable[[Skipped], None] | None = None,
    on_document: Callable[[Document], None] | None = None,
) -> Changes:
    """Read `paths` into `collection`, embedding only what changed, and forget what is gone from those folders.

    Sources are stored as absolute paths, so that it doesn't matter from where this is called again; a document whose
    source is relative is not known to be gone. `only`: forget every document that isn't read, wherever it came from. A
    file that can't be read just now, or whose folder can't be, keeps its document. So does one in another folder where
    it still lies: a document with its id and another text is skipped. `also` as `read`'s. `on_document` is called for
    each document read. Errors as `read`'s.
    """
    seen: set[str] = set()
    skipped: list[str] = []

    def noted() -> Iterator[Document]:
        for document in read(paths, also=also, on_skip=skip):
            document = replace(document, source=_absolute(document.source))
            if not only and (first := elsewhere(document)):
                told = f"the collection holds {document.id!r} from {first}, which is still there; "
                skip(Skipped(document.source, f"{told}rename one, or index the folder that holds both"))
                continue
            seen.add(document.id)
            if on_document is not None:
                on_document(document)
            yield document

    def elsewhere(document: Document) -> str:
        """Give the source that holds another text under the document's id outside of what is read now, or ""."""
        try:
            held = collection.document(document.id)
        except KeyError:
            return ""
        places = _places(held)
        known = Path(held.source).is_absolute() and roots.isdisjoint(places) and places[0].exists()
        return held.source if known and held.text != document.text else ""

    def skip(what: Skipped) -> None:
        skipped.append(what.path)
        if on_skip is not None:
            on_skip(what)

    roots = {Path(path).resolve() for path in (*paths, *also)}
    changes = collection.add(noted())
    unread = {place_of(path).resolve() for path in skipped}

    def is_gone(document: Document) -> bool:
        places = _places(document)
        known = only or (Path(document.source).is_absolute() and not roots.isdisjoint(places))
        return known and unread.isdisjoint(places)

    gone = [one.id for one in collection.documents() if one.id not in seen and is_gone(one)]
    if gone:
        collection.remove(gone)
    return replace(changes, removed=(*changes.removed, *gone), skipped=(*changes.skipped, *skipped))


def _absolute(source: str) -> str:
    """Give a source from the root on; links in it stay, so that it follows one that is set anew."""
    path = Path(source).absolute()
    return readable(str(path.resolve() if ".." in path.parts else path))


def _places(document: Document) -> Sequence[Path]:
    """Give the file a document was read from and the folders it lies in; JSON Lines sources have the line as well."""
    if not document.source:
        return ()
    path, _, line = document.source.rpartition(":")
    file = place_of(path if path and line.isdigit() else document.source).resolve()
    return (file, *file.parents)
