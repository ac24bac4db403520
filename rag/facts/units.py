"""Units of measure, French and English: a name or symbol in, a dimension and an exact factor out."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

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
        joined = "".join(words[:count])
        for key in (name, joined):
            if key in _UNITS and key not in _OTHER_LANGUAGE[language] and not (key == "to" and raws[0] != "To"):
                return _UNITS[key], count
    return None


CURRENCY_SIGNS = frozenset("€$£¥")
"""Signs that stand before a number in English and after it in French."""
