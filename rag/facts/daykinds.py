"""Which days are counted: 30 working days are longer than 30 days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing, linked_quantities
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading

_KINDS = {
    **dict.fromkeys("working business ouvre ouvres ouvrable ouvrables weekdays".split(), "working"),
    **dict.fromkeys("calendar calendaire calendaires".split(), ""),
    **dict.fromkeys("franc francs clear".split(), "clear"),
}
_DAYS = frozenset("day days jour jours weekdays".split())
_NEAR = 2


def day_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the numbers of days that the sources count in days of another kind."""
    for amount in statement.quantities:
        if amount.dimension != "time":
            continue
        found = list(linked_quantities(amount, pairings))
        own = _kind(statement, amount)
        if found and all(_kind(source, other) != own for source, other in found):
            source, other = found[0]
            yield Difference("changed", _quote(statement, amount), _quote(source, other))


def _kind(reading: Reading, amount: Quantity) -> str:
    """Give the kind of the days that a number counts, "" for plain ones."""
    near = [token.norm for token in reading.tokens[amount.number + 1 : amount.end + _NEAR]]
    return next((_KINDS[norm] for norm in near if norm in _KINDS), "") if _DAYS.intersection(near) else ""


def _quote(reading: Reading, amount: Quantity) -> str:
    """Give the number with all that tells its days."""
    end = min(len(reading.tokens), amount.end + _NEAR)
    last = max((at for at in range(amount.start, end) if reading.tokens[at].norm in _DAYS | _KINDS.keys()), default=0)
    return reading.quote(amount.start, max(amount.end, last + 1))
