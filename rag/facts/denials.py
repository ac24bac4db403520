"""Words that deny by their meaning: exempt, skip, refuse, « malgré »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.cues import Cue
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.tables import lines
from rag.facts.wording import keys


@lru_cache(maxsize=2)
def _denials() -> frozenset[str]:
    words = " ".join(lines("denials")).replace("firm: ", "").split()
    return frozenset(
        key for language in ("fr", "en") for word in words for key in keys(word, language) if key[0] != "#"
    )


def is_denial(word: frozenset[str]) -> bool:
    """Whether a word, given by its keys, denies by its meaning."""
    return not word.isdisjoint(_denials())


def turned(statement: Reading, cue: Cue) -> tuple[int, ...]:
    """Give what a negation turns, nearest first: its scope, and before it a verb that is itself a cue."""
    nearest = [word.position for word in statement.words if cue.end <= word.position < cue.end + _NEAR_DENIAL]
    return (*nearest[:1], *(p for p in cue.scope if p not in nearest[:1]))


def is_denied_otherwise(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether a source sentence that the negation's words stand in denies by a word or cue of another kind."""
    scope = turned(statement, cue)
    for pairing in pairings:
        source = pairing.source
        used = {place for places in pairing.links.values() for place in places}
        near = {piece(source, place) for p in scope for place in pairing.links.get(p, ())}
        turning = [c for c in source.cues if c.kind == "negation" or "if" in c.senses]
        if any(piece(source, c.start) in near or "deny" in c.senses for c in turning):
            return True
        own = {place for p in scope for place in pairing.links.get(p, ())}
        for word in (*source.words, *source.others):
            free = word.position not in used - own and piece(source, word.position) in near
            if free and not word.keys.isdisjoint(_denials()):
                return True
    return False


def denies_beside(pairing: Pairing, place: int) -> bool:
    """Whether a word that denies, which the statement does not have, leads to the word at `place`: "drops support"."""
    source = pairing.source
    used = {position for places in pairing.links.values() for position in places}
    for word in (*source.words, *source.others):
        beside = 0 < place - word.position <= _BESIDE and piece(source, place) == piece(source, word.position)
        if beside and word.position not in used and not word.keys.isdisjoint(_denials()):
            return not any(c.kind == "negation" and word.position in c.scope for c in source.cues)
    return False


_BESIDE = 2


def is_free_denial(statement: Reading, position: int, pairing: Pairing) -> bool:
    """Whether a word of the statement that the source has no counterpart of denies what it says."""
    token = statement.tokens[position]
    if position in pairing.links:
        return False
    return token.norm in _CONCEDING or not keys(token.raw.lower(), statement.language).isdisjoint(_denials())


_CONCEDING = frozenset("malgre sans despite without although though bien".split())


def denied(statement: Reading, pairing: Pairing) -> Iterator[Difference]:
    """Give the word of the source that denies what the statement says, when the statement denies nothing."""
    if any(cue.kind == "negation" or "only" in cue.senses for cue in statement.cues):
        return
    if any(is_free_denial(statement, p, pairing) for p in range(len(statement.tokens))):
        return
    used = {place for places in pairing.links.values() for place in places}
    for word in pairing.source.words:
        if word.position in used or word.keys.isdisjoint(_firm_denials()):
            continue
        near = [p for p in items(pairing.source) if 0 < abs(p - word.position) <= _NEAR_DENIAL]
        near = [p for p in near if piece(pairing.source, p) == piece(pairing.source, word.position)]
        same = [p for p in near if p > word.position] or near  # what it denies follows it, unless it is passive
        if same and sum(p in used for p in same) > len(same) // 2:
            yield Difference("limited", found=pairing.source.quote(word.position, word.position + 1))
            return


def unsaid_denial(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give a negation of a source in a piece of sentence that the statement, which denies nothing, speaks of."""
    if any(cue.kind == "negation" or cue.senses & {"only", "if"} for cue in statement.cues):
        return
    for pairing in pairings:
        source = pairing.source
        used = {place for places in pairing.links.values() for place in places}
        light = {word.position for word in source.words if word.light}
        for cue in source.cues:
            if (
                cue.kind != "negation" or "not" not in cue.senses or cue.start in used
            ):  # "not allowed" told as "forbidden"
                continue
            part = piece(source, cue.start, fine=True)
            around = [p for p in items(source) - light if piece(source, p, fine=True) == part]
            if around and 2 * sum(p in used for p in around) > len(around):
                after = sorted(p + 1 for p in around if p >= cue.end)[:1]
                yield Difference("limited", found=source.quote(cue.start, max([cue.end, cue.start + 1, *after])))
                return


_NEAR_DENIAL = 3


@lru_cache(maxsize=1)
def _firm_denials() -> frozenset[str]:
    words = next(line for line in lines("denials") if line.startswith("firm: ")).removeprefix("firm: ").split()
    return frozenset(
        key for language in ("fr", "en") for word in words for key in keys(word, language) if key[0] != "#"
    )
