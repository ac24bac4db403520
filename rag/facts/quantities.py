"""Quantities: numbers with their unit and the words that bound them ("up to", « environ »), as comparable facts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rag.facts.bounds import Bound, bound_around
from rag.facts.form import Token
from rag.facts.grouping import grouped, opens_share
from rag.facts.numerals import Numeral, numerals
from rag.facts.quantity import Quantity
from rag.facts.rates import rate_after
from rag.facts.units import CURRENCY_SIGNS, measured, unit_at, unit_from


def quantities(tokens: Sequence[Token], language: str, taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """Give the quantities among `tokens` in order, leaving out the positions `taken` by dates and times."""
    found: list[Quantity] = []
    for numeral in _with_single_units(tokens, numerals(tokens, language), language):
        start = max(numeral.start, found[-1].end) if found else numeral.start
        if taken.isdisjoint(range(numeral.start, numeral.end)) and start < numeral.end:
            found.append(_quantity(tokens, numeral, language))
    return grouped(tokens, found, language)


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
        if token.norm not in ("a", "an") and opens_share(tokens, position, wholes):
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
