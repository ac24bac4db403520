"""Who acts on whom: the names around a verb, active, passive, or told from the other side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.facts.alignment import Pairing
from rag.facts.contrast import are_converse
from rag.facts.reading import Reading
from rag.facts.roles import BY, follows_being, may_be_verb
from rag.facts.wording import is_verbal

TOGETHER = frozenset("et and , avec with ou or & entre between le la the les l ' ( )".split())
"""What stands between members of one enumeration."""


def exchanged_actors(statement: Reading, pairing: Pairing) -> tuple[int, int] | None:
    """Give two names that exchange agent and patient of a verb that both texts have, or of its converse."""
    linked = [name.position for name in statement.names if name.position in pairing.links and not name.common]
    if not linked:
        return None
    verbs = [
        word.position
        for word in statement.words
        if word.position in pairing.links and is_verbal(word.keys) and may_be_verb(statement, word.position)
    ]
    turned = converse(statement, pairing)
    leads = None if turned else _exchanged_leads(statement, pairing, linked)
    if leads is not None:
        return leads
    agents = _exchanged_agents(statement, pairing, linked)
    if agents is not None:
        return agents
    for first, second in pairwise(linked):
        places = [
            (a, b) for a in pairing.links[first] for b in pairing.links[second] if _one_clause(pairing.source, a, b)
        ]
        if not _one_clause(statement, first, second) or second == first + 1:
            continue
        inside = [p for p in verbs if between(first, p, second)]
        targets = [place for position in inside for place in pairing.links[position]]
        said = _agent(statement, first, second, [*inside, *(p for p, _ in turned)])
        if not said or not places:
            continue
        if not turned and any(_keeps_lead(statement, pairing, name) for name in (first, second)):
            continue
        found = {_agent(pairing.source, a, b, [*targets, *(p for _, p in turned)]) for a, b in places}
        expected = -said if any(between(first, p, second) for p, _ in turned) else said
        if found == {-expected}:
            return first, second
    return None


_LEADS = {
    **dict.fromkeys("a au aux to at in en dans chez".split(), "at"),
    **dict.fromkeys("de du des d of from".split(), "of"),
    **dict.fromkeys("contre face against".split(), "against"),
    **dict.fromkeys("avec with".split(), "with"),
    **dict.fromkeys("pour for".split(), "for"),
    **dict.fromkeys("sur on over".split(), "on"),
}
"""Prepositions of both languages, by what they may share."""


def _keeps_lead(statement: Reading, pairing: Pairing, name: int) -> bool:
    """Whether the same preposition leads the name here and in the source, so that its part is the same."""
    said = _lead(statement, name)
    return bool(said) and any(_lead(pairing.source, place) == said for place in pairing.links[name])


def _lead(reading: Reading, name: int) -> str:
    named = {n.position for n in reading.names}
    while name - 1 in named:
        name -= 1
    before = name - 1
    while before >= 0 and reading.tokens[before].norm in ("le", "la", "les", "l", "'", "the"):
        before -= 1
    return _LEADS.get(reading.tokens[before].norm, "") if before >= 0 else ""


def _exchanged_leads(statement: Reading, pairing: Pairing, linked: Sequence[int]) -> tuple[int, int] | None:
    """Give two names that exchange their prepositions: « X s’incline face à Y », « face à X, Y s’incline »."""
    heads = [name for name in linked if name - 1 not in linked]
    for first, second in pairwise(heads):
        here = _lead(statement, first), _lead(statement, second)
        there = {
            (_lead(pairing.source, a), _lead(pairing.source, b))
            for a in pairing.links[first]
            for b in pairing.links[second]
        }
        if here[0] != here[1] and there == {here[::-1]}:
            return first, second
    return None


def _exchanged_agents(statement: Reading, pairing: Pairing, linked: Sequence[int]) -> tuple[int, int] | None:
    """Give the name after "by" in the statement and another of its names that stands after "by" in the source."""
    said = [name.position for name in statement.names if not name.common and _follows_by(statement, name.position)]
    if len(said) != 1:
        return None
    for position in linked:
        places = pairing.links[position]
        if position not in said and any(_follows_by(pairing.source, place) for place in places):
            own = [_follows_by(pairing.source, place) for place in pairing.links.get(said[0], ())]
            return None if any(own) else (said[0], position)
    return None


_WALLS = frozenset('; : ( ) "'.split())
_FARTHEST = 16


def _one_clause(reading: Reading, first: int, second: int) -> bool:
    """Whether two positions are near enough to be agent and patient of one verb."""
    low, high = min(first, second), max(first, second)
    return 0 < high - low <= _FARTHEST and not any(token.norm in _WALLS for token in reading.tokens[low:high])


def between(first: int, position: int, second: int) -> bool:
    """Whether `position` lies between the two others, in either order."""
    return min(first, second) < position < max(first, second)


def converse(statement: Reading, pairing: Pairing) -> list[tuple[int, int]]:
    """Give the unlinked verbs of the statement whose converse the source has: beat and lost to, buy and sell."""
    return [
        (word.position, other.position)
        for word in statement.words
        if word.position not in pairing.links
        for other in pairing.source.words
        if are_converse(word.keys, other.keys)
    ]


def _agent(reading: Reading, first: int, second: int, verbs: Sequence[int]) -> int:
    """Tell which of two names acts: 1 the first, -1 the second, 0 when the words don't tell."""
    if second < first:
        return -_agent(reading, second, first, verbs)
    inside = [token.norm for token in reading.tokens[first + 1 : second]]
    if inside and all(word in TOGETHER for word in inside):
        return 0
    if _follows_by(reading, second):
        return -1
    if _follows_by(reading, first):
        return 1
    if any(first < verb < second and follows_being(reading, verb) for verb in verbs):
        return 0  # "was awarded the Nobel prize": whoever gave it is not named
    return 1 if any(first < verb < second for verb in verbs) else 0


def _follows_by(reading: Reading, position: int) -> bool:
    """Whether "by" or « par » leads to the name, over an article, a title, a common noun or a part of the name."""
    named = {name.position for name in reading.names}
    content = {word.position for word in reading.words}
    for before in range(position - 1, max(-1, position - 7), -1):
        norm = reading.tokens[before].norm
        if norm in BY:
            return not reading.tokens[before + 1].norm.endswith("ing")
        part_of_name = before in named and all(p in named for p in range(before, position))
        if not (part_of_name or before in content or norm in _WITHIN_AGENT):
            return False
    return False


_WITHIN_AGENT = frozenset(
    "the a an le la les l ' un une son sa ses its his her their de du des of m mme mr mrs dr . -".split()
)


def mirrored(statement: Reading, pairings: Sequence[Pairing]) -> frozenset[int]:
    """Give the verbs of the statement that the sources tell from the other side: "lost to" where they say "beat"."""
    found: set[int] = set()
    for pairing in pairings:
        turned = converse(statement, pairing)
        if turned and exchanged_actors(statement, pairing) is None and _names_linked(statement, pairing):
            found.update(position for position, _ in turned)
    return frozenset(found)


def _names_linked(statement: Reading, pairing: Pairing) -> bool:
    """Whether two names stand on either side of the verb, so that who did what to whom could be compared."""
    linked = [name.position for name in statement.names if name.position in pairing.links]
    return any(
        _one_clause(statement, first, second)
        and any(between(first, p, second) for p, _ in converse(statement, pairing))
        for first, second in pairwise(linked)
    )
