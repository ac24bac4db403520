"""What "only" and "not all" bear on: the same words over other ones say something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import piece
from rag.facts.cues import Cue
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_NONE = frozenset("no none nobody neither aucun aucune nul nulle personne".split())
_ALL = frozenset("all every everyone everybody tous toutes tout toute chaque".split())
_ALONE = frozenset("alone only seul seule seuls seules".split())


def scope_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the "only" that bears on another word here than in the source, and the "none" told of "not all"."""
    for pairing in pairings:
        own, theirs = _onlys(statement), _onlys(pairing.source)
        if len(own) == len(theirs) == 1 and (
            _is_before(statement, own[0], pairing.source, theirs[0], pairing.back())
            or _is_before(pairing.source, theirs[0], statement, own[0], pairing.links)
        ):
            yield Difference("absent", _quote(statement, own[0]))
        for cue in statement.cues:
            if cue.kind != "negation" or statement.tokens[cue.start].norm not in _NONE | {"n", "ne"}:
                continue
            if not _is_total(statement, cue):
                continue
            partial = [c for c in pairing.source.cues if c.kind == "negation" and _is_partial(pairing.source, c)]
            for other in partial:
                if any(not set(other.scope).isdisjoint(pairing.links.get(p, ())) for p in cue.scope):
                    yield Difference("changed", _quote(statement, cue), _quote(pairing.source, other))


def _onlys(reading: Reading) -> list[Cue]:
    amounts = {amount.number for amount in reading.quantities}
    return [
        cue
        for cue in reading.cues
        if cue.kind == "quantifier" and "only" in cue.senses and cue.scope and amounts.isdisjoint(cue.scope[:1])
    ]


def _is_before(one: Reading, cue: Cue, other: Reading, its: Cue, links: dict[int, tuple[int, ...]]) -> bool:
    """Whether what `its` leads in `other` stands before `cue` in `one`, where `cue` cannot bear on it.

    `links` go from the positions of `other` to those of `one`.
    """
    follows = its.scope[0] if its.scope[0] > its.start else -1
    places = links.get(follows, ())
    if not places or other.tokens[its.start].norm in ("ne", "n"):
        return False
    before = [place for place in places if place < cue.start]
    beside = any(cue.start - place <= 1 for place in before) and one.tokens[cue.start].norm in _ALONE
    subject = all(token.norm not in _PREPOSITIONS for token in other.tokens[its.start : follows])
    return len(before) == len(places) and not beside and subject and follows - its.start <= _NEAR


_NEAR = 3
_PREPOSITIONS = frozenset(
    "in on at for to by with from after before a au aux en dans sur pour par apres avant de".split()
)


def _is_total(reading: Reading, cue: Cue) -> bool:
    """Whether a negation denies of each one: "no", « aucun »."""
    norms = {token.norm for p, token in enumerate(reading.tokens) if piece(reading, p) == piece(reading, cue.start)}
    return not norms.isdisjoint(_NONE) and norms.isdisjoint(_ALL)


def _is_partial(reading: Reading, cue: Cue) -> bool:
    """Whether a negation denies of some only: "not all", « tous ne sont pas », « pas tous »."""
    norms = [token.norm for token in reading.tokens]
    if not _ALL.isdisjoint(norms[cue.end : cue.end + 1]):
        return True
    before = [
        p for p in range(cue.start) if norms[p] in ("tous", "toutes") and piece(reading, p) == piece(reading, cue.start)
    ]
    return reading.language == "fr" and norms[cue.start] in ("ne", "n") and bool(before)


def _quote(reading: Reading, cue: Cue) -> str:
    return reading.quote(cue.start, max(cue.end, cue.start + 1))
