"""What a row of a table says to a question: its label, and the cell of the column that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index import Chunk, Hit, Span, cells, detect, drawn, fold, paragraphs, rows, table_at
from rag.answer import Answer
from rag.backend import Evidence
from rag.facts.reading import read
from rag.facts.units import MONEY
from rag.likeness import best_matches
from rag.question import Question
from rag.ranges import beside
from rag.sufficiency import MENTIONED

SAME = 0.9
"""The cosine from which two words are one."""
CLEAR = 0.1
"""By how much a column must be nearer than any other."""
MOST = 8
"""Rows that are read as they are told; the others are nearer to other questions."""
_TIME = re.compile(
    r"\d|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|fevrier|mars|avril|mai|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|january|february|april|june|july|august|september|october|november|december)s?\b"
)
_ANSWER = re.compile(
    r"oui|non|aucune?|gratuite?s?|fermee?s?|ouverte?s?|pas d(?:e |['’]).*|yes|no|none|free|closed|open|n/?a|[-–—x]"
)
"""What stands in a cell instead of a value, and never names a column."""
_BARE = re.compile(r"[\d\s.,+-]+")
_IN_BRACKETS = re.compile(r"\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: `text` tells its label, column and cell, `cell` is where that stands in the row, half-open."""

    text: str
    cell: tuple[int, int]


def tell(question: Question, evidence: Sequence[Evidence]) -> dict[Span, Row | None]:
    """Give what the rows among `evidence` say to `question`, by their spans; None for one that can't answer it.

    That is a header, a row without anything in the column asked for, and one beside a row whose label is asked for, or
    has the question's case where this one has another.
    Rows in which it isn't clear what column is asked for, and those beyond MOST, are left out.
    """
    found: dict[Span, Row | None] = {}
    labels: dict[tuple[Span, str], dict[Span, str]] = {}
    tables: dict[tuple[Span, str], dict[Span, str]] = {}
    for item in evidence:
        parts = cells(item.text)
        place = _place(item.hit.chunk, item.span) if parts else None
        if place is None:
            continue
        header, heads = place
        if heads and not header:
            found[item.span] = None
            continue
        titles = [header[start:end] for start, end in cells(header)]
        if len(titles) != len(parts):
            titles = [""] * len(parts)
        label = item.text[slice(*parts[0])]
        tables.setdefault((item.hit.chunk.span, header), {})[item.span] = label
        column = _column(question, label, titles)
        if column is not None:
            found[item.span] = _told(item.text, parts, column, titles)
            labels.setdefault((item.hit.chunk.span, header), {})[item.span] = label
    for table in labels.values():
        wanted = named(question.text, list(table.values()))
        if any(wanted):
            found |= {span: None for span, has in zip(table, wanted, strict=True) if not has}
    for table in tables.values():
        texts = list(table.values())
        for other in (beside(question.text, texts), _more(question, texts)):
            found |= {span: None for span, out in zip(table, other, strict=True) if out}
    told = {span: row for span, row in found.items() if row}
    nearness = best_matches(question.text, [row.text for row in told.values()]).sum(axis=0)
    for at in np.argsort(-nearness, kind="stable")[MOST:]:
        del found[list(told)[at]]
    return found


def named(question: str, texts: Sequence[str]) -> list[bool]:
    """Say of each text whether it has a word of the question that no other has."""
    same = best_matches(question, texts) >= SAME
    return [bool(has) for has in (same & (same.sum(axis=1, keepdims=True) == 1)).any(axis=0)]


def _more(question: Question, labels: Sequence[str]) -> list[bool]:
    """Say of each label whether it says more than the question, of which it has no word that a whole one lacks.

    Beside « Entrée adulte », « Carte 10 entrées adulte » is not what « prix entrée adulte » asks for.
    """
    same = best_matches(question.text, labels) >= SAME
    own = [best_matches(label, [question.text]) for label in labels]
    whole = np.array([bool(words.size) and bool((words >= SAME).all()) for words in own])
    if not same.any() or not whole.any():
        return [False] * len(labels)
    told = same[:, whole].any(axis=1)
    return [
        not full and not (row & ~told).any() and bool((row & told).any())
        for full, row in zip(whole, same.T, strict=True)
    ]


def table_headers(answer: Answer) -> list[str]:
    """Give for each statement of an answer the header of the table that it quotes a row of, as the hits tell it.

    "" where it quotes none, where no header of as many cells is told or its cells are empty, and below a row of the
    same table.
    """
    told = [""]
    for statement in answer.statements:
        spans = (citation.span for citation in statement.citations if citation.quote == statement.text)
        told.append(next((header for span in spans if (header := table_header(span, answer.hits))), ""))
    return ["" if header == before else header for before, header in pairwise(told)]


def table_header(span: Span, hits: Sequence[Hit]) -> str:
    """Give the header of the table that the row `span` stands in, as the hits tell it; "" where there is none."""
    for chunk in (hit.chunk for hit in hits if hit.chunk.span.contains(span)):
        if place := _place(chunk, span):
            header, heads = place
            start = span.start - chunk.span.start
            fits = len(cells(header)) == len(cells(chunk.text[start : start + len(span)]))
            return header if heads and fits and not drawn(header) else ""
    return ""


def _place(chunk: Chunk, span: Span) -> tuple[str, bool] | None:
    """Give the first row of the table that the row `span` stands in, "" where it is the first, and if that is a header.

    None where `span` is no row of the chunk, or only a part of one.
    """
    places = paragraphs(chunk.text)
    lines = [chunk.text[start:end] for start, end in places]
    here = next((at for at, place in enumerate(places) if chunk.span.narrow(*place) == span), None)
    if here is None or not rows(lines)[here]:
        return None
    first, last = table_at(lines, here)
    above = chunk.headings[-1] if chunk.headings and first == 0 and cells(chunk.headings[-1]) else ""
    if above:
        return above, True
    return lines[first] if first < here else "", _heads(lines[first:last])


def _heads(table: Sequence[str]) -> bool:
    """Say whether the first row is a header: underlined, or without a value in columns that have some below.

    Values are figures anywhere, or in two rows or more a day or a month in each cell of a column.
    """
    if len(table) > 1 and drawn(table[1]):
        return True
    first, *below = [[row[a:b] for a, b in cells(row)[1:]] for row in table]
    if len(first) < 2 or any(_is_value(cell) or _ANSWER.fullmatch(fold(cell)) for cell in first):
        return False
    if any(c.isdigit() for row in below for cell in row for c in cell):
        return True
    columns = zip(first, *below, strict=True)
    return len(below) > 1 and any(not _dated(title) and all(map(_dated, others)) for title, *others in columns)


def _dated(cell: str) -> bool:
    """Say whether a cell names a day or a month, or a figure."""
    return _TIME.search(fold(cell)) is not None


def _is_value(cell: str) -> bool:
    """Say whether a cell is a value rather than a title: a figure, a sum, a time of day, whatever word leads to it."""
    if not any(c.isdigit() for c in cell):
        return False
    told = read(cell, detect(cell))
    money = any(amount.dimension in MONEY or amount.dimension == "%" for amount in told.quantities)
    return not cell[0].isalpha() or money or any(date.minutes >= 0 for date in told.dates)


def _column(question: Question, label: str, titles: Sequence[str]) -> int | None:
    """Give which column is asked for, from 1; None when that isn't clear."""
    if len(titles) == 2:
        return 1
    asked = _asked(question, label, titles[1:])
    return None if asked is None else asked + 1


def _told(line: str, places: Sequence[tuple[int, int]], column: int, titles: Sequence[str]) -> Row | None:
    label, value = (line[slice(*places[at])] for at in (0, column))
    if not value:
        return None
    corner, title = titles[0], titles[column]
    if len(places) == 2 and any(c.isdigit() for c in title):
        title = ""  # rather the value of the first row
    if _BARE.fullmatch(value):
        value = f"{value} {_unit((title, label, corner))}".strip()
    return Row(f"{label}, {title}: {value}" if title else f"{label}: {value}", places[column])


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
