"""Which source sentences a statement is compared with, and which of its words they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.facts.reading import Reading
from rag.facts.wording import family

_MOST_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Pairing:
    """The statement against one source sentence: for each linked position of the statement, those of the source."""

    source: Reading
    links: dict[int, tuple[int, ...]]

    def back(self) -> dict[int, tuple[int, ...]]:
        """Give the links from the source's positions to the statement's."""
        turned: dict[int, list[int]] = {}
        for said, places in self.links.items():
            for place in places:
                turned.setdefault(place, []).append(said)
        return {place: tuple(said) for place, said in turned.items()}


def pair(statement: Reading, source: Reading) -> Pairing:
    """Link the words, names and numbers of the statement to those of one source sentence that mean the same."""
    by_key: dict[str, list[int]] = {}
    for word in source.words:
        for key in word.keys:
            by_key.setdefault(key, []).append(word.position)
    for name in source.names:
        for key in name.keys | _name_keys(source, name.position):
            by_key.setdefault(f"@{key}", []).append(name.position)
    links: dict[int, tuple[int, ...]] = {}
    for word in statement.words:
        places = {place for key in word.keys for place in by_key.get(key, ())}
        places.update(by_key.get(f"@{word.text}", ()))
        if places:
            links[word.position] = tuple(sorted(places))
    for name in statement.names:
        places = {p for key in name.keys | _name_keys(statement, name.position) for p in by_key.get(f"@{key}", ())}
        norm = statement.tokens[name.position].norm
        places.update(word.position for word in source.words if word.text == norm or word.text in name.keys)
        places.update(links.get(name.position, ()))
        if places:
            links[name.position] = tuple(sorted(places))
    for amount in statement.quantities:
        same = [q.number for q in source.quantities if q.value == amount.value and q.ordinal == amount.ordinal]
        same += [d.start for d in source.dates if d.year and d.year == amount.value]
        if same:
            links[amount.number] = tuple(same)
    for date in statement.dates:
        near = [d.start for d in source.dates if (d.year, d.month, d.day) == (date.year, date.month, date.day)]
        if near:
            links[date.start] = tuple(near)
    return Pairing(source, links)


def _name_keys(reading: Reading, position: int) -> frozenset[str]:
    norm = reading.tokens[position].norm
    root = family(norm)
    return frozenset({norm, f"~{root}"}) if root else frozenset({norm})


def align(statement: Reading, sources: Sequence[Reading]) -> list[Pairing]:
    """Choose the few source sentences that together carry most of the statement, the best first."""
    pairings = [pair(statement, source) for source in sources]
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
    fresh = sum(weights.get(position, 0.2) for position in pairing.links if position not in covered)
    if not fresh:
        return 0.0
    return fresh + 0.01 * sum(weights.get(position, 0.0) for position in pairing.links)
