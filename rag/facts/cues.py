"""Words that turn or limit what is said: negation, modality, quantifiers, frequency; each with what it governs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.idle import NE_REACH
from rag.facts.patterns import NEGATING, matches
from rag.facts.scopes import CLAUSE_ENDS, before_modal, outside, scope_after, scope_before


class Cue(NamedTuple):
    """A turning or limiting word at `tokens[start:end]`; it governs the positions `scope`, nearest first."""

    kind: str
    senses: frozenset[str]
    start: int
    end: int
    scope: tuple[int, ...]
    may_be_lost: bool = False
    """Whether saying less than the source ("the" for "all the") leaves the statement true."""


def cues(tokens: Sequence[Token], language: str, content: frozenset[int], taken: frozenset[int]) -> list[Cue]:
    """Give the cues among `tokens`; scopes hold positions of `content`; positions `taken` by quantities are no cues."""
    matched = matches(tokens, language, taken)
    inside = frozenset(p for pattern, start, end in matched if pattern.words for p in range(start, end))
    governed = content - inside
    found: list[Cue] = []
    for pattern, start, end in matched:
        if not pattern.words:  # a verb form governs itself first
            scope = (start, *scope_after(tokens, start + 1, governed))
        elif "if" in pattern.senses:
            scope = outside(tokens, end, governed)
        else:
            scope = scope_after(tokens, end, governed)
            if pattern.kind == "negation":
                scope = before_modal(tokens, end, scope)
        if len(pattern.words) > 1 and pattern.words[-1].startswith("*") and end - 1 in content:
            scope = (end - 1, *scope)  # the verb of « compte recruter »
        if not scope or pattern.words[-1:] in (("faux",), ("false",), ("fausse",), ("untrue",), ("inexact",)):
            scope = (*scope, *scope_before(tokens, start, governed))
        senses, may_be_lost = pattern.senses, pattern.may_be_lost
        if "reported" in senses and "expected" in senses and _is_told(tokens, start):
            senses, may_be_lost = senses | {"future"}, True  # « a dit qu'il viendrait » told « il viendra »
        if "not" in senses and any(token.norm in _UNTIL for token in tokens[end : (scope[0] if scope else end) + 3]):
            senses = frozenset({"until"})
        found.append(Cue(pattern.kind, senses, start, end, scope, may_be_lost))
    return _single_negations(found, tokens)


_UNTIL = frozenset("until till avant before".split())
"""Words that make a negation one of time alone: "not until 2004", « pas avant 2004 »."""
_TELLING = (
    "annonc", "dit", "affirm", "indiqu", "precis", "declar", "assur", "promi", "expliqu", "confirm", "fait savoir",
    "said", "announc", "told", "stated", "added", "warned", "say",
)  # fmt: skip
_LONGEST_TELLING = 6


def _is_told(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb of saying and its "that" come before: what would be is then what will be."""
    for lead in range(at - 1, 0, -1):
        if tokens[lead].norm in ("que", "qu", "that"):
            before = tokens[max(0, lead - _LONGEST_TELLING) : lead]
            return any(token.norm.startswith(_TELLING) for token in before)
        if tokens[lead].norm.startswith(("said", "told", "announc")) and tokens[lead].is_word:
            return True  # "said it would not appeal"
    return False


def _single_negations(found: list[Cue], tokens: Sequence[Token]) -> list[Cue]:
    """Count « ne … pas » and « aucun … ne » once: the second of the two words is dropped."""
    kept: list[Cue] = []
    for cue in found:
        word = tokens[cue.start].norm
        if cue.kind == "negation" and word in NEGATING:
            between = [c for c in kept if tokens[c.start].norm in ("ne", "n") and c.start < cue.start]
            if between and cue.start - between[-1].start <= NE_REACH + 2:
                continue
        if cue.kind == "negation" and word in ("ne", "n"):
            earlier = [c for c in kept if tokens[c.start].norm in NEGATING and cue.start - c.start <= NE_REACH]
            if earlier and not any(t.norm in CLAUSE_ENDS for t in tokens[earlier[-1].start : cue.start]):
                continue
        kept.append(cue)
    return kept
