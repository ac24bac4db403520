"""Raised and lowered text as plain characters: a figure keeps its value ("10⁶" is never "106"), a note's mark goes."""

from __future__ import annotations

import re
from collections.abc import Mapping

RAISED, RAISED_END, LOWERED, LOWERED_END = "\2", "\3", "\4", "\5"
"""What readers put around raised and lowered text; no document holds these characters."""

_PLAIN = "0123456789+-−–=()"
_SUPERSCRIPTS = str.maketrans(_PLAIN + "ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPTS = str.maketrans(_PLAIN + "aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_INNERMOST = re.compile("([\2\4])([^\2-\5]*)(?:[\3\5]|$)")
_NOTE = re.compile(r"(?:\[[^\[\]]{1,20}\]|[\s,;])*")
_FIGURE = re.compile(r"[(+−–-]*\d(?:\S*|[^a-zA-Z]*)")


def settle(text: str) -> str:
    r"""Give `text` with what is marked raised or lowered written as Unicode does; "[1]", raised, is left out.

    Letters without such a form stay as they are ("1er"); so does a price's ",99".

    >>> settle("10\x026\x03 m\x022\x03 et CO\x042\x05, le 1\x02er\x03 mai\x02[3]\x03")
    '10⁶ m² et CO₂, le 1er mai'
    """
    text = text.replace(RAISED_END + RAISED, "").replace(LOWERED_END + LOWERED, "")
    found = 1
    while found:
        text, found = _INNERMOST.subn(_settled, text)
    return text


def _settled(match: re.Match[str]) -> str:
    if match.group(1) == LOWERED:
        return _shifted(match.group(2), _SUBSCRIPTS)
    note = match.group(2).strip() and _NOTE.fullmatch(match.group(2))
    return "" if note else _shifted(match.group(2), _SUPERSCRIPTS)


def _shifted(text: str, forms: Mapping[int, int]) -> str:
    body = text.strip()
    if not body or not (_FIGURE.fullmatch(body) or all(ord(character) in forms for character in body)):
        return text
    return body.translate(forms) + text[len(text.rstrip()) :]
