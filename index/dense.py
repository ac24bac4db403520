"""Vectors -> scores. The only module that imports faiss."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors

Rows = NDArray[np.int64]

LISTS_FROM = 32_768
"""From this many vectors on, an index is cut into inverted lists; below it every vector is compared."""

RECALL = 0.98
"""The share of the ten nearest, by comparing every vector, that inverted lists find; measured when they are made."""

_PIECE = 1 << 20


class DenseIndex:
    """The vectors of one segment in half precision, row by row; never changed once built, so any thread may search.

    Scores are inner products, which for unit vectors are cosines.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index `vectors`, shape (rows, dimension)."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        return cls(_flat(vectors) if len(vectors) < LISTS_FROM else _lists(vectors))

    @classmethod
    def join(cls, parts: Sequence[tuple[DenseIndex, Rows]]) -> DenseIndex:
        """Index the given rows of several indexes, in order; their vectors stay as they are stored."""
        vectors = np.empty((sum(len(rows) for _, rows in parts), parts[0][0].dimension), np.float32)
        start = 0
        for part, rows in parts:
            vectors[start : start + len(rows)] = part.vectors(rows)
            start += len(rows)
        return cls.build(vectors)

    @property
    def num_lists(self) -> int:
        """The number of inverted lists; 0 where every vector is compared."""
        return int(getattr(self._index, "nlist", 0))

    @classmethod
    def from_bytes(cls, data: bytes, *, rows: int, dimension: int) -> DenseIndex:
        """Read what `to_bytes` gave; `data` must have passed its checksum, for faiss trusts what it reads.

        Raises ValueError when the index does not hold `rows` vectors of `dimension` numbers.
        """
        try:
            # Read in pieces, for faiss would copy the whole twice.
            reader = faiss.PyCallbackIOReader(io.BytesIO(data).read, _PIECE)  # type: ignore[attr-defined]
            index = faiss.read_index(reader)
        except RuntimeError as error:
            raise ValueError(f"not a vector index: {error}") from error
        if (index.ntotal, index.d) != (rows, dimension):
            raise ValueError(f"expected {rows} vectors of {dimension} numbers, found {index.ntotal} of {index.d}")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Give the index in faiss's own form."""
        buffer = io.BytesIO()
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(buffer.write, _PIECE))  # type: ignore[attr-defined]
        return buffer.getvalue()

    def __len__(self) -> int:
        """Give the number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def vectors(self, rows: Rows) -> Vectors:
        """Give the vectors of `rows` as they are stored, shape (len(rows), dimension)."""
        if not len(rows):
            return np.zeros((0, self.dimension), np.float32)
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return found

    def scores(self, query: Vectors, rows: Rows) -> NDArray[np.float32]:
        """Give the exact scores of `rows` for one query vector, in the order of `rows`."""
        found: NDArray[np.float32] = self.vectors(rows) @ query
        return found

    def search(self, query: Vectors, n: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Rows, Vectors]:
        """Give rows and scores of the `n` nearest to one query vector, best first; fewer where there are fewer.

        `allowed` says for each row whether it may be found; None: every row.
        """
        if allowed is None:
            return self._nearest(query, min(n, len(self)))
        n = min(n, int(np.count_nonzero(allowed)))
        share = n and np.count_nonzero(allowed) / len(self)
        if share > 0.1:  # looking a little further and leaving out costs less than asking for each row
            rows, scores = self._nearest(query, min(len(self), math.ceil(2 * n / share)))
            kept = allowed[rows]
            if np.count_nonzero(kept) >= n:
                return rows[kept][:n], scores[kept][:n]
        return self._nearest(query, n, allowed)

    def _nearest(
        self, query: Vectors, n: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Rows, NDArray[np.float32]]:
        if n == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        settings: dict[str, object] = {}
        if allowed is not None:
            settings["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg,arg-type]
        if isinstance(self._index, faiss.IndexIVF):
            share = 1.0 if allowed is None else np.count_nonzero(allowed) / len(self)
            settings["nprobe"] = min(self.num_lists, math.ceil(self._index.nprobe / share))
        kind = faiss.SearchParametersIVF if self.num_lists else faiss.SearchParameters
        with _one_thread():
            scores, rows = self._index.search(query.reshape(1, -1), n, params=kind(**settings))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


def _flat(vectors: Vectors) -> faiss.Index:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    return index


def _lists(vectors: Vectors) -> faiss.Index:
    """Cut vectors into as many lists as the root of their number, and look into as many as RECALL asks for.

    Recall is measured on means of eight of the vectors: they lie as far from their nearest as real questions do, and so
    ask for as many lists (on 65,536 passages 128 of 256, which then found .985 of the ten nearest to 300 questions).
    """
    count, dimension = vectors.shape
    num_lists = math.isqrt(count)
    quantizer = faiss.IndexFlatIP(dimension)
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(quantizer, dimension, num_lists, half, faiss.METRIC_INNER_PRODUCT, False)
    source = np.random.default_rng(0)
    index.train(vectors[np.sort(source.choice(count, min(count, 64 * num_lists), replace=False))])
    index.add(vectors)
    index.make_direct_map()
    means = vectors[source.integers(0, count, (100, 8))].mean(axis=1)
    exact = [row for some in np.split(means, 10) for row in np.argpartition(-(some @ vectors.T), 10)[:, :10]]
    index.nprobe = 8
    while index.nprobe < num_lists:
        found = index.search(means, 10)[1]
        if np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, exact, strict=True)]) >= RECALL:
            break
        index.nprobe = min(num_lists, 2 * index.nprobe)
    return index


@contextmanager
def _one_thread() -> Iterator[None]:
    """Search on one thread: a second one cannot share a single query and only spins."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
