"""How the parts of a sentence hang together: what causes what, what comes first, under which condition, from where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.differences import Difference
from rag.facts.reading import Reading
from rag.facts.roles import roles
from rag.facts.tables import lines
from rag.facts.wording import is_verbal


class Relation(NamedTuple):
    """Two groups of items of one sentence: what the words at `start` lead, and what that is told of."""

    kind: str
    start: int
    end: int
    led: frozenset[int]
    main: frozenset[int]

    @property
    def pair(self) -> tuple[str, frozenset[int], frozenset[int]]:
        """Give the dimension and its two groups in order: cause and effect, earlier and later."""
        dimension, turned = _DIMENSIONS[self.kind]
        return (dimension, self.main, self.led) if turned else (dimension, self.led, self.main)


_DIMENSIONS = {
    "cause": ("cause", False),
    "effect": ("cause", True),
    "after": ("time", False),
    "before": ("time", True),
}
"""For each kind, its dimension, and whether what is led comes second in it."""

_CONTRARY = (
    ({"cause"}, {"despite"}),
    ({"if", "with"}, {"unless", "without"}),
)
"""Kinds that say the contrary of what they lead."""

_WALLS = frozenset("; : ( ) . ! ?".split())
_CLAUSE_ENDS = _WALLS | {","}


@lru_cache(maxsize=1)
def _table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Give, by their first word, the expressions that relate the parts of a sentence, longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in lines("relations"):
        kind, _, expressions = line.partition(": ")
        for expression in expressions.replace("|", " ").split():
            words = tuple(expression.split("_"))
            table.setdefault(words[0], []).append((words, kind))
    for found in table.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return table


def _marks(reading: Reading) -> list[tuple[str, int, int]]:
    """Give the kind, start and end of each expression that relates parts of the sentence."""
    words = [token.norm for token in reading.tokens]
    named = {name.position for name in reading.names if not name.common}
    found, at = [], 0
    while at < len(words):
        for expression, kind in _table().get(words[at], ()):
            if tuple(words[at : at + len(expression)]) == expression and not (at and at in named):
                found.append((kind, at, at + len(expression)))
                at += len(expression) - 1
                break
        at += 1
    return found


@lru_cache(maxsize=4096)
def relations(reading: Reading) -> tuple[Relation, ...]:
    """Give the relations between the parts of a sentence."""
    turning = {p for cue in reading.cues for p in range(cue.start, cue.end)}  # "stops beating" tells an event too
    held = items(reading) - {word.position for word in reading.words if word.light and word.position not in turning}
    marks = _marks(reading)
    starts = {start for _, start, _ in marks}
    found = []
    for kind, start, end in marks:
        stop = end
        while stop < len(reading.tokens) and stop not in starts and reading.tokens[stop].norm not in _CLAUSE_ENDS:
            stop += 1
        begin = start
        while begin and reading.tokens[begin - 1].norm not in _WALLS:
            begin -= 1
        led = frozenset(p for p in held if end <= p < stop)
        main = frozenset(p for p in held if begin <= p < start)
        if not main:  # it opens the sentence: what it is told of follows
            until = stop + 1
            while until < len(reading.tokens) and until not in starts and reading.tokens[until].norm not in _WALLS:
                until += 1
            main = frozenset(p for p in held if stop < p < until)
        if led:
            found.append(Relation(kind, start, end, led, main))
    return tuple(found)


def relation_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the relations that the statement turns round, or tells as their contrary."""
    for relation in relations(statement):
        if relation.kind in _DIMENSIONS and relation.main and _is_turned(statement, relation, pairings):
            yield Difference("swapped", said=_extremes(statement, relation))
        other = _contrary(statement, relation, pairings)
        if other:
            yield Difference("changed", _quote(statement, relation), other)
    yield from _path_differences(statement, pairings)
    yield from _actor_differences(statement, pairings)


def _is_turned(statement: Reading, relation: Relation, pairings: Sequence[Pairing]) -> bool:
    """Whether a source relates the same two groups the other way round, and none as the statement does."""
    dimension, first, second = relation.pair
    turned = False
    for pairing in pairings:
        if _denies(statement) != _denies(pairing.source):
            continue  # "not before it is paid" is "after it is paid"
        for found in relations(pairing.source):
            if found.kind not in _DIMENSIONS or found.pair[0] != dimension:
                continue
            one, other = found.pair[1:]
            straight = _shared(first, one, pairing), _shared(second, other, pairing)
            crossed = _shared(first, other, pairing), _shared(second, one, pairing)
            if min(straight) and sum(straight) >= sum(crossed):
                return False
            turned = turned or (min(crossed) > 0 and sum(crossed) > sum(straight))
    return turned


_FROM = frozenset("de d du des from".split())
_TO = frozenset("a au aux vers jusqu to".split())
_STEP = 5


@lru_cache(maxsize=4096)
def _paths(reading: Reading) -> tuple[tuple[frozenset[int], frozenset[int]], ...]:
    """Give the places or things from which and to which something goes: "from the lake to the sea"."""
    norms = [token.norm for token in reading.tokens]
    told = {amount.number for amount in reading.quantities} | {date.start for date in reading.dates}
    held = items(reading) - told
    found = []
    for at, norm in enumerate(norms):
        if norm not in _FROM:
            continue
        for to in range(at + 2, min(len(norms), at + 1 + _STEP)):
            if norms[to] in _TO:
                goal = set[int]()
                for p in range(to + 1, min(len(norms), to + 1 + _STEP)):
                    if norms[p] in _FROM | _TO | _CLAUSE_ENDS and goal:
                        break
                    goal |= {p} & held
                start = held.intersection(range(at + 1, to))
                if start and goal:
                    found.append((frozenset(start), frozenset(goal)))
                break
    return tuple(found)


def _path_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the start and goal that the statement exchanges."""
    for start, goal in _paths(statement):
        for pairing in pairings:
            there = _paths(pairing.source)
            straight = any(_shared(start, one, pairing) or _shared(goal, other, pairing) for one, other in there)
            if not straight and any(
                _shared(start, other, pairing) and _shared(goal, one, pairing) for one, other in there
            ):
                first, second = min(start), min(goal)
                said = f"{statement.quote(first, first + 1)} / {statement.quote(second, second + 1)}"
                yield Difference("swapped", said=said)


def _actor_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give two who act in the statement, each where the source has the other act."""
    for pairing in pairings:
        if statement.language != pairing.source.language:
            continue  # across languages the order of words tells too little
        acting = _acting(statement, pairing)
        for index, (mine, theirs) in enumerate(acting):
            for its, others in acting[index + 1 :]:
                crossed = _shared(mine, others, pairing) and _shared(its, theirs, pairing)
                if crossed and not (_shared(mine, theirs, pairing) or _shared(its, others, pairing)):
                    first, second = min(mine), min(its)
                    said = f"{statement.quote(first, first + 1)} / {statement.quote(second, second + 1)}"
                    yield Difference("swapped", said=said)


def _acting(statement: Reading, pairing: Pairing) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Give, for each verb that both texts have once, who acts here and who acts there."""
    found = []
    for word in statement.words:
        places = pairing.links.get(word.position, ())
        if len(places) != 1 or not is_verbal(word.keys):
            continue
        said, theirs = roles(statement, word.position), roles(pairing.source, places[0])
        if said is not None and theirs is not None and said.agent and theirs.agent:
            found.append((said.agent, theirs.agent))
    return found


def _denies(reading: Reading) -> bool:
    return any(cue.kind == "negation" for cue in reading.cues)


def _shared(positions: frozenset[int], places: frozenset[int], pairing: Pairing) -> int:
    return sum(not places.isdisjoint(pairing.links.get(p, ())) for p in positions)


def _contrary(statement: Reading, relation: Relation, pairings: Sequence[Pairing]) -> str:
    """Give the source's words that lead what the statement leads to the contrary, "" when there are none."""
    contrary: set[str] = set()
    for one, other in _CONTRARY:
        contrary |= other if relation.kind in one else one if relation.kind in other else set()
    if not contrary or _denies(statement):
        return ""
    first = min(relation.led)
    if all(word.position != first for word in statement.words):
        return ""
    answer = ""
    for pairing in pairings:
        if any(cue.kind == "negation" and not cue.senses & {"except"} for cue in pairing.source.cues):
            continue
        for found in relations(pairing.source):
            if min(found.led) not in pairing.links.get(first, ()):
                continue
            if found.kind == relation.kind:
                return ""
            if found.kind in contrary:
                answer = answer or _quote(pairing.source, found)
    return answer


def _quote(reading: Reading, relation: Relation) -> str:
    return reading.quote(relation.start, min(relation.led) + 1)


def _extremes(reading: Reading, relation: Relation) -> str:
    one, other = min(relation.main), min(relation.led)
    return f"{reading.quote(one, one + 1)} / {reading.quote(other, other + 1)}"
