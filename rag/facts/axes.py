"""Which way a length is measured: a wall 5 m high is not 5 m thick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing, linked_quantities
from rag.facts.binding import piece
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.tables import lines

_AFTER = 3
_BEFORE = 5


@lru_cache(maxsize=1)
def _axes() -> dict[tuple[str, str], str]:
    """Give the axis of each word, by language."""
    table: dict[tuple[str, str], str] = {}
    for line in lines("axes"):
        axis, _, sides = line.partition(": ")
        for language, words in zip(("fr", "en"), sides.split("|"), strict=True):
            table |= {(language, word): axis for word in words.split()}
    return table


def axis_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the lengths that the sources measure another way: a height told as a width."""
    for amount in statement.quantities:
        at = _axis_word(statement, amount)
        if at < 0:
            continue
        found = [(source, other, _axis_word(source, other)) for source, other in linked_quantities(amount, pairings)]
        axes = [_axis(source, place) if place >= 0 else "" for source, _, place in found]
        if found and all(axes) and _axis(statement, at) not in axes:
            source, other, place = found[0]
            yield Difference(
                "changed", _quote(statement, amount, at), _quote(source, other, place), frozenset({at}), turn="axis"
            )


def _axis_word(reading: Reading, amount: Quantity) -> int:
    """Give the word that tells which way a length is measured, after it or else before it; -1 for none."""
    if amount.dimension != "length":
        return -1
    after = range(amount.end, min(len(reading.tokens), amount.end + _AFTER))
    before = range(amount.start - 1, max(-1, amount.start - 1 - _BEFORE), -1)
    here = piece(reading, amount.number, fine=True)
    near = (at for side in (after, before) for at in side if piece(reading, at, fine=True) == here)
    return next((at for at in near if _axis(reading, at)), -1)


def _axis(reading: Reading, at: int) -> str:
    return _axes().get((reading.language, reading.tokens[at].norm), "")


def _quote(reading: Reading, amount: Quantity, at: int) -> str:
    return reading.quote(min(amount.start, at), max(amount.end, at + 1))
