"""The words that quantities say by themselves: a price in « 85 000 € », an age in "over 12 years"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import piece
from rag.facts.bounds import Bound
from rag.facts.reading import Reading
from rag.facts.tables import lines
from rag.facts.units import MONEY
from rag.facts.wording import stem

_NEAR = 5


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """Give, per dimension, the stem keys of the words that name it."""
    found: dict[str, frozenset[str]] = {}
    for line in lines("measures"):
        dimension, _, sides = line.partition(": ")
        named = zip(("fr", "en"), sides.split("|"), strict=True)
        found[dimension] = frozenset(
            f"{lang}:{stem(word, lang) or word}" for lang, side in named for word in side.split()
        )
    return found


def measured_words(statement: Reading, pairings: Sequence[Pairing]) -> frozenset[int]:
    """Give the words of the statement that name what a quantity beside them, found in the sources, measures.

    Not where a source names another measure of that dimension: a width is no height.
    """
    carried: set[int] = set()
    for amount in statement.quantities:
        names = _words().get("money" if amount.dimension in MONEY else amount.dimension)
        holders = [pairing for pairing in pairings if amount.number in pairing.links]
        if not names or not holders or any(_names_one(pairing, names) for pairing in holders):
            continue
        part = piece(statement, amount.number, fine=True)
        carried.update(
            word.position
            for word in statement.words
            if not names.isdisjoint(word.keys)
            and piece(statement, word.position, fine=True) == part
            and amount.start - _NEAR <= word.position <= amount.end + _NEAR
        )
    return frozenset(carried) | _minors(statement, pairings)


_CHILDREN = frozenset(
    f"{language}:{stem(word, language)}"
    for language, words in (("fr", "enfant mineur jeune"), ("en", "child children minor kid youngster"))
    for word in words.split()
)
_OF_AGE = 18 * 12
_BELOW = (Bound.LESS, Bound.AT_MOST)


def _minors(statement: Reading, pairings: Sequence[Pairing]) -> frozenset[int]:
    """Give the word "children" where both texts tell an age limit below which all are: « les moins de 12 ans »."""
    limits = [
        q
        for q in statement.quantities
        if q.dimension == "months"
        and q.bound in _BELOW
        and q.value <= _OF_AGE
        and any(q.number in p.links for p in pairings)
    ]
    return frozenset(word.position for word in statement.words if limits and not _CHILDREN.isdisjoint(word.keys))


def _names_one(pairing: Pairing, names: frozenset[str]) -> bool:
    """Whether the source has a word for the dimension that the statement has no counterpart of."""
    used = {place for places in pairing.links.values() for place in places}
    return any(word.position not in used and not names.isdisjoint(word.keys) for word in pairing.source.words)
