"""What a row of a table says to a question: its label, and the cell of the column that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Span, cells, fold, paragraphs, rows
from rag.backend import Evidence
from rag.facts.reading import read
from rag.likeness import best_matches
from rag.question import Question
from rag.sufficiency import MENTIONED

CLEAR = 0.1
"""By how much a column must be nearer than any other."""
MOST = 8
"""Rows that are read as they are told; the others are nearer to other questions."""
_BARE = re.compile(r"[\d\s.,+-]+")
_IN_BRACKETS = re.compile(r"\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: `text` tells its label, column and cell, `cell` is where that stands in the row, half-open."""

    text: str
    cell: tuple[int, int]


def tell(question: Question, evidence: Sequence[Evidence]) -> dict[Span, Row | None]:
    """Give what the rows among `evidence` say to `question`, by their spans; None for a header, which says nothing.

    Rows in which it isn't clear what column is asked for are left out.
    """
    found: dict[Span, Row | None] = {}
    for item in evidence:
        if places := cells(item.text):
            header, own = _header(item)
            if own:
                found[item.span] = None
            elif row := _told(question, item.text, places, header):
                found[item.span] = row
    told = {span: row for span, row in found.items() if row}
    nearness = best_matches(question.text, [row.text for row in told.values()]).sum(axis=0)
    for at in np.argsort(-nearness, kind="stable")[MOST:]:
        del found[list(told)[at]]
    return found


def _header(item: Evidence) -> tuple[str, bool]:
    """Give the first row of the table that `item` is a row of, "" where it has none, and whether `item` is a header."""
    text = item.hit.chunk.text
    places = paragraphs(text)
    lines = [text[start:end] for start, end in places]
    is_row = rows(lines)
    offset = item.span.start - item.hit.chunk.span.start
    here = next(at for at, (_, end) in enumerate(places) if offset < end)
    first = here
    while first and is_row[first - 1]:
        first -= 1
    if first < here:
        return lines[first], False
    if item.hit.chunk.headings and cells(item.hit.chunk.headings[-1]):
        return item.hit.chunk.headings[-1], False
    return "", here + 1 < len(lines) and is_row[here + 1] and not any(c.isalnum() for c in lines[here + 1])


def _told(question: Question, line: str, places: Sequence[tuple[int, int]], header: str) -> Row | None:
    label, *values = (line[start:end] for start, end in places)
    corner, *columns = [header[start:end] for start, end in cells(header)] or [""]
    if len(columns) != len(values):
        corner, columns = "", [""] * len(values)
    if len(values) == 1:  # a number that heads a column is rather the first row's value
        at = 0
        column = "" if any(c.isdigit() for c in columns[0]) else columns[0]
    else:
        asked = _asked(question, label, columns)
        if asked is None:
            return None
        at, column = asked, columns[asked]
    if not values[at]:
        return None
    value = f"{values[at]} {_unit((column, label, corner))}" if _BARE.fullmatch(values[at]) else values[at]
    return Row(f"{label}, {column}: {value}" if column else f"{label}: {value}", places[at + 1])


def _unit(texts: Sequence[str]) -> str:
    """Give the first unit among texts such as "Prix (€)" and "£ million", "" where there is none."""
    found = [part for text in texts for part in (*_IN_BRACKETS.findall(text), text)]
    return next((part for part in found if part and any(q.dimension for q in read(f"1 {part}", "en").quantities)), "")


def _asked(question: Question, label: str, columns: Sequence[str]) -> int | None:
    """Give the column that `question` names, or has a word for that neither `label` nor another column has."""
    words = " ".join(fold(question.text).split())
    spelt = [column and re.search(rf"(?<!\w){re.escape(fold(column))}(?!\w)", words) is not None for column in columns]
    if spelt.count(True) == 1:
        return spelt.index(True)
    matches = best_matches(question.text, [label, *columns])
    if not matches.size:
        return None
    own = np.where(matches[:, 1:] > matches[:, :1], matches[:, 1:], 0).max(axis=0)
    at = int(own.argmax())
    return at if own[at] >= MENTIONED and own[at] >= np.delete(own, at).max() + CLEAR else None
