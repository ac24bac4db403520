"""Rows of tables in plain text, and the cells they have: between bars, tabs, or wide gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_BAR = re.compile(r"(?<!\\)\|")
GAP = re.compile(r"(?<=\S)(?: \| |\t+|[ \u00a0]{3,})(?=\S)")
"""What parts the cells of a row without bars at its ends."""
_LONGEST = 2_000
"""How much of a line is looked at, in characters."""


def cells(line: str) -> list[tuple[int, int]]:
    """Give the half-open offsets of the cells of a row, trimmed; [] where `line` is no row, or not one line.

    Bars part them ("| a | b |", "a | b"), or else tabs and gaps of three spaces. A cell may be empty.

    >>> [("| Dîner | 32 € |"[a:b]) for a, b in cells("| Dîner | 32 € |")]
    ['Dîner', '32 €']
    >>> cells("No row.")
    []
    """
    line = line[:_LONGEST]
    if "\n" in line or "\r" in line:
        return []
    if line.startswith("|"):
        edges = [match.start() for match in _BAR.finditer(line)]
        if line[edges[-1] + 1 :].strip():
            edges.append(len(line))
        parts = [(a + 1, b) for a, b in pairwise(edges)]
    else:
        gaps = [match.span() for match in GAP.finditer(line)]
        parts = list(zip([0, *(b for _, b in gaps)], [*(a for a, _ in gaps), len(line)], strict=True))
    found = []
    for start, end in parts:
        cell = line[start:end]
        low = start + len(cell) - len(cell.lstrip())
        found.append((low, max(low, start + len(cell.rstrip()))))
    return found if len(found) > 1 else []


def barred(line: str) -> bool:
    """Say whether bars make a row of `line`, for gaps alone may part anything: "Yours,      Ann"."""
    return bool(cells(line)) and (line.startswith("|") or " | " in line)


def rows(lines: Sequence[str]) -> list[bool]:
    """Say of each line whether it is a row: of bars, or of gaps beside a line of as many cells."""
    counts = [len(cells(line)) for line in lines]
    return [
        barred(line) or (count > 1 and count in (*counts[max(0, at - 1) : at], *counts[at + 1 : at + 2]))
        for at, (line, count) in enumerate(zip(lines, counts, strict=True))
    ]
