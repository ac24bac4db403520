"""A batch of documents with everything needed to search it: built once, joined with others, never changed."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import files, sparse
from index.dense import DenseIndex
from index.document import Chunk, Document, Span
from index.embedder import Vectors
from index.files import Unsigned
from index.language import detect, terms
from index.record import encode, read_record, record, stored_document
from index.sparse import Postings

Blob = Callable[[int, int], bytes]
"""Gives the bytes of a file between two offsets."""

RECORDS, TEXTS, ROWS, VECTORS = "documents.jsonl", "texts.bin", "rows.safetensors", "vectors.faiss"
ORIGINALS = "originals.json"
_ARRAYS = ("lines", "texts", "keys", "key_rows", "documents", "starts", "ends", "byte_starts", "byte_ends", "headings")


@dataclass(frozen=True, slots=True)
class Rows:
    """Where things stand.

    The document in row d has its record at `lines[d]:lines[d + 1]` and its text in UTF-8 at `texts[d]:texts[d + 1]`;
    `keys`, sorted, are hashes of ids and `key_rows` their documents. Chunk row c is `starts[c]:ends[c]` of document
    `documents[c]` in characters, `byte_starts[c]:byte_ends[c]` in bytes of its text, and stands under `headings[c]` of
    the record's headings.
    """

    lines: Unsigned
    texts: Unsigned
    keys: NDArray[np.uint64]
    key_rows: Unsigned
    documents: Unsigned
    starts: Unsigned
    ends: Unsigned
    byte_starts: Unsigned
    byte_ends: Unsigned
    headings: Unsigned


@dataclass(frozen=True, slots=True)
class Column:
    """What the documents of a segment have under one key: `codes` numbers the values, `rows` has each one's number.

    Where all values are texts, `texts` lists them in order and the numbers follow it. A document that has nothing under
    the key, or a list or dict, has the number -1.
    """

    codes: dict[Any, int]
    rows: NDArray[np.int64]
    texts: list[str]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Segment:
    """Documents and their chunks in rows; records and texts are read when wanted, the rest is held in memory.

    `originals` has the files that documents were read from, by their SHA-256.
    """

    name: str
    records: Blob
    texts: Blob
    rows: Rows
    postings: Mapping[str, Postings]
    vectors: DenseIndex
    originals: Mapping[str, Path] = field(default_factory=dict)
    _columns: dict[tuple[str, bool], Column] = field(default_factory=dict, repr=False, compare=False)

    @property
    def num_documents(self) -> int:
        """The number of documents, removed ones too."""
        return len(self.rows.lines) - 1

    @property
    def num_chunks(self) -> int:
        """The number of chunks, those of removed documents too."""
        return len(self.rows.documents)

    def line(self, row: int) -> bytes:
        """Give the stored record of the document in `row`."""
        return self.records(int(self.rows.lines[row]), int(self.rows.lines[row + 1]))

    def record(self, row: int) -> dict[str, Any]:
        """Give what is known of the document in `row` besides its text."""
        return read_record(self.line(row))

    def document(self, row: int) -> Document:
        """Give the document in `row` as it was added. Raises DamagedError when its text no longer has its checksum."""
        return stored_document(self.line(row), self.texts(int(self.rows.texts[row]), int(self.rows.texts[row + 1])))

    def original(self, row: int) -> Path | None:
        """Give the file that the document in `row` was read from, None where none is kept."""
        return self.originals.get(str(self.record(row)["metadata"].get("file_sha256"))) if self.originals else None

    def chunk(self, row: int) -> Chunk:
        """Give the chunk in `row`, read without the rest of its document."""
        rows = self.rows
        owner = int(rows.documents[row])
        record = self.record(owner)
        base = int(rows.texts[owner])
        text = self.texts(base + int(rows.byte_starts[row]), base + int(rows.byte_ends[row]))
        span = Span(record["id"], int(rows.starts[row]), int(rows.ends[row]))
        headings = tuple(record["headings"][int(rows.headings[row])])
        return Chunk(span, text.decode("utf-8", "surrogatepass"), headings)

    def chunk_rows(self, row: int) -> range:
        """Give the rows of the chunks of the document in `row`."""
        return range(bisect_left(self.rows.documents, row), bisect_left(self.rows.documents, row + 1))

    def find(self, document_id: str) -> list[int]:
        """Give the rows of the documents of this id, removed ones too."""
        key = np.uint64(_key(document_id))
        low, high = (int(np.searchsorted(self.rows.keys, key, side=side)) for side in ("left", "right"))
        return [int(row) for row in self.rows.key_rows[low:high] if self.record(int(row))["id"] == document_id]

    def column(self, key: str, *, metadata: bool) -> Column:
        """Give what the documents have under a key of their record, or of their metadata; read once, then kept."""
        if (key, metadata) not in self._columns:
            nothing: list[object] = []
            values = [
                record["metadata"].get(key, nothing) if metadata else record[key]
                for record in map(self.record, range(self.num_documents))
            ]
            known = {value for value in values if not isinstance(value, (list, dict))}
            texts = sorted(known) if all(isinstance(value, str) for value in known) else []
            codes = {value: code for code, value in enumerate(texts or known)}
            rows = [-1 if isinstance(value, (list, dict)) else codes[value] for value in values]
            self._columns[key, metadata] = Column(codes, np.array(rows, np.int64), texts)
        return self._columns[key, metadata]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give the files that `load` reads, by name."""
        yield RECORDS, self.records(0, int(self.rows.lines[-1]))
        yield TEXTS, self.texts(0, int(self.rows.texts[-1]))
        yield ROWS, files.pack({name: getattr(self.rows, name) for name in _ARRAYS})
        for language, postings in sorted(self.postings.items()):
            yield f"terms-{language}.safetensors", postings.to_bytes()
        yield VECTORS, self.vectors.to_bytes()


def build(
    name: str,
    documents: Sequence[Document],
    chunks: Sequence[Sequence[Chunk]],
    vectors: Callable[[], Vectors],
    originals: Mapping[str, Path],
) -> Segment:
    """Make a segment of documents, the chunks of each, and the vectors of all chunks in that order, asked for last.

    `originals` has the files that they were read from, by their SHA-256.
    """
    lines, texts = [record(d, c) for d, c in zip(documents, chunks, strict=True)], [encode(d.text) for d in documents]
    owners = [row for row, found in enumerate(chunks) for _ in found]
    edges = [edge for d, found in zip(documents, chunks, strict=True) for edge in _byte_edges(d.text, found)]
    flat = [c for found in chunks for c in found]
    headings = [number for found in chunks for number in _heading_numbers(found)]
    line_edges, text_edges = _cumulative(lines), _cumulative(texts)
    keys = np.array([_key(d.id) for d in documents], np.uint64)
    order = np.argsort(keys, kind="stable")
    rows = Rows(
        lines=line_edges,
        texts=text_edges,
        keys=keys[order],
        key_rows=files.narrow(order),
        documents=files.narrow(owners),
        starts=files.narrow([c.span.start for c in flat]),
        ends=files.narrow([c.span.end for c in flat]),
        byte_starts=files.narrow([low for low, _ in edges]),
        byte_ends=files.narrow([high for _, high in edges]),
        headings=files.narrow(headings),
    )
    postings = {}
    languages = [analysed_as(d) for d in documents]
    for language in sorted(set(languages)):
        members = [row for row, owner in enumerate(owners) if languages[owner] == language]
        if members:
            postings[language] = sparse.build(
                members,
                (terms(flat[row].text, language) for row in members),
                (terms(" ".join(context(documents[owners[row]].title, flat[row])), language) for row in members),
            )
    records, bodies = in_memory(b"".join(lines)), in_memory(b"".join(texts))
    return Segment(name, records, bodies, rows, postings, DenseIndex.build(vectors()), originals)


def join(name: str, parts: Sequence[tuple[Segment, NDArray[np.bool_]]]) -> Segment:
    """Make one segment of several; with each comes which of its documents are kept."""
    lines: list[bytes] = []
    texts: list[bytes] = []
    arrays: dict[str, list[NDArray[Any]]] = {field: [] for field in (*_ARRAYS[4:], "key", "vector")}
    members: dict[str, list[tuple[Postings, NDArray[np.int64]]]] = {}
    originals: dict[str, Path] = {}
    documents_before = chunks_before = 0
    for segment, kept in parts:
        rows = segment.rows
        if segment.originals:
            found = [segment.original(int(row)) for row in np.flatnonzero(kept)]
            originals |= {path.stem: path for path in found if path is not None}
        lines.extend(_kept(segment.records, rows.lines, kept))
        texts.extend(_kept(segment.texts, rows.texts, kept))
        alive = kept[rows.documents]
        place = np.cumsum(kept) - 1 + documents_before
        arrays["documents"].append(place[rows.documents[alive]])
        for array in _ARRAYS[5:]:
            arrays[array].append(getattr(rows, array)[alive])
        keys = np.empty(segment.num_documents, np.uint64)
        keys[rows.key_rows] = rows.keys
        arrays["key"].append(keys[kept])
        arrays["vector"].append(np.flatnonzero(alive))
        target = np.where(alive, np.cumsum(alive) - 1 + chunks_before, -1)
        for language, postings in segment.postings.items():
            members.setdefault(language, []).append((postings, target[postings.members]))
        documents_before += int(np.count_nonzero(kept))
        chunks_before += int(np.count_nonzero(alive))
    keys = np.concatenate(arrays["key"])
    order = np.argsort(keys, kind="stable")
    joined = Rows(
        lines=_cumulative(lines),
        texts=_cumulative(texts),
        keys=keys[order],
        key_rows=files.narrow(order),
        **{array: files.narrow(np.concatenate(arrays[array])) for array in _ARRAYS[4:]},
    )
    merged = {language: sparse.merge(members[language]) for language in sorted(members)}
    vectors = DenseIndex.join([(s.vectors, rows) for (s, _), rows in zip(parts, arrays["vector"], strict=True)])
    return Segment(name, in_memory(b"".join(lines)), in_memory(b"".join(texts)), joined, merged, vectors, originals)


def _kept(blob: Blob, edges: Unsigned, kept: NDArray[np.bool_]) -> list[bytes]:
    """Give the pieces of a blob that are kept, reading it once."""
    whole = blob(0, int(edges[-1]))
    return [whole[start:end] for (start, end), keep in zip(pairwise(edges.tolist()), kept, strict=True) if keep]


def load(
    place: Path, read: Callable[[str], bytes], records: Blob, texts: Blob, names: Sequence[str], dim: int
) -> Segment:
    """Make a segment of the verified files in `place`: `read` gives one whole, `records` and `texts` come piecewise.

    Raises ValueError when the files don't fit together.
    """
    rows = Rows(**files.unpack(read(ROWS), _ARRAYS))
    postings = {
        file.removeprefix("terms-").removesuffix(".safetensors"): Postings.from_bytes(read(file))
        for file in names
        if file.startswith("terms-")
    }
    vectors = DenseIndex.from_bytes(read(VECTORS), rows=len(rows.documents), dimension=dim)
    kept = json.loads(read(ORIGINALS)) if ORIGINALS in names else []
    originals = {PurePath(name).stem: place / name for name in kept}
    return Segment(place.name, records, texts, rows, postings, vectors, originals)


def in_memory(data: bytes) -> Blob:
    """Give a blob over bytes that are held in memory."""
    return lambda start, end: data[start:end]


def context(title: str, chunk: Chunk) -> list[str]:
    """Give the title and headings a chunk stands under, outermost first, without those its own text shows."""
    return [line for line in dict.fromkeys((title, *chunk.headings)) if line and line not in chunk.text]


def passage(title: str, chunk: Chunk) -> str:
    """Give what is embedded for a chunk: its context, then its text."""
    return "\n".join([*context(title, chunk), chunk.text])


def analysed_as(document: Document) -> str:
    """Give the language whose analysis a document gets: its own where there is one for it."""
    return document.language if document.language in ("fr", "en") else detect(document.text)


def _heading_numbers(chunks: Sequence[Chunk]) -> list[int]:
    numbers: dict[tuple[str, ...], int] = {}
    return [numbers.setdefault(c.headings, len(numbers)) for c in chunks]


def _byte_edges(text: str, chunks: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Give the byte offsets of each chunk in the UTF-8 form of its text."""
    offsets = sorted({edge for c in chunks for edge in (c.span.start, c.span.end)} | {0})
    places = {0: 0}
    for before, after in pairwise(offsets):
        places[after] = places[before] + len(encode(text[before:after]))
    return [(places[c.span.start], places[c.span.end]) for c in chunks]


def _cumulative(pieces: Sequence[bytes]) -> Unsigned:
    return files.narrow(np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]))


def _key(document_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(encode(document_id), digest_size=8).digest(), "little")
