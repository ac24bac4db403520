"""Do the quantities of a statement stand in its sources with the same value, unit, bound and holder?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.facts.alignment import Pairing, is_same, lasts
from rag.facts.binding import Place, following, is_anchored, piece, rival, used
from rag.facts.bounds import Bound
from rag.facts.dates import Date
from rag.facts.differences import Difference
from rag.facts.gapping import is_own
from rag.facts.quantity import Quantity
from rag.facts.rates import told_until
from rag.facts.reading import Reading
from rag.facts.units import MONEY

_COMPATIBLE = (
    {Bound.ABOUT, Bound.NEARLY},
    {Bound.WITHIN, Bound.LESS},
    {Bound.WITHIN, Bound.AT_MOST},
    {Bound.WITHIN, Bound.EXACT},
)
Found = tuple[Pairing, Quantity]


def quantity_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the quantities of the statement that the sources don't hold with the same value, unit, bound and holder."""
    everything = [(pairing, found) for pairing in pairings for found in pairing.source.quantities]
    taken = used(pairings)
    linked = {position for pairing in pairings for position in pairing.links}
    for said in statement.quantities:
        quote = statement.quote(said.start, said.end)
        same = [place for place in everything if _matches(said, place[1])]
        if not same and _is_change(statement, said, pairings):
            continue
        if not same:
            free = [(p, q) for p, q in everything if (p.order, q.number) not in taken or q.value == said.value]
            difference = _replaced(statement, said, quote, free)
            if not _is_year(said, pairings) and not (said.weak and difference.kind == "absent"):
                yield difference
            continue
        fitting = [place for place in same if _fits(said, place[1])]
        if not fitting:
            if any(
                _is_weaker(said, place[1]) or not same_sign(statement, said.number, place) for place in same
            ) or _lasts_over(statement, said):
                yield Difference("absent", quote, turn="bound")
            else:
                source, found = same[0][0].source, same[0][1]
                turn = "bound" if said.per == found.per else ""
                yield Difference("changed", _with_rate(statement, said), _with_rate(source, found), turn=turn)
            continue
        if _counted(statement, said) in linked and not any(_counts_the_same(statement, said, f) for f in fitting):
            yield Difference("absent", statement.quote(said.start, _counted(statement, said) + 1))
            continue
        free = [f for f in everything if (f[0].order, f[1].number) not in taken]
        others = [f for f in free if _is_comparable(statement, said, f) and _is_kin(f[1], fitting)]
        instead = rival(statement, said.number, _places(fitting), _places(others), lead=1)
        if instead is not None and any(
            is_own(statement, said, p, q) or _is_with_its_own(p, q, instead[0]) for p, q in fitting
        ):
            continue
        if instead is not None and any(_is_listed(p.source, q) for p, q in fitting):
            yield Difference("apart", quote)  # "38, 24 and 15 percent", of three things named in that order
        elif instead is not None and not (said.ordinal and not is_anchored(statement, said.number, instead)):
            yield Difference("changed", quote, _quote(_found(others, instead)))
        elif instead is not None:
            yield Difference("absent", quote)


_BESIDE = 3


def _is_with_its_own(pairing: Pairing, found: Quantity, other: Pairing) -> bool:
    """Whether a number stands next to what the statement speaks of and the `other` sentence does not."""
    back = pairing.back()
    beside = [following(pairing.source, found.number, step, _BESIDE, whole=True) for step in (-1, 1)]
    return any(p not in other.links for place in beside for p in back.get(place, ()))


def _is_change(statement: Reading, said: Quantity, pairings: Sequence[Pairing]) -> bool:
    """Whether it is by how much a number rose or fell from one that the source has to another."""
    if said.start == 0 or statement.tokens[said.start - 1].norm not in ("by", "de"):
        return False
    return any(
        first.role == "from" and second.role == "to" and first.dimension == second.dimension == said.dimension
        and abs(second.value - first.value) == said.value
        for pairing in pairings
        for first, second in pairwise(pairing.source.quantities)
    )  # fmt: skip


def _is_listed(source: Reading, amount: Quantity) -> bool:
    """Whether it stands in a list of numbers that has its unit at the end: "38, 24 and 15 percent"."""
    return any(
        amount in (first, second)
        and first.end == first.number + 1
        and source.tokens[first.start].is_number
        and all(token.norm in (",", "and", "et") for token in source.tokens[first.end : second.start])
        for first, second in pairwise(source.quantities)
    )


_COUNTING = frozenset("de d ' of the".split())


def _counted(reading: Reading, amount: Quantity) -> int:
    """Give the position of the word that a quantity counts: « 250 g de farine »; -1 when none follows."""
    if any(name.end == amount.start for name in reading.names):
        return -1  # "the Kestrel 2 weighs"
    for position in range(amount.end, min(len(reading.tokens), amount.end + 4)):
        if any(word.position == position for word in reading.words):
            return position
        if reading.tokens[position].norm not in _COUNTING:
            return -1
    return -1


def _counts_the_same(statement: Reading, said: Quantity, place: Found) -> bool:
    """Whether the word that follows the quantity may be the one that follows it in the source."""
    pairing, found = place
    mine, theirs = _counted(statement, said), _counted(pairing.source, found)
    if theirs < 0 and mine >= 0 and _is_counted_apart(pairing, mine, found):
        return False
    if mine < 0 or theirs < 0 or said.ordinal or any(word.light and word.position == mine for word in statement.words):
        return True
    linked = {place for places in pairing.links.values() for place in places}
    behind = range(found.end, found.end + _BEHIND)  # "84 affordable flats"
    vague = any(word.position == theirs and word.light for word in pairing.source.words)
    return theirs in linked or vague or any(place in behind for place in pairing.links.get(mine, ()))


_BEHIND = 5
_AGAINST = frozenset("contre against to".split())


def _is_counted_apart(pairing: Pairing, mine: int, found: Quantity) -> bool:
    """Whether the number stands against one that counts something else: « 21 voix contre 6 et 2 abstentions »."""
    source, places = pairing.source, pairing.links.get(mine, ())
    if not found.start or source.tokens[found.start - 1].norm not in _AGAINST:
        return False
    before = [q for q in source.quantities if q.end < found.start]
    theirs = _counted(source, before[-1]) if before else -1
    counting = [q for q in source.quantities if _counted(source, q) in places and q.value != found.value]
    return theirs >= 0 and theirs not in places and bool(counting)


def _matches(said: Quantity, found: Quantity) -> bool:
    if said.role != found.role and ("whole" in (said.role, found.role) or (said.role and found.role)):
        return False
    return is_same(said, found)


def _fits(said: Quantity, found: Quantity) -> bool:
    """Whether bound and rate are the same: "up to", "a year"."""
    bounds = {said.bound, found.bound}
    same_bound = len(bounds) == 1 or any(bounds <= group for group in _COMPATIBLE)
    return same_bound and (said.per == found.per or not (said.per and found.per))


def _is_weaker(said: Quantity, found: Quantity) -> bool:
    """Whether the statement only adds "up to" or "about" to a number that the source gives as it is."""
    return found.bound is Bound.EXACT and said.per == found.per and said.bound in _WEAKER


def _lasts_over(statement: Reading, said: Quantity) -> bool:
    """Whether it is "over five days", which may be "in five days" or more than five."""
    return said.dimension in ("time", "months") and statement.tokens[said.start].norm == "over"


_WEAKER = frozenset({Bound.AT_MOST, Bound.AT_LEAST, Bound.ABOUT, Bound.NEARLY, Bound.WITHIN})


def same_sign(statement: Reading, position: int, place: tuple[Pairing, Quantity | Date]) -> bool:
    """Whether a negation stands in the part of the sentence both here and there, or neither here nor there."""
    pairing, found = place
    at = found.number if isinstance(found, Quantity) else found.start
    return _is_negated(statement, position) == _is_negated(pairing.source, at)


def _is_negated(reading: Reading, position: int) -> bool:
    part = piece(reading, position, fine=True)
    return any(cue.kind == "negation" and piece(reading, cue.start, fine=True) == part for cue in reading.cues)


def _is_comparable(statement: Reading, said: Quantity, place: Found) -> bool:
    pairing, found = place
    same_kind = _KIND.get(found.dimension, found.dimension) == _KIND.get(said.dimension, said.dimension)
    years = _looks_like_year(statement, said) == _looks_like_year(pairing.source, found)
    return same_kind and years and found.ordinal == said.ordinal


def _is_kin(other: Quantity, own: Sequence[Found]) -> bool:
    """Whether a number is of the kind that the sources tell of this one: "over 15" are years where they say so."""
    kinds = {_KIND.get(found.dimension, found.dimension) for _, found in own}
    return "" in kinds or _KIND.get(other.dimension, other.dimension) in kinds


_KIND = dict.fromkeys(("time", "months"), "duration") | dict.fromkeys(MONEY, "money")


def _is_year(said: Quantity, pairings: Sequence[Pairing]) -> bool:
    return any(
        (date.year and date.year == said.value) or lasts(said, date)
        for pairing in pairings
        for date in pairing.source.dates
    )


def _with_rate(reading: Reading, amount: Quantity) -> str:
    return reading.quote(amount.start, told_until(reading.tokens, amount.end, amount.per))


def _quote(found: Found) -> str:
    pairing, amount = found
    return pairing.source.quote(amount.start, amount.end)


def _places(found: Sequence[Found]) -> list[Place]:
    return [(pairing, amount.number) for pairing, amount in found]


def _found(among: Sequence[Found], place: Place) -> Found:
    return next((p, q) for p, q in among if p is place[0] and q.number == place[1])


def _replaced(statement: Reading, said: Quantity, quote: str, free: Sequence[Found]) -> Difference:
    """Give what stands in the place of a quantity that the sources don't hold; "absent" when nothing does."""
    bare = [found for found in free if found[1].plain == said.plain and not (found[1].ordinal or said.weak)]
    alike = [found for found in free if _is_comparable(statement, said, found)]
    for others in (bare, alike):
        instead = rival(statement, said.number, [], _places(others), lead=1)
        if instead is not None:
            return Difference("changed", quote, _quote(_found(others, instead)))
    return Difference("absent", quote)


_LENGTH_OF_YEAR = 4


def _looks_like_year(reading: Reading, amount: Quantity) -> bool:
    raw = reading.tokens[amount.number].raw
    return not amount.dimension and len(raw) == _LENGTH_OF_YEAR and raw.isdecimal() and raw[0] in "12"
