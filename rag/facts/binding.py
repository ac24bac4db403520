"""Which facts stand together: a number with its holder, a name with its verb; and what was exchanged or replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.reading import Reading

Place = tuple[Pairing, int]
"""A position of a source sentence."""

_PARTS = frozenset("; : ! ?".split()) | frozenset(
    "mais but tandis while whereas alors puis then yet although though".split()
)
_PIECES = _PARTS | frozenset(", ( ) et and ou or contre against".split())


@lru_cache(maxsize=4096)
def _pieces(reading: Reading, fine: bool) -> tuple[int, ...]:
    """Give, per token, the number of the piece of sentence it stands in."""
    breaks = _PIECES if fine else _PARTS
    numbers, current = [], 0
    for token in reading.tokens:
        current += token.norm in breaks
        numbers.append(current)
    return tuple(numbers)


def piece(reading: Reading, position: int, *, fine: bool = False) -> int:
    """Give the number of the part of the sentence that a token stands in; `fine` parts end at commas too."""
    return _pieces(reading, fine)[position]


@lru_cache(maxsize=4096)
def items(reading: Reading) -> frozenset[int]:
    """Give the positions of the content words, names, quantities and dates."""
    return frozenset(
        {word.position for word in reading.words}
        | {name.position for name in reading.names}
        | {amount.number for amount in reading.quantities}
        | {date.start for date in reading.dates}
    )


def neighbours(reading: Reading, position: int, fine: bool) -> frozenset[int]:
    """Give the items that stand in the same piece of the sentence as `position`."""
    pieces = _pieces(reading, fine)
    return frozenset(p for p in items(reading) if pieces[p] == pieces[position] and p != position)


def shared(context: Iterable[int], place: Place, fine: bool) -> frozenset[int]:
    """Give the positions of the statement's `context` whose links stand with `place` in its source."""
    pairing, position = place
    near = neighbours(pairing.source, position, fine)
    return frozenset(p for p in context if not near.isdisjoint(pairing.links.get(p, ())))


def rival(
    statement: Reading,
    position: int,
    own: Sequence[Place],
    others: Sequence[Place],
    lead: int = 2,
    *,
    anchored: bool = True,
    half: bool = False,
) -> Place | None:
    """Give the one of `others` that stands with what the statement says of `position`, when none of `own` does.

    `own` are the places of the same fact in the sources, `others` those of comparable facts. A rival must stand with
    all that stands with the best of `own` and with at least `lead` items more, in a piece of the sentence or in the
    whole of it, and, without `own`, with `half` of the context; where `anchored` counts, a fact with the same next word
    on the same side as here has no rival.
    """
    if anchored and any(is_anchored(statement, position, place) for place in own):
        return None
    for fine in (True, False):
        context = neighbours(statement, position, fine and _has_siblings(statement, position))
        context = context or neighbours(statement, position, fine=False)
        best = max((shared(context, place, fine) for place in own), key=len, default=frozenset())
        least = max((len(shared(context, place, fine=False)) for place in own), default=0)
        for other in others:
            found = shared(context, other, fine)
            if not own and (half or len(context) > _FEW) and 2 * len(found) < len(context):
                continue  # too little of what the statement says stands there
            if fine and own and len(shared(context, other, fine=False)) < least:
                continue
            if found > best and len(found) >= len(best) + (lead if fine else 2):
                return other
            if not fine and len(found) >= len(best) + 3:
                return other
    return None


_FEW = 3


def _has_siblings(reading: Reading, position: int) -> bool:
    """Whether the sentence holds other facts of the kind, so that each goes with its own piece of it."""
    numbers = [amount.number for amount in reading.quantities if not amount.weak]
    starts = [date.start for date in reading.dates]
    return any(position in group and len(group) > 1 for group in (numbers, starts)) or position not in {
        *numbers,
        *starts,
    }


_NEAR = 3


def is_anchored(statement: Reading, position: int, place: Place, near: int = _NEAR, *, whole: bool = True) -> bool:
    """Whether the next item to the left or the right, within `near` tokens, is the same here and at `place`.

    With `whole`, the other words of one name are passed over; without, they count.
    """
    pairing, found = place
    for step in (-1, 1):
        said_next = following(statement, position, step, near, whole)
        found_next = following(pairing.source, found, step, near, whole)
        if said_next >= 0 and found_next in pairing.links.get(said_next, ()):
            return True
    return False


def following(reading: Reading, position: int, step: int, near: int, whole: bool) -> int:
    """Give the nearest item within `near` tokens of `position`, in the direction of `step`, or -1."""
    named = {name.position for name in reading.names}
    while whole and position in named and position + step in named:
        position += step
    for distance in range(1, near + 1):
        at = position + step * distance
        if at in items(reading):
            return at
        if not 0 <= at < len(reading.tokens) or reading.tokens[at].norm in _PARTS:
            return -1
    return -1


def used(pairings: Sequence[Pairing]) -> set[tuple[int, int]]:
    """Give the places of the sources that the statement speaks of, as (sentence, position)."""
    return {(pairing.order, place) for pairing in pairings for places in pairing.links.values() for place in places}


def common_length(first: Sequence[str], second: Sequence[str]) -> int:
    """Give the length of the longest common subsequence, by bit-parallel dynamic programming (Hyyrö, 2004)."""
    masks: dict[str, int] = {}
    for index, item in enumerate(first):
        masks[item] = masks.get(item, 0) | (1 << index)
    full = (1 << len(first)) - 1
    row = full
    for item in second:
        matched = row & masks.get(item, 0)
        row = ((row + matched) | (row - matched)) & full
    return len(first) - row.bit_count()
