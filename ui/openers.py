"""The buttons that open a passage: markers, sources, traced words, nearest passages, documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from index import Document, Hit, Span, cells, quotable
from rag import Citation, Statement, Verdict, table_header
from ui.markup import bare, row
from ui.words import Words

LABEL_LENGTH = 160
"""Characters of a quote that a marker's accessible name carries."""
SNIPPET_LENGTH = 280
"""Characters of a nearest passage shown below a refusal."""


def marker(citation: Citation, words: Words) -> str:
    """Give a citation's number as a button; to a screen reader it reads as the source and its quote."""
    label = words.marker.format(number=citation.number, quote=shorten(bare(citation.quote), LABEL_LENGTH))
    target = _aim(citation)
    return (
        f'<button type="button" class="marker" data-number="{citation.number}"{target} aria-label="{escape(label)}">'
        f"{citation.number}</button>"
    )


def sources(citations: Sequence[Citation], words: Words) -> str:
    """Give the list of sources below an answer; nothing when there are none."""
    if not citations:
        return ""
    rows = [
        f'<li><button type="button" class="source" data-number="{citation.number}"{_aim(citation)}>'
        f'<span class="number" aria-hidden="true">{citation.number}</span>'
        '<span class="what">'
        f'<span class="quoted" dir="auto">{escape(shorten(bare(citation.quote), LABEL_LENGTH))}</span>'
        f'<small dir="auto">{escape(_named(citation, words))}</small></span></button></li>'
        for citation in citations
    ]
    return f'<div class="sources"><h3>{escape(words.sources)}</h3><ol>{"".join(rows)}</ol></div>'


def traced(selected: str, found: Sequence[Statement], words: Words) -> str:
    """Give where selected words of an answer come from: each source with its verdict, or that there is none."""
    rows = []
    for statement in found:
        (citation,) = statement.citations
        verdict = words.altered if statement.verdict is Verdict.ALTERED else words.supported
        shown = f"{verdict} · {statement.reason}" if statement.verdict is Verdict.ALTERED else verdict
        place = _named(citation, words)
        rows.append(
            f'<li><button type="button" class="found {statement.verdict}"{_aim(citation)}>'
            f'<span class="quoted" dir="auto">{escape(shorten(bare(citation.quote), SNIPPET_LENGTH))}</span>'
            f'<small dir="auto">{escape(place)}</small>'
            f'<small class="verdict"><span class="icon" aria-hidden="true"></span>{escape(shown)}</small></button></li>'
        )
    body = f"<ol>{''.join(rows)}</ol>" if rows else f'<p class="none">{escape(words.traced_none)}</p>'
    heading = f'<h3>{escape(words.comes_from)}</h3><p class="asked-of" dir="auto">{escape(shorten(selected, 200))}</p>'
    return heading + body


def near(hit: Hit, words: Words, titles: Mapping[str, str], likeliest: Span | None = None) -> str:
    """Give a passage near a question that has no answer; `titles` names documents by id.

    `likeliest` is the sentence in it to look at first, shown as such; a row of a table, in its columns, alone.
    """
    chunk = hit.chunk
    title = titles.get(chunk.span.document_id) or chunk.span.document_id
    start, _ = next(iter(quotable(chunk.text, headings=True)), (0, 0))
    target = _target(chunk.span.narrow(start, len(chunk.span)), chunk.text[start:], title, None, likeliest)
    low, high = (likeliest.start - chunk.span.start, likeliest.end - chunk.span.start) if likeliest else (start, start)
    if likeliest and cells(chunk.text[low:high]):
        header = table_header(likeliest, [hit])
        above = f'<span class="columns">{row(header)}</span>' if header else ""
        shown = f'<span class="table">{above}<span class="said">{row(chunk.text[low:high])}</span></span>'
    else:
        shown = _snippet(chunk.text, min(start, low), low, high)
    return (
        f'<li><button type="button" class="near"{target}>'
        f'<span class="unseen">{escape(words.open_passage + words.colon)}</span>'
        f'<span class="snippet" dir="auto">{shown}</span>'
        f'<small dir="auto">{escape(shorten(title, 100))}</small></button></li>'
    )


def _snippet(text: str, start: int, low: int, high: int) -> str:
    """Give what stands from `start` on, shortened, or from `low` on where [low, high) would be cut; that marked."""
    before = bare(text[start:low])
    marked = shorten(bare(text[low:high]), SNIPPET_LENGTH)
    if len(before) + len(marked) > SNIPPET_LENGTH:
        before = "…"
    after = shorten(bare(text[high:]), max(2, SNIPPET_LENGTH - len(before) - len(marked)))
    parts = (escape(before), f"<strong>{escape(marked)}</strong>" if marked else "", escape(after))
    return " ".join(filter(None, parts))


def opening(document: Document, words: Words) -> str:
    """Give the button that opens a document at its first sentence."""
    start, end = next(iter(quotable(document.text[:SNIPPET_LENGTH], headings=True)), (0, 0))
    target = _target(Span(document.id, start, end), document.text[start:end], document.title, document.page(start))
    size = words.pages_of.format(count=len(document.page_starts)) if document.page_starts else ""
    detail = f"<small>{escape(size)}</small>" if size else ""
    return (
        f'<li><button type="button" class="near"{target}>'
        f'<span class="unseen">{escape(words.open_document + words.colon)}</span>'
        f'<span class="snippet" dir="auto">{escape(shorten(document.title or document.id, 160))}</span>{detail}'
        "</button></li>"
    )


def shorten(text: str, length: int) -> str:
    """Give `text` on one line, cut at a word when longer than `length` characters.

    >>> shorten("one two three", 9)
    'one two …'
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return (line[: length - 1].rsplit(" ", 1)[0] or line[: length - 1]) + " …"


def _named(citation: Citation, words: Words) -> str:
    """Give a citation's title, and its page where it has one."""
    place = " · " + words.page.format(page=citation.page) if citation.page is not None else ""
    return shorten(citation.title or citation.span.document_id, 120) + place


def _aim(citation: Citation) -> str:
    return _target(citation.span, citation.quote, citation.title, citation.page, citation.focus)


def _target(span: Span, quote: str, title: str, page: int | None, focus: Span | None = None) -> str:
    """Give the attributes that let the page's script open a passage and show its card."""
    values: dict[str, object] = {
        "document": span.document_id,
        "start": span.start,
        "end": span.end,
        "quote": quote,
        "title": title or span.document_id,
    }
    if page is not None:
        values["page"] = page
    if focus is not None:
        values["focus-start"], values["focus-end"] = focus.start, focus.end
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in values.items())
