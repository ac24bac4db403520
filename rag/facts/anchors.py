"""What a figure or date stands behind: "founded in 1142 and dissolved in 1536", "reduced from £180,000 to £132,000"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing, told
from rag.facts.binding import items, piece
from rag.facts.dates import Date
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading

Fact = Quantity | Date
_NEAR = 4
_TO = frozenset("to a".split())
_BY = frozenset("by de".split())
_STOPS = frozenset("and et or ou but mais contre against ( )".split())


def anchor_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the facts told of one thing or deed that the sources tell of another, with their own for it."""
    for fact in _facts(statement):
        word = _anchor(statement, fact)
        others = [
            _instead(statement, pairing, fact, word, at)
            for pairing in pairings
            for at in pairing.links.get(_place(fact), ())
        ]
        if others and all(others):
            yield Difference("changed", statement.quote(fact.start, fact.end), others[0])


def _instead(statement: Reading, pairing: Pairing, fact: Fact, word: int, at: int) -> str:
    """Give what the source has in the place of a fact of the statement that it tells of something else at `at`."""
    source = pairing.source
    own = next((one for one in _facts(source) if _place(one) == at), None)
    if own is None:
        return ""
    if isinstance(fact, Quantity) and isinstance(own, Quantity):
        moved = _moved(statement, fact, source, own)
        if moved:
            return moved
    if isinstance(own, Quantity) and own.end in pairing.links.get(word, ()):
        return ""  # "voted 7-2" is "by seven votes to two"
    theirs = _anchor(source, own) if source.language == statement.language else -1  # words link loosely across
    if word < 0 or theirs < 0 or any(theirs in places for places in pairing.links.values()):
        return ""
    for other in _facts(source):
        together = piece(source, _place(other)) == piece(source, at)
        if together and _comparable(own, other) and _anchor(source, other) in pairing.links.get(word, ()):
            return source.quote(other.start, other.end)
    return ""


def _moved(statement: Reading, fact: Quantity, source: Reading, own: Quantity) -> str:
    """Give where a number went, or by what it came there, when the statement takes the one for the other."""
    lead = statement.tokens[fact.start - 1].norm if fact.start else ""
    alone = sum(isinstance(one, Quantity) for one in _facts(statement)) == 1  # else it may be a range's
    role = "to" if lead in _TO else "by" if lead in _BY else ""
    if fact.role or not alone or not role or own.role not in ("from", "to") or role == own.role:
        return ""
    same = [one for one in source.quantities if one.role == role or (role == "by" and one.role in ("from", "to"))]
    first, last = min(same, key=lambda one: one.start, default=own), max(same, key=lambda one: one.end, default=own)
    return source.quote(first.start, last.end) if same else ""


def _facts(reading: Reading) -> list[Fact]:
    return [*(one for one in reading.quantities if not (one.weak or one.ordinal)), *reading.dates]


def _place(fact: Fact) -> int:
    return fact.number if isinstance(fact, Quantity) else fact.start


def _comparable(one: Fact, other: Fact) -> bool:
    """Whether one may stand for the other: numbers of a kind that differ, dates that tell the same of other days."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.dimension == other.dimension and one.value != other.value
    if isinstance(one, Date) and isinstance(other, Date):
        return told(one).keys() == told(other).keys() and told(one) != told(other)
    return False


def _anchor(reading: Reading, fact: Fact) -> int:
    """Give the item before a fact, with no more than small words between; -1 for none and for another fact.

    A comma may stand between where another one follows: "its depth, 318 metres, was measured".
    """
    held = items(reading)
    facts = {_place(one) for one in _facts(reading)}
    enclosed = fact.end < len(reading.tokens) and reading.tokens[fact.end].norm == ","
    for at in range(fact.start - 1, max(-1, fact.start - 1 - _NEAR), -1):
        if at in held:
            return -1 if at in facts else at
        norm = reading.tokens[at].norm
        apart = norm in _STOPS or (norm == "," and not (enclosed and at == fact.start - 1))
        if apart or piece(reading, at) != piece(reading, fact.start):
            return -1
    return -1
