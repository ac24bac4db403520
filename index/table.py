"""Rows of tables in plain text, and the cells they have: between bars, tabs, or wide gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BAR = re.compile(r"(?<!\\)\|")
_INNER_BAR = re.compile(r"(?<=\s)\|(?=\s|$)")
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
        parts = _between(line, [match.span() for match in _BAR.finditer(line)])[1:]
    elif " | " in line:
        parts = _between(line, [match.span() for match in _INNER_BAR.finditer(line)])
    else:
        parts = _between(line, [match.span() for match in GAP.finditer(line)])
    if "|" in line and not line[slice(*parts[-1])].strip():
        del parts[-1]
    found = []
    for start, end in parts:
        cell = line[start:end]
        low = start + len(cell) - len(cell.lstrip())
        found.append((low, max(low, start + len(cell.rstrip()))))
    return found if len(found) > 1 else []


def _between(line: str, marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return list(zip([0, *(end for _, end in marks)], [*(start for start, _ in marks), len(line)], strict=True))


def table_at(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Give the first row of the table that the row `at` stands in, and the line after its last one.

    A table ends where rows have another number of cells, or another header is underlined; with `at` a line drawn, or
    no row, the answer means nothing.
    """
    is_row, count = rows(lines), len(cells(lines[at]))

    def goes_on(line: int) -> bool:
        return is_row[line] and len(cells(lines[line])) == count

    def heads(line: int) -> bool:
        return line + 1 < len(lines) and is_row[line + 1] and drawn(lines[line + 1])

    first, last = at, at + 1
    while first and goes_on(first - 1) and not heads(first):
        first -= 1
    while last < len(lines) and goes_on(last) and not heads(last):
        last += 1
    return first, last


def drawn(line: str) -> bool:
    """Say whether a row only draws a line: "|---|:-:|"."""
    return not any(c.isalnum() for c in line)


def rows(lines: Sequence[str]) -> list[bool]:
    """Say of each line whether it is a row: of bars, or of gaps beside a line of as many cells."""
    counts = [len(cells(line)) for line in lines]
    return [
        count > 1 and ("|" in line or count in (*counts[max(0, at - 1) : at], *counts[at + 1 : at + 2]))
        for at, (line, count) in enumerate(zip(lines, counts, strict=True))
    ]
