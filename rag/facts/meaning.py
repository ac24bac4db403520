"""Which words of two sentences mean the same, by the vectors of the shipped embedder: synonyms and translations."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.facts.reading import Reading
from rag.facts.wording import Word, are_exclusive, are_opposite
from rag.likeness import embedder

ALIKE = 0.5
ALIKE_ACROSS = 0.46
_SURE = 0.6
_CLOSE = 0.08
_LONGEST_GAP = 3


class _Phrases(NamedTuple):
    """The words of a sentence, alone and in pairs of neighbours, with their vectors: one row each."""

    members: tuple[tuple[Word, ...], ...]
    vectors: NDArray[np.float32]


def alike(statement: Reading, source: Reading, open_words: frozenset[int], used: frozenset[int]) -> dict[int, set[int]]:
    """Give, for those of the statement's positions `open_words` that have one, the positions that mean the same."""
    said, found = _phrases(statement), _phrases(source)
    links: dict[int, set[int]] = {}
    if not said.members or not found.members:
        return links
    rows = [row for row, words in enumerate(said.members) if all(word.position in open_words for word in words)]
    if not rows:
        return links
    least = ALIKE if statement.language == source.language else ALIKE_ACROSS
    likeness = said.vectors[rows] @ found.vectors.T
    for row, near in zip(rows, likeness, strict=True):
        best = float(near.max())
        if best < least:
            continue
        words = said.members[row]
        for column in np.flatnonzero(near >= max(least, best - _CLOSE)):
            others = found.members[column]
            if any(other.position in used for other in others) and (len(others) > 1 or best < _SURE):
                continue
            if not any(_contrary(word, other) for word in words for other in others):
                for word in words:
                    if word.position in open_words:
                        links.setdefault(word.position, set()).update(other.position for other in others)
    return links


def _contrary(one: Word, other: Word) -> bool:
    return one.keys.isdisjoint(other.keys) and (
        are_opposite(one.keys, other.keys) or are_exclusive(one.keys, other.keys)
    )


@lru_cache(maxsize=256)
def _phrases(reading: Reading) -> _Phrases:
    words = sorted((word for word in (*reading.words, *reading.others) if _is_single(word)), key=lambda w: w.position)
    members: list[tuple[Word, ...]] = [(word,) for word in words]
    members += [pair for pair in pairwise(words) if 0 < pair[1].position - pair[0].position <= _LONGEST_GAP]
    texts = [_text(reading, member) for member in members]
    vectors = embedder().embed_passages(texts) if texts else np.zeros((0, 1), np.float32)
    return _Phrases(tuple(members), vectors)


def _is_single(word: Word) -> bool:
    """Whether it is one token with letters of its own, not an expression nor a slope of numbers."""
    return bool(word.text) and any(key[0] != "#" for key in word.keys)


def _text(reading: Reading, member: tuple[Word, ...]) -> str:
    return reading.quote(member[0].position, member[-1].position + 1).lower()
