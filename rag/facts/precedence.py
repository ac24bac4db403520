"""What must come first: "never plug it in before you have filled it" tells that one fills it before plugging it in."""

from __future__ import annotations

from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.cues import Cue

_BEFORE = frozenset("avant before".split())


def tells_what_is_first(source_cue: Cue, pairing: Pairing, statement_before: int) -> bool:
    """Whether the source denies one deed before another, and the statement tells the other before the one."""
    source = pairing.source
    if source_cue.kind != "negation" or not source_cue.scope or statement_before < 0:
        return False
    before = next((p for p in range(source_cue.end, len(source.tokens)) if source.tokens[p].norm in _BEFORE), -1)
    after = min((p for p in items(source) if p > before), default=-1)
    if not 0 <= source_cue.scope[0] < before < after:
        return False
    back = pairing.back()
    denied, first = back.get(source_cue.scope[0], ()), back.get(after, ())
    return any(p > statement_before for p in denied) and any(p < statement_before for p in first)


def before_in(norms: list[str]) -> int:
    """Give the position of "before" among folded words, -1 for none or several."""
    places = [at for at, norm in enumerate(norms) if norm in _BEFORE]
    return places[0] if len(places) == 1 else -1
