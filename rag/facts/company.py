"""Do the names of a statement keep their company, or has one the surname or the place of another?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from rag.facts.agents import TOGETHER
from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_NEAR = 5
_APART = 3
_AND = frozenset("et and , ou or & contre against ; (".split())


def company_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give two names of the statement that are one there and two in the source, or stand in each other's company."""
    for pairing in pairings:
        placed = {
            name.position: pairing.links[name.position][0]
            for name in statement.names
            if len(pairing.links.get(name.position, ())) == 1
        }
        for first, second in combinations(sorted(placed), 2):
            a, b = placed[first], placed[second]
            if a == b:
                continue
            parted = second == first + 1 and _are_parted(pairing.source, a, b)
            if parted or _are_exchanged(statement, pairing, (first, a), (second, b)):
                said = f"{statement.quote(first, first + 1)} / {statement.quote(second, second + 1)}"
                yield Difference("reordered", said)
                return


def _are_parted(source: Reading, one: int, other: int) -> bool:
    """Whether two words of one name stand apart in the source, or on both sides of an "and"."""
    low, high = min(one, other), max(one, other)
    return high - low > _APART or any(token.norm in _AND for token in source.tokens[low + 1 : high])


def _are_exchanged(statement: Reading, pairing: Pairing, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether each of two names stands here with what the other stands with in the source, in whatever order."""
    (one, its), (other, their) = first, second
    inside = statement.tokens[one + 1 : other]
    if all(token.norm in TOGETHER for token in inside):
        return False  # neighbours, or members of one enumeration
    mine, yours = _around(statement, one) - {other}, _around(statement, other) - {one}
    here, there = _around(pairing.source, its), _around(pairing.source, their)

    def shared(context: set[int], near: set[int]) -> int:
        return sum(not near.isdisjoint(pairing.links.get(p, ())) for p in context)

    kept = shared(mine, here), shared(yours, there)
    crossed = shared(mine, there), shared(yours, here)
    return crossed[0] > kept[0] and crossed[1] > kept[1]


def _around(reading: Reading, position: int) -> set[int]:
    light = {word.position for word in reading.words if word.light}
    return {p for p in items(reading) - light if 0 < abs(p - position) <= _NEAR}
