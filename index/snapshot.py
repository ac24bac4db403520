"""One state of a collection: its segments and what of them is live. A search sees exactly one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.document import Document
from index.embedder import Identity
from index.segment import Segment
from index.sparse import SparseIndex


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in a state: which of its documents are gone, and so which documents and chunks are live.

    `languages` has for each chunk the number of its language among those of the segment's postings, in order.
    """

    segment: Segment
    removed: frozenset[int]
    live_documents: NDArray[np.bool_]
    live_chunks: NDArray[np.bool_]
    languages: NDArray[np.uint8]

    @classmethod
    def of(cls, segment: Segment, removed: Iterable[int] = ()) -> Part:
        """Give the part of a segment without its documents in the rows `removed`."""
        gone = frozenset(removed)
        live = np.ones(segment.num_documents, np.bool_)
        live[list(gone)] = False
        languages = np.zeros(segment.num_chunks, np.uint8)
        for number, language in enumerate(sorted(segment.postings)):
            languages[segment.postings[language].members] = number
        return cls(segment, gone, live, live[segment.rows.documents], languages)

    def without(self, rows: Iterable[int]) -> Part:
        """Give this part with more documents gone."""
        more = frozenset(rows)
        return self if more <= self.removed else Part.of(self.segment, self.removed | more)

    @property
    def num_documents(self) -> int:
        """The number of live documents."""
        return self.segment.num_documents - len(self.removed)


@dataclass(frozen=True)
class Snapshot:
    """One state: `generation` counts the commits that led to it; `embedder` made its vectors."""

    generation: int
    parts: tuple[Part, ...]
    embedder: Identity

    @cached_property
    def num_documents(self) -> int:
        """The number of live documents."""
        return sum(part.num_documents for part in self.parts)

    @cached_property
    def num_chunks(self) -> int:
        """The number of live chunks."""
        return sum(int(np.count_nonzero(part.live_chunks)) for part in self.parts)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the names of the segments, which are told by their content, and of what of them is gone."""
        form = sorted((part.segment.name, sorted(part.removed)) for part in self.parts)
        return hashlib.sha256(repr((self.embedder, form)).encode()).hexdigest()

    @cached_property
    def sparse(self) -> SparseIndex:
        """BM25 over the live chunks."""
        return SparseIndex([(part.segment.postings, part.live_chunks) for part in self.parts])

    def find(self, document_id: str) -> tuple[int, int] | None:
        """Give part and row of the live document of this id, None where there is none."""
        for number, part in enumerate(self.parts):
            for row in part.segment.find(document_id):
                if row not in part.removed:
                    return number, row
        return None

    def document(self, document_id: str) -> Document:
        """Give the document of this id. Raises KeyError where there is none."""
        part, row = self._place(document_id)
        return self.parts[part].segment.document(row)

    def original(self, document_id: str) -> tuple[str, Path] | None:
        """Give SHA-256 and place of the file that a document was read from, None where none is kept.

        Raises KeyError where there is no such document.
        """
        part, row = self._place(document_id)
        segment = self.parts[part].segment
        path = segment.original(row)
        return None if path is None else (str(segment.record(row)["metadata"]["file_sha256"]), path)

    def _place(self, document_id: str) -> tuple[int, int]:
        place = self.find(document_id)
        if place is None:
            raise KeyError(f"no document {document_id!r} in this collection")
        return place

    def documents(self, *, newest_first: bool = False) -> Iterator[Document]:
        """Go through the live documents, in the order they came, or backwards."""
        step = -1 if newest_first else 1
        for part in self.parts[::step]:
            for row in np.flatnonzero(part.live_documents)[::step]:
                yield part.segment.document(int(row))

    def without(self, document_ids: Iterable[str]) -> tuple[Part, ...]:
        """Give the parts without the documents of these ids, known or not; parts left empty are dropped."""
        gone: dict[int, set[int]] = {}
        for document_id in document_ids:
            place = self.find(document_id)
            if place is not None:
                gone.setdefault(place[0], set()).add(place[1])
        parts = (part.without(gone.get(number, ())) for number, part in enumerate(self.parts))
        return tuple(part for part in parts if part.num_documents)
