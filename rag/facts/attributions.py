"""Whose word it is: "according to campaigners" does not say "according to the council"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.coherence import is_general
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.roles import BEING, may_be_verb
from rag.facts.subjects import main_subject

_LEADS = (("according", "to"), ("selon",), ("d", "'", "apres"))
_CLAUSE = frozenset(", ; : . ! ? ( )".split())
_LONGEST = 8
_TELLING = (
    "said", "says", "told", "announced", "estimated", "estimates", "stated", "warned", "warns", "believes", "reported",
    "dit", "disent", "annonc", "indiqu", "estim", "affirm", "declar", "precis", "rappel", "expliqu", "evalu",
)  # fmt: skip
_HAVING = frozenset("a ont avait avaient has have had n ne '".split())
_AT = frozenset("a au at to".split())


def attribution_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give those to whom the statement ascribes what the sources ascribe to others, and nothing of it to them."""
    said = speakers(statement)
    if len(said) != 1 or not pairings:
        return
    (who,) = said
    most = max(pairings, key=lambda pairing: len(pairing.links))
    theirs = speakers(most.source)
    if not theirs or any(_stands_for_another(most.source, group) for group in theirs):
        return
    places = {place for position in who for place in most.links.get(position, ())}
    if all(places.isdisjoint(group) for group in theirs):
        yield Difference("apart", statement.quote(min(who), max(who) + 1))


def _stands_for_another(source: Reading, group: frozenset[int]) -> bool:
    """Whether those who speak may be named elsewhere: "the company said"."""
    named = {name.position for name in source.names}
    return named.isdisjoint(group) and any(is_general(source, at) for at in group)


@lru_cache(maxsize=4096)
def speakers(reading: Reading) -> tuple[frozenset[int], ...]:
    """Give those whose word a sentence tells, each as the positions of its items: "the mayor said"."""
    norms = [token.norm for token in reading.tokens]
    found = []
    for at, norm in enumerate(norms):
        lead = next((words for words in _LEADS if tuple(norms[at : at + len(words)]) == words), ())
        if lead:
            found.append(_following(reading, at + len(lead)))
        elif norm.startswith(_TELLING) and may_be_verb(reading, at) and not _is_told_of(norms, at):
            before = at - 1
            while before >= 0 and norms[before] in _HAVING:
                before -= 1
            inverted = before >= 0 and norms[before] in _CLAUSE | {'"'}  # "…, said the mayor"
            after = _following(reading, at + 1) if inverted else frozenset[int]()
            apart = frozenset(  # "Ann Lee, deputy for roads, said"
                name.position
                for name in reading.names
                if inverted and name.position < at and piece(reading, name.position) == piece(reading, at)
            )
            found.append(after | apart | main_subject(reading, at))
    return tuple(dict.fromkeys(group for group in found if group))


def _following(reading: Reading, start: int) -> frozenset[int]:
    """Give the items from `start` to the end of the clause, without figures and dates."""
    told = {amount.number for amount in reading.quantities} | {date.start for date in reading.dates}
    stop = start
    while stop < min(len(reading.tokens), start + _LONGEST) and reading.tokens[stop].norm not in _CLAUSE:
        stop += 1
    return frozenset(p for p in items(reading) - told if start <= p < stop)


def _is_told_of(norms: Sequence[str], at: int) -> bool:
    """Whether the verb only describes a thing: "a loss estimated at", « un coût estimé à », "was told"."""
    if at and norms[at - 1] in BEING:
        return True
    after = norms[at + 1] if at + 1 < len(norms) else ""
    participle = norms[at].endswith(("ed", "e", "ee", "es", "ees"))
    return participle and after in _AT and not (at and norms[at - 1] in _HAVING)
