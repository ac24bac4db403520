"""Quantities: numbers with their unit and the words that bound them ("up to", « environ »), as comparable facts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.numerals import Numeral, numerals
from rag.facts.units import CURRENCY_SIGNS, Unit, unit_at


class Bound(StrEnum):
    """How a quantity is limited."""

    EXACT = ""
    AT_MOST = "at most"
    AT_LEAST = "at least"
    LESS = "less than"
    MORE = "more than"
    ABOUT = "about"
    NEARLY = "nearly"


class Quantity(NamedTuple):
    """A number of something at `tokens[start:end]`; `value` is in the base unit of its dimension."""

    value: Fraction
    dimension: str
    bound: Bound
    start: int
    end: int
    ordinal: bool = False
    vague: bool = False
    role: str = ""
    """"from" or "to" in « de 5 à 6 %», "from 5 to 6"; "-" for a number below zero is in the value."""
    number: int = 0
    """Index of the token with the number itself."""
    plain: Fraction = Fraction(0)
    """The value without its unit: 18 in "18 years"."""
    per: str = ""
    """The time it is told for: "year" in "$7 a year"."""
    weak: bool = False
    """Whether it is no more than "one" or « un » before a unit, which may be an article."""


_BOUNDS = {
    "fr": {
        Bound.AT_MOST: "jusqu'a|jusqu'au|jusqu'aux|au plus|au maximum|maximum|maximal|tout au plus|pas plus de|"
        "n'excede pas|ne depasse pas|n'excedant pas|ne depassant pas|plafonne a|plafonnee a|plafonnes a|"
        "plafonnees a|dans la limite de|maximum de|ne peut exceder|ne peut depasser|n'excedera pas|ne depassera pas|"
        "ne peut pas depasser|ne peut pas exceder|un plafond de",
        Bound.AT_LEAST: "au moins|au minimum|minimum|un minimum de|minimum de|pas moins de|a partir de|au bas mot",
        Bound.LESS: "moins de|moins d'|moins d'une|inferieur a|inferieure a|inferieurs a|en dessous de|au dessous de|"
        "au-dessous de|en-dessous de|sous les|sous le seuil de|sous la barre des|sous",
        Bound.MORE: "plus de|plus d'|superieur a|superieure a|superieurs a|superieures a|au dela de|au-dela de|"
        "au dessus de|au-dessus de|depasse|depassent|depassant|depasser|depassait|excede|excedent|excedant|depassera",
        Bound.ABOUT: "environ|autour de|autour des|approximativement|a peu pres|quelque|quelques|de l'ordre de|"
        "aux alentours de|aux environs de|avoisine|avoisinant|avoisinent|approximative de|grosso modo|aux alentours des|"
        "a environ|vers",
        Bound.NEARLY: "pres de|pres d'|presque|quasi|quasiment|a peine",
    },
    "en": {
        Bound.AT_MOST: "up to|as much as|as many as|at most|a maximum of|no more than|not more than|maximum of|maximum|"
        "not exceeding|does not exceed|do not exceed|not exceed|capped at|as high as|not to exceed|"
        "cannot exceed|a ceiling of|a cap of|no later than",
        Bound.AT_LEAST: "at least|a minimum of|no fewer than|no less than|not less than|minimum of|minimum|or more",
        Bound.LESS: "less than|fewer than|below|under|lower than|short of|shorter than|smaller than",
        Bound.MORE: "more than|over|above|exceeding|exceeds|exceed|exceeded|in excess of|greater than|higher than|"
        "upwards of|larger than|longer than|beyond|topped|surpassed|surpassing",
        Bound.ABOUT: "about|around|approximately|roughly|some|circa|in the region of|on the order of|or so|an estimated|"
        "an average of about|approx|estimated",
        Bound.NEARLY: "nearly|almost|close to|just under|just short of|virtually|barely|practically",
    },
}
_AFTER = {
    "fr": {
        Bound.AT_MOST: "au plus|au maximum|maximum|tout au plus|maximal|max|ou moins",
        Bound.AT_LEAST: "au moins|au minimum|minimum|ou plus|et plus|min",
        Bound.ABOUT: "environ|a peu pres|approximativement",
    },
    "en": {
        Bound.AT_MOST: "at most|maximum|max|or less|or fewer|or under",
        Bound.AT_LEAST: "at least|minimum|or more|and over|or over|and above",
        Bound.ABOUT: "or so|or thereabouts|approximately|roughly",
    },
}


def _phrases(table: dict[str, dict[Bound, str]]) -> dict[str, dict[tuple[str, ...], Bound]]:
    read: dict[str, dict[tuple[str, ...], Bound]] = {}
    for language, bounds in table.items():
        read[language] = {}
        for bound, phrases in bounds.items():
            for phrase in phrases.split("|"):
                spaced = phrase.replace("'", " ' ").replace("-", " - ")
                read[language][tuple(spaced.split())] = bound
    return read


_BEFORE_PHRASES, _AFTER_PHRASES = _phrases(_BOUNDS), _phrases(_AFTER)
_LINKS = {
    "fr": frozenset("a au aux de des du les la le l ' - d un une en ses leurs son sur pour par".split()),
    "en": frozenset("a an the of to by at in for its their -".split()),
}
_MOST_LINKS = 3


def quantities(tokens: Sequence[Token], language: str, taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """Give the quantities among `tokens` in order, leaving out the positions `taken` by dates and times."""
    found: list[Quantity] = []
    for numeral in _with_single_units(tokens, numerals(tokens, language), language):
        start = max(numeral.start, found[-1].end) if found else numeral.start
        if taken.isdisjoint(range(numeral.start, numeral.end)) and start < numeral.end:
            found.append(_quantity(tokens, numeral, language))
    return _ranges(tokens, found, language)


_ARTICLES = {"fr": frozenset({"un", "une"}), "en": frozenset({"a", "an", "one"})}
_RATES = frozenset("once twice times fois par per".split())


def _with_single_units(tokens: Sequence[Token], found: list[Numeral], language: str) -> list[Numeral]:
    """Add « un mois », "one day", "a year", unless the year is what a rate is told for."""
    read = {position for numeral in found for position in range(numeral.start, numeral.end)}
    single = []
    for position, token in enumerate(tokens[:-1]):
        if token.norm not in _ARTICLES[language] or position in read:
            continue
        before = tokens[position - 1] if position else None
        rated = before is not None and (before.norm in _RATES or position - 1 in read or before.norm in "€$£%")
        unit = _unit_from(tokens, position + 1, language)
        if (
            unit is not None
            and unit[0].dimension not in ("point", "times")
            and not (rated or _is_rate(tokens, position))
        ):
            single.append(Numeral(Fraction(1), position, position + 1))
    return sorted((*found, *single), key=lambda numeral: numeral.start)


def _is_rate(tokens: Sequence[Token], at: int) -> bool:
    """Tell "dollars a year", « euros l'an » from « dans un an »."""
    return at > 0 and unit_at([tokens[at - 1].norm], [tokens[at - 1].raw], "en") is not None


def _quantity(tokens: Sequence[Token], numeral: Numeral, language: str) -> Quantity:
    value, start, end = numeral.value, numeral.start, numeral.end
    dimension = per = ""
    plain = value
    if not numeral.ordinal:
        sign = start > 0 and tokens[start - 1].norm in ("-", "+") and not tokens[start - 1].glued
        if sign and tokens[start].glued:
            value = -value if tokens[start - 1].norm == "-" else value
            start -= 1
        if start > 0 and tokens[start - 1].norm in ("moins", "minus") and _is_digits(tokens, numeral):
            value, start = -value, start - 1
        prefix = _currency_before(tokens, start)
        if prefix:
            dimension, start = prefix
            value, end = _glued_scale(tokens, value, end)
        plain = value
        value, dimension, end = _with_unit(tokens, value, end, language, dimension)
        value, end = _with_rest(tokens, value, end, dimension, language)
        per, end = _rate(tokens, end, language)
    bound, start, end = _bound(tokens, start, end, language)
    if bound is Bound.EXACT and numeral.about:
        bound = Bound.ABOUT
    weak = tokens[numeral.start].norm in _ARTICLES[language] and numeral.end == numeral.start + 1
    return Quantity(
        value, dimension, bound, start, end, numeral.ordinal, numeral.vague, "", numeral.start, plain, per, weak
    )


_HALVES = ({"et", "demi"}, {"et", "demie"}, {"and", "half"})


def _with_rest(
    tokens: Sequence[Token], value: Fraction, end: int, dimension: str, language: str
) -> tuple[Fraction, int]:
    """Add what follows the unit: « 3 euros 20 », « un an et demi », "two and a half years" is read before."""
    if not dimension or end >= len(tokens):
        return value, end
    if dimension in "€$£" and tokens[end].raw.isdecimal() and len(tokens[end].raw) == 2:
        return value + Fraction(int(tokens[end].raw), 100), end + 1
    ahead = [token.norm for token in tokens[end : end + 3]]
    if set(ahead[:2]) in _HALVES:
        found = unit_at([tokens[end - 1].norm], [tokens[end - 1].raw], language)
        return value + (found[0].factor if found else Fraction(1)) / 2, end + 2
    return value, end


_RATE_WORDS = {
    "fr": {"par": 1, "/": 1, "l": 2, "chaque": 1},
    "en": {"a": 1, "an": 1, "per": 1, "/": 1, "each": 1, "every": 1},
}
_TIMES = {
    "second": "seconde secondes second seconds s", "minute": "minute minutes min", "hour": "heure heures hour hours h",
    "day": "jour jours day days", "week": "semaine semaines week weeks", "month": "mois month months",
    "quarter": "trimestre quarter", "year": "an ans annee annees year years annum",
}  # fmt: skip
_TIME_OF = {word: time for time, words in _TIMES.items() for word in words.split()}
_ADVERBS = {"yearly": "year", "annually": "year", "annuel": "year", "annuels": "year", "annuelle": "year",
            "annuellement": "year", "annual": "year", "monthly": "month", "mensuel": "month", "mensuels": "month",
            "weekly": "week", "hebdomadaires": "week", "daily": "day", "quotidiens": "day"}  # fmt: skip


def _rate(tokens: Sequence[Token], end: int, language: str) -> tuple[str, int]:
    """Read "a year", « par utilisateur et par an »: the time that a quantity is told for."""
    for ahead in range(end, min(len(tokens) - 1, end + 5)):
        norm = tokens[ahead].norm
        if norm in ".,;:" or (tokens[ahead].is_number and ahead > end):
            break
        step = _RATE_WORDS[language].get(norm)
        if step is None or ahead + step >= len(tokens):
            continue
        time = _TIME_OF.get(tokens[ahead + step].norm, "")
        if time:
            return time, ahead + step + 1 if ahead == end else end
    return (_ADVERBS.get(tokens[end].norm, "") if end < len(tokens) else ""), end


def _is_digits(tokens: Sequence[Token], numeral: Numeral) -> bool:
    return tokens[numeral.start].is_number


def _currency_before(tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
    if start > 0 and tokens[start - 1].norm in CURRENCY_SIGNS and tokens[start].glued:
        before = start - 2
        if before >= 0 and tokens[before].norm in ("us", "usd") and tokens[start - 1].glued:
            return tokens[start - 1].norm, before
        return tokens[start - 1].norm, start - 1
    return None


def _glued_scale(tokens: Sequence[Token], value: Fraction, end: int) -> tuple[Fraction, int]:
    powers = {"k": 3, "m": 6, "b": 9}
    if end < len(tokens) and tokens[end].glued and tokens[end].norm in powers:
        return value * Fraction(10) ** powers[tokens[end].norm], end + 1
    return value, end


def _with_unit(
    tokens: Sequence[Token], value: Fraction, end: int, language: str, dimension: str
) -> tuple[Fraction, str, int]:
    if dimension:
        return value, dimension, end
    ahead = end
    while ahead < len(tokens) and tokens[ahead].norm in ("de", "d", "'", "-", "us") and ahead < end + 3:
        ahead += 1  # "milliards de dollars", "40-hour", "millions d'euros", "US dollars"
    for at in dict.fromkeys((end, ahead)):
        if at >= len(tokens):
            continue
        found = _unit_from(tokens, at, language)
        if found is None:
            continue
        unit, count = found
        if at > end and unit.dimension in ("%", "point") and tokens[end].norm not in ("-",):
            continue
        after = at + count
        if unit.dimension == "%" and after < len(tokens) and tokens[after].norm in ("point", "points"):
            unit, after = Unit("point", unit.factor), after + 1
        if unit.dimension == "point":
            after = _percentage_points(tokens, after)
        return value * unit.factor, unit.dimension, after
    return value, "", end


def _unit_from(tokens: Sequence[Token], at: int, language: str) -> tuple[Unit, int] | None:
    norms = [token.norm for token in tokens[at : at + 6]]
    if norms[:2] in (["pour", "cent"], ["per", "cent"]):
        return Unit("%", Fraction(1)), 2
    if norms[:2] in (["percentage", "point"], ["percentage", "points"]):
        return Unit("point", Fraction(1)), 2
    if norms[:2] in (["basis", "points"], ["basis", "point"]):
        return Unit("point", Fraction(1, 100)), 2
    if norms[:3] in (["points", "de", "base"], ["point", "de", "base"]):
        return Unit("point", Fraction(1, 100)), 3
    if len(norms) > 2 and norms[1] == "/" and tokens[at + 1].glued and tokens[at + 2].glued:
        found = unit_at(["".join(norms[:3])], [tokens[at].raw], language)
        return (found[0], 3) if found else None
    if len(norms) > 1 and norms[0] == "°" and norms[1] in ("c", "f"):
        return Unit("temperature" if norms[1] == "c" else "fahrenheit", Fraction(1)), 2
    if len(norms) > 1 and norms[0] in ("md", "mds", "m", "k") and norms[1] in CURRENCY_SIGNS:
        scale = {"md": 9, "mds": 9, "m": 6, "k": 3}[norms[0]]
        return Unit(norms[1], Fraction(10) ** scale), 2
    if len(norms) > 1 and norms[0] in ("l", "s", "t") and norms[1] == "'":
        return None
    if norms[:1] == ["p"] and not tokens[at].glued:
        return None
    if norms[:1] == ["s"] and tokens[at].glued and at > 1 and tokens[at - 2].norm == "-":
        return None  # "under-18s"
    return unit_at(norms, [token.raw for token in tokens[at : at + 6]], language)


def _percentage_points(tokens: Sequence[Token], at: int) -> int:
    norms = [token.norm for token in tokens[at : at + 2]]
    return at + 2 if norms in (["de", "pourcentage"], ["de", "%"]) else at


def _bound(tokens: Sequence[Token], start: int, end: int, language: str) -> tuple[Bound, int, int]:
    """Look for a bounding phrase right before the quantity, over a few linking words, then right after it."""
    before = _BEFORE_PHRASES[language]
    for links in range(_MOST_LINKS + 1):
        at = start - links
        if at < 0 or (links and tokens[at].norm not in _LINKS[language]):
            break
        for length in range(5, 0, -1):
            if at - length >= 0:
                bound = before.get(tuple(token.norm for token in tokens[at - length : at]))
                if bound is not None and not _is_negated(tokens, at - length, language):
                    return bound, at - length, end
                if bound is not None:
                    return _NEGATED.get(bound, bound), at - length - 1, end
    after = _AFTER_PHRASES[language]
    for skipped in range(3):
        for length in range(3, 0, -1):
            bound = after.get(tuple(token.norm for token in tokens[end + skipped : end + skipped + length]))
            if bound is not None:
                return bound, start, end if skipped else end + length
    return Bound.EXACT, start, end


_NEGATED = {Bound.MORE: Bound.AT_MOST, Bound.LESS: Bound.AT_LEAST}


def _is_negated(tokens: Sequence[Token], at: int, language: str) -> bool:
    return at > 0 and tokens[at - 1].norm in {"fr": ("pas",), "en": ("no", "not")}[language]


def _ranges(tokens: Sequence[Token], found: list[Quantity], language: str) -> list[Quantity]:
    """Mark "from 5 to 6 %" and give the first number of a pair the unit of the second."""
    opening, closing = {"fr": ("de", "a"), "en": ("from", "to")}[language]
    for index in range(len(found) - 1):
        first, second = found[index], found[index + 1]
        between = [token.norm for token in tokens[first.end : second.start]]
        joined = between in (["a"], ["to"], ["et"], ["and"], ["-"], ["ou"], ["or"])
        if not joined or second.ordinal or first.ordinal:
            continue
        if not first.dimension and second.dimension:
            factor = _factor(tokens, second)
            first = first._replace(value=first.value * factor, dimension=second.dimension)
        elif first.dimension and not second.dimension and between != ["-"]:
            pass
        if between == [closing] and first.start > 0 and tokens[first.start - 1].norm == opening:
            first, second = first._replace(role="from"), second._replace(role="to")
        found[index], found[index + 1] = first, second
    return found


def _factor(tokens: Sequence[Token], quantity: Quantity) -> Fraction:
    """Give what the unit (and scale word) of `quantity` multiplies its digits by."""
    token = tokens[quantity.number]
    if not token.is_number:
        return Fraction(1)
    plain = (
        Fraction(token.raw.replace(" ", "").replace(",", ".").replace("'", "")) if token.raw.count(",") < 2 else None
    )
    return quantity.value / plain if plain else Fraction(1)
