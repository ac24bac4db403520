"""Are the words that turn a sentence the same: negation, modality, quantifiers, opposites, who does what to whom?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.cues import Cue
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.wording import are_opposite


def cue_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the negations, modalities and quantifiers that the statement adds, and those it loses."""
    for cue in statement.cues:
        if not _is_answered(cue, pairings):
            yield Difference("added", statement.quote(cue.start, cue.end))
    for pairing in pairings:
        back = pairing.back()
        for cue in pairing.source.cues:
            if not cue.may_be_lost and _is_lost(cue, back, statement, pairing, pairings):
                yield Difference("lost", found=pairing.source.quote(cue.start, cue.end))


def _same(one: Cue, other: Cue) -> bool:
    return one.kind == other.kind and not one.senses.isdisjoint(other.senses)


def _is_answered(cue: Cue, pairings: Sequence[Pairing]) -> bool:
    linked = [p for p in cue.scope if any(p in pairing.links for pairing in pairings)]
    for pairing in pairings:
        for candidate in pairing.source.cues:
            if not _same(cue, candidate):
                continue
            places = {place for p in cue.scope for place in pairing.links.get(p, ())}
            if not linked or not places.isdisjoint(candidate.scope):
                return True
            if cue.kind != "negation" and places:
                return True
    return bool(cue.scope) and not linked


def _is_lost(
    cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, pairing: Pairing, pairings: Sequence[Pairing]
) -> bool:
    if not cue.scope or cue.scope[0] not in back:
        return False
    said = set(back[cue.scope[0]])
    for candidate in statement.cues:
        if _same(cue, candidate) and (cue.kind != "negation" or not said.isdisjoint(candidate.scope)):
            return False
    for other in pairings:  # said again elsewhere without the cue
        governed = {p for c in other.source.cues if c.kind == cue.kind for p in c.scope}
        free = {place for p in said for place in other.links.get(p, ())} - governed
        if free and len(other.links) >= len(pairing.links):
            return False
    return True


def opposite_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the words of the statement whose opposite stands in the sources while they do not."""
    linked = {position for pairing in pairings for position in pairing.links}
    for word in statement.words:
        if word.position in linked:
            continue
        for pairing in pairings:
            used = {place for places in pairing.links.values() for place in places}
            for other in pairing.source.words:
                if other.position not in used and are_opposite(word.keys, other.keys):
                    said = statement.quote(word.position, word.position + 1)
                    yield Difference("changed", said, pairing.source.quote(other.position, other.position + 1))
                    return


_BY = frozenset({"par", "by"})
_TOGETHER = frozenset({"et", "and", ",", "avec", "with", "ou", "or", "&", "entre", "between"})


def role_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the pair of names that exchange their places around a verb shared with the source."""
    for pairing in pairings:
        source = pairing.source
        linked = [name.position for name in statement.names if name.position in pairing.links]
        for first, second in zip(linked, linked[1:], strict=False):
            places = [(a, b) for a in pairing.links[first] for b in pairing.links[second] if a != b]
            if not places:
                continue
            shared = [w.position for w in statement.words if w.position in pairing.links]
            said = _agent(statement, first, second, shared)
            verbs = [place for position in shared for place in pairing.links[position]]
            found = {_agent(source, a, b, verbs) for a, b in places}
            opposite = {"first": "second", "second": "first"}.get(said)
            if opposite is not None and found == {opposite}:
                yield Difference(
                    "swapped", f"{statement.quote(first, first + 1)} / {statement.quote(second, second + 1)}"
                )
                return


def _agent(reading: Reading, first: int, second: int, verbs: Sequence[int]) -> str:
    """Tell which of two names acts: "first", "second", or "" when the words between don't tell."""
    if second < first:
        return {"first": "second", "second": "first", "": ""}[_agent(reading, second, first, verbs)]
    between = [reading.tokens[p].norm for p in range(first + 1, second)]
    if between and all(word in _TOGETHER or word in ("le", "la", "the", "les", "l", "'") for word in between):
        return ""
    if (between and between[-1] in _BY) or (between[-2:-1] and between[-2] in _BY):
        return "second"
    before = reading.tokens[first - 1].norm if first else ""
    if before in _BY:
        return "first"
    if any(first < verb < second for verb in verbs):
        return "first"
    return ""
