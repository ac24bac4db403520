"""Quantities that stand together: shares, sums, parts of a whole, ranges, and currencies left out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rag.facts.bounds import Bound
from rag.facts.form import Token
from rag.facts.numberwords import SCALES
from rag.facts.quantity import Quantity
from rag.facts.units import MONEY


def grouped(tokens: Sequence[Token], found: list[Quantity], language: str) -> list[Quantity]:
    """Give the quantities of a sentence, in order, as they are told together."""
    found = _shares(tokens, _bounds_after(tokens, _summed(tokens, found)))
    found = _listed(tokens, _ranges(tokens, found, language))
    return _gapped(tokens, _elided(tokens, _parts(tokens, found), language), language)


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


def opens_share(tokens: Sequence[Token], at: int, wholes: frozenset[int]) -> bool:
    """Whether the « un » or "one" at `at` is the part of « un abonné sur cinq », "one household in six"."""
    for ahead in range(at + 1, min(len(tokens) - 1, at + 2 + _MOST_APART)):
        norm = tokens[ahead].norm
        if norm in ("sur", "in") or (norm == "of" and tokens[ahead - 1].norm == "out"):
            return ahead + 1 + (tokens[ahead + 1].norm == "every") in wholes
        if not (tokens[ahead].is_word or norm in ("'", "-")):
            break
    return False


def _elided(tokens: Sequence[Token], found: list[Quantity], language: str) -> list[Quantity]:
    """Give a sum without its currency, as in « 5 milliards de dollars, et Nvidia 10 milliards », that of the others."""
    currencies = {(amount.dimension, _subunit(amount)) for amount in found if amount.dimension in MONEY}
    if len({currency for currency, _ in currencies}) != 1:
        return found
    currency = min(currencies)[0]
    share = min(currencies)[1] if len(currencies) == 1 else Fraction(1)
    return [
        amount._replace(dimension=currency, value=amount.value * share)
        if not amount.dimension and not amount.ordinal and _leaves_out(tokens, found, amount, language)
        else amount
        for amount in found
    ]


def _subunit(amount: Quantity) -> Fraction:
    """Give the hundredth that a sum told in cents is counted in, else 1."""
    return Fraction(1, 100) if amount.value * 100 == amount.plain else Fraction(1)


_BESIDE = frozenset("contre against versus vs".split())


def _leaves_out(tokens: Sequence[Token], found: Sequence[Quantity], amount: Quantity, language: str) -> bool:
    """Whether a sum leaves its currency out: it ends in a scale word, or stands « contre 250 » beside another."""
    before = [other for other in found if other.end <= amount.start]
    sums = not before or before[-1].dimension in MONEY  # not « par 21 voix contre 6 »
    beside = sums and amount.start > 0 and tokens[amount.start - 1].norm in _BESIDE
    return beside or tokens[amount.end - 1].norm in SCALES[language]


_BREAKS = frozenset(", ; and et".split())
_LEADS = frozenset("for pour in en a au aux at on by par".split())
_LED = frozenset("from to at in on by with without under dans en sur sous avec sans vers chez par depuis".split())
_NUMBERED = frozenset(
    "numero n no nr number page article chapter chapitre version room section gate porte quai line ligne".split()
)


def _gapped(tokens: Sequence[Token], found: list[Quantity], language: str) -> list[Quantity]:
    """Give the bare number of « le badge coûte 15 euros et la carte 8 » the unit of the one before."""
    told: list[Quantity] = []
    for amount in found:
        before = told[-1] if told else None
        bare = not (amount.dimension or amount.ordinal or amount.vague or amount.weak)
        if before is not None and before.dimension and bare and _goes_on(tokens, before, amount):
            value = amount.value * _factor(tokens, before, language)
            told.append(amount._replace(value=value, dimension=before.dimension, per=before.per))
        else:
            told.append(amount)
    return told


def _goes_on(tokens: Sequence[Token], before: Quantity, amount: Quantity) -> bool:
    """Whether a number is all that the piece of sentence after that of `before` says of something else."""
    between = [token.norm for token in tokens[before.end : amount.start]]
    breaks = [at for at, norm in enumerate(between) if norm in _BREAKS]
    if not breaks or breaks[-1] - breaks[0] >= len(breaks) or between[-1] in _NUMBERED:
        return False
    if not _LED.isdisjoint(between[breaks[-1] :]):
        return False  # "two hours, from gate 22"
    after = tokens[amount.end].norm if amount.end < len(tokens) else "."
    return after in _LEADS if breaks[-1] == len(between) - 1 else after in _BREAKS or after == "."


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


def _listed(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """Give the 40 of "40, 30 and 12 percent" the unit that the 30 has from the 12."""
    for index in reversed(range(len(found) - 1)):
        first, second = found[index], found[index + 1]
        between = [token.norm for token in tokens[first.end : second.start]]
        bare = second.end == second.number + 1  # its unit is that of a later number
        if between == [","] and bare and second.plain and second.dimension and not (first.dimension or first.ordinal):
            found[index] = first._replace(value=first.value * second.value / second.plain, dimension=second.dimension)
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
