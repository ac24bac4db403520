"""Whose number is it? "The licence costs £85, the permit £40": one verb, and a number for each of two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.wording import is_verbal


class Share(NamedTuple):
    """A number of a sentence, and the positions of what it is told of."""

    amount: Quantity
    holder: frozenset[int]


def gapping_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the first number that the sources tell of something else, where they have another for what is spoken of."""
    if any("not" in cue.senses for cue in statement.cues) or any(_respective(statement)):
        return
    if not any(_shares(pairing.source) or _clauses(pairing.source) for pairing in pairings):
        return
    for amount in _amounts(statement):
        said = _told_of(statement, amount)
        most = max((len(said & pairing.links.keys()) for pairing in pairings), default=0)
        others = [
            _held_otherwise(pairing, place, said)
            for pairing in pairings
            if len(said & pairing.links.keys()) == most
            for place in pairing.links.get(amount.number, ())
        ]
        if others and all(others):
            yield Difference("changed", statement.quote(amount.start, amount.end), others[0])
            return


def _held_otherwise(pairing: Pairing, place: int, said: frozenset[int]) -> str:
    """Give the number of what the statement speaks of at `said`, when the one at `place` is told of something else."""
    spoken = {found for position in said for found in pairing.links.get(position, ())}
    for run in _shares(pairing.source):
        for own in run:
            if own.amount.number != place or not spoken.isdisjoint(own.holder):
                continue
            for share in run:
                if share.holder and share.amount.plain != own.amount.plain and spoken >= share.holder:
                    return pairing.source.quote(share.amount.start, share.amount.end)
    clauses = _clauses(pairing.source)
    own_clause = next((share for share in clauses if share.amount.number == place), None)
    if own_clause is not None and own_clause.holder and spoken.isdisjoint(own_clause.holder):
        for share in clauses:
            alike = share.amount.dimension == own_clause.amount.dimension
            if alike and share.amount.plain != own_clause.amount.plain and not spoken.isdisjoint(share.holder):
                return pairing.source.quote(share.amount.start, share.amount.end)
    return ""


def is_own(statement: Reading, amount: Quantity, pairing: Pairing, found: Quantity) -> bool:
    """Whether `found`, of numbers that a source lists for as many things, is that of what the statement speaks of."""
    said = _told_of(statement, amount)
    spoken = {place for position in said for place in pairing.links.get(position, ())}
    own = (share for run in _respective(pairing.source) for share in run if share.amount.number == found.number)
    return any(not spoken.isdisjoint(share.holder) for share in own)


def told_apart(reading: Reading, first: int, second: int) -> bool:
    """Whether two items are each told a number of its own, so that their order says nothing."""
    return any(
        first in share.holder and second in other.holder
        for run in _shares(reading)
        for share in run
        for other in run
        if share is not other
    )


def _amounts(reading: Reading) -> list[Quantity]:
    return [amount for amount in reading.quantities if not (amount.weak or amount.ordinal)]


def _told_of(statement: Reading, amount: Quantity) -> frozenset[int]:
    """Give the items that stand with a number: in its part of the sentence, in its piece where it has several."""
    fine = sum(other.dimension == amount.dimension for other in _amounts(statement)) > 1
    here = piece(statement, amount.number, fine=fine)
    return frozenset(at for at in items(statement) if piece(statement, at, fine=fine) == here)


@lru_cache(maxsize=4096)
def _shares(source: Reading) -> tuple[tuple[Share, ...], ...]:
    """Give, for each run of numbers, what each is told of: what stands beside it and beside no other of the run."""
    found = []
    for run in _runs(source):
        sides = [_around(source, amount) for amount in run]
        side = _side(sides[1:])
        if side is not None:
            groups = [both[side] for both in sides]
            if side == 0:
                groups[0] -= _verbs(source, groups[0])
                paying = {at for at, token in enumerate(source.tokens) if token.norm in _PAYING}
                groups[1:] = [group - paying for group in groups[1:]]
            found.append(tuple(Share(amount, _own(source, groups, at)) for at, amount in enumerate(run)))
    return (*found, *_respective(source))


def _runs(source: Reading) -> list[list[Quantity]]:
    """Give the numbers of one kind that stand alone in pieces of the sentence that follow each other."""
    places = [(amount, piece(source, amount.number, fine=True)) for amount in _amounts(source)]
    counts = Counter(place for _, place in places)
    runs: list[list[Quantity]] = []
    last = -1
    for amount, place in places:
        if counts[place] > 1:
            continue
        if runs and place == last + 1 and amount.dimension in ("", runs[-1][0].dimension):
            runs[-1].append(amount)
        else:
            runs.append([amount])
        last = place
    return runs


def _around(source: Reading, amount: Quantity) -> tuple[frozenset[int], frozenset[int]]:
    """Give the items before and after a number in its piece of the sentence."""
    here = piece(source, amount.number, fine=True)
    beside = [at for at in items(source) if piece(source, at, fine=True) == here]
    before = frozenset(at for at in beside if at < amount.start)
    return before, frozenset(at for at in beside if at >= amount.end)


_AND = frozenset("and et".split())


def _respective(source: Reading) -> Iterator[tuple[Share, ...]]:
    """Give the numbers of "Leeds, York and Hull have 71, 12 and 9 employees", each with its thing."""
    runs: list[list[Quantity]] = []
    for amount in _amounts(source):
        between = {token.norm for token in source.tokens[runs[-1][-1].end : amount.start]} if runs else {""}
        alike = not runs or runs[-1][-1].dimension in ("", amount.dimension)  # not "every 6 hours, 4 at most"
        if alike and between and between <= _AND | {","}:
            runs[-1].append(amount)
        else:
            runs.append([amount])
    held = sorted(items(source))
    for run in runs:
        joints = [at for at in range(run[0].start) if source.tokens[at].norm in _AND]
        if len(run) < _FEWEST or not joints:
            continue
        named = [next((at for at in held if joints[-1] < at <= joints[-1] + _NEAR), -1)]
        at = joints[-1]
        while len(named) < len(run) and (at == joints[-1] or source.tokens[at].norm == ","):
            named.append(next((one for one in reversed(held) if one < at), -1))
            at = max((one for one in range(named[-1]) if source.tokens[one].norm == ","), default=-1)
            if at < 0 or any(at < one < named[-1] for one in held):
                break
        if len(named) == len(run) and -1 not in named:
            yield tuple(
                Share(amount, frozenset({one}))
                for amount, one in zip(run, [*reversed(named[1:]), named[0]], strict=True)
            )


_FEWEST = 2
_NEAR = 3
_CLAUSES = frozenset("; but mais while whereas tandis".split())


@lru_cache(maxsize=4096)
def _clauses(source: Reading) -> tuple[Share, ...]:
    """Give, for each clause with a single number of a kind that others have too, the words that only it has."""
    numbers = list(accumulate(token.norm in _CLAUSES for token in source.tokens))
    counts = Counter((numbers[amount.number], amount.dimension) for amount in _amounts(source))
    alone = [amount for amount in _amounts(source) if counts[numbers[amount.number], amount.dimension] == 1]
    alone = [one for one in alone if sum(one.dimension == other.dimension for other in alone) > 1]
    words = items(source) - {amount.number for amount in _amounts(source)} - {date.start for date in source.dates}
    groups = [frozenset(at for at in words if numbers[at] == numbers[amount.number]) for amount in alone]
    return tuple(Share(amount, _own(source, groups, at)) for at, amount in enumerate(alone))


def _verbs(source: Reading, group: frozenset[int]) -> frozenset[int]:
    """Give those of the items before a number that may be its verb: known ones but the first item, or else the last."""
    known = frozenset(word.position for word in source.words if word.light or is_verbal(word.keys))
    return (known & group - {min(group, default=-1)}) or frozenset(sorted(group)[1:][-1:])


_PAYING = frozenset("pay pays paid cost costs gets receives gives pays paie paient coute coutent verse recoit".split())


def _side(sides: Sequence[tuple[frozenset[int], frozenset[int]]]) -> int | None:
    """Tell on which side of their numbers all pieces have what they are told of, 0 or 1, and nothing on the other."""
    for side in (0, 1):
        if sides and all(both[side] and not both[1 - side] for both in sides):
            return side
    return None


def _own(source: Reading, groups: Sequence[frozenset[int]], number: int) -> frozenset[int]:
    """Give the positions of one group whose words no other group has."""
    others = {source.tokens[at].norm for n, group in enumerate(groups) if n != number for at in group}
    return frozenset(at for at in groups[number] if source.tokens[at].norm not in others)
