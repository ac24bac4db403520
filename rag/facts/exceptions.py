"""What a source excepts: "all but two", « à l'exception des chiens guides »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.cues import Cue
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_ALL = frozenset(
    "all every everyone everybody everything each any nobody none no "
    "tous tout toute toutes chaque aucun aucune personne nul nulle".split()
)

_BACK = 4
_RELATIVE = frozenset("ou where which who qui dont".split())


def exception_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what the statement says of all, where the source excepts some, or says of these what holds of the others."""
    if any(
        "except" in cue.senses or (cue.kind == "quantifier" and not _of_all(statement, cue)) for cue in statement.cues
    ):
        return
    of_all = any(token.norm in _ALL for token in statement.tokens)
    for pairing in pairings:
        source = pairing.source
        linked = {place for places in pairing.links.values() for place in places}
        for cue in source.cues:
            if "except" not in cue.senses or not cue.scope:
                continue
            end = max(*cue.scope, cue.end - 1) + 1
            told_on = any(token.norm in _RELATIVE for token in source.tokens[cue.end : end + 1])  # "except Hull, where"
            of_these = not (linked.isdisjoint(cue.scope) or told_on)
            if of_all or (of_these and _is_negated(statement) == _is_negated(source)):
                excepted = of_these and not of_all and _is_said_of_all(source, cue)
                found = source.quote(cue.start, end)
                yield (
                    Difference("lost", found=found, turn="negation") if excepted else Difference("limited", found=found)
                )


def _is_said_of_all(source: Reading, cue: Cue) -> bool:
    """Whether the source says it of all others, right before what it excepts: "open every day except Sunday"."""
    return any(token.norm in _ALL for token in source.tokens[max(0, cue.start - _BACK) : cue.start])


def _of_all(reading: Reading, cue: Cue) -> bool:
    return any(reading.tokens[at].norm in _ALL for at in range(cue.start, cue.end))


def _is_negated(reading: Reading) -> bool:
    return any("not" in cue.senses for cue in reading.cues)
