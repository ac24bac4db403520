"""Who did it: the one that "by" or « par » ties to a deed in the statement, and the one the sources tie to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.facts.alignment import Pairing, pair
from rag.facts.binding import items, piece
from rag.facts.coherence import is_general
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.roles import BEING, BY, LEADS, OF, may_be_verb, roles, subject
from rag.facts.wording import is_participle, is_verbal


class Deed(NamedTuple):
    """A verb, those who did it after "by", and what it was done to, at their positions in a sentence."""

    verb: int
    doers: frozenset[int]
    object: frozenset[int]


_FARTHEST = 14
_NEAR = 3
_LONGEST = 10
_WALLS = frozenset("; : . ! ? ( )".split())
_JOINS = frozenset("et and ou or & , puis then ainsi que well as".split())


@lru_cache(maxsize=4096)
def deeds(reading: Reading) -> tuple[Deed, ...]:
    """Give what is told as done by somebody: "built in 1874 by Thomas Reed"."""
    found: list[Deed] = []
    for at, token in enumerate(reading.tokens):
        if token.norm not in BY:
            continue
        doers = _doers(reading, at + 1)
        verb = _verb(reading, at)
        if not doers or verb < 0:
            continue
        if found and found[-1].verb == verb:  # "by the Assembly, then by the Senate"
            found[-1] = found[-1]._replace(doers=found[-1].doers | doers)
        else:
            found.append(Deed(verb, doers, subject(reading, verb)))
    return tuple(found)


def _verb(reading: Reading, by: int) -> int:
    """Give the nearest participle before "by", in the same part of the sentence; -1 for none."""
    opening = {name.position for name in reading.names if not name.sure and _is_done(reading, name.position)}
    named = {name.position for name in reading.names} - opening  # "Written by Jane Pratt"
    words = {word.position: word for word in reading.words}
    for at in range(by - 1, max(-1, by - 1 - _FARTHEST), -1):
        if reading.tokens[at].norm in _WALLS:
            return -1
        if reading.tokens[at].norm in BY and not items(reading).intersection(range(at + 1, by)) <= _doers(
            reading, at + 1
        ):
            return -1  # "recorded by Jane Pratt and sung by Ella Ward"
        if at in named or at not in words or not (at in opening or may_be_verb(reading, at)):
            continue
        led = reading.tokens[at - 1].norm in BEING if at else False
        if _is_done(reading, at) or (led and is_verbal(words[at].keys)):
            return at
    return -1


def _is_done(reading: Reading, at: int) -> bool:
    return is_participle(reading.tokens[at].raw.lower(), reading.language)


def _doers(reading: Reading, start: int) -> frozenset[int]:
    """Give the names and nouns from `start` on that one "by" leads: "by the mayor and Paul Roy"."""
    told = {p for amount in reading.quantities for p in range(amount.start, amount.end)}
    told |= {p for date in reading.dates for p in range(date.start, date.end)}
    held = items(reading)
    found: set[int] = set()
    for at in range(start, min(len(reading.tokens), start + _LONGEST)):
        norm = reading.tokens[at].norm
        if at in told or norm in BY | _WALLS:
            break
        if norm in _JOINS:
            if not _goes_on(reading, at, found):
                break
        elif at in held:
            found.add(at)
        elif not (norm in LEADS or norm in OF or norm in _WITHIN):
            break
    return frozenset(found)


def _goes_on(reading: Reading, join: int, found: set[int]) -> bool:
    """Whether what follows a comma or an "and" is one more who acts, or says who it is, and no other deed.

    "by Paul Roy and Anne Stone", "by Jane Roe, a researcher at Inserm", not "by Paul Roy and read by Anne Stone".
    """
    after = join
    while after < len(reading.tokens) and reading.tokens[after].norm in _JOINS:
        after += 1
    named = {name.position for name in reading.names}
    if after == len(reading.tokens) or not (
        named.isdisjoint(found)
        or reading.tokens[after - 1].norm == ","
        or after in named
        or reading.tokens[after].norm in LEADS
    ):
        return False
    first = after
    while after < len(reading.tokens) and (after in named or reading.tokens[after].norm in LEADS):
        after += 1
    ahead = range(first, min(len(reading.tokens), after + 2))  # "and later continued by", "and Barton bought it"
    return not any(at not in named and _is_done(reading, at) for at in ahead)


_IN_TURN = frozenset("avant apres before after".split())
_WITHIN = frozenset("' - . m mme mr mrs ms dr s l d at from chez a au aux".split())


def doer_differences(statement: Reading, found: Sequence[Reading]) -> Iterator[Difference]:
    """Give those the statement says did something that the sources say another did, or don't tie to it."""
    passive = deeds(statement)
    done = [*passive, *_acts(statement)]
    if not done:
        return
    pairings = [pair(statement, source) for source in found]
    named = {name.position for name in statement.names if not name.common}
    for deed in done:
        who = frozenset(p for p in deed.doers if any(p in pairing.links for pairing in pairings))
        told = [(pairing, place) for pairing in pairings for place in pairing.links.get(deed.verb, ())]
        if not told or (who and any(_is_done_by(statement, pairing, place, who) for pairing, place in told)):
            continue
        said = statement.quote(min(deed.doers), max(deed.doers) + 1)
        others = [other for pairing, place in told if (other := _other(statement, deed, pairing, place))]
        if others:
            yield Difference("changed", said, others[0], deed.doers)
        elif deed in passive and not named.isdisjoint(who):
            yield Difference("apart", said)


def _acts(statement: Reading) -> Iterator[Deed]:
    """Give what the statement says that somebody, by name, does: "Anne Stone wrote the report"."""
    named = {name.position for name in statement.names if not name.common}
    for word in statement.words:
        may_act = _is_done(statement, word.position) or is_verbal(word.keys)
        acting = roles(statement, word.position) if may_act else None
        if acting is None or named.isdisjoint(acting.agent):
            continue
        after = range(word.position + 1, word.position + 1 + _NEAR)
        done_to = acting.patient or frozenset(light.position for light in statement.words if light.position in after)
        if done_to:
            yield Deed(word.position, acting.agent, done_to)


def _is_done_by(statement: Reading, pairing: Pairing, place: int, who: frozenset[int]) -> bool:
    """Whether the source may say that one of `who` did what its verb at `place` tells."""
    source = pairing.source
    own = [deed for deed in deeds(source) if deed.verb == place]
    if not own:
        places = {found for position in who for found in pairing.links.get(position, ())}
        return any(piece(source, found) == piece(source, place) for found in places)
    names = {name.position for name in statement.names if not name.common}
    theirs = {name.position for name in source.names if not name.common}
    for deed in own:
        both = not names.isdisjoint(who) and not theirs.isdisjoint(deed.doers)  # "Lord Grey" is not "Lord Hall"
        if _are_linked(pairing, who & names if both else who, deed.doers) or _is_vague(pairing, deed.doers):
            return True
    return False


def _is_vague(pairing: Pairing, doers: frozenset[int]) -> bool:
    """Whether those who act may be named elsewhere: "by the company"."""
    named = {name.position for name in pairing.source.names}
    return named.isdisjoint(doers) and any(is_general(pairing.source, at) for at in doers)


def _other(statement: Reading, deed: Deed, pairing: Pairing, place: int) -> str:
    """Give who, by name, did in the source what the statement says of another, to the same thing; "" for none."""
    source = pairing.source
    named = {name.position for name in source.names if not name.common}
    places = {at for position in deed.doers for at in pairing.links.get(position, ())}
    if _takes_turns(source, places) or _takes_turns(statement, pairing.links.keys()):
        return ""  # "run by Julien Lefort before Claire Morvan": she did it too, at another time
    for own in deeds(source):
        same = not own.object or not deed.object or _are_linked(pairing, deed.object, own.object)
        if own.verb == place and same and not named.isdisjoint(own.doers):
            return _first(source, own.doers & named)
    if any(own.verb == place for own in deeds(source)):
        return ""
    acting = roles(source, place)
    object_ = acting.patient if acting is not None else frozenset[int]()
    if acting is None or named.isdisjoint(acting.agent) or not _are_linked(pairing, deed.object, object_):
        return ""
    return _first(source, acting.agent & named)


def _first(source: Reading, names: frozenset[int]) -> str:
    """Give the first of some names with the words of it that follow."""
    end = min(names)
    while end in names:
        end += 1
    return source.quote(min(names), end)


def _takes_turns(reading: Reading, positions: Iterable[int]) -> bool:
    """Whether "before" or "after" leads to a name at one of these positions."""
    named = {name.position for name in reading.names if not name.common}
    return any(at in named and at > 0 and reading.tokens[at - 1].norm in _IN_TURN for at in positions)


def _are_linked(pairing: Pairing, positions: frozenset[int], places: frozenset[int]) -> bool:
    return any(not places.isdisjoint(pairing.links.get(position, ())) for position in positions)
