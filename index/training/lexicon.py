"""Which word piece of one language stands for which of the other, counted on translations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.training.vocabulary import Bags

Lexicon = tuple[NDArray[np.int64], NDArray[np.float64]]
"""For every piece its stand-ins in the other language, and their cumulated probabilities; shape (size, best) each."""


def align(french: Bags, english: Bags, size: int, best: int = 4) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Give two matrices, French -> English and English -> French, of shape (size, size): at most `best` entries a row.

    The entry is the squared cosine of the two pieces' occurrences, n(f, e)^2 / (n(f) n(e)), in 0..1: a word that only
    ever comes with another scores 1. Function words, which come with everything, score low.
    """
    left, right = occurrences(french, size), occurrences(english, size)
    together = (left.T @ right).tocsr()
    together.data = np.where(together.data >= 2, together.data, 0).astype(np.float32)
    together.eliminate_zeros()
    counts_left, counts_right = (np.maximum(np.asarray(side.sum(axis=0)).ravel(), 1) for side in (left, right))
    rows = np.repeat(np.arange(size), np.diff(together.indptr))
    together.data = together.data**2 / (counts_left[rows] * counts_right[together.indices]).astype(np.float32)
    return strongest(together, best), strongest(together.T.tocsr(), best)


def occurrences(bags: Bags, size: int) -> sparse.csr_matrix:
    """Give the 0/1 matrix of texts and the pieces that occur in them."""
    matrix = sparse.csr_matrix(
        (np.ones(len(bags.pieces), dtype=np.float32), bags.pieces, bags.starts), shape=(len(bags), size)
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def strongest(matrix: sparse.csr_matrix, best: int, floor: float = 0.03) -> sparse.csr_matrix:
    """Keep each row's `best` entries that reach `floor`."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((-matrix.data, rows))
    place = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    kept = order[(place < best) & (matrix.data[order] >= floor)]
    return sparse.csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def substitutes(lexicon: sparse.csr_matrix, best: int = 4) -> Lexicon:
    """Give, for every piece, `best` stand-ins and their cumulated probabilities.

    A piece without any stands for itself.
    """
    size = lexicon.shape[0]
    pieces = np.repeat(np.arange(size)[:, None], best, axis=1)
    weights = np.zeros((size, best))
    for row in np.flatnonzero(np.diff(lexicon.indptr)):
        inside = slice(lexicon.indptr[row], lexicon.indptr[row + 1])
        pieces[row, : inside.stop - inside.start] = lexicon.indices[inside]
        weights[row, : inside.stop - inside.start] = lexicon.data[inside]
    weights[weights.sum(axis=1) == 0, 0] = 1
    return pieces, np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
