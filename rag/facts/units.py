"""Units of measure, French and English: a name or symbol in, a dimension and an exact factor out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.tables import lines


class Unit(NamedTuple):
    """A unit: values times `factor` compare within one `dimension`."""

    dimension: str
    factor: Fraction


_CASED: dict[str, tuple[str, int | Fraction]] = {
    "MW": ("power", 10**6),
    "mW": ("power", Fraction(1, 1000)),
    "MWh": ("energy", 10**6),
    "M€": ("€", 10**6),
    "k€": ("€", 1000),
    "K€": ("€", 1000),
    "Md€": ("€", 10**9),
    "Mds€": ("€", 10**9),
    "M$": ("$", 10**6),
    "k$": ("$", 1000),
    "Md$": ("$", 10**9),
}

_OTHER_LANGUAGE = {"en": frozenset({"an", "go", "mo"}), "fr": frozenset({"second"})}
"""Symbols that are plain words of a language."""


def _read_table() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    dimension = ""
    for line in lines("units"):
        dimension, _, groups = line.partition(": ")
        for group in groups.split("|"):
            factor, *names = group.split()
            units.update(dict.fromkeys(names, Unit(dimension, Fraction(factor))))
    return units


_UNITS = _read_table()
_MOST_WORDS = 3


def unit_at(words: list[str], raws: list[str], language: str) -> tuple[Unit, int] | None:
    """Give the unit that the words right after a number begin with, and how many words it takes.

    `words` are folded, `raws` as written.

    >>> unit_at(["metres", "carres", "de"], ["mètres", "carrés", "de"], "fr")
    (Unit(dimension='area', factor=Fraction(1, 1)), 2)
    """
    if raws and raws[0] in _CASED:
        dimension, factor = _CASED[raws[0]]
        return Unit(dimension, Fraction(factor)), 1
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        name = "_".join(words[:count]) if count > 1 else words[0]
        joined = name if "in" in words[1:count] else "".join(words[:count])  # "2 m in height" is no minute
        for key in (name, joined):
            if key in _UNITS and key not in _OTHER_LANGUAGE[language] and not (key == "to" and raws[0] != "To"):
                return _UNITS[key], count
    return None


MONEY = frozenset("€ $ £ ¥ yuan chf franc rouble roupie".split())
"""Dimensions that are currencies."""

CURRENCY_SIGNS = frozenset("€$£¥")
"""Signs that stand before a number in English and after it in French."""


def measured(
    tokens: Sequence[Token], value: Fraction, end: int, language: str, dimension: str
) -> tuple[Fraction, str, int]:
    """Give the value, dimension and end of the number that ends at `end`, with the unit that follows it."""
    if dimension:
        return value, dimension, end
    ahead = end
    while ahead < len(tokens) and tokens[ahead].norm in ("de", "d", "'", "-", "us", "of") and ahead < end + 3:
        ahead += 1  # "milliards de dollars", "40-hour", "millions d'euros", "US dollars"
    for at in dict.fromkeys((end, ahead)):
        if at >= len(tokens):
            continue
        found = unit_from(tokens, at, language)
        if found is None:
            continue
        unit, count = found
        if unit.dimension == "£" and tokens[at].norm == "livres" and not _is_money(tokens, at):
            continue  # « dix livres » may be books
        if at > end and unit.dimension in ("%", "point") and tokens[end].norm not in ("-",):
            continue
        after = at + count
        if unit.dimension == "%" and after < len(tokens) and tokens[after].norm in ("point", "points"):
            unit, after = Unit("point", unit.factor), after + 1
        if unit.dimension == "point":
            after = _percentage_points(tokens, after)
        return value * unit.factor, unit.dimension, after
    apart = _unit_apart(tokens, end, language)
    return (value * apart.factor, apart.dimension, end) if apart is not None else (value, "", end)


_LEAST_LETTERS = 3
_COUNTED_APART = frozenset("time months length mass area volume".split())


def _unit_apart(tokens: Sequence[Token], end: int, language: str) -> Unit | None:
    """Give the unit behind one adjective: "five unused days", « les trois premiers mois »."""
    if end + 1 >= len(tokens) or not tokens[end].raw.islower() or not tokens[end + 1].raw.isalpha():
        return None
    if len(tokens[end].raw) < _LEAST_LETTERS or len(tokens[end + 1].raw) < _LEAST_LETTERS:
        return None
    if tokens[end].norm in _NO_ADJECTIVES or unit_from(tokens, end, language) is not None:
        return None
    found = unit_from(tokens, end + 1, language)
    return found[0] if found is not None and found[0].dimension in _COUNTED_APART else None


_NO_ADJECTIVES = frozenset(
    "des les aux sur par pour dans sous ces ses the and for per each every this that last next chaque cet cette est "
    "sont puis une are was were mille cent million millions milliard milliards hundred thousand billion".split()
)


def _is_money(tokens: Sequence[Token], at: int) -> bool:
    """Whether « livres » at `at` follows digits or precedes "sterling"."""
    after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    return after == "sterling" or tokens[at - 1].is_number or tokens[at - 1].norm in ("de", "d")


_POINT, _BASIS = Unit("point", Fraction(1)), Unit("point", Fraction(1, 100))
_SPELLED = {
    ("pour", "cent"): Unit("%", Fraction(1)),
    ("per", "cent"): Unit("%", Fraction(1)),
    ("percentage", "point"): _POINT,
    ("percentage", "points"): _POINT,
    ("basis", "point"): _BASIS,
    ("basis", "points"): _BASIS,
    ("point", "de", "base"): _BASIS,
    ("points", "de", "base"): _BASIS,
}
"""Units of several words, folded."""


def unit_from(tokens: Sequence[Token], at: int, language: str) -> tuple[Unit, int] | None:
    """Give the unit that stands at `tokens[at]` and how many tokens it takes."""
    norms = [token.norm for token in tokens[at : at + 6]]
    for words, unit in _SPELLED.items():
        if tuple(norms[: len(words)]) == words:
            return unit, len(words)
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
    if norms[:1] == ["s"] and tokens[at].glued and at > 1 and tokens[at - 2].norm in ("-", "the"):
        return None  # "under-18s"
    if len(norms) > 2 and norms[1] == "-" and tokens[at + 1].glued:  # "terawatt-hours"
        found = unit_at([norms[0], norms[2]], [tokens[at].raw, tokens[at + 2].raw], language)
        if found is not None and found[1] > 1:
            return found[0], 3
    return unit_at(norms, [token.raw for token in tokens[at : at + 6]], language)


def _percentage_points(tokens: Sequence[Token], at: int) -> int:
    norms = [token.norm for token in tokens[at : at + 2]]
    return at + 2 if norms in (["de", "pourcentage"], ["de", "%"]) else at
