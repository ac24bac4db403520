"""Does the source say it of the same one: is the subject of each predicate its subject in the source too?"""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.alignment import Pairing, pair
from rag.facts.binding import piece
from rag.facts.form import Token
from rag.facts.reading import Reading
from rag.facts.roles import BEING, LEADS, OF, PRONOUNS, may_be_verb, subject
from rag.facts.wording import is_verbal

_STANDING = PRONOUNS - {"qui", "who"} | frozenset("ce cet cette ces this that these those".split())
_RELATIVE = frozenset("qui que qu dont lequel laquelle lesquels lesquelles who which whose whom".split())
_COPULAS = BEING | frozenset(
    "reste restent demeure demeurent devient deviennent devenu devenue remain remains remained become becomes became "
    "stay stays stayed".split()
)
FORMER = frozenset("premier premiere former first".split())
LATTER = frozenset("second seconde latter dernier derniere".split())
"""What stands for the first, or the second, of two who were named just before."""
_AT = frozenset("a au aux en dans in at from".split())
_NEAR = 4
_OPENING = 3


def displaced(statement: Reading, pairings: Sequence[Pairing], found: Sequence[Reading]) -> list[int]:
    """Give the words of a subject of the statement of whom no source says what the statement does.

    "Paul runs the shop", of "Ann runs the shop." and "Paul lives in Lyon."; and, of "Ann left. Paul came. He runs the
    shop.", "Ann runs the shop": a pronoun or « cette entreprise » stands for one who is named just before.
    """
    linked = {position for pairing in pairings for position in pairing.links}
    for word in (*statement.words, *statement.others):
        at = word.position
        if not _is_predicate(statement, at):
            continue
        group = main_subject(statement, at)
        if linked.isdisjoint(_who(statement, group)):
            continue  # found in no source, which is for others to tell
        told = [(pairing, place) for pairing in pairings for place in pairing.links.get(at, ())]
        if told and all(_is_of_another(statement, group, *place, found) for place in told):
            return sorted(_who(statement, group))
    return []


def _is_predicate(reading: Reading, at: int) -> bool:
    """Whether the word may be a verb or what "is" or "remains" leads to: "is the largest"."""
    before = at - 1
    while before > 0 and reading.tokens[before].norm in LEADS:
        before -= 1
    return may_be_verb(reading, at) or reading.tokens[max(before, 0)].norm in _COPULAS


def main_subject(reading: Reading, at: int) -> frozenset[int]:
    """Give the group that acts or is described at `at`, over a relative clause between commas."""
    group = subject(reading, at)
    start = min(group, default=0)
    while start and reading.tokens[start].norm != ",":
        start -= 1
        if reading.tokens[start].norm in _RELATIVE and group:
            return subject(reading, start)
    return group


def _names(reading: Reading) -> frozenset[int]:
    return frozenset(name.position for name in reading.names if not name.common)


def _who(reading: Reading, group: frozenset[int]) -> frozenset[int]:
    """Give the names of a group and of what « de » ties to it, all of its words where there are none."""
    named = _names(reading)
    tied: set[int] = set()
    for at in group:
        after = at + 1
        if after < len(reading.tokens) and reading.tokens[after].norm in OF:
            while after < len(reading.tokens) and reading.tokens[after].norm in OF | LEADS | {"'"}:
                after += 1
            while after in named:
                tied.add(after)
                after += 1
    return group & named | tied or group


def _is_of_another(
    statement: Reading, group: frozenset[int], pairing: Pairing, place: int, found: Sequence[Reading]
) -> bool:
    """Whether the source says what stands at `place` of someone else than the statement does."""
    source, links = pairing.source, pairing.links
    who = _who(statement, group)
    if not links.keys().isdisjoint(who if who & group else group | who):
        return False
    used = {p for places in links.values() for p in places}
    theirs = main_subject(source, place)
    named = theirs & _names(source)
    if named and not _is_joined(source, max(theirs), place):
        return not named & used
    before = found[: pairing.order]
    back = _points_back(source, theirs, place)
    return bool(back) and not _is_named_before(statement, who, back, before)


def _is_joined(source: Reading, first: int, second: int) -> bool:
    """Whether a sentence that opens with a pronoun says a second thing of it: "She won the Cazes prize and lives …"."""
    joined = any(token.norm in ("et", "and") for token in source.tokens[first:second])
    return joined and source.tokens[0].norm in _STANDING


def _points_back(source: Reading, group: frozenset[int], place: int) -> str:
    """Give the pronoun, or the word that leads a noun, that stands for the subject of what is at `place`, or ""."""
    verbs = {word.position for word in (*source.words, *source.others) if is_verbal(word.keys)} | {place}
    for at in range(place - 1, max(-1, min(group, default=place) - _NEAR), -1):
        if piece(source, at) != piece(source, place):
            return ""
        norm = source.tokens[at].norm
        if norm in _STANDING or (norm in FORMER | LATTER and (group <= {at} or at + 1 in verbs)):
            return norm
    return "the" if group else ""


def _is_named_before(statement: Reading, who: frozenset[int], back: str, sentences: Sequence[Reading]) -> bool:
    """Whether `who` is named in the nearest sentence before that could say whom the word `back` stands for."""
    for before in reversed(sentences):
        links = pair(statement, before).links
        first, second = _last_two(before)
        if back in FORMER | LATTER and first >= 0:
            places = [place for at in who for place in links.get(at, (-1,))]
            return all(second <= place if back in LATTER else first <= place < second for place in places)
        if who <= links.keys():
            return True
        if _STANDING.isdisjoint(token.norm for token in before.tokens[:_OPENING]):
            return False
    return not sentences


def _last_two(reading: Reading) -> tuple[int, int]:
    """Give where the last two names start, or the last two words where there is no name; -1 for none.

    Places and what is counted are passed over: « Paul a rencontré Marc à Nice. Ce dernier … ».
    """
    named = _names(reading)
    starts = named or {word.position for word in reading.words if not word.light}
    kept = [p for p in sorted(starts) if p - 1 not in named and not (p and _is_aside(reading.tokens[p - 1]))]
    return (-1, -1, *kept)[-2], (-1, *kept)[-1]


def _is_aside(before: Token) -> bool:
    """Whether the token leads to a place or counts something: « à Nice », "412 patients"."""
    return before.is_number or before.norm in _AT
