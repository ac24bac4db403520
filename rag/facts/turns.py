"""Are the words that turn a sentence the same: negation, modality, quantifiers?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.answering import is_answered, overlap, same
from rag.facts.binding import items
from rag.facts.cues import Cue
from rag.facts.denials import denied, is_denied_otherwise, is_free_denial, turned, unsaid_denial
from rag.facts.differences import Difference
from rag.facts.losses import is_lost
from rag.facts.precedence import before_in, tells_what_is_first
from rag.facts.reading import Reading
from rag.facts.wording import is_verbal


def cue_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the negations, modalities and quantifiers that the statement adds, exchanges or loses."""
    before = before_in([token.norm for token in statement.tokens])
    ordered = [p for p in pairings if any(tells_what_is_first(cue, p, before) for cue in p.source.cues)]
    for cue in statement.cues:
        if ordered and "must" in cue.senses:
            continue
        quote = _quote(statement, cue)
        other = _exchanged(cue, pairings)
        if other:
            yield Difference("changed", quote, other, turn="degree")
        elif (cue.kind == "stance" and _opposes(statement, cue, pairings)) or (
            cue.kind == "comparison" and _compares_otherwise(statement, cue, pairings)
        ):
            yield Difference("absent", quote)
        elif not (cue.kind in _SOURCE_ONLY or is_answered(statement, cue, pairings) or _is_mild(statement, cue)):
            otherwise = cue.kind != "negation" or is_denied_otherwise(statement, cue, pairings)
            added = not otherwise and _is_said_together(statement, cue, pairings)
            yield Difference("added" if added else "absent", quote, turn=_turn(cue))
    for pairing in pairings:
        back = pairing.back()
        for cue in pairing.source.cues:
            if tells_what_is_first(cue, pairing, before):
                continue
            if (not cue.may_be_lost or "future" in cue.senses) and is_lost(cue, back, statement, pairing, pairings):
                included = any(token.norm in _INCLUDING for token in statement.tokens)
                limited = bool(_LIMITING & cue.senses) and not included
                limited = limited or (cue.kind == "negation" and _tell_other_order(statement, pairing.source))
                limited = limited or bool(_WEAK & cue.senses)
                kind = "limited" if limited else "lost"
                yield Difference(kind, found=_quote(pairing.source, cue), turn=_turn(cue))
        yield from denied(statement, pairing)
    if not ordered and not any(
        is_free_denial(statement, p, pairing) for pairing in pairings for p in range(len(statement.tokens))
    ):
        yield from unsaid_denial(statement, pairings)


_LIMITING = frozenset({"except", "usually", "unless"})
"""Senses whose loss may leave what is said true: the exception may be told beside it, "usually" be taken as read."""

_WEAK = frozenset({"must", "proposed", "enable"})
"""Senses that other words may tell: « a 14 jours pour rendre » is "must return within 14 days"."""

_INCLUDING = frozenset("compris inclus meme aussi egalement including included even also too".split())

_LONGEST_QUOTE = 6


def _quote(reading: Reading, cue: Cue) -> str:
    """Give the cue with the word it turns: « n’a pas signé », "plans to open"."""
    start = cue.start - 2 if reading.tokens[cue.start].norm == "t" and cue.start > 1 else cue.start  # "don't"
    after = [position for position in cue.scope[:1] if cue.start <= position < cue.start + _LONGEST_QUOTE]
    return reading.quote(start, max([cue.end, cue.start + 1, *(position + 1 for position in after)]))


def _is_mild(statement: Reading, cue: Cue) -> bool:
    """Whether the cue makes the statement say no more: a condition, "only" before a number."""
    amounts = {amount.number for amount in statement.quantities}
    return "if" in cue.senses or ("only" in cue.senses and bool(cue.scope) and not amounts.isdisjoint(cue.scope[:2]))


def _opposes(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether the statement is against something that no source word opposes: not « 81 contre 76 »."""
    amounts = {amount.number for amount in statement.quantities}
    if not cue.scope or cue.scope[0] in amounts | {name.position for name in statement.names}:
        return False
    verbal = any(word.position == cue.scope[0] and is_verbal(word.keys) for word in statement.words)
    opposed = any(c.kind in ("stance", "negation") for pairing in pairings for c in pairing.source.cues)
    return verbal and not opposed and not is_denied_otherwise(statement, cue, pairings)


_LESS_MORE = {"less": "more", "more": "less"}


def _compares_otherwise(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether the sources compare by the contrary word alone, which may be told of the other side."""
    tokens = {"more": {"plus", "more", "davantage"}, "less": {"moins", "less", "fewer"}}
    (sense,) = cue.senses & _LESS_MORE.keys() or {""}
    if (
        not sense
        or cue.end >= len(statement.tokens)
        or not any(t.norm in ("que", "qu", "than") for t in statement.tokens[cue.end :])
    ):
        return False
    words = {token.norm for pairing in pairings for token in pairing.source.tokens}
    return words.isdisjoint(tokens[sense]) and not words.isdisjoint(tokens[_LESS_MORE[sense]])


_SOURCE_ONLY = frozenset({"stance", "comparison"})
"""Kinds that a statement may say in other words, so that only what the source has is looked for."""

_ORDER = {
    **dict.fromkeys(("before", "avant"), "before"),
    **dict.fromkeys(("after", "once", "apres", "fois"), "after"),
    **dict.fromkeys(("until", "till", "jusqu", "tant"), "until"),
}


def _tell_other_order(statement: Reading, source: Reading) -> bool:
    """Whether both tell by other words what comes first: "not until it is clean" is "only after cleaning"."""
    said, found = ({_ORDER[t.norm] for t in reading.tokens if t.norm in _ORDER} for reading in (statement, source))
    return bool(said) and bool(found) and said.isdisjoint(found)


def _turn(cue: Cue) -> str:
    """Tell by what a cue turns what is said, "" for one that limits it."""
    if cue.kind == "negation":
        return "word" if cue.senses & {"deny", "refuse"} else "negation"
    return "degree" if cue.kind == "comparison" else ""


def _is_said_together(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether one source sentence says both what comes before the negation and what it governs, without it."""
    light = {word.position for word in statement.words if word.light}
    before = [p for p in items(statement) if p < cue.start and p not in light]
    governed = [*turned(statement, cue)[:1], *[p for p in cue.scope if p not in light][:_GOVERNED]]
    between = statement.tokens[cue.end : cue.scope[0]] if cue.scope else ()
    if any(token.norm not in _ARTICLES and p not in governed for p, token in enumerate(between, cue.end)):
        return False  # a verb that is no word of its own: "never got the emails"
    for pairing in pairings:
        if all(p in pairing.links for p in governed) and (not before or any(p in pairing.links for p in before)):
            return True
    return False


_GOVERNED = 2
_ARTICLES = frozenset(
    "le la les l un une de des du d ' a the an to pas plus jamais be been being was were is are ete etre est sont fut "
    "avoir eu ever yet encore en y se s any".split()
)


def _has_exception(pairings: Sequence[Pairing]) -> bool:
    """Whether a source says "all … except one", which "only one does not" says too."""
    return any("except" in cue.senses for pairing in pairings for cue in pairing.source.cues)


def _exchanged(cue: Cue, pairings: Sequence[Pairing]) -> str:
    """Give the source's other quantifier that governs more of what `cue` governs than its own does."""
    if cue.kind not in ("quantifier", "comparison"):
        return ""
    if _has_exception(pairings):
        return ""
    own = max((overlap(cue, c, p) for p in pairings for c in p.source.cues if same(cue, c)), default=0)
    for pairing in pairings:
        for other in pairing.source.cues:
            if other.kind == cue.kind and not same(cue, other) and overlap(cue, other, pairing) > own:
                return _quote(pairing.source, other)
    return ""
