"""A verb told by another one: all that stands around it is in the source, and nothing there speaks against it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.denials import is_denial
from rag.facts.reading import Reading
from rag.facts.roles import may_be_verb
from rag.facts.wording import INFINITIVE, has_opposite, is_verbal

_LEAST_AROUND = 3
"""The covered words, names and numbers of its sentence that an uncovered verb needs."""
_CONJUGATED = re.compile(r"\w{3,}(?:ait|aient|ra|ront|rait|raient|èrent|irent|urent)")
_PARTICIPLE = {
    "fr": re.compile(r"\w{2,}(?:[éiut]|[éiut]e|[éiut]s|[éiut]es)"),
    "en": re.compile(r"\w{2,}(?:ed|en|ing|t|n|d)"),
}
_AUXILIARIES = frozenset(
    "a ont avait avaient aura auront eu ait aient ayant est sont etait etaient sera seront fut furent ete etre avoir "
    "soit has have had was were is are be been being".split()
)
_TO_INFINITIVE = frozenset("de d a pour peut peuvent doit doivent can may must will would could should".split())
_NEAR = 3


def retold(statement: Reading, pairings: Sequence[Pairing], uncovered: Sequence[int]) -> bool:
    """Whether the one uncovered word of a statement is a verb that its source may tell by another.

    Whoever acts, on what, how much and when stand in one source sentence; no word there is left over that denies, and
    the verb has no known opposite, so that it turns nothing round.
    """
    if len(uncovered) != 1:
        return False
    (position,) = uncovered
    word = next(word for word in statement.words if word.position == position)
    if any(cue.kind == "negation" and position in (cue.start, *cue.scope) for cue in statement.cues):
        return False
    if has_opposite(word.keys) or is_denial(word.keys) or not _is_verb(statement, position):
        return False
    light = {other.position for other in statement.words if other.light}
    around = items(statement) - light - {position}
    return any(
        len(around & pairing.links.keys()) >= max(_LEAST_AROUND, len(around)) and not _denies(pairing)
        for pairing in pairings
    )


def _is_verb(reading: Reading, position: int) -> bool:
    """Whether the word is conjugated, follows an auxiliary as a participle, or what leads to an infinitive."""
    raw = reading.tokens[position].raw
    before = {token.norm for token in reading.tokens[max(0, position - _NEAR) : position]}
    if not raw.islower():
        return False
    verbal = any(word.position == position and is_verbal(word.keys) for word in reading.words)
    led = bool(before & _TO_INFINITIVE)
    if verbal and led and (reading.language == "en" or INFINITIVE.fullmatch(reading.tokens[position].norm)):
        return True
    if not may_be_verb(reading, position):
        return False
    if _PARTICIPLE[reading.language].fullmatch(raw) and before & _AUXILIARIES:
        return verbal or raw.endswith(("é", "ée", "és", "ées", "ed"))
    return raw.endswith("ed") if reading.language == "en" else _CONJUGATED.fullmatch(raw) is not None


def _denies(pairing: Pairing) -> bool:
    """Whether a word of the source that the statement has no counterpart of denies something."""
    used = {place for places in pairing.links.values() for place in places}
    words = (*pairing.source.words, *pairing.source.others)
    return any(word.position not in used and is_denial(word.keys) for word in words)
