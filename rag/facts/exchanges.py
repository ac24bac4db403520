"""Who does what to whom: names, nouns and numbers of a statement that have changed places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.agents import converse, exchanged_actors
from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.gapping import told_apart
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.reordering import are_things, reordered
from rag.facts.roles import agreeing, exchanged, is_passive, roles
from rag.facts.wording import is_telling, is_verbal


def exchange_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the first pair of names, words or numbers that exchange their places between statement and source."""
    kept: set[int] = set()
    for pairing in pairings:
        swapped = exchanged_actors(statement, pairing) or _complements_exchanged(statement, pairing)
        for found, same in _around_verbs(statement, pairing):
            swapped = swapped or (found if found and not told_apart(statement, *found) else None)
            kept |= same
        if swapped is not None:
            yield _difference(statement, "swapped", *swapped)
            return
    crossed = _crossed(statement, pairings)
    if crossed is not None:
        yield _difference(statement, "swapped", *crossed)
        return
    in_order = sorted(pairings, key=lambda pairing: pairing.order)
    swapped = reordered(statement, in_order, things=False)
    if swapped is not None:
        yield _difference(statement, "swapped", *swapped)
        return
    swapped = reordered(statement, in_order, things=True)
    if swapped is not None and not kept.issuperset(swapped):
        yield _difference(statement, "reordered", *swapped)


def _difference(statement: Reading, kind: str, first: int, second: int) -> Difference:
    return Difference(
        kind, turn="order", said=f"{statement.quote(first, first + 1)} / {statement.quote(second, second + 1)}"
    )


_OF = frozenset("de des du d of".split())
_THOSE = frozenset("celui celle ceux celles that those".split())
_AFTER_OF = 3


def _complements_exchanged(statement: Reading, pairing: Pairing) -> tuple[int, int] | None:
    """Give two nouns that change sides of a verb behind « de » or "of": "sales of A overtook those of B"."""
    if not all(any(t.norm in _THOSE for t in reading.tokens) for reading in (statement, pairing.source)):
        return None  # without "those of", clauses may just have changed places
    said = _complements(statement)
    found = _complements(pairing.source)
    for word in statement.words:
        places = pairing.links.get(word.position, ())
        if len(places) != 1 or not is_verbal(word.keys):
            continue
        verb, there = word.position, places[0]
        before = [p for p in said if p < verb and pairing.links.get(p)]
        after = [p for p in said if p > verb and pairing.links.get(p)]
        for first in before[-1:]:
            for second in after[:1]:
                a, b = pairing.links[first], pairing.links[second]
                crossed = all(p > there and p in found for p in a) and all(p < there and p in found for p in b)
                if crossed and not set(a) & set(b) and is_passive(statement) == is_passive(pairing.source):
                    return first, second
    return None


def _complements(reading: Reading) -> list[int]:
    """Give the last word of each group that « de » or "of" leads."""
    held = items(reading)
    found = []
    for at, token in enumerate(reading.tokens):
        if token.norm in _OF:
            group = [p for p in range(at + 1, min(len(reading.tokens), at + 1 + _AFTER_OF)) if p in held]
            found += group
    return found


def _around_verbs(statement: Reading, pairing: Pairing) -> Iterator[tuple[tuple[int, int] | None, frozenset[int]]]:
    """Give, for each verb that both texts have, the items that exchange their parts, and those that keep them."""
    same = [
        (word.position, place, False)
        for word in statement.words
        if is_verbal(word.keys) and not is_telling(word.keys)
        for place in pairing.links.get(word.position, ())
    ]
    turned = [(said, found, True) for said, found in converse(statement, pairing)]
    for verb, place, other_side in (*same, *turned):
        said, found = roles(statement, verb), roles(pairing.source, place)
        if said is not None and found is not None:
            swapped = exchanged(said, found, pairing.links, other_side)
            if swapped is not None and not are_things(statement, *swapped):
                swapped = None
            yield swapped, agreeing(said, found, pairing.links, other_side)


_HOLDER_NEAR = 4


def _crossed(statement: Reading, pairings: Sequence[Pairing]) -> tuple[int, int] | None:
    """Give two quantities of a kind of which each stands with what the source tells the other of.

    « 38 % des filles, contre 55 % des garçons », where the source has 38 % of the boys and 55 % of the girls.
    """
    amounts = [amount for amount in statement.quantities if not (amount.ordinal or amount.weak)]
    for index, first in enumerate(amounts):
        for second in amounts[index + 1 :]:
            if first.dimension != second.dimension or first.value == second.value:
                continue
            one, other = _holder(statement, first), _holder(statement, second)
            if one < 0 or other < 0 or one == other:
                continue
            for pairing in pairings:
                if _stand_crossed(pairing, (first.number, one), (second.number, other)):
                    return first.number, second.number
    return None


def _holder(reading: Reading, amount: Quantity) -> int:
    """Give the nearest item that stands in the same piece of the sentence as a quantity, after it or else before."""
    held = {a.number for a in reading.quantities} | {date.start for date in reading.dates}
    for step, start in ((1, amount.end - 1), (-1, amount.start)):
        for distance in range(1, _HOLDER_NEAR + 1):
            at = start + step * distance
            if not 0 <= at < len(reading.tokens) or piece(reading, at, fine=True) != piece(
                reading, amount.number, fine=True
            ):
                break
            if at in items(reading) - held:
                return at
    return -1


def _stand_crossed(pairing: Pairing, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether in the source each of two quantities stands in a piece with the other's holder and not with its own."""
    source, links = pairing.source, pairing.links

    def pieces(position: int) -> set[int]:
        return {piece(source, place, fine=True) for place in links.get(position, ())}

    (one, its), (other, theirs) = first, second
    mine, yours = pieces(one), pieces(other)
    if not mine or not yours or not mine.isdisjoint(yours):
        return False
    held, kept = pieces(its), pieces(theirs)
    return bool(held & yours) and bool(kept & mine) and held.isdisjoint(mine) and kept.isdisjoint(yours)
