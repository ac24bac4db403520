"""Tables as text (.csv, .tsv): the rows between bars below a header that is underlined, as Markdown draws them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.document import Document
from index.readers.file import load
from index.readers.text import decode

DELIMITERS = "\t;|,"
"""What may part cells; of two that fit as well the first, since a comma also stands in numbers."""
SAMPLE = 20_000
"""How much of a file is looked at to tell its delimiter, in characters."""
LOOKED_AT = 200
"""How many rows are looked at to tell whether the first one is a header."""
LONGEST_TITLE = 60
"""Characters of a cell that may head a column."""

_NAMED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # how Excel is told a file's delimiter
_FIGURE = re.compile(r"\W*\d")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/–](?:\d\d){1,2})?")  # or a season, 2024-2025
_END = "\x1e"


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the one document of a table. Raises ValueError when it is empty or not text.

    Rows with one filled cell become paragraphs as long as they stand above the table, the first of them its title; in
    a file of one column all do. A table without a header gets an empty one, so that no row is taken for it.
    """
    text = decode(load(path))
    named = _NAMED.match(text)
    found = _parsed(text[named.end() :], named.group(1)) if named else _parsed(text, delimiter(text))
    table = [cells for row in found if any(cells := [" ".join(cell.split()) for cell in row])]
    if not table:
        raise ValueError("the file is empty")
    first = next((at for at, row in enumerate(table) if _alone(row) is None), len(table))
    above, rows = [_alone(row) or "" for row in table[:first]], table[first:]
    title = above[0][:200] if above and rows else path.stem
    parts = [*above, "\n".join(_drawn(rows))] if rows else above
    yield Document(document_id, "\n\n".join(parts), title, str(path))


def delimiter(text: str) -> str:
    r"""Give what parts the cells of a table: what makes most rows of one width, and leaves no quotation mark behind.

    `csv.Sniffer` counts characters, and takes the comma of "3,50 €;4,20 €" for one that parts.

    >>> delimiter("Adulte;3,50 €;4,20 €\nEnfant;1,50 €;2,20 €\n")
    ';'
    """
    sample = text[:SAMPLE]
    if len(text) > SAMPLE:  # whole lines only
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample

    def fitting(mark: str) -> int:
        widths = Counter(len(row) for row in _parsed(sample, mark) if not any('"' in cell for cell in row))
        return max((count for width, count in widths.items() if width > 1), default=0)

    return max(DELIMITERS, key=fitting)


def _parsed(text: str, mark: str) -> list[list[str]]:
    """Give the rows of a table; where a quotation mark is never closed, they are signs like any other."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        lines = io.StringIO(f"{text}\n{_END}\n", newline="")
        try:
            *rows, last = csv.reader(lines, delimiter=mark, quoting=quoting)
        except csv.Error as error:
            fault = str(error)
            continue
        if last == [_END]:
            return rows
        fault = "a quotation mark is not closed"
    raise ValueError(f"the table is damaged: {fault}")


def _filled(row: Sequence[str]) -> int:
    """Give how many cells a row has up to its last filled one."""
    return max(at for at, cell in enumerate(row, start=1) if cell)


def _alone(row: Sequence[str]) -> str | None:
    """Give the text of a row's only filled cell, None where there are more."""
    filled = [cell for cell in row if cell]
    return filled[0] if len(filled) == 1 else None


def _drawn(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table: its header, a line, and the others, all of one width."""
    width = max(_filled(row) for row in rows)
    even = [[*row, *[""] * width][:width] for row in rows]
    headed = _heads(even[0], even[1 : LOOKED_AT + 1])
    for cells in (even[0] if headed else [""] * width, ["---"] * width, *even[headed:]):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _heads(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row names the columns: in none it looks like the cells below.

    Those are figures, addresses, or words that come again; a title is short, no other's, and a figure only as a year.
    """
    titles = [title for title in first if title]
    if not below or len(titles) < 2 or len(set(titles)) < len(titles) or any(len(t) > LONGEST_TITLE for t in titles):
        return False
    told = len(titles) == len(first)
    for at, title in enumerate(first):
        cells = [row[at] for row in below if row[at]]
        figures = sum(_FIGURE.match(cell) is not None for cell in cells) > len(cells) / 2
        years = all(_YEAR.fullmatch(cell) for cell in cells)
        if title and (
            title in cells or "@" in title or (_FIGURE.match(title) and (years or not _YEAR.fullmatch(title)))
        ):
            return False
        told = told or figures
    return told
