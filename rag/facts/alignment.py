"""Which source sentences a statement is compared with, and which of its words they carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache

from rag.facts.counterparts import are_counterparts
from rag.facts.dates import Date
from rag.facts.meaning import alike, translated
from rag.facts.names import are_of_one_place, forms, skeleton
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.wording import keys

_MOST_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Pairing:
    """The statement against one source sentence: for each linked position of the statement, those of the source."""

    source: Reading
    links: dict[int, tuple[int, ...]]
    order: int = 0
    """The place of the sentence among the sources."""

    def back(self) -> dict[int, tuple[int, ...]]:
        """Give the links from the source's positions to the statement's."""
        turned: dict[int, list[int]] = {}
        for said, places in self.links.items():
            for place in places:
                turned.setdefault(place, []).append(said)
        return {place: tuple(said) for place, said in turned.items()}


@lru_cache(maxsize=4096)
def _places(source: Reading) -> dict[str, tuple[int, ...]]:
    """Give the positions of the source under every key that its words and names can be found by."""
    places: dict[str, list[int]] = {}
    for word in (*source.words, *source.others):
        for key in (*word.keys, *(f"@{form}" for form in forms(word.text))):
            places.setdefault(key, []).append(word.position)
    for name in source.names:
        norm = source.tokens[name.position].norm
        spelled = {f"@{form}" for form in (*name.keys, norm, norm.removesuffix("s"))} | {f"%{skeleton(norm)}"}
        spelled.add(_letters(source.tokens[name.position].raw))
        for key in spelled | _concepts(source, name.position):
            places.setdefault(key, []).append(name.position)
    return {key: tuple(positions) for key, positions in places.items()}


def _letters(raw: str) -> str:
    """Give the letters of an acronym in order, which the other language may arrange otherwise: IRM, MRI."""
    return f"%{''.join(sorted(raw))}" if raw.isupper() and 3 <= len(raw) <= 5 else f"%{raw}"


def _concepts(reading: Reading, position: int) -> frozenset[str]:
    """Give the concept keys of a capitalised word, which « Assemblée » shares with "Assembly"."""
    return frozenset(k for k in keys(reading.tokens[position].raw.lower(), reading.language) if k[0] == "#")


def pair(statement: Reading, source: Reading, order: int = 0) -> Pairing:
    """Link the words, names, numbers and dates of the statement to those of one source sentence that mean the same."""
    by_key = _places(source)
    links: dict[int, tuple[int, ...]] = {}

    def link(position: int, found: set[int]) -> None:
        if found:
            links[position] = tuple(sorted(found.union(links.get(position, ()))))

    for word in (*statement.words, *statement.others):
        same = {place for key in word.keys if key[0] not in "#~" for place in by_key.get(key, ())}
        wanted = {*word.keys, *(f"@{form}" for form in forms(word.text))}
        near = same or {place for key in wanted for place in by_key.get(key, ())}
        link(word.position, {place for place in near if not _are_parties(statement, word.position, source, place)})
    crossed = statement.language != source.language
    for name in statement.names:
        norm = statement.tokens[name.position].norm
        wanted = {f"@{form}" for form in (*name.keys, norm, norm.removesuffix("s"))}
        wanted |= _concepts(statement, name.position)
        link(
            name.position,
            {n.position for n in source.names if are_of_one_place(norm, source.tokens[n.position].norm)},
        )
        if crossed:
            wanted |= {f"%{skeleton(norm)}", _letters(statement.tokens[name.position].raw)}
            wanted |= {k for k in keys(statement.tokens[name.position].raw.lower(), statement.language) if k[0] == "~"}
            link(name.position, _spelled_alike(norm, source))
        link(name.position, {place for key in wanted for place in by_key.get(key, ())})
    for position, found in translated(statement, source, _unlinked(statement, links)).items():
        link(position, found)
    unlinked = _unlinked(statement, links)
    used = frozenset(place for places in links.values() for place in places)
    for position, found in alike(statement, source, unlinked, used).items():
        link(position, found)
    for amount in statement.quantities:
        links.pop(amount.number, None)
        link(amount.number, _same_amounts(amount, source))
    for date in statement.dates:
        links.pop(date.start, None)
        link(date.start, {found.start for found in source.dates if agree(date, found)})
        link(date.start, {q.number for q in source.quantities if date.year and not date.month and q.value == date.year})
        link(date.start, {q.number for q in source.quantities if lasts(q, date)})
    return Pairing(source, links, order)


_NOUN_LEADS = frozenset("le la les l un une des du au aux d son sa ses leur leurs the a an its his her their".split())


def _are_parties(statement: Reading, position: int, source: Reading, place: int) -> bool:
    """Whether two nouns name the two parties to one thing: « l'assureur » and « l'assuré »."""
    if not are_counterparts(statement.tokens[position].raw.lower(), source.tokens[place].raw.lower()):
        return False
    return all(
        not _NOUN_LEADS.isdisjoint(token.norm for token in reading.tokens[max(0, at - 2) : at])
        for reading, at in ((statement, position), (source, place))
    )


_LIKE_LETTERS = 0.85
_SAME_START = 3


def _spelled_alike(norm: str, source: Reading) -> set[int]:
    """Give the common words of a source that a capitalised one is spelled like: "Medicine", « médecine »."""
    return {
        word.position
        for word in source.words
        if word.text[:1] == norm[:1]
        and abs(len(word.text) - len(norm)) < _SAME_START
        and len(norm) > _SAME_START + 1
        and SequenceMatcher(None, norm, word.text, autojunk=False).ratio() >= _LIKE_LETTERS
    }


def _unlinked(statement: Reading, links: dict[int, tuple[int, ...]]) -> frozenset[int]:
    return frozenset(word.position for word in statement.words if word.position not in links)


def _same_amounts(amount: Quantity, source: Reading) -> set[int]:
    same = {q.number for q in source.quantities if is_same(amount, q)}
    return same or {
        date.start for date in source.dates if (date.year and date.year == amount.value) or lasts(amount, date)
    }


def linked_quantities(amount: Quantity, pairings: Sequence[Pairing]) -> Iterator[tuple[Reading, Quantity]]:
    """Give the quantities of the sources that stand for one of the statement, each with its source."""
    for pairing in pairings:
        for other in pairing.source.quantities:
            if other.number in pairing.links.get(amount.number, ()):
                yield pairing.source, other


def is_same(said: Quantity, found: Quantity) -> bool:
    """Whether two quantities have the same value in the same unit; one that leaves its unit out may be either."""
    if said.ordinal != found.ordinal or said.vague != found.vague:
        return False
    if said.vague:  # « des dizaines » is "dozens"
        return said.dimension == found.dimension and 4 * said.value <= 5 * found.value <= Fraction(25, 4) * said.value
    if said.dimension == found.dimension:
        return said.value == found.value or _is_converted(said, found) or _are_weeks(said, found)
    if {said.dimension, found.dimension} == {"€", "$"} and said.value * 100 == said.plain:
        return said.value == found.value and found.value * 100 == found.plain  # « centimes » are "cents" of any money
    if not said.dimension:
        return said.value in (found.value, found.plain)
    return said.dimension in _LEFT_OUT and not found.dimension and said.plain == found.value


_DAY, _WEEK = 86400, 604800
_COUNTED_DAYS = {1: 8, 2: 15}
"""Days that French counts in one and two weeks: « huit jours », « quinze jours »."""


def _are_weeks(said: Quantity, found: Quantity) -> bool:
    """Whether one is « quinze jours » and the other two weeks."""
    return said.dimension == "time" and any(
        {said.value, found.value} == {weeks * _WEEK, days * _DAY} for weeks, days in _COUNTED_DAYS.items()
    )


def lasts(amount: Quantity, date: Date) -> bool:
    """Whether a duration is written as a time of day is: "2 hours 24 minutes", « 2 h 24 »."""
    return amount.dimension == "time" and date.minutes >= 0 and amount.value == date.minutes * 60


_LEFT_OUT = frozenset({"months", "point", "times"})
"""Dimensions whose unit is often left out: years of age, points of a score."""
_MEASURES = frozenset("length mass speed area volume".split())
_CLOSE = Fraction(1, 50)


def _is_converted(said: Quantity, found: Quantity) -> bool:
    """Whether 3,000 miles are told as « 4 800 km »: rounded, as conversions between systems of units are."""
    if said.dimension not in _MEASURES or not (said.value and said.plain and found.plain):
        return False
    factor = (said.value / said.plain) / (found.value / found.plain)
    decimal = str(factor.numerator).strip("0") in ("1", "") and str(factor.denominator).strip("0") in ("1", "")
    return not decimal and abs(said.value - found.value) <= _CLOSE * abs(said.value)


def agree(said: Date, found: Date) -> bool:
    """Whether all that the statement tells of a date is told by the source's date."""
    if said.decade != found.decade:
        return False
    fields = told(found)
    if told(said).items() <= fields.items():
        return True
    turned = told(found._replace(month=found.day, day=found.month))
    return (said.either or found.either) and told(said).items() <= turned.items()


def told(date: Date) -> dict[str, int]:
    """Give the fields of a date that are told."""
    fields = {"year": date.year, "month": date.month, "day": date.day, "weekday": date.weekday}
    told_fields = {name: value for name, value in fields.items() if value}
    return told_fields | ({"minutes": date.minutes} if date.minutes >= 0 else {})


def align(statement: Reading, sources: Sequence[Reading]) -> list[Pairing]:
    """Choose the few source sentences that together carry most of the statement, the best first."""
    pairings = [pair(statement, source, order) for order, source in enumerate(sources)]
    weights = dict.fromkeys((word.position for word in statement.words if not word.light), 1.0)
    weights |= dict.fromkeys((name.position for name in statement.names), 1.5)
    weights |= dict.fromkeys((amount.number for amount in statement.quantities), 1.5)
    weights |= dict.fromkeys((date.start for date in statement.dates), 1.5)
    chosen: list[Pairing] = []
    covered: set[int] = set()
    while pairings and len(chosen) < _MOST_SENTENCES:
        gains = [_gain(pairing, weights, covered) for pairing in pairings]
        best = max(range(len(pairings)), key=lambda index: (gains[index], -index))
        if gains[best] <= 0:
            break
        chosen.append(pairings.pop(best))
        covered.update(chosen[-1].links)
    return chosen


def _gain(pairing: Pairing, weights: dict[int, float], covered: set[int]) -> float:
    fresh = sum(weights.get(position, 0.0) for position in pairing.links if position not in covered)
    if not fresh:
        return 0.0
    return fresh + 0.01 * sum(weights.get(position, 0.0) for position in pairing.links)
