"""Do the names of a statement stand in its sources, in the same place?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import Place, following, rival, used
from rag.facts.differences import Difference
from rag.facts.reading import Reading


def name_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the names of the statement that the sources don't hold, or hold in another's place."""
    linked = {position for pairing in pairings for position in pairing.links}
    taken = used(pairings)
    sure = {p.source.tokens[n.position].norm for p in pairings for n in p.source.names if n.sure}
    free = [(p, n) for p in pairings for n in p.source.names if not n.common and (p.order, n.position) not in taken]
    for name in statement.names:
        said = statement.quote(name.position, name.end)
        if name.position in linked:
            own = [(p, place) for p in pairings for place in p.links.get(name.position, ())]
            others = [(p, n.position) for p, n in free if _is_led_alike(statement, name.position, p, n.position)]
            instead = rival(
                statement,
                name.position,
                own,
                [p for p in others if _stands_in(statement, name.position, p)],
            )
            if instead is not None and (name.sure or statement.tokens[name.position].norm in sure):
                yield Difference("changed", said, _word_at(instead), _whole_name(statement, name.position))
        elif not name.common and not _is_initials(statement, name.position, pairings):
            others = [(p, n.position) for p, n in free if _is_led_alike(statement, name.position, p, n.position)]
            instead = next((place for place in others if _stands_in(statement, name.position, place)), None)
            if instead is not None and (name.sure or _is_part(statement, name.position)):
                yield Difference("changed", said, _word_at(instead), _whole_name(statement, name.position))
            elif name.sure:
                yield Difference("absent", said)


def _word_at(place: Place) -> str:
    return place[0].source.quote(place[1], place[1] + 1)


def _whole_name(statement: Reading, position: int) -> frozenset[int]:
    """Give the positions of the words of the name that the one at `position` belongs to."""
    named = {name.position for name in statement.names}
    first = last = position
    while first - 1 in named:
        first -= 1
    while last + 1 in named:
        last += 1
    return frozenset(range(first, last + 1))


def _stands_in(statement: Reading, position: int, place: Place) -> bool:
    """Whether the name at `place` stands where the statement's does: the same on both sides, where there is any."""
    pairing, found = place
    named = {name.position for name in statement.names}
    if any(position + step in named and found + step in pairing.links.get(position + step, ()) for step in (-1, 1)):
        return True  # the rest of the name is the same
    matched = 0
    for step in (-1, 1):
        said_next = following(statement, position, step, _NAME_NEAR, whole=True)
        if said_next < 0:
            continue
        if following(pairing.source, found, step, _NAME_NEAR, whole=True) in pairing.links.get(said_next, ()):
            matched += 1
        else:
            return False
    return matched > 0


def _is_part(statement: Reading, position: int) -> bool:
    """Whether the name has several words, so that its first capital means a name."""
    return bool({position - 1, position + 1} & {name.position for name in statement.names})


_NAME_NEAR = 6
_PLACE_LEADS = frozenset("a au aux en dans de du des d ' vers pour in at of from to near on".split())


def _is_led_alike(statement: Reading, said: int, pairing: Pairing, found: int) -> bool:
    """Whether both names follow a preposition, or neither: « à Lyon » stands for no « Jean Petit »."""
    leads = [reading.tokens[p - 1].norm if p else "" for reading, p in ((statement, said), (pairing.source, found))]
    return (leads[0] in _PLACE_LEADS) == (leads[1] in _PLACE_LEADS)


def _is_initials(statement: Reading, position: int, pairings: Sequence[Pairing]) -> bool:
    """Whether an acronym stands for consecutive words of the source: CHU for « centre hospitalier universitaire »."""
    raw = statement.tokens[position].raw
    if not (raw.isupper() and 2 <= len(raw) <= 6):
        return False
    for pairing in pairings:
        positions = sorted({w.position for w in pairing.source.words} | {n.position for n in pairing.source.names})
        if raw.lower() in "".join(pairing.source.tokens[p].norm[0] for p in positions):
            return True
    return False
