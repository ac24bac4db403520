"""One sentence read into facts: quantities, dates, names, cues and content words, each at its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.facts.cues import Cue, cues
from rag.facts.dates import Date, dates
from rag.facts.form import Token, tokens
from rag.facts.names import Name, names
from rag.facts.patterns import NEGATING
from rag.facts.quantities import quantities
from rag.facts.quantity import Quantity
from rag.facts.wording import CARRYING, Word, expression_keys, is_light, keys, stem


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence and the facts in it. Positions are indexes into `tokens`, whose offsets point into `text`."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    names: tuple[Name, ...]
    cues: tuple[Cue, ...]
    words: tuple[Word, ...]
    """Content words that a source must cover."""
    others: tuple[Word, ...]
    """Words inside quantities, dates and cues: they cover, and need no cover."""

    def quote(self, start: int, end: int) -> str:
        """Give the characters of the tokens `start` to `end` (half-open)."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> Reading:
    """Read one sentence of `language` ("fr" or "en")."""
    found = tuple(tokens(text))
    when = tuple(dates(found, language))
    dated = frozenset(position for date in when for position in range(date.start, date.end))
    amounts = tuple(quantities(found, language, dated))
    taken = dated | frozenset(p for amount in amounts for p in range(amount.start, amount.end))
    stop = frozenset(p for p, token in enumerate(found) if token.is_word and not keys(token.raw.lower(), language))
    who = tuple(names(found, language, stop, taken))
    named = frozenset(p for name in who if name.sure for p in range(name.position, name.end))
    everything = _words(found, language, named, stop)
    words = tuple(word for word in everything if word.position not in taken)
    content = (
        frozenset(word.position for word in words if word.text not in NEGATING)
        | {name.position for name in who}
        | frozenset(amount.number for amount in amounts)
        | frozenset(date.start for date in when)
    )
    turns = tuple(cues(found, language, content, taken))
    turning = frozenset(p for cue in turns for p in range(cue.start, cue.end) if p not in cue.scope)
    verbs = frozenset(
        p
        for cue in turns
        if not cue.senses.isdisjoint(_SAID_BY_VERBS)
        for p in range(cue.start, cue.end)
        if p not in cue.scope
    )
    kept = tuple(
        word._replace(light=word.light or word.position in verbs)
        for word in words
        if word.position not in turning or word.position in verbs
    )
    required = {word.position for word in kept}
    others = (*(word for word in everything if word.position not in required), *_slopes(amounts))
    return Reading(text, language, found, amounts, when, who, turns, kept, others)


_SAID_BY_VERBS = frozenset("proposed planned wish hope promise try consider stop".split())
"""Senses of cues that are verbs with a meaning of their own, which stays a word beside the cue."""


def _slopes(amounts: tuple[Quantity, ...]) -> list[Word]:
    """Give the rise or fall that « passer de 8 à 7 % » tells without the word."""
    return [
        Word(after.number, keys("hausse" if after.value > before.value else "baisse", "fr"), True, "")
        for before, after in pairwise(amounts)
        if (before.role, after.role) == ("from", "to") and after.value != before.value
    ]


_BEFORE_SUMMER = frozenset("cet l ' d en chaque un ces".split())
"""Words after which « été » is the season."""
_LONGEST_EXPRESSION = 4


def _words(found: tuple[Token, ...], language: str, named: frozenset[int], stop: frozenset[int]) -> tuple[Word, ...]:
    words = []
    excluded = named | stop
    skip_to = 0
    for position, token in enumerate(found):
        if position < skip_to or not token.is_word:
            continue
        together, end = _expression(found, position, language, named)
        if together:
            words.append(
                Word(position, together, found[end - 1].norm == "partir", token.norm)
            )  # « à partir de » is light
            skip_to = position + 1 if token.norm == "not" else end  # "not allowed" is forbidden, but has "allowed" too
            continue
        if position in excluded:
            if token.raw.lower() == "été" and position and found[position - 1].norm in _BEFORE_SUMMER:
                words.append(Word(position, keys("ete", "fr"), False, token.norm))
            continue
        lowered = token.raw.lower()
        if lowered == "partir" and position and found[position - 1].norm == "a" and language == "fr":
            continue  # « à partir de »
        words.append(Word(position, keys(lowered, language), is_light(lowered, language), token.norm))
    return tuple(words)


def _expression(found: tuple[Token, ...], at: int, language: str, named: frozenset[int]) -> tuple[frozenset[str], int]:
    """Read a known expression of several words that starts at `at`, function words and all."""
    stems: list[str] = []
    best: tuple[frozenset[str], int] = (frozenset(), at)
    for position in range(at, min(len(found), at + 2 * _LONGEST_EXPRESSION)):
        token = found[position]
        if position in named or not (token.is_word or token.norm in ("-", "'")):
            break
        if not token.is_word or (stems and token.norm in CARRYING):
            continue
        stems.append(stem(token.raw.lower(), language) or token.norm)
        if len(stems) > 1:
            known = expression_keys(tuple(stems), language)
            if known:
                best = known, position + 1
        if len(stems) == _LONGEST_EXPRESSION:
            break
    return best
