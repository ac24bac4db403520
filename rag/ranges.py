"""Ranges that hold what a question names: 70 is "over 65", May is "April to October", Sunday is "at the weekend"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from index import detect, fold, words
from rag.facts.bounds import Bound
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading, read
from rag.times import Part, days, is_between, opens, parts, periods


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between `low` and `high`, both meant, in the base unit of `dimension`; `label` leads to it, or "".

    `group` says that it is only a group of people whose age nothing tells: adults.
    """

    low: float
    high: float
    dimension: str
    label: str = ""
    group: bool = False

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


class Figure(NamedTuple):
    """A figure that a question names, as `Range`'s bounds are told."""

    value: float
    dimension: str
    label: str


AGE = "months"
"""The dimension of an age in years, as `rag.facts` reads it."""
_YEAR = 12
GROUP = 0.8
"""How surely an age is that of a group of people that is named."""
_LEAST = 1e-9
"""By how much "over 65" begins above 65."""
_LINKS = frozenset("a to - – — et and ou or".split())
_REACH = 4
"""How many words on the second end of a range may stand."""
_OPEN_LOW = frozenset({Bound.LESS, Bound.AT_MOST})
_OPEN_HIGH = frozenset({Bound.MORE, Bound.AT_LEAST})
_LED = frozenset("de du d ' of entre between from a au : ( des dès inferieur superieur".split())
"""What may stand between a label and its range."""
_AGES = re.compile(r"\b(?:ages?|aged|agée?s?|âgée?s?|âges?|ans|years?|yrs?)\b", re.IGNORECASE)
_GROUPS = tuple(
    (re.compile(rf"\b(?:{names})\b", re.IGNORECASE), Range(low * _YEAR, high * _YEAR - _LEAST, AGE, group=True))
    for names, low, high in (
        ("adultes?|adults?|majeurs", 16, math.inf),
        ("mineure?s?|minors?", 0, 18),
        ("enfants?|child(?:ren)?", 0, 16),
    )
)
"""Groups of people of an age, where nothing tells which."""


def held(question: str, text: str) -> dict[str, float]:
    """Give the words of `question`, in lower case, that `text` has a range for: figures, months, days of the week.

    Beside each stands how surely: 1, or GROUP where only a group of people of that age is named.

    >>> held("Combien pour un retraité de 70 ans ?", "plus de 65 ans : 3,10 €")
    {'70': 1.0}
    >>> held("Is it heated in May?", "Heating is included from April to October.")
    {'may': 1.0}
    """
    figures, named, dated = _asked(question)
    if not figures and not named:
        return {}
    lines = text.splitlines()
    found: dict[str, float] = {}
    for word, figure in figures:
        holding = [one for line in lines for one in _comparable(figure, line) if figure.value in one]
        if holding:
            found[word] = GROUP if all(one.group for one in holding) else 1.0
    told = days(text)
    found |= {word: 1.0 for word, part in named if part in told}
    for spoken, month, day in dated:
        if any(is_between(month, day, *limits) for line in lines for limits in periods(line)):
            found |= dict.fromkeys(spoken, 1.0)
    return found


def beside(question: str, texts: Sequence[str]) -> list[bool]:
    """Say of each text whether its ranges leave out a figure of `question` that those of another hold.

    >>> beside("Combien pour 3 ans ?", ["de 4 à 15 ans : 2,80 €", "moins de 4 ans : gratuit", "Carte : 3 €"])
    [True, False, False]
    """
    out = [False] * len(texts)
    for _, figure in _asked(question)[0]:
        places = [_place(figure, text) for text in texts]
        if True in places:
            out = [left or place is False for left, place in zip(out, places, strict=True)]
    return out


def case_of(label: str) -> str:
    """Say by what the label of a row tells its case: "day" or month, "range" of figures or ages; "" for another.

    >>> case_of("Mardi"), case_of("QF de 500 à 899 €"), case_of("Oak Room")
    ('day', 'range', '')
    """
    return "day" if days(label) else "range" if _ranges(label) else ""


def own_piece(question: str, sentence: str) -> tuple[int, int] | None:
    """Give the one piece of a sentence that has what `question` names, where others have another range for it.

    Half-open offsets in `sentence`; None where the sentence doesn't tell several cases apart.

    >>> sentence = "More than 28 days ahead: nothing; 8 to 28 days: half the charge; 7 days or less: all of it."
    >>> low, high = own_piece("What do I pay if I cancel 20 days ahead?", sentence)
    >>> sentence[low:high]
    '8 to 28 days: half the charge'
    """
    figures, named, _ = _asked(question)
    for cut in (_SEMICOLON, _AND):
        edges = [0, *(edge for mark in cut.finditer(sentence) for edge in mark.span()), len(sentence)]
        pieces = list(zip(edges[::2], edges[1::2], strict=True))
        texts = [sentence[low:high] for low, high in pieces]
        standing = [[_place(figure, text) for text in texts] for _, figure in figures]
        standing += [[part in told if (told := _alike(part, text)) else None for text in texts] for _, part in named]
        for places in standing:
            if places.count(True) == 1 and False in places:
                return pieces[places.index(True)]
    return None


_SEMICOLON = re.compile(r"\s*;\s*")
_AND = re.compile(r",?\s+(?:et|and|mais|but)\s+|,\s+(?!\d)")


def _alike(part: Part, text: str) -> set[Part]:
    """Give the days, or the months, that a text tells of, whichever `part` is."""
    return {told for told in days(text) if told[0] == part[0]}


def comparable(question: str, text: str) -> frozenset[str]:
    """Give the figures of `question`, as words, that a range in `text` either holds or leaves out."""
    return frozenset(
        word for word, figure in _asked(question)[0] for line in text.splitlines() if _place(figure, line) is not None
    )


@lru_cache(maxsize=256)
def _asked(
    question: str,
) -> tuple[tuple[tuple[str, Figure], ...], tuple[tuple[str, Part], ...], tuple[tuple[frozenset[str], int, int], ...]]:
    """Give the figures of a question with their words, its days and months with theirs, and its dates with theirs."""
    language = detect(question)
    reading = read(question, language)
    if not reading.dates and not reading.quantities:  # a few words may be taken for the other language
        reading = read(question, "en" if language == "fr" else "fr")
    figures: list[tuple[str, Figure]] = []
    taken: set[int] = set()
    for amount in reading.quantities:
        taken.update(range(amount.start, amount.end))
        if amount.dimension and amount.bound is Bound.EXACT and not (amount.ordinal or amount.role or amount.weak):
            figure = Figure(float(amount.value), amount.dimension, "")
            figures += [(word, figure) for word in _words(reading, amount.start, amount.end) if word[0].isdigit()]
        elif not amount.dimension:
            taken.difference_update(range(amount.start, amount.end))
    whens = [
        date for date in reading.dates if date.month or date.weekday or date.minutes >= 0 or date.end - date.start > 1
    ]
    taken.update(at for date in whens for at in range(date.start, date.end))
    for at, token in enumerate(reading.tokens):
        if not token.raw.isdigit() or at in taken:
            continue
        label = _label(reading, at)
        if label and (label.isupper() or not any(date.start <= at < date.end for date in reading.dates)):
            figures.append((token.raw, Figure(float(token.raw), "", label)))  # "QF 750"
    named, dated = [], []
    for date in reading.dates:
        spoken = _words(reading, date.start, date.end)
        named += [(word, part) for word in spoken for part in parts(date) if not word[0].isdigit()]
        if date.month and date.day and not date.year:
            dated.append((frozenset(spoken), date.month, date.day))
    return tuple(figures), tuple(named), tuple(dated)


def _words(reading: Reading, start: int, end: int) -> list[str]:
    said = reading.quote(start, end)
    return [said[a:b].lower() for a, b in words(said)]


def _place(figure: Figure, line: str) -> bool | None:
    """Say whether a range of the line holds the figure; None where none is of its kind."""
    found = _comparable(figure, line)
    return any(figure.value in one for one in found) if found else None


def _comparable(figure: Figure, line: str) -> list[Range]:
    """Give the ranges of a line that are of the figure's kind."""
    return [one for one in _ranges(line) if _same_kind(figure, one)]


def _same_kind(figure: Figure, one: Range) -> bool:
    if figure.dimension:
        return figure.dimension == one.dimension
    return one.dimension != AGE and (not one.label or _means(figure.label, one.label))


def _means(word: str, label: str) -> bool:
    """Say whether two labels may be one: "QF" is short for "quotient familial"."""
    short, long = sorted((word, label), key=len)
    return fold(word) == fold(label) or (len(short) <= 3 and short.isupper() and fold(short[0]) == fold(long[0]))


def _label(reading: Reading, start: int) -> str:
    """Give the word that leads to the quantity that starts here: "QF" in « QF de 900 à 1 399 »."""
    at = start - 1
    while at >= 0 and reading.tokens[at].norm in _LED:
        at -= 1
    return reading.tokens[at].raw if at >= 0 and reading.tokens[at].is_word else ""


@lru_cache(maxsize=4096)
def _ranges(line: str) -> tuple[Range, ...]:
    if not any(c.isdigit() for c in line):
        return tuple(group for pattern, group in _GROUPS if pattern.search(line))[:1]
    reading = read(line, detect(line))
    found = [*_pairs(reading), *_limits(reading)]
    if any(one.dimension == AGE for one in found):
        return tuple(found)
    return (*found, *[group for pattern, group in _GROUPS if pattern.search(line)][:1])


def _pairs(reading: Reading) -> Iterator[Range]:
    """Give the ranges with two ends: « de 4 à 15 ans », "8 to 28 days"."""
    for first, last in pairwise(reading.quantities):
        between = {token.norm for token in reading.tokens[first.number + 1 : last.number]}
        if last.number - first.number > _REACH or not between & _LINKS or first.dimension != last.dimension:
            continue
        if first.bound not in (Bound.EXACT, Bound.AT_LEAST, Bound.MORE) or last.ordinal:
            continue
        if {"et", "and", "ou", "or"} & between and not opens(reading, first.start, ("entre", "between")):
            continue
        low, high = sorted((float(first.value), float(last.value)))
        dimension = first.dimension
        if not dimension and _AGES.search(reading.text[: reading.tokens[first.start].start][-12:]):
            low, high, dimension = low * _YEAR, high * _YEAR, AGE
        yield Range(low, high, dimension, _label(reading, first.start))


def _limits(reading: Reading) -> Iterator[Range]:
    """Give the ranges with one end: « plus de 65 ans », "under 16s", « dès 12 ans »."""
    for amount in reading.quantities:
        value, dimension = _aged(amount, reading)
        label = _label(reading, amount.start)
        begins = amount.start > 0 and reading.tokens[amount.start - 1].raw.lower() == "dès"
        if amount.bound in _OPEN_HIGH or (begins and amount.bound is Bound.EXACT):
            low = value + _LEAST if amount.bound is Bound.MORE else value
            yield Range(low, math.inf, dimension, label)
        elif amount.bound in _OPEN_LOW:
            yield Range(0, value - _LEAST if amount.bound is Bound.LESS else value, dimension, label)


def _aged(amount: Quantity, reading: Reading) -> tuple[float, str]:
    """Give value and dimension of a limit; that of people, "under 16s", "over 60", is an age."""
    said = reading.tokens[amount.number].raw
    people = amount.dimension == "time" and re.fullmatch(r"\d+ ?s", reading.quote(amount.number, amount.end))
    counts = any(token.is_word for token in reading.tokens[amount.number + 1 : amount.number + 2])
    if people or (not amount.dimension and not counts and said.isdigit() and 1 <= int(said) <= 99):
        return float(amount.plain) * _YEAR, AGE
    return float(amount.value), amount.dimension
