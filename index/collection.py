"""Collection: documents that can be added, removed and searched; in a folder on disk, or in memory."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType

import numpy as np

from index import files, hybrid
from index.dense import RECALL
from index.document import Changes, Chunk, Document, Hit
from index.embedder import Embedder, EmbedderLike, Identity, embed, identify, load_embedder
from index.intake import BATCH_CHUNKS, batches, fresh, name_of_batch, vectors_of
from index.merging import MOST, Joined, join_groups, joined
from index.originals import hash_of, originals
from index.segment import Segment, build
from index.snapshot import Part, Snapshot
from index.store import Folder, Memory, Store

_log = logging.getLogger(__name__)

JOINED_EARLY = MOST - 2 * BATCH_CHUNKS
"""Staged segments that hold so many chunks together are joined before the commit."""


Files = Callable[[Sequence[Document]], Mapping[str, Path]]
"""Gives the files that documents were read from, by their SHA-256."""


@dataclass(frozen=True, slots=True)
class State:
    """What tells one state of a collection from another, known without reading a document.

    `generation` counts commits; `sha256` is of what the state consists of; `vectors` says how the nearest are found.
    """

    generation: int
    sha256: str
    documents: int
    chunks: int
    vectors: str


@dataclass(frozen=True, slots=True)
class Stats:
    """What a collection holds: numbers of documents, chunks and segments, documents by language, bytes on disk.

    `generation` counts commits; `vectors` says how the nearest are found.
    """

    documents: int
    chunks: int
    segments: int
    languages: Mapping[str, int]
    generation: int
    embedder: Identity
    vectors: str
    size: int


class OutdatedError(ValueError):
    """The embedder of a collection has other weights than when it made the vectors; `Collection.renew` helps."""


class Collection:
    """Documents in, hits out. A handle is a context manager and safe to use from threads.

    Every change is one commit: it happens as a whole, is durable once the call returns, and other handles see it at
    their next search.
    """

    def __init__(self, store: Store, embedder: Embedder | None, made_by: Identity | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._made_by = made_by
        self._embedder_lock = threading.Lock()

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, embedder: EmbedderLike = "default") -> Collection:
        """Make an empty collection in a new or empty folder. Raises FileExistsError for another."""
        chosen = load_embedder(embedder)
        made_by = identify(chosen)
        return cls(Folder.create(Path(path), made_by), chosen, made_by)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, embedder: EmbedderLike | None = None) -> Collection:
        """Open a collection with the embedder that made it; None: the one its manifest names.

        Raises FileNotFoundError where there is none, ValueError for another embedder (OutdatedError where it only has
        other weights than it had) or a damaged collection.
        """
        folder = Folder(Path(path))
        made_by = folder.snapshot().embedder
        if embedder is None:
            return cls(folder, None)
        chosen = load_embedder(embedder)
        _refuse_another(made_by, chosen)
        return cls(folder, chosen, made_by)

    @classmethod
    def renew(cls, path: str | os.PathLike[str], *, embedder: EmbedderLike | None = None) -> int:
        """Make all vectors of a collection anew, with its embedder as it is now, or with another.

        Gives the number of documents, 0 where the vectors fit as they are. One commit, which `rollback` undoes. Raises
        FileNotFoundError where there is no collection, BlockingIOError when it is changed meanwhile.
        """
        folder = Folder(Path(path))
        now = folder.snapshot()
        chosen = load_embedder(now.embedder.name if embedder is None else embedder)
        made_by = identify(chosen)
        if now.embedder.fits(made_by):
            return 0
        collection = cls(folder, chosen, made_by)
        before = replace(now, parts=(), embedder=made_by)

        def kept(documents: Sequence[Document]) -> dict[str, Path]:
            return dict(found for document in documents if (found := now.original(document.id)) is not None)

        staged, names, ids = collection._staged(before, now.documents(), kept)
        collection._commit(before, staged, ids)
        collection._forget(names)
        return len(ids)

    @classmethod
    def in_memory(cls, *, embedder: EmbedderLike = "default") -> Collection:
        """Make an empty collection that lives as long as this object."""
        chosen = load_embedder(embedder)
        made_by = identify(chosen)
        return cls(Memory(made_by), chosen, made_by)

    def __enter__(self) -> Collection:
        """Give this handle."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let go of nothing: files close with the last user of a state, and no lock outlives a call."""

    @property
    def embedder(self) -> Embedder:
        """What makes this collection's vectors, loaded at its first use."""
        return self._ready()

    def __len__(self) -> int:
        """Give the number of documents."""
        return self._store.snapshot().num_documents

    def add(self, documents: Iterable[Document]) -> Changes:
        """Add documents, all or none; one whose id is known takes the place of the old, unless nothing in it changed.

        A document without a language is stored with the detected one. An `add` that was killed goes on from its last
        batch when it is called again with the same documents. Raises ValueError for two documents of one id, for
        metadata that JSON can't hold, and when the embedder gives what is no vector.
        """
        if isinstance(documents, Document):
            raise TypeError("expected an iterable of documents, found one document; put it in a list")
        before = self._store.snapshot()
        unchanged: list[str] = []
        staged, names, ids = self._staged(before, fresh(before, documents, unchanged), originals)
        if not ids:
            return Changes(unchanged=tuple(sorted(unchanged)))
        known = self._commit(before, staged, ids)
        self._forget(names)
        return Changes(
            added=tuple(i for i in ids if i not in known),
            changed=tuple(i for i in ids if i in known),
            unchanged=tuple(sorted(unchanged)),
        )

    def remove(self, ids: Iterable[str]) -> Changes:
        """Remove documents. Raises KeyError for an unknown id, before anything changes."""
        if isinstance(ids, str):
            raise TypeError(f"expected an iterable of ids, found the string {ids!r}; put it in a list")
        gone = tuple(dict.fromkeys(ids))

        def without(base: Snapshot) -> tuple[Sequence[Part], Sequence[str]] | None:
            unknown = [document_id for document_id in gone if base.find(document_id) is None]
            if unknown:
                raise KeyError(f"no document {unknown[0]!r} in this collection; nothing was removed")
            return (base.without(gone), gone) if gone else None

        self._store.commit(without)
        return Changes(removed=gone)

    def document(self, document_id: str) -> Document:
        """Give the document of this id as it was added. Raises KeyError where there is none."""
        return self._store.snapshot().document(document_id)

    def original(self, document_id: str) -> Path | None:
        """Give the very file that a document was read from, None where there is none or it is no longer that file.

        A folder keeps copies of PDF, Word and HTML files; `metadata["file_sha256"]` of the document is the file's hash,
        `source` its path. Raises KeyError where there is no such document.
        """
        kept = self._store.snapshot().original(document_id)
        if kept is None:
            return None
        digest, path = kept
        if hash_of(path) == digest:
            return path
        _log.error("%s, kept for document %r, is missing or damaged", path, document_id)
        return None

    def documents(self, *, newest_first: bool = False) -> Iterator[Document]:
        """Go through the documents of the state in force when this is called, whatever changes meanwhile."""
        return self._store.snapshot().documents(newest_first=newest_first)

    def search(self, query: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give at most `k` hits, best first, as `Retriever` promises; scores lie in 0..1.

        Raises ValueError when k < 1 or the filter holds something that can't be compared, TypeError when it is none.
        """
        if not isinstance(query, str):
            raise TypeError(f"expected a query as text, found {query!r}")
        if filter is not None and not isinstance(filter, Mapping):
            raise TypeError(f'expected a filter such as {{"language": "fr"}}, found {filter!r}')
        if not isinstance(k, int) or k < 1:
            raise ValueError(f"k must be at least 1, found {k!r}")
        snapshot = self._store.snapshot()
        if not snapshot.num_chunks:
            return []
        vector = embed(self._ready(), [query], questions=True)[0]
        if len(vector) != snapshot.embedder.dimension:
            raise ValueError(
                f"the embedder gave a question {len(vector)} numbers, the passages of this collection have "
                f"{snapshot.embedder.dimension}: use the embedder that made it"
            )
        return hybrid.search(snapshot, query, vector, k, filter)

    def state(self) -> State:
        """Tell which state a search would see now; takes no longer for a large collection."""
        now = self._store.snapshot()
        return State(now.generation, now.sha256, now.num_documents, now.num_chunks, _form(now))

    def stats(self) -> Stats:
        """Count what the collection holds."""
        snapshot = self._store.snapshot()
        languages: dict[str, int] = {}
        for part in snapshot.parts:
            for row in np.flatnonzero(part.live_documents):
                language = str(part.segment.record(int(row))["language"])
                languages[language] = languages.get(language, 0) + 1
        return Stats(
            documents=snapshot.num_documents,
            chunks=snapshot.num_chunks,
            segments=len(snapshot.parts),
            languages=dict(sorted(languages.items())),
            generation=snapshot.generation,
            embedder=snapshot.embedder,
            vectors=_form(snapshot),
            size=files.size(self._store.path) if isinstance(self._store, Folder) else 0,
        )

    def _ready(self) -> Embedder:
        return self._embedder_of(self._store.snapshot())

    def _embedder_of(self, snapshot: Snapshot) -> Embedder:
        """Give the embedder, loading the one that the collection names at its first use, and make sure that it fits."""
        with self._embedder_lock:
            made_by = snapshot.embedder
            chosen = self._embedder
            if chosen is None:
                try:
                    chosen = load_embedder(made_by.name)
                except FileNotFoundError as error:
                    raise ValueError(
                        f"this collection was made with the embedder {made_by.name!r}, which can't be loaded by its "
                        f"name ({error}); pass it: Collection.open(path, embedder=...)"
                    ) from error
            if made_by != self._made_by:  # at the first use, or where another program has renewed the vectors
                _refuse_another(made_by, chosen)
            self._embedder, self._made_by = chosen, made_by
            return chosen

    def _staged(
        self, before: Snapshot, documents: Iterable[Document], files_of: Files
    ) -> tuple[list[Segment], list[str], list[str]]:
        """Stage documents in segments; give these, the names of all that were staged, and the ids of the documents."""
        staged: list[Segment] = []
        names: list[str] = []
        ids: list[str] = []
        for batch in batches(documents):
            staged.append(self._stage(before, [d for d, _ in batch], [c for _, c in batch], files_of))
            names.append(staged[-1].name)
            ids.extend(d.id for d, _ in batch)
            if sum(segment.num_chunks for segment in staged if segment.num_chunks < JOINED_EARLY) >= JOINED_EARLY:
                staged = self._joined_early(before, staged)
        return staged, names, ids

    def _stage(
        self, before: Snapshot, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]], files_of: Files
    ) -> Segment:
        name = name_of_batch(before.embedder, documents, chunks)

        def make() -> Segment:
            with ThreadPoolExecutor(1) as worker:  # embedding mostly waits for no lock, analysing words holds one
                vectors = worker.submit(vectors_of, before, self._embedder_of(before), documents, chunks)
                return build(name, documents, chunks, vectors.result, files_of(documents))

        return self._store.stage(name, make, before.embedder.dimension)

    def _joined_early(self, before: Snapshot, staged: Sequence[Segment]) -> list[Segment]:
        """Join the small ones of staged segments, so that an addition of any size holds few of them in memory."""
        large = [segment for segment in staged if segment.num_chunks >= JOINED_EARLY]
        made = joined([Part.of(segment) for segment in staged if segment.num_chunks < JOINED_EARLY]).segment
        return [*large, self._store.stage(made.name, partial(_itself, made), before.embedder.dimension)]

    def _commit(self, before: Snapshot, staged: Sequence[Segment], ids: Sequence[str]) -> set[str]:
        """Commit staged segments in place of what had their ids; give the ids that were known."""
        parts = [*before.without(ids), *(Part.of(segment) for segment in staged)]
        merged: list[Joined] = []
        for group in join_groups(parts):
            made = joined([parts[number] for number in group])
            segment = self._store.stage(made.segment.name, partial(_itself, made.segment), before.embedder.dimension)
            merged.append(replace(made, segment=segment))
        known: set[str] = set()

        def added(base: Snapshot) -> tuple[Sequence[Part], Sequence[str]]:
            if base.embedder != before.embedder and base.generation != before.generation:
                raise BlockingIOError(
                    "another program has changed this collection or its vectors meanwhile; do it again"
                )
            known.update(document_id for document_id in ids if base.find(document_id) is not None)
            after = [*base.without(ids), *(Part.of(segment) for segment in staged)]
            for one in merged:
                after = one.applied(after)
            return after, ()

        self._store.commit(added, before.embedder)
        self._forget([segment.name for segment in staged] + [one.segment.name for one in merged])
        return known

    def _forget(self, names: Sequence[str]) -> None:
        """Delete staged segments that did not come into force."""
        in_force = {part.segment.name for part in self._store.snapshot().parts}
        self._store.discard([name for name in names if name not in in_force])


def _form(snapshot: Snapshot) -> str:
    """Say in words how vectors are kept and found."""
    cut = sum(part.segment.vectors.num_lists > 0 for part in snapshot.parts)
    form = f"half precision; every vector compared in {len(snapshot.parts) - cut} segments"
    return form + (f", inverted lists with a recall of {RECALL} in {cut}" if cut else "")


def _itself(segment: Segment) -> Segment:
    return segment


def _refuse_another(made_by: Identity, embedder: Embedder) -> None:
    found = identify(embedder)
    if made_by.fits(found):
        return
    if made_by.name == found.name:
        raise OutdatedError(
            f"the vectors of this collection were made with other weights than the embedder {found.name!r} has now; "
            "Collection.renew(path) makes them anew, and so does sourcier index with its documents"
        )
    raise ValueError(
        f"this collection was made with the embedder {made_by.name!r} ({made_by.dimension} numbers a vector), not "
        f"with {found.name!r} ({found.dimension} numbers); open it with the first, or make a new collection with the "
        "second and add the documents to it"
    )
