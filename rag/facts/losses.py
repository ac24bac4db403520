"""Has the statement lost what limits or denies its words in the source?"""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.alignment import Pairing
from rag.facts.answering import same, says_in_itself
from rag.facts.binding import items, piece
from rag.facts.cues import Cue
from rag.facts.denials import is_free_denial
from rag.facts.reading import Reading
from rag.facts.wording import is_telling

_WHENEVER = frozenset("quand lorsque lorsqu des si cas when whenever once if where without sans".split())
"""Words that tell a condition as a time or a case."""


def is_lost(
    cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, pairing: Pairing, pairings: Sequence[Pairing]
) -> bool:
    """Whether the statement says what `cue` governs in the source, but without the cue."""
    head = _head(cue, back, statement, pairing.source)
    if head < 0:
        return False
    said = set(back[head])
    if _is_said_elsewhere(said, piece(pairing.source, head), pairing) or not _is_same_clause(
        cue, back, statement, pairing.source
    ):
        return False
    if _is_needless(cue, head, back, statement, pairing):
        return False
    governed_here = {p for place in cue.scope for p in back.get(place, ())}
    for candidate in statement.cues:
        if not same(cue, candidate) or _is_for_another(cue, candidate, pairing):
            continue
        nearby = any(piece(statement, p) == piece(statement, candidate.start) for p in said)
        if cue.kind != "negation" or nearby or not governed_here.isdisjoint(candidate.scope):
            return False
    for other in pairings:  # said again elsewhere without the cue
        governed = {p for c in other.source.cues if c.kind == cue.kind for p in c.scope}
        free = {place for p in said for place in other.links.get(p, ())} - governed
        if free and len(other.links) >= len(pairing.links):
            return False
    return True


def _is_for_another(cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the statement's `candidate` turns first what another negation of the source turns first."""
    if cue.kind != "negation" or not candidate.scope or not cue.scope:
        return False
    places = pairing.links.get(candidate.scope[0], ())
    others = (other for other in pairing.source.cues if other is not cue and same(other, candidate))
    return cue.scope[0] not in places and any(other.scope and other.scope[0] in places for other in others)


def _is_needless(cue: Cue, head: int, back: dict[int, tuple[int, ...]], statement: Reading, pairing: Pairing) -> bool:
    """Whether what the statement says needs no such cue, or says it in another way."""
    source, said = pairing.source, back[head]
    if cue.kind == "stance":
        before = max((p for p in items(source) if p < cue.start), default=-1)
        if before not in back or not any(word.position == head for word in source.words):
            return True  # « 23 voix contre 8 », "lost against Brévent"
    if "if" in cue.senses and any(token.norm in _WHENEVER for token in statement.tokens):
        return True
    told = {amount.number for amount in source.quantities} | {date.start for date in source.dates}
    if "only" in cue.senses and not told.isdisjoint(cue.scope[:2]):
        return True  # "only 12 of the 58" are 12 of the 58
    if "except" in cue.senses and sum(p in back for p in items(source) if p < cue.start) < 2:
        return True  # the statement speaks of the exception alone
    denied_here = cue.kind == "negation" and any(
        is_free_denial(statement, p, pairing) for p in range(len(statement.tokens))
    )
    return (
        denied_here
        or _may_be_left_out(cue, source, past=any(is_told_as_done(statement, p) for p in said))
        or any(p in back for p in range(cue.start, cue.end) if p not in cue.scope)  # its own words are there
        or any(says_in_itself(cue, statement, p) for p in said)
    )


_HALF = 0.5


def _is_same_clause(cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, source: Reading) -> bool:
    """Whether the statement speaks of half of what stands around the cue, not of one word in it only."""
    light = {word.position for word in source.words if word.light}
    before = [p for p in items(source) if p < cue.start and piece(source, p) == piece(source, cue.start)]
    around = [p for p in cue.scope if p not in light][:_REACH]
    said = {p for p in items(statement) if any(word.position == p and not word.light for word in statement.words)}
    apart = any(
        c.kind == "modality" and cue.end <= c.start < cue.scope[0] for c in source.cues
    )  # "who fail may be fined"
    if cue.kind == "negation" and not apart and said and said <= {p for places in back.values() for p in places}:
        return True  # all that the statement says stands in this sentence, as with a pronoun for its subject
    linked = sum(p in back for p in around) + any(p in back for p in before)
    return linked > _HALF * (len(around) + bool(before))


_REACH = 2


def _is_said_elsewhere(said: set[int], part: int, pairing: Pairing) -> bool:
    """Whether the words stand in a part of the source sentence too that carries more of the statement."""
    carried: dict[int, set[int]] = {}
    for position, places in pairing.links.items():
        for place in places:
            carried.setdefault(piece(pairing.source, place), set()).add(position)
    most = len(carried.get(part, ()))
    return any(len(carried[piece(pairing.source, place)]) > most for p in said for place in pairing.links.get(p, ()))


def _may_be_left_out(cue: Cue, source: Reading, *, past: bool) -> bool:
    """Whether a statement, told of the past or not, stays true without the cue."""
    if cue.may_be_lost:
        return not ("future" in cue.senses and past)
    word = source.tokens[cue.start].norm
    narrated = word == "would" and past  # "the two sides would meet", told of the past
    return narrated or (word == "some" and cue.start > 0)  # "sold some apples"


_FARTHEST = 6

_AUXILIARIES = 3


def _head(cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, source: Reading) -> int:
    """Give the position that `cue` turns first, -1 when the statement does not speak of it.

    Where the statement speaks only of what comes after the cue, as when it quotes X of "this does not mean X", the
    first of that is what it turns.
    """
    if not cue.scope:
        return -1
    if cue.kind == "negation":
        for other in source.cues:  # "has not been accused of anything"
            if "reported" in other.senses and cue.end <= other.start <= cue.end + _AUXILIARIES and other.start in back:
                return other.start
    if "if" in cue.senses:
        main = [position for position in cue.scope if position in back]
        return main[0] if 2 * len(main) >= max(4, len(items(statement))) else -1
    if cue.scope[0] in back or cue.kind == "stance":
        return cue.scope[0] if cue.scope[0] in back else -1
    if cue.kind == "negation":
        for position in cue.scope[1:]:
            joined = any(token.norm in ("ni", "nor", "or", "ou") for token in source.tokens[cue.end : position])
            if joined and position in back:
                return position  # « ni repris ni échangés »
    if not any(word.position == cue.scope[0] and (word.light or is_telling(word.keys)) for word in source.words):
        return -1
    linked = sorted(p for p in back if p in items(source))
    wall = any(token.norm in (",", ";", "(") for token in source.tokens[cue.end : linked[0]]) if linked else True
    embedded = len(linked) > 1 and cue.end <= linked[0] <= cue.end + _FARTHEST and not wall
    return linked[0] if embedded and linked[0] in cue.scope else -1


_PAST_LEADS = {
    "fr": frozenset("a ont avait avaient est sont ete fut furent eut eurent etait etaient".split()),
    "en": frozenset("has have had was were been went did took got made gave held".split()),
}


def is_told_as_done(reading: Reading, position: int) -> bool:
    """Whether the verb at `position` is told as done: "mapped", « a cartographié »."""
    before = [token.norm for token in reading.tokens[max(0, position - 3) : position]]
    if before[-1:] == ["to"]:
        return False
    if not _PAST_LEADS[reading.language].isdisjoint(before):
        return True
    norm = reading.tokens[position].norm
    return reading.language == "en" and norm.endswith("ed") and not {"to", "be", "is", "are"} & set(before)
