"""Collection: documents that can be added, removed and searched; in a folder on disk, or in memory."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np

from index import files, hybrid
from index.chunker import CHUNKER_VERSION, chunk
from index.dense import RECALL
from index.document import Changes, Chunk, Document, Hit
from index.embedder import Embedder, EmbedderLike, Identity, Vectors, embed, identify, load_embedder, name_of
from index.generation import Change, Folder
from index.language import ANALYSER_VERSION, detect
from index.merging import Joined, join_groups, joined
from index.segment import Segment, build, passage, record, same
from index.snapshot import Part, Snapshot

BATCH_CHUNKS = 4096
"""How many chunks are embedded between two points from which an interrupted `add` goes on."""
BATCH_CHARACTERS = 16_000_000
_EMBEDDED_AT_ONCE = 256


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


class Store(Protocol):
    """Where the states of a collection are kept: a `Folder`, or memory."""

    def snapshot(self) -> Snapshot:
        """Give the state in force."""
        ...

    def stage(self, name: str, build: Callable[[], Segment], dimension: int) -> Segment:
        """Keep a segment for a commit to come; where one of that name lies ready, give it instead of building."""
        ...

    def discard(self, names: Sequence[str]) -> None:
        """Forget staged segments that no state holds."""
        ...

    def commit(self, change: Change) -> Snapshot:
        """Make the state that `change` makes of the one in force."""
        ...


class Memory:
    """States held in memory alone."""

    def __init__(self, embedder: Identity) -> None:
        self._lock = threading.RLock()
        self._snapshot = Snapshot(1, (), embedder)

    def snapshot(self) -> Snapshot:
        """Give the state in force."""
        return self._snapshot

    def stage(self, name: str, build: Callable[[], Segment], dimension: int) -> Segment:
        """Build the segment."""
        return build()

    def discard(self, names: Sequence[str]) -> None:
        """Nothing is kept that a state doesn't hold."""

    def commit(self, change: Change) -> Snapshot:
        """Make the state that `change` makes of the one in force."""
        with self._lock:
            base = self._snapshot
            made = change(base)
            if made is not None:
                self._snapshot = Snapshot(base.generation + 1, tuple(made[0]), base.embedder)
            return self._snapshot


class Collection:
    """Documents in, hits out. A handle is a context manager and safe to use from threads.

    Every change is one commit: it happens as a whole, is durable once the call returns, and other handles see it at
    their next search.
    """

    def __init__(self, store: Store, embedder: Embedder | None) -> None:
        self._store = store
        self._embedder = embedder
        self._embedder_lock = threading.Lock()

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, embedder: EmbedderLike = "default") -> Collection:
        """Make an empty collection in a new or empty folder. Raises FileExistsError for another."""
        chosen = load_embedder(embedder)
        return cls(Folder.create(Path(path), identify(chosen)), chosen)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, embedder: EmbedderLike | None = None) -> Collection:
        """Open a collection with the embedder that made it; None: the one its manifest names.

        Raises FileNotFoundError where there is none, ValueError for another embedder or a damaged collection.
        """
        folder = Folder(Path(path))
        made_by = folder.snapshot().embedder
        if embedder is None:
            return cls(folder, None)
        chosen = load_embedder(embedder)
        _refuse_another(made_by, chosen)
        return cls(folder, chosen)

    @classmethod
    def in_memory(cls, *, embedder: EmbedderLike = "default") -> Collection:
        """Make an empty collection that lives as long as this object."""
        chosen = load_embedder(embedder)
        return cls(Memory(identify(chosen)), chosen)

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
        staged: list[Segment] = []
        ids: list[str] = []
        for batch in _batches(_fresh(before, documents, unchanged)):
            staged.append(self._stage(before, [d for d, _ in batch], [c for _, c in batch]))
            ids.extend(d.id for d, _ in batch)
        if not ids:
            return Changes(unchanged=tuple(sorted(unchanged)))
        known = self._commit(before, staged, ids)
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

    def documents(self) -> Iterator[Document]:
        """Go through the documents of the state in force when this is called, whatever changes meanwhile."""
        return self._store.snapshot().documents()

    def search(self, query: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give at most `k` hits, best first, as `Retriever` promises; scores lie in 0..1.

        Raises ValueError when k < 1 or the filter holds something that can't be compared.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        snapshot = self._store.snapshot()
        if not snapshot.num_chunks:
            return []
        vector = embed(self._ready(), [query], questions=True)[0]
        return hybrid.search(snapshot, query, vector, k, filter)

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
        """Give the embedder, loading the one the collection names at its first use."""
        with self._embedder_lock:
            if self._embedder is None:
                made_by = self._store.snapshot().embedder
                try:
                    chosen = load_embedder(made_by.name)
                except FileNotFoundError as error:
                    raise ValueError(
                        f"this collection was made with the embedder {made_by.name!r}, which can't be loaded by its "
                        f"name ({error}); pass it: Collection.open(path, embedder=...)"
                    ) from error
                _refuse_another(made_by, chosen)
                self._embedder = chosen
            return self._embedder

    def _stage(self, before: Snapshot, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]]) -> Segment:
        name = _name(before.embedder, documents, chunks)

        def make() -> Segment:
            with ThreadPoolExecutor(1) as worker:  # embedding mostly waits for no lock, analysing words holds one
                vectors = worker.submit(self._vectors, before, documents, chunks)
                return build(name, documents, chunks, vectors.result)

        return self._store.stage(name, make, before.embedder.dimension)

    def _vectors(self, before: Snapshot, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]]) -> Vectors:
        """Embed the chunks, but for those of changed documents that are as they were: they keep their vectors."""
        embedder = self._ready()
        passages = [passage(d.title, c) for d, found in zip(documents, chunks, strict=True) for c in found]
        vectors = np.zeros((len(passages), before.embedder.dimension), np.float32)
        kept: dict[str, Vectors] = {}
        for document in documents:
            kept.update(_kept_vectors(before, document.id))
        wanted = [row for row, text in enumerate(passages) if text not in kept]
        for row, text in enumerate(passages):
            if text in kept:
                vectors[row] = kept[text]
        for start in range(0, len(wanted), _EMBEDDED_AT_ONCE):
            rows = wanted[start : start + _EMBEDDED_AT_ONCE]
            try:
                made = embed(embedder, [passages[row] for row in rows])
                if made.shape[1] != before.embedder.dimension:
                    raise ValueError(
                        f"embedder {name_of(embedder)!r} gave vectors of {made.shape[1]} numbers, those of this "
                        f"collection have {before.embedder.dimension}"
                    )
            except ValueError as error:
                raise ValueError(
                    f"{error}; in batch {start // _EMBEDDED_AT_ONCE + 1} of the documents {documents[0].id!r} to "
                    f"{documents[-1].id!r}; nothing was added"
                ) from error
            vectors[rows] = made
        return vectors

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
            known.update(document_id for document_id in ids if base.find(document_id) is not None)
            after = [*base.without(ids), *(Part.of(segment) for segment in staged)]
            for one in merged:
                after = one.applied(after)
            return after, ()

        after = self._store.commit(added)
        in_force = {part.segment.name for part in after.parts}
        names = [segment.name for segment in staged] + [one.segment.name for one in merged]
        self._store.discard([name for name in names if name not in in_force])
        return known


def _form(snapshot: Snapshot) -> str:
    """Say in words how vectors are kept and found."""
    cut = sum(part.segment.vectors.num_lists > 0 for part in snapshot.parts)
    form = f"half precision; every vector compared in {len(snapshot.parts) - cut} segments"
    return form + (f", inverted lists with a recall of {RECALL} in {cut}" if cut else "")


def _itself(segment: Segment) -> Segment:
    return segment


def _refuse_another(made_by: Identity, embedder: Embedder) -> None:
    found = identify(embedder)
    if not made_by.fits(found):
        weights = ", with other weights" if made_by.name == found.name else ""
        raise ValueError(
            f"this collection was made with the embedder {made_by.name!r} ({made_by.dimension} numbers a vector), not "
            f"with {found.name!r} ({found.dimension} numbers{weights}); open it with the first, or make a new "
            "collection with the second and add the documents to it"
        )


def _fresh(before: Snapshot, documents: Iterable[Document], unchanged: list[str]) -> Iterator[Document]:
    """Go through the documents that are not stored exactly so, their language told; ids of the others are noted."""
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise ValueError(f"two documents have the id {document.id!r}; nothing was added")
        seen.add(document.id)
        if document.language is None:
            document = replace(document, language=detect(document.text))
        place = before.find(document.id)
        if place is not None and same(before.parts[place[0]].segment.record(place[1]), document):
            unchanged.append(document.id)
        else:
            yield document


def _batches(documents: Iterable[Document]) -> Iterator[list[tuple[Document, Sequence[Chunk]]]]:
    """Cut documents into chunks, and give them in batches that are the same each time."""
    batch: list[tuple[Document, Sequence[Chunk]]] = []
    chunks = characters = 0
    for document in documents:
        found = chunk(document)
        batch.append((document, found))
        chunks += len(found)
        characters += len(document.text)
        if chunks >= BATCH_CHUNKS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, chunks, characters = [], 0, 0
    if batch:
        yield batch


def _kept_vectors(before: Snapshot, document_id: str) -> dict[str, Vectors]:
    place = before.find(document_id)
    if place is None:
        return {}
    segment = before.parts[place[0]].segment
    title = segment.record(place[1])["title"]
    rows = segment.chunk_rows(place[1])
    vectors = segment.vectors.vectors(np.array(rows, np.int64))
    return {passage(title, segment.chunk(row)): vector for row, vector in zip(rows, vectors, strict=True)}


def _name(embedder: Identity, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]]) -> str:
    """Name a segment by what it is made of, so that the same input gives the same segment."""
    digest = hashlib.sha256(repr((embedder, CHUNKER_VERSION, ANALYSER_VERSION)).encode())
    for document, found in zip(documents, chunks, strict=True):
        digest.update(record(document, found))
    return digest.hexdigest()[:24]
