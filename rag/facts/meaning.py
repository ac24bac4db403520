"""Which words of two sentences mean the same, by learned translations and vectors: synonyms and translations."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index import fold, translations
from rag.facts.contrast import are_exclusive, are_opposite
from rag.facts.reading import Reading
from rag.facts.wording import Word
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


_LIKELY = 0.05
"""The learned probability from which a translation is taken for one: few wrong pairs reach it."""


def translated(statement: Reading, source: Reading, open_words: frozenset[int]) -> dict[int, set[int]]:
    """Give, for the positions `open_words` of a statement in the other language, those of its learned translations."""
    links: dict[int, set[int]] = {}
    if statement.language == source.language:
        return links
    theirs = [(word, _terms(word, source.language)) for word in (*source.words, *source.others) if _is_single(word)]
    for word in statement.words:
        if word.position not in open_words or not _is_single(word):
            continue
        mine = _terms(word, statement.language)
        for other, found in theirs:
            if (_translates(mine, found, statement.language, source.language) or _is_cognate(word, other)) and (
                not _contrary(word, other)
            ):
                links.setdefault(word.position, set()).add(other.position)
    return links


def _terms(word: Word, language: str) -> frozenset[str]:
    """Give the index terms among the keys of a word."""
    return frozenset(key.partition(":")[2] for key in word.keys if key.startswith(f"{language}:"))


def _translates(mine: frozenset[str], theirs: frozenset[str], language: str, other: str) -> bool:
    forth = ((found, share) for term in mine for found, share in translations(term, language, other))
    back = ((term, share) for found in theirs for term, share in translations(found, other, language))
    return any(found in theirs and share >= _LIKELY for found, share in forth) or any(
        term in mine and share >= _LIKELY for term, share in back
    )


_LEAST_COGNATE = 5
_LIKE_LETTERS = 0.8


def _is_cognate(word: Word, other: Word) -> bool:
    """Whether two words of the two languages are spelled nearly alike: « cloître », "cloister"."""
    one, two = fold(word.text), fold(other.text)
    if min(len(one), len(two)) < _LEAST_COGNATE or one[:2] != two[:2]:
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _LIKE_LETTERS


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
