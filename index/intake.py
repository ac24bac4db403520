"""Documents on their way into a collection: which are new, cut into batches, embedded, named by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from index.chunker import CHUNKER_VERSION, chunk
from index.document import Chunk, Document
from index.embedder import Embedder, Identity, Vectors, embed, name_of
from index.language import ANALYSER_VERSION, detect
from index.record import record, same
from index.segment import passage
from index.snapshot import Snapshot

BATCH_CHUNKS = 4096
"""How many chunks are embedded between two points from which an interrupted `add` goes on."""
BATCH_CHARACTERS = 16_000_000
_EMBEDDED_AT_ONCE = 256


def fresh(before: Snapshot, documents: Iterable[Document], unchanged: list[str]) -> Iterator[Document]:
    """Go through the documents that are not stored exactly so, their language told; ids of the others are noted."""
    seen: set[str] = set()
    for document in documents:
        if not isinstance(document, Document):
            raise TypeError(f"expected documents, found {type(document).__name__}; nothing was added")
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


def batches(documents: Iterable[Document]) -> Iterator[list[tuple[Document, Sequence[Chunk]]]]:
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


def vectors_of(
    before: Snapshot, embedder: Embedder, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]]
) -> Vectors:
    """Embed the chunks, but for those of changed documents that are as they were: they keep their vectors."""
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


def _kept_vectors(before: Snapshot, document_id: str) -> dict[str, Vectors]:
    place = before.find(document_id)
    if place is None:
        return {}
    segment = before.parts[place[0]].segment
    title = segment.record(place[1])["title"]
    rows = segment.chunk_rows(place[1])
    vectors = segment.vectors.vectors(np.array(rows, np.int64))
    return {passage(title, segment.chunk(row)): vector for row, vector in zip(rows, vectors, strict=True)}


def name_of_batch(embedder: Identity, documents: Sequence[Document], chunks: Sequence[Sequence[Chunk]]) -> str:
    """Name a segment by what it is made of, so that the same input gives the same segment."""
    digest = hashlib.sha256(repr((embedder, CHUNKER_VERSION, ANALYSER_VERSION)).encode())
    for document, found in zip(documents, chunks, strict=True):
        digest.update(record(document, found))
    return digest.hexdigest()[:24]
