"""Facts of a statement that stand in another order than in its sources, and would follow it if exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.agents import TOGETHER, between, converse
from rag.facts.alignment import Pairing
from rag.facts.binding import Place, common_length, items, neighbours, shared
from rag.facts.contrast import are_exclusive, are_opposite
from rag.facts.reading import Reading
from rag.facts.roles import is_passive

_LEAST_GAIN = 2
_JOINERS = frozenset("et and ou or &".split())


def reordered(statement: Reading, pairings: Sequence[Pairing], *, things: bool) -> tuple[int, int] | None:
    """Give two facts of a kind whose exchange would make the statement follow its sources' order of words."""
    said, found = _labels(statement, pairings)
    now = common_length(said, found)
    if now == len(said):
        return None
    bare_now = common_length([label for label in said if label[0] == "#"], found)
    where = {position: index for index, position in enumerate(_kept(statement))}
    passive = any(
        is_passive(statement) != is_passive(pairing.source) or bool(converse(statement, pairing))
        for pairing in pairings
    )
    order = {label: index for index, label in reversed(list(enumerate(found)))}
    words, amounts, dated = _kinds(statement, pairings)
    for group in [words] if things and not passive else [] if things else [amounts, dated]:
        for index, first in enumerate(group):
            for second in group[index + 1 :]:
                a, b = where[first], where[second]
                kin = group is words and _are_kin(statement, first, second)
                if order.get(said[a], 0) <= order.get(said[b], 0) or _is_listed(statement, first, second):
                    continue
                if group is words and not (kin or _around_the_same(statement, pairings, first, second)):
                    continue
                exchanged = list(said)
                exchanged[a], exchanged[b] = exchanged[b], exchanged[a]
                gain = common_length(exchanged, found) - now
                bare = [label for label in exchanged if label[0] == "#"]
                gain = max(gain, common_length(bare, found) - bare_now)
                for_it = _company_for_exchange(statement, pairings, first, second)
                if not for_it and not _share_sentence(pairings, first, second):
                    continue
                enough = _LEAST_GAIN - kin
                likely = for_it > 0 and (gain > 0 or (gain == 0 and (group is not words or enough < _LEAST_GAIN)))
                exchanged_so = likely or (gain >= enough and for_it >= 0)
                if exchanged_so and not (group is words and _keep_leads(statement, pairings, first, second)):
                    return first, second
    return None


def _kept(reading: Reading) -> list[int]:
    """Give the positions that count for the order of words: all but signs and the insides of quantities and dates."""
    inside = {p for amount in reading.quantities for p in range(amount.start, amount.end) if p != amount.number}
    inside |= {p for date in reading.dates for p in range(date.start + 1, date.end)}
    return [p for p, token in enumerate(reading.tokens) if p not in inside and (token.is_word or token.is_number)]


def _labels(statement: Reading, pairings: Sequence[Pairing]) -> tuple[list[str], list[str]]:
    """Give both texts as sequences in which linked positions bear the same label."""
    label: dict[tuple[int, int], str] = {}
    own: dict[int, str] = {}
    for position in sorted({p for pairing in pairings for p in pairing.links}):
        places = [(pairing.order, place) for pairing in pairings for place in pairing.links.get(position, ())]
        chosen = next((label[place] for place in places if place in label), f"#{position}")
        label.update(dict.fromkeys(places, chosen))
        own[position] = chosen
    said = [own.get(p, statement.tokens[p].norm) for p in _kept(statement)]
    found = [
        label.get((pairing.order, p), pairing.source.tokens[p].norm)
        for pairing in pairings
        for p in _kept(pairing.source)
    ]
    return said, found


def _kinds(statement: Reading, pairings: Sequence[Pairing]) -> list[list[int]]:
    """Give the linked names and words, quantities, and dates of the statement."""
    linked = {position for pairing in pairings for position in pairing.links}
    words = {word.position for word in statement.words if not word.light}
    things = sorted((words | {name.position for name in statement.names}) & linked)
    amounts = [a.number for a in statement.quantities if a.number in linked and not a.ordinal]
    dated = [date.start for date in statement.dates if date.start in linked]
    return [things, amounts, dated]


def _around_the_same(statement: Reading, pairings: Sequence[Pairing], first: int, second: int) -> bool:
    """Whether the two stand on either side of one and the same thing here and in a source.

    Words side by side merely change their order with the language: "Utah player", « joueur de l'Utah ». Across
    languages, both must be introduced as nouns or be names.
    """
    inside = [p for p in range(first + 1, second) if p in items(statement)]
    for pairing in pairings:
        for a in pairing.links.get(first, ()):
            for b in pairing.links.get(second, ()):
                middle = {place for p in inside for place in pairing.links.get(p, ()) if between(a, place, b)}
                alike = statement.language == pairing.source.language
                if middle and (alike or (are_things(statement, first, second) and are_things(pairing.source, a, b))):
                    return True
    return not _share_sentence(pairings, first, second)


_DETERMINERS = frozenset(
    "le la les l un une des du au aux ce cet cette ces son sa ses leur leurs the a an its his her their this that "
    "these those some any each every no".split()
)


def are_things(reading: Reading, *positions: int) -> bool:
    """Whether each of these positions is a name, or a noun that a determiner or a number leads to."""
    named = {name.position for name in reading.names if not name.common}
    counted = {amount.end for amount in reading.quantities}
    for position in positions:
        before = [token.norm for token in reading.tokens[max(0, position - 2) : position]]
        led = before[-1:] == ["'"] or before == ["'", "s"] or _DETERMINERS.intersection(before[-1:])
        if position not in named and position not in counted and not led:
            return False
    return True


def _are_kin(statement: Reading, first: int, second: int) -> bool:
    """Whether two words are counterparts, such as employer and employee, which are easily exchanged."""
    said = {word.position: word.keys for word in statement.words}
    one, other = said.get(first, frozenset()), said.get(second, frozenset())
    return are_opposite(one, other) or are_exclusive(one, other)


def _keep_leads(statement: Reading, pairings: Sequence[Pairing], first: int, second: int) -> bool:
    """Whether both facts follow the same two words as in the source: clauses changed places, not facts."""
    return all(
        any(
            _lead(statement, position) == _lead(pairing.source, place)
            for pairing in pairings
            for place in pairing.links.get(position, ())
        )
        for position in (first, second)
    )


def _lead(reading: Reading, position: int) -> list[str]:
    return [token.norm for token in reading.tokens[max(0, position - 2) : position]]


def _share_sentence(pairings: Sequence[Pairing], first: int, second: int) -> bool:
    return any(first in pairing.links and second in pairing.links for pairing in pairings)


def _is_listed(statement: Reading, first: int, second: int) -> bool:
    """Whether two facts are members of one enumeration, where order says nothing."""
    held = {name.position for name in statement.names} | {amount.number for amount in statement.quantities}
    inside = [token.norm for p, token in enumerate(statement.tokens[first + 1 : second], first + 1) if p not in held]
    if first not in held and _JOINERS.isdisjoint(inside):
        return False  # « sans l’accord du salarié, l’employeur … »
    return all(norm in TOGETHER for norm in inside)


def _company_for_exchange(statement: Reading, pairings: Sequence[Pairing], first: int, second: int) -> int:
    """Tell whether the company that two facts keep in the sources speaks for their exchange (1), against it (-1).

    Two facts that share a piece of the statement share their company, which then says nothing (0).
    """
    if first in neighbours(statement, second, fine=True):
        return 0
    leanings = []
    for one, other in ((first, second), (second, first)):
        context = neighbours(statement, one, fine=True) - {other, one - 1, one + 1}
        leanings.append(_company(context, pairings, other) - _company(context, pairings, one))
    if min(leanings) < 0:
        return -1
    return int(min(leanings) > 0)


def _company(context: frozenset[int], pairings: Sequence[Pairing], position: int) -> int:
    """Give how much of `context` stands with `position` in the sources."""
    places: list[Place] = [(pairing, place) for pairing in pairings for place in pairing.links.get(position, ())]
    return max((len(shared(context, place, fine=True)) for place in places), default=0)
