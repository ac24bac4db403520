"""Vectors -> scores. The only module that imports faiss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors

Rows = NDArray[np.int64]


class DenseIndex:
    """The vectors of one segment in half precision, row by row; never changed once built, so any thread may search.

    Scores are inner products, which for unit vectors are cosines.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index `vectors`, shape (rows, dimension)."""
        dimension = vectors.shape[1]
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        return cls(index)

    @classmethod
    def join(cls, parts: Sequence[tuple[DenseIndex, Rows]]) -> DenseIndex:
        """Index the given rows of several indexes, in order; their vectors stay as they are stored."""
        joined = cls.build(parts[0][0].vectors(parts[0][1][:0]))
        for part, rows in parts:
            for start in range(0, len(rows), 8192):
                joined._index.add(part.vectors(rows[start : start + 8192]))
        return joined

    @classmethod
    def from_bytes(cls, data: bytes, *, rows: int, dimension: int) -> DenseIndex:
        """Read what `to_bytes` gave; `data` must have passed its checksum, for faiss trusts what it reads.

        Raises ValueError when the index does not hold `rows` vectors of `dimension` numbers.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError(f"not a vector index: {error}") from error
        if (index.ntotal, index.d) != (rows, dimension):
            raise ValueError(f"expected {rows} vectors of {dimension} numbers, found {index.ntotal} of {index.d}")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Give the index in faiss's own form."""
        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

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
        n = min(n, len(self) if allowed is None else int(np.count_nonzero(allowed)))
        if n == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg,arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        with _one_thread():
            scores, rows = self._index.search(query.reshape(1, -1), n, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Search on one thread: a second one cannot share a single query and only spins."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
