"""The noun of a measured or counted amount."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from rag.facts.bounds import Bound


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
