"""What holds when: "blinks while heating, stays lit when ready" is not "stays lit while heating, blinks when ready"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_WHEN = frozenset("pendant durant lorsque lorsqu quand during while when whenever".split())


class Circumstance(NamedTuple):
    """The last thing told before "during" or "when" in a piece of a sentence, and the items after it."""

    what: int
    when: frozenset[int]


def circumstance_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give two things told of two times, each of which the sources tell of the other time."""
    for one, other in combinations(_circumstances(statement), 2):
        for pairing in pairings:
            for its, theirs in combinations(_circumstances(pairing.source), 2):
                for first, second in ((its, theirs), (theirs, its)):
                    times = _shared(pairing, one.when, first.when) and _shared(pairing, other.when, second.when)
                    crossed = _is(pairing, one.what, second.what) and _is(pairing, other.what, first.what)
                    kept = _is(pairing, one.what, first.what) or _is(pairing, other.what, second.what)
                    if times and crossed and not kept:
                        said = (statement.quote(at, at + 1) for at in (one.what, other.what))
                        yield Difference("swapped", " / ".join(said))
                        return


@lru_cache(maxsize=4096)
def _circumstances(reading: Reading) -> tuple[Circumstance, ...]:
    """Give the circumstances that follow what they are told of, in a piece of the sentence."""
    found = []
    held = items(reading)
    for at, token in enumerate(reading.tokens):
        if token.norm in _WHEN:
            here = frozenset(p for p in held if piece(reading, p, fine=True) == piece(reading, at, fine=True))
            what, when = max((p for p in here if p < at), default=-1), frozenset(p for p in here if p > at)
            if what >= 0 and when:
                found.append(Circumstance(what, when))
    return tuple(found)


def _shared(pairing: Pairing, positions: frozenset[int], places: frozenset[int]) -> bool:
    return any(not places.isdisjoint(pairing.links.get(position, ())) for position in positions)


def _is(pairing: Pairing, position: int, place: int) -> bool:
    return place in pairing.links.get(position, ())
