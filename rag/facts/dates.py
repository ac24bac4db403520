"""Dates and times of day, French and English: « le 3 mars 2021 », "March 3, 2021", 2021-03-03, 14 h 30, 2:30 pm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.facts.clock import time_at
from rag.facts.form import Token
from rag.facts.units import unit_at
from rag.facts.wording import keys

MONTHS = {
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split(),
    "en": "january february march april may june july august september october november december".split(),
}
_ABBREVIATED = {
    "fr": {"janv": 1, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12},
    "en": {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
           "nov": 11, "dec": 12},
}  # fmt: skip
WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "en": "monday tuesday wednesday thursday friday saturday sunday".split(),
}
_ORDINAL_ENDINGS = frozenset("er st nd rd th".split())
_YEAR_OPENERS = frozenset(
    "en in since depuis of de des dans from by d'ici until avant before apres after annee annees year vers circa "
    "jusqu'en debut fin mi late early mid printemps summer ete automne hiver spring autumn fall winter par au entre "
    "between et and to a ( - , during throughout l'annee the les".split()
)
_MONTH_OPENERS = frozenset(
    "in of since until by last next early late mid - from on and to between before after this".split()
)


class Date(NamedTuple):
    """A date as far as it is told, at `tokens[start:end]`; 0 stands for "not told". `decade` means ten years."""

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = 0
    minutes: int = -1
    decade: bool = False
    start: int = 0
    end: int = 0
    either: bool = False
    """Day and month may be exchanged: 03/04/2021 in English."""
    relation: str = ""
    """How what is told stands to the date: "before", "after", "since", "until", "by", "" for on it."""


def dates(tokens: Sequence[Token], language: str) -> list[Date]:
    """Give the dates and times among `tokens`, in order, not overlapping."""
    found: list[Date] = []
    position = 0
    while position < len(tokens):
        date = _read(tokens, position, language)
        if date is None:
            position += 1
        else:
            found.append(date._replace(relation=_relation(tokens, date.start, language)))
            position = date.end
    return found


_RELATIONS = {
    "fr": {
        "avant": "before", "apres": "after", "depuis": "since", "des": "since", "partir": "since", "jusqu": "until",
        "ici": "by", "tard": "by",
    },
    "en": {
        "before": "before", "after": "after", "since": "since", "from": "since", "until": "until", "till": "until",
        "by": "by", "following": "after", "starting": "since", "than": "by",
    },
}  # fmt: skip
_BETWEEN = frozenset("le la l ' a au en mois de d du the of end fin debut beginning start - on annee year".split())


def _relation(tokens: Sequence[Token], start: int, language: str) -> str:
    """Read "before", « à partir de », « d'ici au » over the few words between it and the date."""
    for position in range(start - 1, max(-1, start - 6), -1):
        norm = tokens[position].norm
        relation = _RELATIONS[language].get(norm, "")
        if relation:
            within = any(token.norm in ("au", "a", "to", "until", "jusqu") for token in tokens[start : start + 8])
            return "" if norm in ("des", "from") and within else relation
        if norm not in _BETWEEN:
            return ""
    return ""


def _read(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    for read in (_read_numeric, _read_time, _read_day_month, _read_month, _read_weekday, _read_year):
        date = read(tokens, at, language)
        if date is not None:
            return date
    return None


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _whole(tokens: Sequence[Token], at: int, low: int, high: int) -> int:
    """Give the whole number at `at` when it lies in low..high, else 0."""
    text = tokens[at].raw if 0 <= at < len(tokens) else ""
    return int(text) if text.isdecimal() and len(text) <= 4 and low <= int(text) <= high else 0


def _month(tokens: Sequence[Token], at: int, language: str) -> int:
    word = _norm(tokens, at)
    if word in MONTHS[language]:
        return MONTHS[language].index(word) + 1
    return _ABBREVIATED[language].get(word, 0)


def _year_after(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Give the year that follows at `at` (after a comma perhaps) and where it ends; (0, at) when none does."""
    for ahead in (at, at + 1):
        if ahead > at and _norm(tokens, at) not in (",", ".", "de", "of"):
            break
        year = _whole(tokens, ahead, 1000, 2199)
        if year and len(tokens[ahead].raw) == 4:
            return year, ahead + 1
    return 0, at


def _read_numeric(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    """Read 2021-03-03, 03/03/2021, 3.3.2021."""
    if at + 4 < len(tokens) and tokens[at].is_number:
        separator = _norm(tokens, at + 1)
        glued = all(token.glued for token in tokens[at + 1 : at + 5])
        if glued and separator in ("-", "/") and _norm(tokens, at + 3) == separator:
            year = _whole(tokens, at, 1000, 2199)
            if year and len(tokens[at].raw) == 4:
                month, day = _whole(tokens, at + 2, 1, 12), _whole(tokens, at + 4, 1, 31)
                return Date(year, month, day, start=at, end=at + 5) if month and day else None
            return _day_first(tokens[at].raw, tokens[at + 2].raw, tokens[at + 4].raw, at, at + 5, language)
    parts = tokens[at].raw.split(".")
    if len(parts) == 3 and tokens[at].is_number and len(parts[2]) == 4:
        return _day_first(parts[0], parts[1], parts[2], at, at + 1, language)
    return None


def _day_first(first: str, second: str, last: str, start: int, end: int, language: str) -> Date | None:
    if not (first.isdecimal() and second.isdecimal() and last.isdecimal() and len(last) in (2, 4)):
        return None
    day, month, year = int(first), int(second), int(last) + (2000 if len(last) == 2 else 0)
    if month > 12 >= day:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Date(year, month, day, start=start, end=end, either=language == "en" and day <= 12 and int(second) <= 12)


def _read_time(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    time = time_at(tokens, at, language)
    return Date(minutes=time[0], start=at, end=time[1]) if time else None


_ALSO_WORDS = frozenset({"may", "march", "august"})
"""English months that are other words without their capital."""


def _read_day_month(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    day = _whole(tokens, at, 1, 31)
    if not day:
        return None
    ahead = at + 1
    if _norm(tokens, ahead) in _ORDINAL_ENDINGS and tokens[ahead].glued:
        ahead += 1
    if language == "en" and _norm(tokens, ahead) == "of":
        ahead += 1
    month = _month(tokens, ahead, language)
    if not month or (language == "en" and tokens[ahead].norm in _ALSO_WORDS and tokens[ahead].raw.islower()):
        return None  # "anyone over 16 may join"
    ahead += 1
    if _norm(tokens, ahead) == "." and len(_norm(tokens, ahead - 1)) < 5 and tokens[ahead].glued:
        ahead += 1
    year, end = _year_after(tokens, ahead)
    return Date(year, month, day, start=at, end=end)


def _read_month(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    month = _month(tokens, at, language)
    if not month or not _means_month(tokens, at, language):
        return None
    ahead = at + 1
    day = 0
    if _norm(tokens, ahead) == "." and len(tokens[at].norm) <= 4 and tokens[ahead].glued:
        ahead += 1
    opening = ahead
    if language == "en":
        if _norm(tokens, ahead) == "the":
            ahead += 1
        day = _whole(tokens, ahead, 1, 31)
        if day:
            ahead += 1
            if _norm(tokens, ahead) in _ORDINAL_ENDINGS and tokens[ahead].glued:
                ahead += 1
        else:
            ahead = opening
    year, end = _year_after(tokens, ahead)
    return Date(year, month, day, start=at, end=end)


def _means_month(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Tell the months from the verbs "may" and "march", and from « mars » the planet."""
    token = tokens[at]
    if len(token.norm) <= 4 and token.norm in _ABBREVIATED[language]:
        return token.raw[0].isupper() and (_norm(tokens, at + 1).isdecimal() or _norm(tokens, at + 1) == ".")
    if language == "en":
        if token.norm in _ALSO_WORDS:
            opened = _norm(tokens, at - 1) in _MONTH_OPENERS
            return token.raw[0].isupper() and (opened or _norm(tokens, at + 1).isdecimal())
        return token.raw[0].isupper()
    return not (token.norm == "mars" and token.raw[0].isupper())


def _read_weekday(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    word = _norm(tokens, at)
    for name in (word, word.removesuffix("s")):
        if name in WEEKDAYS[language]:
            return Date(weekday=WEEKDAYS[language].index(name) + 1, start=at, end=at + 1)
    return None


def _read_year(tokens: Sequence[Token], at: int, language: str) -> Date | None:
    if _norm(tokens, at - 1) == "-" and len(tokens[at].raw) == 2 and tokens[at].raw.isdecimal() and tokens[at].glued:
        opening = _whole(tokens, at - 2, 1000, 2199)  # 2018-19
        if opening and len(tokens[at - 2].raw) == 4 and int(tokens[at].raw) == (opening + 1) % 100:
            return Date(opening + 1, start=at, end=at + 1)
    year = _whole(tokens, at, 1000, 2199)
    if not year or len(tokens[at].raw) != 4:
        if _norm(tokens, at - 1) == "annees" and _whole(tokens, at, 10, 90) % 10 == 0 and _whole(tokens, at, 10, 90):
            return Date(1900 + _whole(tokens, at, 10, 90), decade=True, start=at, end=at + 1)
        return None
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is not None and following.norm == "s" and following.glued:
        return Date(year, decade=True, start=at, end=at + 2)
    if _norm(tokens, at - 1) == "annees":
        return Date(year, decade=True, start=at, end=at + 1)
    opener = _norm(tokens, at - 1)
    counts = following is not None and (_is_unit(following) or (following.is_word and opener not in _SURE_OPENERS))
    if following is not None and counts and (_is_unit(following) or keys(following.raw.lower(), language)):
        return None  # « de 1500 salariés », « 1000 MW »
    if opener in _YEAR_OPENERS or following is None or not following.is_word:
        return None if following is not None and following.norm == "de" else Date(year, start=at, end=at + 1)
    return None


_SURE_OPENERS = frozenset(
    "en in since depuis annee year avant before apres after until fin debut by ici during".split()
)


def _is_unit(token: Token | None) -> bool:
    """Whether the token is a unit that no other word looks like."""
    if token is None:
        return False
    return token.norm in "%€$£°" or (len(token.norm) > 1 and unit_at([token.norm], [token.raw], "fr") is not None)
