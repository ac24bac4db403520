"""When something is, as a text tells it: days of the week and months, those between a first and a last one too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from index import detect
from rag.facts.dates import Date
from rag.facts.reading import Reading, read

_SEASONS: tuple[tuple[re.Pattern[str], str, Sequence[int]], ...] = tuple(
    (re.compile(names, re.IGNORECASE), name, values)
    for names, name, values in (
        (r"\b(?:week-?ends?|fins? de semaine)\b", "weekday", (6, 7)),
        (r"\b(?:en semaine|jours (?:ouvr(?:és|ables)|de semaine)|weekdays?)\b", "weekday", (1, 2, 3, 4, 5)),
        (r"\b(?:vacances d[’']été|grandes vacances|summer holidays?)\b", "month", (7, 8)),
        (r"(?:^|\ben |\bcet |(?<!vacances )\b[ld][’'])été\b|\bsummer(?! hol)\b", "month", (6, 7, 8, 9)),
        (r"\b(?:hiver|winter)\b", "month", (12, 1, 2, 3)),
    )
)
"""Days and months that go by a name together."""
_SHORT_DAYS = re.compile(
    r"\b(?P<first>Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun) ?(?:[-–]|to) ?(?P<last>Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b"
)
_DAYS = "mon tue wed thu fri sat sun".split()
_CYCLES = {"weekday": 7, "month": 12}
Part = tuple[str, int]
"""A day of the week or a month: ("weekday", 1..7 from Monday on) or ("month", 1..12)."""


def parts(date: Date) -> list[Part]:
    """Give the month and the day of the week of a date, as far as it tells them."""
    return [(name, value) for name, value in (("month", date.month), ("weekday", date.weekday)) if value]


def days(text: str) -> set[Part]:
    """Give the days of the week and the months that `text` tells of, those between a first and a last one too.

    >>> sorted(days("Du vendredi au dimanche"))
    [('weekday', 5), ('weekday', 6), ('weekday', 7)]
    """
    return {part for line in text.splitlines() for part in _days(line)}


@lru_cache(maxsize=4096)
def _days(line: str) -> frozenset[Part]:
    reading = read(line, detect(line))
    found = {part for date in reading.dates for part in parts(date)}
    for name, cycle in _CYCLES.items():
        told = [(date, value) for date in reading.dates for kind, value in parts(date) if kind == name]
        for (first, low), (last, high) in pairwise(told):
            if _is_span(reading, first, last):
                found |= {(name, (low - 1 + step) % cycle + 1) for step in range((high - low) % cycle)}
    for pattern, name, values in _SEASONS:
        if pattern.search(line):
            found |= {(name, value) for value in values}
    for short in _SHORT_DAYS.finditer(line):
        low, high = (_DAYS.index(short.group(side)[:3].lower()) for side in ("first", "last"))
        found |= {("weekday", (low + step) % 7 + 1) for step in range((high - low) % 7 + 1)}
    return frozenset(found)


def _is_span(reading: Reading, first: Date, last: Date) -> bool:
    """Say whether two dates are the first and the last of a time: « de novembre à mars », not « mardi et jeudi »."""
    between = [token.norm for token in reading.tokens[first.end : last.start]]
    if not between or len(between) > 3:
        return False
    if {"et", "and", "ou", "or", ","} & set(between):
        return ("and" in between and opens(reading, first.start, ("between",))) or (
            "et" in between and opens(reading, first.start, ("entre",))
        )
    return bool({"a", "au", "to", "-", "–", "until", "till", "through", "jusqu"} & set(between))


def periods(line: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the first and the last day, month first, of each time that a line tells by both."""
    reading = read(line, detect(line))
    full = [date for date in reading.dates if date.month and date.day]
    for first, last in pairwise(full):
        if _is_span(reading, first, last):
            yield (first.month, first.day), (last.month, last.day)


def is_between(month: int, day: int, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Say whether a day lies between two others, month first each, over the turn of the year too."""
    if first <= last:
        return first <= (month, day) <= last
    return (month, day) >= first or (month, day) <= last


def opens(reading: Reading, start: int, opening: tuple[str, ...]) -> bool:
    """Say whether one of these words leads to the token at `start`, or is it."""
    return any(token.norm in opening for token in reading.tokens[max(0, start - 2) : start + 1])
