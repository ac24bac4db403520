"""Numbers in digits, French and English, and Roman numerals: text in, exact values out."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction

LONGEST = 400
"""Characters beyond which a number is only told from others; Python itself reads none of more than 4,300."""


def digits(raw: str, language: str) -> Fraction:
    """Give the value of a number written in digits; separators are read as `language` writes them.

    >>> digits("1,500", "en"), digits("1,500", "fr"), digits("10 000,5", "fr")
    (Fraction(1500, 1), Fraction(3, 2), Fraction(20001, 2))
    """
    compact = raw.replace(" ", "").replace("'", "")
    if len(compact) > LONGEST:
        return Fraction(int.from_bytes(hashlib.sha256(compact.encode()).digest()))
    thousands, decimal = (".", ",") if language == "fr" else (",", ".")
    grouped = rf"[1-9]\d{{0,2}}(?:\{thousands}\d{{3}})+"
    whole, _, part = compact.partition(decimal) if compact.count(decimal) == 1 else (compact, "", "")
    if compact.count(decimal) > 1 and compact.count(thousands) == 0:  # 1.000.000 in English, 1,000,000 in French
        return Fraction(compact.replace(decimal, "")) if _groups(compact, decimal) else Fraction(0)
    if thousands in whole:
        if re.fullmatch(grouped, whole):
            whole = whole.replace(thousands, "")
        elif whole.count(thousands) == 1 and not part:
            whole, part = whole.split(thousands)
        else:
            return Fraction(0)
    return Fraction(f"{whole or 0}.{part or 0}")


def _groups(compact: str, separator: str) -> bool:
    head, *rest = compact.split(separator)
    return len(head) <= 3 and all(len(group) == 3 for group in rest)


_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def roman(raw: str) -> int:
    """Give the value of a Roman numeral up to XXXIX, 0 when `raw` is none."""
    if not _ROMAN.fullmatch(raw):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in raw]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
