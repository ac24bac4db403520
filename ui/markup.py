"""How the text of a document is shown: headings, bullets, bold words, rows in columns; every character stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

from index import cells, drawn, rows

_LINE = re.compile(r"[^\r\n]+")
_LINE_END = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)?")
_FENCE = re.compile(r" {0,3}```")
_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_BULLET = re.compile(r"[-*•][ \t]+(?=\S)")
_BOLD = re.compile(r"\*\*(?=[^\s*])([^\r\n]{1,300}?)(?<=[^\s*])\*\*(?!\*)")
_MARK = re.compile(rf"^(?:{_HEADING.pattern}|{_BULLET.pattern})")
_ORDER = "table heading cell cited focus row rule between edge bullet strong sign".split()
"""The classes of pieces; of two that cover the same characters the first is the outer one."""

Cut = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, half-open, in a tag of its own; `attributes` are what it has besides its class."""

    start: int
    end: int
    kind: str
    tag: str = "span"
    attributes: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """What sorts the pieces that begin at one place, outer ones first."""
        return -self.end, _ORDER.index(self.kind.split()[0])

    def crosses(self, cut: Cut) -> bool:
        """Say whether one of both begins inside the other and ends beyond it."""
        start, end = cut
        return self.start < start < self.end < end or start < self.start < end < self.end


def pieces(text: str, cuts: Sequence[Cut] = ()) -> list[Piece]:
    """Give the tables, headings, bullets and bold words of `text`, and the marks that need not be seen then.

    No piece crosses one of `cuts`: stretches that get a tag of their own, or, empty ones, places where a page begins.
    """
    lines = _lines(text)
    tables = _tables(text, lines, cuts)
    rows_of_tables = {row for table in tables for row in table}
    found = [piece for table in tables for piece in _table(text, table)]
    found += [piece for line in lines if line not in rows_of_tables for piece in _line(text, *line)]
    stretches = [cut for cut in cuts if cut[0] < cut[1]]
    return [piece for piece in found if not any(map(piece.crosses, stretches))]


def tagged(text: str, shown: Sequence[Piece], between: Mapping[int, str] | None = None) -> str:
    """Give `text` as HTML, each piece in its tag, which must not cross another; the text content is exactly `text`.

    `between` is HTML to put in, by its place.
    """
    between = between or {}
    opening: dict[int, list[Piece]] = {}
    for piece in shown:
        if piece.start < piece.end:
            opening.setdefault(piece.start, []).append(piece)
    edges = {edge for piece in shown for edge in (piece.start, piece.end)}
    parts: list[str] = []
    inside: list[Piece] = []
    for at, following in pairwise([*sorted({0, len(text), *between, *edges}), len(text)]):
        while inside and inside[-1].end <= at:
            parts.append(f"</{inside.pop().tag}>")
        parts.append(between.get(at, ""))
        for piece in sorted(opening.get(at, ()), key=lambda one: one.rank):
            parts.append(f'<{piece.tag} class="{piece.kind}"{piece.attributes}>')
            inside.append(piece)
        parts.append(escape(text[at:following], quote=False))
    return "".join(parts)


def bare(text: str) -> str:
    r"""Give the words of a passage on one line without marks of Markdown; dots part cells, dashes rows.

    >>> bare("## Prix\n| Dîner | 32 € |\n|---|---|\n| Nuit | 90 € |\n- **un** mot")
    'Prix Dîner · 32 € — Nuit · 90 € un mot'
    """
    lines = [stripped for line in text.splitlines() if (stripped := line.strip())]
    told, after_row = "", False
    for line, is_row in zip(lines, rows(lines), strict=True):
        if is_row and drawn(line):
            continue
        words = " · ".join(line[a:b] or "–" for a, b in cells(line)) if is_row else _MARK.sub("", line)
        told += (" — " if is_row and after_row else " ") + _BOLD.sub(r"\1", words)
        after_row = is_row
    return " ".join(told.split())


def row(text: str, low: int = 0, high: int = 0) -> str:
    """Give a row of a table, every character of it: its cells, [low, high) in them strong, and what parts them."""
    parts, at = [], 0
    for start, end in cells(text):
        between = f'<span class="edge">{escape(text[at:start])}</span>' if start > at else ""
        parts.append(f'{between}<span class="cell">{strong(text, start, end, low, high)}</span>')
        at = end
    return "".join(parts) + (f'<span class="edge">{escape(text[at:])}</span>' if at < len(text) else "")


def strong(text: str, start: int, end: int, low: int, high: int) -> str:
    """Give [start, end) of a text, what of it lies in [low, high) strong."""
    low, high = max(start, low), min(end, high)
    if low >= high:
        return escape(text[start:end])
    before, words, after = (escape(text[a:b]) for a, b in ((start, low), (low, high), (high, end)))
    return f"{before}<strong>{words}</strong>{after}"


def _lines(text: str) -> list[Cut]:
    """Give the lines of a text without the white space around them; not those of code between fences (```)."""
    found, code = [], False
    spans = [match.span() for match in _LINE.finditer(text)]
    fences = [_FENCE.match(text, *span) is not None for span in spans]
    fenced = sum(fences) % 2 == 0
    for (start, end), fence in zip(spans, fences, strict=True):
        code ^= fence and fenced
        line = text[start:end]
        if not (code or fence) and line.strip():
            found.append((start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
    return found


def _tables(text: str, lines: Sequence[Cut], cuts: Sequence[Cut]) -> list[list[Cut]]:
    """Give the tables of a text as their rows: two at least, with as many cells each, that no cut goes through."""
    is_row = rows([text[start:end] for start, end in lines])
    runs: list[list[Cut]] = []
    before = 0
    for (start, end), row in zip(lines, is_row, strict=True):
        width = _width(text, start, end, cuts) if row else 0
        if width and width == before and text[runs[-1][-1][1] : start].isspace():
            runs[-1].append((start, end))
        elif width:
            runs.append([(start, end)])
        before = width
    return [part for run in runs if len(run) > 1 for part in _parts(run, cuts)]


def _width(text: str, start: int, end: int, cuts: Sequence[Cut]) -> int:
    """Give how many cells a row has, 0 where it can't be shown in columns."""
    found = cells(text[start:end])
    whole = found and not any(c.isalnum() for c in text[start + found[-1][1] : end])
    stretches = [Piece(start, end, "row"), *(Piece(start + a, start + b, "cell") for a, b in found)]
    return len(found) if whole and not any(one.crosses(cut) for one in stretches for cut in cuts) else 0


def _parts(run: Sequence[Cut], cuts: Sequence[Cut]) -> Iterator[list[Cut]]:
    """Give the rows of a table in parts, one on each side of where something that goes beyond it begins or ends."""
    whole = Piece(run[0][0], run[-1][1], "table")
    crossing = [(start, end) for start, end in cuts if start == end or whole.crosses((start, end))]

    def side(row: Cut) -> list[bool]:
        return [start <= row[0] and (start == end or row[1] <= end) for start, end in crossing]

    for _, part in groupby(run, key=side):
        yield list(part)


def _table(text: str, table: Sequence[Cut]) -> Iterator[Piece]:
    yield Piece(table[0][0], table[-1][1], "table")
    after = _LINE_END.match(text, table[-1][1])
    ends = [*(start for start, _ in table[1:]), after.end() if after else table[-1][1]]
    lines = [text[start:end] for start, end in table]
    for at, (start, end) in enumerate(table):
        yield Piece(end, ends[at], "between")
        if drawn(lines[at]):
            yield Piece(start, end, "rule")
            continue
        heads = at + 1 < len(lines) and drawn(lines[at + 1])
        yield Piece(start, end, "row titles" if heads else "row")
        before = start
        for low, high in cells(lines[at]):
            yield Piece(before, start + low, "edge")
            yield Piece(start + low, start + high, "cell")
            yield from _bold(text, start + low, start + high)
            before = start + high
        yield Piece(before, end, "edge")


def _line(text: str, start: int, end: int) -> Iterator[Piece]:
    heading, bullet = _HEADING.match(text, start, end), _BULLET.match(text, start, end)
    if heading and (start == 0 or text[start - 1] in "\r\n"):
        yield Piece(start, heading.end(), "sign")
        yield Piece(heading.end(), end, "heading high" if len(heading.group(1)) < 3 else "heading")
    elif bullet:
        yield Piece(start, bullet.end(), "bullet")
    yield from _bold(text, start, end)


def _bold(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _BOLD.finditer(text, start, end):
        low, high = match.span(1)
        yield Piece(match.start(), low, "sign")
        yield Piece(low, high, "strong", "b")
        yield Piece(high, match.end(), "sign")
