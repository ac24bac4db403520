"""Where a cited passage stands in its document today, which part of a long text to show, and that part as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index import Document, Span
from ui.markup import Piece, pieces, tagged

WHOLE = 150_000
"""Characters up to which a document is shown whole."""
WINDOW = 40_000
"""Characters shown on each side of the passage in a longer document."""
SAMPLE = 1_000
"""Characters from which it is told whether a document is in the Latin alphabet."""
_LAST_LATIN = "\u024f"

State = Literal["exact", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in its document as it is now.

    "exact": the quoted words stand at `span`; "moved": they stand elsewhere, now at `span`; "changed": the document no
    longer holds them (or holds them more than once elsewhere), and `span` is empty.
    """

    state: State
    span: Span


def locate(document: Document, span: Span, quote: str) -> Place:
    """Say where `quote`, once cited at `span`, stands in the document now.

    A cited offset is never searched for while it holds; the search is for documents edited after the answer was given,
    and only a place that is the only one counts.
    """
    text = document.text
    if quote and text[span.start : span.end] == quote:
        return Place("exact", Span(document.id, span.start, span.end))
    first = text.find(quote) if quote else -1
    if first >= 0 and text.find(quote, first + 1) < 0:
        return Place("moved", Span(document.id, first, first + len(quote)))
    nearest = min(span.start, len(text))
    return Place("changed", Span(document.id, nearest, nearest))


def language(document: Document) -> str | None:
    """Give the language a document is shown in; None for one in another alphabet, which is neither of ours."""
    letters = [character for character in document.text[:SAMPLE] if character.isalpha()]
    latin = sum(character <= _LAST_LATIN for character in letters)
    return document.language if 2 * latin >= len(letters) else None


def window(text: str, start: int, end: int, *, whole: int = WHOLE, around: int = WINDOW) -> tuple[int, int]:
    """Give the part of `text` to show around [start, end): all of it when short, else cut at line ends where possible.

    The result always contains [start, end).
    """
    if len(text) <= whole:
        return 0, len(text)
    first, last = max(0, start - around), min(len(text), end + around)
    if first:
        line = text.find("\n", first, start)
        first = line + 1 if line >= 0 else first
    if last < len(text):
        line = text.rfind("\n", end, last)
        last = line + 1 if line >= 0 else last
    return first, last


def marked_text(
    document: Document, first: int, last: int, marked: Span | None = None, focus: Span | None = None
) -> str:
    """Give the characters [first, last) of a document, those of `marked` highlighted, `focus` within them stronger.

    Headings, lists and tables are shown as such. Apart from the tags, the text content is exactly
    `document.text[first:last]`; where a page begins stands a rule that carries its number in `data-page` and no text of
    its own.
    """
    text = document.text[first:last]
    mark = _within(marked, 0, last - first, first)
    strong = _within(focus, *mark, first)
    pages = {
        start - first: f'<span class="page" role="separator" data-page="{number}"></span>'
        for number, start in enumerate(document.page_starts, start=1)
        if first <= start < last
    }
    shown = pieces(text, [*(cut for cut in (mark, strong) if cut[0] < cut[1]), *((at, at) for at in pages)])
    shown.append(Piece(*mark, "cited", "mark", ' id="cited" tabindex="-1"'))
    shown.append(Piece(*strong, "focus", "strong"))
    return tagged(text, shown, pages)


def _within(span: Span | None, low: int, high: int, first: int) -> tuple[int, int]:
    """Give where `span` lies, counted from `first`, as far as that is within [low, high); empty where it does not."""
    if span is None:
        return low, low
    start = min(max(low, span.start - first), high)
    return start, max(start, min(high, span.end - first))
