"""Where a number comes from and where it goes, and which rank a superlative has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import piece
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.wording import keys

Course = tuple[Quantity, Quantity]
"""A number before and after: « de 4,1 % à 3,4 % », "6.1%, down from 7.4%"."""

_FROM = frozenset("de d du from".split())
_TO = frozenset("a to jusqu".split())
_AGAINST = frozenset("contre against versus".split())
_EARLIER = frozenset(
    "earlier last before previous previously dernier derniere tot auparavant precedent precedente".split()
)
_WALLS = frozenset("; : . ! ? while whereas but mais tandis alors".split())
_FARTHEST = 14
_AFTERWARDS = 7


@lru_cache(maxsize=4096)
def courses(reading: Reading) -> tuple[Course, ...]:
    """Give the pairs of numbers of which one became the other, the earlier one first."""
    amounts = [amount for amount in reading.quantities if not amount.ordinal]
    norms = [token.norm for token in reading.tokens]
    found: list[Course] = []
    for index, first in enumerate(amounts):
        for second in amounts[index + 1 :]:
            if second.start - first.end > _FARTHEST or not _WALLS.isdisjoint(norms[first.end : second.start]):
                break
            if first.dimension != second.dimension and first.dimension and second.dimension:
                continue
            one, other = (norms[q.start - 1] if q.start else "" for q in (first, second))
            onward = second.role == "from" and any(q.role == "to" and q.start > second.end for q in amounts)
            later = _EARLIER.intersection(norms[second.end : second.end + _AFTERWARDS])
            if one in _FROM and other in _TO:
                found.append((first, second))
            elif (other == "from" and one != "from" and not (onward and first.dimension != second.dimension)) or (
                other in _AGAINST and later
            ):
                found.append((second, first))
    return tuple(found)


def course_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the numbers whose course the statement turns round, and its "rose" where the source's numbers fall."""
    for first, second in courses(statement):
        for pairing in pairings:
            one, other = pairing.links.get(first.number, ()), pairing.links.get(second.number, ())
            there = {(c.number, d.number) for c, d in courses(pairing.source)}
            straight = any((a, b) in there for a in one for b in other)
            if not straight and any((b, a) in there for a in one for b in other if a != b):
                said = f"{_shown(statement, first)} / {_shown(statement, second)}"
                yield Difference("swapped", said=said)
    linked = {position for pairing in pairings for position in pairing.links}
    for position, sign in _directions(statement):
        if position in linked:
            continue
        for pairing in pairings:
            back = pairing.back()
            for before, after in courses(pairing.source):
                told = [p for q in (before, after) for p in back.get(q.number, ())]
                here = any(piece(statement, p) == piece(statement, position) for p in back.get(after.number, told))
                change = after.value - before.value
                if told and here and change and (change > 0) != (sign > 0):
                    found = f"{_shown(pairing.source, before)} / {_shown(pairing.source, after)}"
                    yield Difference("changed", statement.quote(position, position + 1), found)


def _shown(reading: Reading, amount: Quantity) -> str:
    return reading.quote(amount.start, amount.end)


def _directions(reading: Reading) -> list[tuple[int, int]]:
    """Give the words that say a number rises (1) or falls (-1); none when a sentence has both."""
    found = []
    rise, fall = (frozenset(key for key in keys(word, "fr") if key[0] == "#") for word in ("hausse", "baisse"))
    for word in reading.words:
        up, down = bool(word.keys & rise), bool(word.keys & fall)
        if up != down:
            found.append((word.position, 1 if up else -1))
    for position, token in enumerate(reading.tokens[:-1]):
        if token.norm in ("up", "down") and reading.tokens[position + 1].norm == "from":
            found.append((position, 1 if token.norm == "up" else -1))
    return found if len({sign for _, sign in found}) == 1 else []


_ONE = frozenset("one un une among parmi".split())
_OF = frozenset("of des du de d the les nos ses leurs".split())
_IRREGULAR = frozenset("best worst most least".split())
_BACK = 4
_SHORTEST = 6
_BEFORE_PLUS = frozenset("le la les des du au aux deuxieme troisieme quatrieme cinquieme sixieme".split())


@lru_cache(maxsize=4096)
def _superlatives(reading: Reading) -> dict[int, str]:
    """Give, by the position of each adjective in the superlative, the words that give it a rank below the first."""
    norms = [token.norm for token in reading.tokens]
    found = {}
    for at, norm in enumerate(norms):
        if reading.language == "en":
            alone = len(norm) >= _SHORTEST and norm.endswith("est")
            if not alone and norm not in _IRREGULAR:
                continue
            adjective = at if alone or norm in ("best", "worst") else at + 1
        elif norm in ("plus", "moins") and at and norms[at - 1] in _BEFORE_PLUS:
            adjective = at + 1
        else:
            continue
        found[adjective] = _rank(reading, at)
    return found


def _rank(reading: Reading, at: int) -> str:
    """Give the words just before a superlative that make it one of several, or the second: "" for the first."""
    norms = [token.norm for token in reading.tokens]
    for amount in reading.quantities:
        if amount.ordinal and amount.value > 1 and at - 2 <= amount.end - 1 < at:
            return reading.quote(amount.start, at + 1)
    for start in range(max(0, at - _BACK), at):
        if norms[start] in _ONE and set(norms[start + 1 : at]) <= _OF and norms[start + 1 : at]:
            return reading.quote(start, at + 1)
    return ""


def rank_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the ranks that the statement drops: "the largest" for "one of the largest" or "the second largest"."""
    for position, own in _superlatives(statement).items():
        ranks = [
            rank
            for pairing in pairings
            for place, rank in _superlatives(pairing.source).items()
            if place in pairing.links.get(position, ()) or _is_same_adjective(statement, position, pairing, place)
        ]
        if not own and ranks and all(ranks):
            yield Difference("lost", found=ranks[0])


def _is_same_adjective(statement: Reading, position: int, pairing: Pairing, place: int) -> bool:
    """Whether an adjective too common to be linked, « grand », stands before a linked noun in both texts."""
    said, found = statement.tokens[position : position + 1], pairing.source.tokens[place : place + 1]
    alike = bool(said) and bool(found) and said[0].norm == found[0].norm
    return alike and place + 1 in pairing.links.get(position + 1, ())
