"""Who is what: "the director is Susan Clarke, who replaced John Pike" does not say that the director is John Pike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.facts.agents import TOGETHER
from rag.facts.alignment import Pairing, pair
from rag.facts.binding import piece
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.roles import LEADS, OF, subject
from rag.facts.subjects import main_subject
from rag.facts.wording import is_participle, keys

_NOW = frozenset("is are est sont reste restent remains remain becomes devient".split())
_THEN = frozenset("was were etait etaient fut furent became devint".split())
_COPULAS = _NOW | _THEN
_TITLES = frozenset("m mme mlle mr mrs ms dr sir . me".split())
_THE = frozenset("the le la l its their his her son sa leur".split())
_NOT_NOW = frozenset("former previous ex ancien ancienne precedent precedente outgoing future futur next".split())
_BESIDE = LEADS | frozenset(", ( named nomme nommee - '".split())
_AS = frozenset("as comme".split())
_NEAR = 3
_FARTHEST = 12


class Identity(NamedTuple):
    """A word that says what somebody is, and the names of whoever is that; `past` where "was" ties them."""

    what: int
    who: frozenset[int]
    past: bool = False


def identity_differences(statement: Reading, found: Sequence[Reading]) -> Iterator[Difference]:
    """Give the names that the statement says are something, where the sources say that another is."""
    for said in _told(statement):
        pairings = [pair(statement, source) for source in found]
        places = [(pairing, place) for pairing in pairings for place in pairing.links.get(said.what, ())]
        others: list[tuple[Pairing, Identity]] = []
        for pairing, place in places:
            who = {at for name in said.who for at in pairing.links.get(name, ())}
            own = _held(pairing.source, place)
            if any(_is_beside(pairing.source, place, at) for at in who) or (own and who & own.who):
                break
            if own and who and not (said.past and not own.past):
                others.append((pairing, own))
        else:
            for pairing, own in others[:1]:
                instead = pairing.source.quote(min(own.who), max(own.who) + 1)
                quote = statement.quote(min(said.who), max(said.who) + 1)
                yield Difference("changed", quote, instead, said.who)


def office_differences(statement: Reading, found: Sequence[Reading]) -> Iterator[Difference]:
    """Give the names to which the statement puts another office than the sources: "Ann Lee, mayor" for "deputy"."""
    for who, what in _appositions(statement):
        pairings = [pair(statement, source) for source in found]
        about = [pairing for pairing in pairings if who in pairing.links]
        others = [
            at
            for pairing in about
            for name, at in _appositions(pairing.source)
            if name in pairing.links[who] and all(at not in places for places in pairing.links.values())
        ]
        if others and not any(what in pairing.links for pairing in about):
            yield Difference("apart", statement.quote(who, what + 1))


@lru_cache(maxsize=4096)
def _appositions(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Give the end of each name that a comma follows, and the common word beside it: "Susan Clarke, the director"."""
    named = {name.position for name in reading.names if not name.common}
    words = {word.position for word in reading.words}
    found = []
    for at in sorted(named):
        after = at + 2
        if after >= len(reading.tokens) or reading.tokens[at + 1].norm != ",":
            continue
        while after < len(reading.tokens) and reading.tokens[after].norm in LEADS | {"'"}:
            after += 1
        if after in words - named and not is_participle(reading.tokens[after].raw.lower(), reading.language):
            found.append((at, after))
    return tuple(found)


def _told(statement: Reading) -> Iterator[Identity]:
    """Give what the statement says somebody is: "the director is John Pike", "John Pike is the director"."""
    norms = [token.norm for token in statement.tokens]
    if _COPULAS.isdisjoint(norms):
        return
    for word in statement.words:
        at = word.position
        if not at or norms[at - 1] in _NOT_NOW or _NOT_NOW.intersection(norms[at + 1 : at + 2]):
            continue
        one = _led(statement, at) or (_leading(statement, at) if _is_definite(statement, at) else None)
        if one is not None:
            yield one


def _is_definite(reading: Reading, at: int) -> bool:
    """Whether "the" leads the word, so that only one is meant."""
    before = at - 1
    if before and reading.tokens[before].norm == "'":
        before -= 1
    return reading.tokens[before].norm in _THE


def _held(source: Reading, at: int) -> Identity | None:
    """Give who is what the word at `at` says, by the names beside it or a form of "to be"."""
    return _led(source, at) or _leading(source, at) or _beside(source, at) or _succeeding(source, at)


def _led(reading: Reading, at: int) -> Identity | None:
    """Read "the director of the museum is Susan Clarke"."""
    for copula in range(at + 1, min(len(reading.tokens), at + 1 + _FARTHEST)):
        if piece(reading, copula) != piece(reading, at):
            return None
        if reading.tokens[copula].norm not in _COPULAS:
            continue
        if at not in subject(reading, copula) | main_subject(reading, copula):
            return None
        after = copula + 1
        while after < len(reading.tokens) and reading.tokens[after].norm in _TITLES:
            after += 1
        who = _names_from(reading, after, 1)
        return Identity(at, who, reading.tokens[copula].norm in _THEN) if who else None
    return None


def _leading(reading: Reading, at: int) -> Identity | None:
    """Read "Susan Clarke is the director"."""
    before = at - 1
    while before > 0 and reading.tokens[before].norm in LEADS | {"'"}:
        before -= 1
    if before < 0 or reading.tokens[before].norm not in _COPULAS:
        return None
    acting = main_subject(reading, before)
    named = {name.position for name in reading.names if not name.common}
    if not acting or not acting <= named:
        return None
    who = _names_from(reading, max(acting), -1)
    return Identity(at, who, reading.tokens[before].norm in _THEN) if who else None


def _beside(reading: Reading, at: int) -> Identity | None:
    """Read "director Susan Clarke", "the director of the museum, Susan Clarke", "Susan Clarke, director of"."""
    after = at + 1
    while after < len(reading.tokens) and after <= at + _NEAR and reading.tokens[after].norm in OF | LEADS:
        after += 2  # a word behind each "of the"
    for start in {at + 1, after} if at + 1 < len(reading.tokens) else ():
        start += start < len(reading.tokens) and reading.tokens[start].norm == ","
        who = _names_from(reading, start, 1)
        if who:
            return Identity(at, who)
    before = at - 1
    while before > 0 and reading.tokens[before].norm in LEADS | {"'"}:
        before -= 1
    who = _names_from(reading, before - 1, -1) if before > 0 and reading.tokens[before].norm == "," else frozenset()
    return Identity(at, who) if who else None


def _succeeding(reading: Reading, at: int) -> Identity | None:
    """Read "Susan Clarke replaced John Pike as director"."""
    before = at - 1
    while before > 0 and reading.tokens[before].norm in LEADS:
        before -= 1
    if before < 0 or reading.tokens[before].norm not in _AS:
        return None
    verbs = [word.position for word in reading.words if not word.keys.isdisjoint(_replacing())]
    near = [verb for verb in verbs if verb < before and piece(reading, verb) == piece(reading, at)]
    acting = main_subject(reading, near[-1]) if near else frozenset[int]()
    who = acting & {name.position for name in reading.names if not name.common}
    return Identity(at, who) if who else None


@lru_cache(maxsize=1)
def _replacing() -> frozenset[str]:
    return frozenset(key for word in ("remplacer", "succeder") for key in keys(word, "fr") if key[0] == "#")


def _names_from(reading: Reading, at: int, step: int) -> frozenset[int]:
    """Give the names from `at` on, in the direction of `step`, over what joins them: "Susan Clarke and John Pike"."""
    named = {name.position for name in reading.names if not name.common}
    found: set[int] = set()
    if at not in named:
        return frozenset()
    while 0 <= at < len(reading.tokens):
        if at in named:
            found.add(at)
        elif reading.tokens[at].norm not in TOGETHER | _TITLES:
            break
        at += step
    return frozenset(found)


def _is_beside(source: Reading, what: int, who: int) -> bool:
    """Whether a name stands beside the word with no more than small words between."""
    low, high = min(what, who), max(what, who)
    named = {name.position for name in source.names}
    inside = [p for p in range(low + 1, high) if p not in named]
    return len(inside) <= _NEAR and all(source.tokens[p].norm in _BESIDE for p in inside)
