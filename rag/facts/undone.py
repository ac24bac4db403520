"""What was planned and then called off: "planned for 2024 but was cancelled" does not say that it was in 2024."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.answering import open_until
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.losses import is_told_as_done
from rag.facts.reading import Reading
from rag.facts.roles import BEING, PRONOUNS
from rag.facts.subjects import main_subject

_PLANNED = (
    "plan", "schedul", "due", "propos", "intend", "announc", "meant", "suppos", "prevu", "programm", "annonc", "devait",
    "devaient", "envisag", "projet",
)  # fmt: skip
_CALLED_OFF = (
    "cancel", "scrap", "abandon", "withdrawn", "shelved", "dropped", "postpon", "annul", "retire", "ajourn", "reporte",
    "supprim",
)  # fmt: skip
_BUT = frozenset("but mais then puis before avant finally finalement".split())
_SMALL = (
    BEING
    | PRONOUNS
    | frozenset("has had have a ont avait avaient eventually finally later then finalement ensuite puis d ' en".split())
)
_REACH = 6


def undone_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what called off what the statement says, which the source tells as a plan only."""
    if any(token.norm.startswith(_PLANNED + _CALLED_OFF) for token in statement.tokens):
        return
    for pairing in pairings:
        source = pairing.source
        planned = next((at for at, token in enumerate(source.tokens) if token.norm.startswith(_PLANNED)), -1)
        if planned < 0:
            continue
        used = {place for places in pairing.links.values() for place in places}
        for start in range(planned + 1, len(source.tokens)):
            end = _called_off(source, start)
            if end and used.isdisjoint(range(start, end)):
                yield Difference("lost", found=source.quote(start, end))
                return


def planned_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what the sources tell as a plan or as open to somebody, where the statement tells it as done."""
    if any(cue.senses & _AHEAD for cue in statement.cues):
        return
    for word in statement.words:
        if not is_told_as_done(statement, word.position):
            continue
        told = [(p, place) for p in pairings for place in p.links.get(word.position, ())]
        quotes = [_planned(pairing.source, place) or open_until(pairing.source, place) for pairing, place in told]
        if quotes and all(quotes):
            yield Difference("lost", found=quotes[0])
            return


_AHEAD = frozenset("planned consider proposed wish hope expected future can possible promise try must if".split())


def _planned(source: Reading, place: int) -> str:
    """Give "is being considered" where it is told of the noun at `place`: « L'installation … est envisagée »."""
    for cue in source.cues:
        passive = cue.senses & _PLANNING and source.tokens[cue.start - 1].norm in BEING
        opens = min((p for p in items(source) if piece(source, p) == piece(source, cue.start)), default=-1)
        if passive and (place == opens or place in main_subject(source, cue.start - 1)):
            return source.quote(cue.start - 1, cue.end)
    return ""


_PLANNING = frozenset("planned consider proposed wish hope".split())


def _called_off(source: Reading, start: int) -> int:
    """Give where "but was cancelled" ends that starts at `start`, without a subject of its own; 0 for none."""
    if source.tokens[start].norm not in _BUT:
        return 0
    for at in range(start + 1, min(len(source.tokens), start + _REACH)):
        norm = source.tokens[at].norm
        if norm.startswith(_CALLED_OFF):
            return at + 1
        off = source.tokens[at + 1].norm if norm == "called" and at + 1 < len(source.tokens) else ""
        if off == "off":
            return at + 2
        if norm not in _SMALL:
            return 0
    return 0
