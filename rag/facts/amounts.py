"""Do the quantities, dates and names of a statement stand in its sources with the same value?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.dates import Date
from rag.facts.differences import Difference
from rag.facts.quantities import Bound, Quantity
from rag.facts.reading import Reading

_COMPATIBLE = ({Bound.ABOUT, Bound.NEARLY},)
Place = tuple[Pairing, Quantity]


def quantity_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the quantities of the statement that the sources don't hold with the same value, unit, bound and subject."""
    places = [(pairing, found) for pairing in pairings for found in pairing.source.quantities]
    for said in statement.quantities:
        same = [place for place in places if _is_same(said, place[1])]
        if not same:
            if not _is_year(said, pairings):
                yield _nearest(statement, said, places)
            continue
        bounded = [place for place in same if _same_bound(said.bound, place[1].bound)]
        if not bounded:
            yield Difference("changed", statement.quote(said.start, said.end), _quote(same[0]))
            continue
        rival = _rival(statement, said, bounded, places)
        if rival is not None:
            yield Difference("changed", statement.quote(said.start, said.end), _quote(rival))


def _is_same(said: Quantity, found: Quantity) -> bool:
    if said.ordinal != found.ordinal or said.vague != found.vague or said.value != found.value:
        return False
    if said.role and found.role and said.role != found.role:
        return False
    return said.dimension == found.dimension or not said.dimension


def _same_bound(said: Bound, found: Bound) -> bool:
    return said == found or any({said, found} <= group for group in _COMPATIBLE)


def _is_year(said: Quantity, pairings: Sequence[Pairing]) -> bool:
    return any(date.year == said.value for pairing in pairings for date in pairing.source.dates if date.year)


def _quote(place: Place) -> str:
    pairing, found = place
    return pairing.source.quote(found.start, found.end)


def _nearest(statement: Reading, said: Quantity, places: Sequence[Place]) -> Difference:
    quote = statement.quote(said.start, said.end)
    alike = [p for p in places if p[1].dimension == said.dimension and p[1].ordinal == said.ordinal]
    bare = [p for p in places if p[1].value == said.value and not p[1].ordinal]
    if bare or alike:
        others = [p for p in alike if _quote(p) != quote]
        return Difference("changed", quote, _quote((bare or others or alike)[0]))
    return Difference("absent", quote)


def _rival(statement: Reading, said: Quantity, same: Sequence[Place], places: Sequence[Place]) -> Place | None:
    """Give a quantity of another value that stands with what the statement says of `said`, when `said` does not."""
    context = _segment(statement, said)
    others = [p for p in places if p[1].dimension == said.dimension and p[1].ordinal == said.ordinal]
    others = [p for p in others if p[1].value != said.value]
    if not context or not others:
        return None
    named = context & {name.position for name in statement.names}
    for deciding in filter(None, (named, context)):
        carried = [_carried(place, deciding) for place in same]
        best = max(carried, key=len)
        for place in others:
            rival = _carried(place, deciding)
            if rival > best and not any(rival <= c for c in carried):
                return place
        if deciding is named and best:
            return None
    return None


def _carried(place: Place, context: frozenset[int]) -> frozenset[int]:
    pairing, found = place
    segment = _segment(pairing.source, found)
    return frozenset(p for p in context if not segment.isdisjoint(pairing.links.get(p, ())))


_BREAKS = frozenset(". , ; : ( ) et and mais but tandis while whereas contre against puis then alors ou or".split())


def _segment(reading: Reading, amount: Quantity) -> frozenset[int]:
    """Give the words and names that stand with `amount`: its sentence, cut between it and its neighbours."""
    low, high = 0, len(reading.tokens)
    for other in reading.quantities:
        if other.ordinal != amount.ordinal:
            continue
        if other.end <= amount.start:
            low = max(low, _cut(reading, other.end, amount.start))
        elif other.start >= amount.end:
            high = min(high, _cut(reading, amount.end, other.start))
    inside = {word.position for word in reading.words} | {name.position for name in reading.names}
    return frozenset(p for p in inside if low <= p < high)


def _cut(reading: Reading, start: int, end: int) -> int:
    for position in range(start, end):
        if reading.tokens[position].norm in _BREAKS:
            return position
    return (start + end) // 2


def date_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the dates and times of the statement that the sources contradict or don't hold."""
    told = [(pairing, date) for pairing in pairings for date in pairing.source.dates]
    for said in statement.dates:
        if any(_holds(said, date) for _, date in told):
            continue
        if any(q.value == said.year for p in pairings for q in p.source.quantities) and not said.month:
            continue
        if _is_pieced(said, [date for _, date in told]):
            continue
        quote = statement.quote(said.start, said.end)
        alike = [pairing.source.quote(d.start, d.end) for pairing, d in told if _is_comparable(said, d)]
        yield Difference("changed", quote, alike[0]) if alike else Difference("absent", quote)


def _fields(date: Date) -> dict[str, int]:
    told = {"year": date.year, "month": date.month, "day": date.day, "weekday": date.weekday}
    fields = {name: value for name, value in told.items() if value}
    return fields | ({"minutes": date.minutes} if date.minutes >= 0 else {})


def _holds(said: Date, found: Date) -> bool:
    if said.decade != found.decade:
        return False
    fields = _fields(found)
    exact = all(fields.get(name) == value for name, value in _fields(said).items())
    either = said.either or found.either
    turned = either and (said.year, said.month, said.day) == (found.year, found.day, found.month)
    return exact or turned


def _is_pieced(said: Date, found: Sequence[Date]) -> bool:
    """Whether one date of the source gives the day and month, without a year, and another the year."""
    partial = [date for date in found if not date.year and _holds(said._replace(year=0), date)]
    return bool(partial) and any(date.year == said.year for date in found)


def _is_comparable(said: Date, found: Date) -> bool:
    return not _fields(said).keys().isdisjoint(_fields(found))


def name_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the names of the statement that the sources don't hold."""
    linked = {position for pairing in pairings for position in pairing.links}
    used = {place for pairing in pairings[:1] for places in pairing.links.values() for place in places}
    for name in statement.names:
        if name.position in linked or _is_initials(statement, name.position, pairings):
            continue
        others = [n for pairing in pairings[:1] for n in pairing.source.names if n.sure and n.position not in used]
        said = statement.quote(name.position, name.end)
        if others and pairings:
            source = pairings[0].source
            yield Difference("changed", said, source.quote(others[0].position, others[0].end))
        elif name.sure:
            yield Difference("absent", said)


def _is_initials(statement: Reading, position: int, pairings: Sequence[Pairing]) -> bool:
    """Whether an acronym stands for consecutive words of the source: CHU for « centre hospitalier universitaire »."""
    raw = statement.tokens[position].raw
    if not (raw.isupper() and 2 <= len(raw) <= 6):
        return False
    letters = raw.lower()
    for pairing in pairings:
        positions = sorted({w.position for w in pairing.source.words} | {n.position for n in pairing.source.names})
        initials = "".join(pairing.source.tokens[p].norm[0] for p in positions)
        if letters in initials:
            return True
    return False
