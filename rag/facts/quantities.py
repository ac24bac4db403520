"""Quantities: numbers with their unit and the words that bound them ("up to", « environ »), as comparable facts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from rag.facts.bounds import Bound, bound_around
from rag.facts.form import Token
from rag.facts.numerals import SCALES, Numeral, numerals
from rag.facts.rates import rate_after
from rag.facts.units import CURRENCY_SIGNS, MONEY, measured, unit_at, unit_from


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
    """"from" or "to" in "from 5 to 6", "whole" in "three of the seven", "more" or "less" in "ten points lower"."""
    number: int = 0
    """Index of the token with the number itself."""
    plain: Fraction = Fraction(0)
    """The value without its unit: 18 in "18 years"."""
    per: str = ""
    """The time it is told for: "year" in "$7 a year"."""
    weak: bool = False
    """Whether it is no more than "one" or « un » before a unit, which may be an article."""


def quantities(tokens: Sequence[Token], language: str, taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """Give the quantities among `tokens` in order, leaving out the positions `taken` by dates and times."""
    found: list[Quantity] = []
    for numeral in _with_single_units(tokens, numerals(tokens, language), language):
        start = max(numeral.start, found[-1].end) if found else numeral.start
        if taken.isdisjoint(range(numeral.start, numeral.end)) and start < numeral.end:
            found.append(_quantity(tokens, numeral, language))
    found = _shares(tokens, _bounds_after(tokens, _summed(tokens, found)))
    return _elided(tokens, _parts(tokens, _ranges(tokens, found, language)), language)


def _summed(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """Read "2 hours 24 minutes", « deux heures et dix minutes » as one duration."""
    sums: list[Quantity] = []
    for amount in found:
        before = sums[-1] if sums else None
        if (
            before is not None
            and before.dimension == amount.dimension == "time"
            and before.plain
            and amount.value < before.value / before.plain
            and all(token.norm in ("et", "and") for token in tokens[before.end : amount.start])
        ):
            sums[-1] = before._replace(value=before.value + amount.value, end=amount.end)
        else:
            sums.append(amount)
    return sums


def _bounds_after(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """Give « la moitié au moins des 240 logements » its "at least": it bounds the half, not the 240."""
    for index in range(1, len(found)):
        part, whole = found[index - 1], found[index]
        of = any(token.norm in ("des", "de", "du", "d") for token in tokens[whole.start : whole.number])
        if (
            part.end == whole.start
            and of
            and whole.bound is not Bound.EXACT
            and part.bound in (Bound.EXACT, whole.bound)
        ):
            found[index - 1] = part._replace(bound=whole.bound)
            found[index] = whole._replace(bound=Bound.EXACT, start=whole.number)
    return found


_MOST_APART = 4
_LARGEST_WHOLE = 100


def _shares(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """Read « un abonné sur cinq », "two in three" as a share in percent, which "20 %" and "two thirds" are too."""
    shares: list[Quantity] = []
    for amount in found:
        part = shares[-1] if shares else None
        if part is not None and _is_share(tokens, part, amount):
            share = part.plain / amount.plain * 100
            shares[-1] = part._replace(value=share, dimension="%", end=amount.end, plain=share, weak=False)
        else:
            shares.append(amount)
    return shares


def _is_share(tokens: Sequence[Token], part: Quantity, whole: Quantity) -> bool:
    if part.dimension or whole.dimension or part.ordinal or whole.ordinal or part.vague or whole.vague:
        return False
    if not 0 < part.plain < whole.plain <= _LARGEST_WHOLE or whole.start - part.end > _MOST_APART:
        return False
    before = [token.norm for token in tokens[max(0, whole.start - 3) : whole.start] if token.norm != "every"]
    if before[-1:] == ["sur"] or before[-2:] == ["out", "of"]:
        return True
    if before[-1:] == ["in"]:  # "one household in six", not "two in March 2021"
        return not any(token.norm in (",", ";", "and", "or") for token in tokens[part.end : whole.start - 1])
    return False


def _opens_share(tokens: Sequence[Token], at: int, wholes: frozenset[int]) -> bool:
    """Whether the « un » or "one" at `at` is the part of « un abonné sur cinq », "one household in six"."""
    for ahead in range(at + 1, min(len(tokens) - 1, at + 2 + _MOST_APART)):
        norm = tokens[ahead].norm
        if norm in ("sur", "in") or (norm == "of" and tokens[ahead - 1].norm == "out"):
            return ahead + 1 + (tokens[ahead + 1].norm == "every") in wholes
        if not (tokens[ahead].is_word or norm in ("'", "-")):
            break
    return False


_ARTICLES = {"fr": frozenset({"un", "une"}), "en": frozenset({"a", "an", "one"})}
_RATES = frozenset("once twice times fois par per".split())


def _with_single_units(tokens: Sequence[Token], found: list[Numeral], language: str) -> list[Numeral]:
    """Add « un mois », "one day", "a year", unless the year is what a rate is told for."""
    read = {position for numeral in found for position in range(numeral.start, numeral.end)}
    wholes = frozenset(numeral.start for numeral in found if not numeral.ordinal)
    single = []
    for position, token in enumerate(tokens[:-1]):
        if token.norm not in _ARTICLES[language] or position in read:
            continue
        if token.norm not in ("a", "an") and _opens_share(tokens, position, wholes):
            single.append(Numeral(Fraction(1), position, position + 1))
            continue
        before = tokens[position - 1] if position else None
        rated = before is not None and (before.norm in _RATES or position - 1 in read or before.norm in "€$£%")
        unit = unit_from(tokens, position + 1, language) if tokens[position + 1].is_word else None
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
        if _is_minus(tokens, start - 1) and _is_digits(tokens, numeral):
            value, start = -value, start - 1
        prefix = _currency_before(tokens, start)
        if prefix:
            dimension, start = prefix
            value, end = _glued_scale(tokens, value, end)
        plain = value
        value, dimension, end = measured(tokens, value, end, language, dimension)
        if tokens[numeral.start].norm in ("twice", "thrice"):
            dimension = "times"
        if value and ((dimension == "times" and _gap(tokens, end) == "less") or _divides(tokens, numeral.start)):
            value, dimension = 100 / value, "%"  # « deux fois moins » is half as much
        value, end = _with_rest(tokens, value, end, dimension, language)
        per, end = rate_after(tokens, end, language)
        if not dimension and value.denominator > 1 and 0 < value < 1 and not _is_decimal(tokens, numeral):
            value, dimension = value * 100, "%"  # « les trois quarts des élus » is 75 %
    role = _gap(tokens, end)
    bound, start, end = bound_around(tokens, start, end, language)
    if bound is Bound.EXACT and numeral.about:
        bound = Bound.ABOUT
    article = tokens[numeral.start].norm in _ARTICLES[language] and numeral.end == numeral.start + 1
    weak = article and bound is Bound.EXACT
    return Quantity(
        value, dimension, bound, start, end, numeral.ordinal, numeral.vague, role, numeral.start, plain, per, weak
    )


def _gap(tokens: Sequence[Token], end: int) -> str:
    """Read the side of a difference: "more" in « dix points de plus », "less" in "ten points lower"."""
    ahead = [token.norm for token in tokens[end : end + 2]]
    word = ahead[-1] if ahead[:1] == ["de"] and len(ahead) > 1 else (ahead or [""])[0]
    for at in range(end, min(len(tokens) - 1, end + _MOST_COUNTED)):  # « 4 000 entrées de plus »
        if not tokens[at].is_word:
            break
        if tokens[at].norm == "de" and tokens[at + 1].norm in ("plus", "moins"):
            word = tokens[at + 1].norm
            break
    return (
        "more" if word in ("plus", "more", "higher") else "less" if word in ("moins", "less", "fewer", "lower") else ""
    )


_MOST_COUNTED = 4


def _divides(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number follows « divisé par », "divided by"."""
    return at > 1 and tokens[at - 1].norm in ("par", "by") and tokens[at - 2].norm.startswith("divis")


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
    if ahead == ["and", "a", "half"]:
        found = unit_at([tokens[end - 1].norm], [tokens[end - 1].raw], language)
        return value + (found[0].factor if found else Fraction(1)) / 2, end + 3
    return value, end


def _is_minus(tokens: Sequence[Token], at: int) -> bool:
    """Whether « moins » or "minus" stands at `at` as a sign, not in « au moins »."""
    if at < 0 or tokens[at].norm not in ("moins", "minus"):
        return False
    return at == 0 or tokens[at - 1].norm not in ("au", "du", "a", "ou", "les", "des")


def _is_decimal(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Whether the number is written as 0.5 or 0,5."""
    return numeral.end == numeral.start + 1 and _is_digits(tokens, numeral)


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


def _elided(tokens: Sequence[Token], found: list[Quantity], language: str) -> list[Quantity]:
    """Give a sum without its currency, as in « 5 milliards de dollars, et Nvidia 10 milliards », that of the others."""
    currencies = {(amount.dimension, _subunit(amount)) for amount in found if amount.dimension in MONEY}
    if len({currency for currency, _ in currencies}) != 1:
        return found
    currency = min(currencies)[0]
    share = min(currencies)[1] if len(currencies) == 1 else Fraction(1)
    return [
        amount._replace(dimension=currency, value=amount.value * share)
        if not amount.dimension and not amount.ordinal and _leaves_out(tokens, amount, language)
        else amount
        for amount in found
    ]


def _subunit(amount: Quantity) -> Fraction:
    """Give the hundredth that a sum told in cents is counted in, else 1."""
    return Fraction(1, 100) if amount.value * 100 == amount.plain else Fraction(1)


_BESIDE = frozenset("contre against versus vs".split())


def _leaves_out(tokens: Sequence[Token], amount: Quantity, language: str) -> bool:
    """Whether a sum leaves its currency out: it ends in a scale word, or stands « contre 250 » beside another."""
    beside = amount.start > 0 and tokens[amount.start - 1].norm in _BESIDE
    return beside or tokens[amount.end - 1].norm in SCALES[language]


_MOST_OWNING = 5
_OF = (
    {"des"},
    {"de"},
    {"sur"},
    {"of"},
    {"of", "the"},
    {"out", "of"},
    {"out", "of", "the"},
    {"sur", "les"},
    {"d", "'", "entre", "les"},
)


def _parts(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """Mark the seven of "three of the seven students": it is the whole, not what is told of."""
    for index in range(1, len(found)):
        part, whole = found[index - 1], found[index]
        between = {token.norm for token in tokens[part.end : whole.start]}
        owned = between >= {"of", "s"} and len(between) <= _MOST_OWNING  # "12 of Norwell's 58"
        if (between in _OF or owned) and not part.dimension and not part.ordinal and whole.end - whole.start < 3:
            found[index] = whole._replace(role="whole")
    return found


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
            factor = _factor(tokens, second, language)
            first = first._replace(value=first.value * factor, dimension=second.dimension)
        if between == [closing] and first.start > 0 and tokens[first.start - 1].norm == opening:
            first, second = first._replace(role="from"), second._replace(role="to")
        found[index], found[index + 1] = first, second
    if language == "en":  # "fell to 3.4 billion from 3.9 billion"
        leads = [tokens[amount.start - 1].norm if amount.start else "" for amount in found]
        if {"from", "to"} <= set(leads):
            found = [
                a._replace(role=lead) if lead in ("from", "to") else a for a, lead in zip(found, leads, strict=True)
            ]
    return found


def _factor(tokens: Sequence[Token], quantity: Quantity, language: str) -> Fraction:
    """Give what the unit and the scale word of `quantity` multiply its number by: a million in "2 to 3 million"."""
    factor = quantity.value / quantity.plain if quantity.plain else Fraction(1)
    for token in tokens[quantity.number + 1 : quantity.end]:
        power = SCALES[language].get(token.norm, 0)
        factor *= Fraction(10) ** power if power >= _LEAST_SHARED else 1
    return factor


_LEAST_SHARED = 6
"""Power of ten from which « deux à trois millions » shares its scale word; "two or three hundred" is left alone."""
