"""Words that come in twos: what is not the one is the other, or one acts on whom the other names."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.facts.tables import lines
from rag.facts.wording import is_spoken, keys


@lru_cache(maxsize=1)
def _contradictories() -> frozenset[tuple[str, str]]:
    pairs = set()
    for pair in " ".join(lines("contradictories")).split():
        for language in ("fr", "en"):
            one, other = (_own_keys(word, language) for word in pair.split("/"))
            pairs |= {couple for a in one for b in other for couple in ((a, b), (b, a))}
    return frozenset(pairs)


def _own_keys(word: str, language: str) -> frozenset[str]:
    """Give the stem of a word, and the concepts that list it, across which the other language is reached."""
    own = keys(word, language) if is_spoken(word, language) else frozenset()
    return frozenset(key for key in own if key[0] != "~")


def are_contradictory(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether what is not one of two words, given by their keys, is the other: "open" and "closed"."""
    table = _contradictories()
    return one.isdisjoint(other) and any((a, b) in table for a in one for b in other)


_DOER = re.compile(r"(\w{3,}?)(?:at)?(?:eur|eurs|euse|euses|rice|rices|er|ers|or|ors)")
_OBJECT = re.compile(r"(\w{3,}?)(?:at)?(?:é|és|ée|ées|ee|ees|aire|aires)")


def are_counterparts(one: str, other: str) -> bool:
    """Whether of two words of a root one names who acts and the other who undergoes.

    >>> are_counterparts("assureur", "assuré"), are_counterparts("trainee", "trainer")
    (True, True)
    """
    for doer, undergoing in ((one, other), (other, one)):
        acts, bears = _DOER.fullmatch(doer), _OBJECT.fullmatch(undergoing)
        if acts and bears and acts.group(1) == bears.group(1):
            return True
    return False
