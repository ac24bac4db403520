"""What the writing of a number tells beside its value: a score of 3-1 is not 1-3, version 2.10 is not 2.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from rag.facts.agents import converse
from rag.facts.alignment import Pairing, linked_quantities
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading

_LONGEST = 3
_NUMBERED = frozenset(
    "version versions v release edition section sections paragraphe paragraph chapitre chapter article figure table "
    "tableau annexe appendix point clause firmware n no".split()
)


def writing_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the scores that the sources tell the other way round, and the versions that they number otherwise."""
    yield from _score_differences(statement, pairings)
    for amount in statement.quantities:
        found = [
            (source, other)
            for source, other in linked_quantities(amount, pairings)
            if "." in source.tokens[other.number].raw
        ]
        raw = statement.tokens[amount.number].raw
        if "." not in raw or any(source.tokens[other.number].raw == raw for source, other in found):
            continue
        for source, other in found[:1]:
            if _is_numbered(statement, amount) or _is_numbered(source, other):
                said = statement.quote(max(0, amount.number - 1), amount.end)
                yield Difference("changed", said, source.quote(max(0, other.number - 1), other.end))


def _is_numbered(reading: Reading, amount: Quantity) -> bool:
    """Whether the number names a version or a part of a text: "Section 4.20", "Python 3.10"."""
    if amount.dimension or amount.end != amount.number + 1:
        return False
    named = any(name.end == amount.number for name in reading.names)
    return named or (amount.number > 0 and reading.tokens[amount.number - 1].norm in _NUMBERED)


def _score_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    for first, second in _scores(statement):
        if first == second:
            continue
        turned = [pairing for pairing in pairings if (second, first) in _scores(pairing.source)]
        straight = any((first, second) in _scores(pairing.source) for pairing in pairings)
        if turned and not straight and not any(_is_other_side(statement, pairing) for pairing in turned):
            yield Difference("reordered", f"{first}-{second} / {second}-{first}")


def _scores(reading: Reading) -> list[tuple[str, str]]:
    """Give the numbers on both sides of each dash that joins two short ones."""
    tokens = reading.tokens
    return [
        (tokens[at - 1].raw, tokens[at + 1].raw)
        for at in range(1, len(tokens) - 1)
        if tokens[at].norm == "-"
        and tokens[at].glued
        and tokens[at + 1].glued
        and all(token.raw.isdecimal() and len(token.raw) <= _LONGEST for token in (tokens[at - 1], tokens[at + 1]))
        and not (at > 1 and tokens[at - 2].norm == "-")
        and not (at + 2 < len(tokens) and tokens[at + 2].norm == "-")
    ]


def _is_other_side(statement: Reading, pairing: Pairing) -> bool:
    """Whether the two texts tell a match from its two sides: "beat" and "lost to", or the two names turned round."""
    places = {
        name.position: pairing.links[name.position][0]
        for name in statement.names
        if len(pairing.links.get(name.position, ())) == 1
    }
    crossed = any(places[one] > places[other] for one, other in combinations(sorted(places), 2))
    return crossed or bool(converse(statement, pairing))
