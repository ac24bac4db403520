"""Which word of one language translates which of the other, learned from sentence pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 40
"""Different words of a sentence that are looked at."""
NOTHING = 1e-4
"""The probability that a word translates none of the other sentence's, before it is scaled."""
CAUTION = 0.5
"""Occurrences taken off every word's certainty, so that what was seen once is not sure."""


@dataclass(frozen=True, slots=True)
class Translations:
    """Pairs of words: `left[i]` and `right[i]` came together in `together[i]` sentence pairs.

    `forth[i]` is the probability of the right word given the left one, `back[i]` of the left given the right, 0..1.
    """

    left: list[str]
    right: list[str]
    forth: NDArray[np.float32]
    back: NDArray[np.float32]
    together: NDArray[np.int64]

    def kept(self, chosen: NDArray[np.bool_]) -> Translations:
        """Give the pairs where `chosen` is true."""
        rows = np.flatnonzero(chosen)
        left, right = [self.left[row] for row in rows], [self.right[row] for row in rows]
        return Translations(left, right, self.forth[rows], self.back[rows], self.together[rows])


def translations(
    left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], *, rounds: int = 5, least: float = 0.02
) -> Translations:
    """Learn what translates what from sentence pairs given as words, keeping pairs seen twice or more.

    IBM's first model (Brown et al., "The Mathematics of Statistical Machine Translation", 1993) in both directions;
    pairs go whose geometric mean of both probabilities is below `least`.
    """
    known_left, flat_left, starts_left = _numbered(left)
    known_right, flat_right, starts_right = _numbered(right)
    cells = [
        (
            np.repeat(np.arange(a, b, dtype=np.int32), d - c),
            np.tile(np.arange(c, d, dtype=np.int32), b - a),
        )
        for a, b, c, d in zip(starts_left, starts_left[1:], starts_right, starts_right[1:], strict=False)
    ]
    at_left, at_right = (np.concatenate(side) for side in zip(*cells, strict=True))
    keys = flat_left[at_left].astype(np.int64) * len(known_right) + flat_right[at_right]
    pairs, cell_pairs, together = np.unique(keys, return_inverse=True, return_counts=True)
    lefts, rights = pairs // len(known_right), pairs % len(known_right)
    forth = _probabilities(cell_pairs, at_right, lefts, rounds)
    back = _probabilities(cell_pairs, at_left, rights, rounds)
    kept = np.flatnonzero((np.sqrt(forth * back) >= least) & (together >= 2))
    return Translations(
        [known_left[lefts[pair]] for pair in kept],
        [known_right[rights[pair]] for pair in kept],
        forth[kept],
        back[kept],
        together[kept],
    )


def _numbered(sentences: Sequence[Sequence[str]]) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Give the words, all sentences' words by number one after the other, and where each sentence begins."""
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(word, len(numbers)) for word in dict.fromkeys(words)][:MOST] for words in sentences]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return list(numbers), np.array([number for row in rows for number in row], np.int32), starts


def _probabilities(
    cell_pairs: NDArray[np.int64], explained: NDArray[np.int32], given: NDArray[np.int64], rounds: int
) -> NDArray[np.float32]:
    """Give for each pair the probability of its word on one side given that of the other, by expectation-maximisation.

    `cell_pairs` is the pair of each cell (a word of one sentence and one of its partner), `explained` the place of the
    word that is explained, `given` each pair's word that explains it.
    """
    chance = np.full(len(given), 1 / 2000, np.float32)
    for _ in range(rounds):
        share = chance[cell_pairs]
        share /= (np.bincount(explained, share) + NOTHING).astype(np.float32)[explained]
        count = np.bincount(cell_pairs, share, len(given))
        chance = (count / (np.bincount(given, count) + CAUTION)[given]).astype(np.float32)
    return chance
