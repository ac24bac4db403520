"""Words of an answer -> where they come from: the sentences of the documents that carry them, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from index import Document, Hit, Span, quotable
from rag.answer import Citation, Statement, Verdict
from rag.standing import standing
from rag.verification import verify

MOST = 3
"""Sources given for one stretch of words, at most."""


class Searchable(Protocol):
    """Documents by id that can be searched; a `Collection` is one."""

    def document(self, id: str, /) -> Document:
        """Give a document. Raises KeyError for an id that is not there."""
        ...

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Give at most `k` hits, best first."""
        ...


def trace(words: str, documents: Searchable, *, cited: Sequence[Span] = (), k: int = 10) -> list[Statement]:
    """Give what carries `words`, best first: a statement of those words for each source, with its verdict.

    `cited`, the spans that the answer itself gives for them, are looked at first; then the sentences, and the passages
    as a whole, of the `k` best hits. Sources that support the words come alone; where none does, those that say the
    same with another figure, name or negation, as altered. An empty list says that no source was found.
    """
    words = " ".join(words.split())
    if not words:
        raise ValueError("expected words to trace, found none: select some of the answer")
    supported: dict[Span, Statement] = {}
    altered: dict[Span, Statement] = {}
    for document, span in _candidates(words, documents, cited, k):
        if len(supported) == MOST:
            break
        if any(span.contains(found) for found in (*supported, *altered)):
            continue
        quote = document.quote(span)
        focus = _focus(words, quote, span)
        verdict, reason = verify(words, [quote])
        citation = Citation(1, span, quote, document.title, document.page(span.start), focus)
        if focus is not None or verdict is Verdict.SUPPORTED:
            supported[span] = Statement(words, (citation,), Verdict.SUPPORTED, reason if focus is None else "")
        elif verdict is Verdict.ALTERED:
            altered[span] = Statement(words, (citation,), verdict, reason)
    return list((supported or altered).values())[:MOST]


def _candidates(words: str, documents: Searchable, cited: Sequence[Span], k: int) -> Iterator[tuple[Document, Span]]:
    """Give the cited spans, then each hit's sentences, then whole hits: the narrowest that carries the words counts."""
    for span in cited:
        yield documents.document(span.document_id), span
    found = list(standing(documents.search(words, k), documents.document))
    cuts = [quotable(hit.chunk.text, headings=True) for _, hit in found]
    for (source, hit), sentences in zip(found, cuts, strict=True):
        for start, end in sentences:
            yield source, hit.chunk.span.narrow(start, end)
    for (source, hit), sentences in zip(found, cuts, strict=True):
        if sentences:
            yield source, hit.chunk.span.narrow(sentences[0][0], sentences[-1][1])


def _focus(words: str, quote: str, span: Span) -> Span | None:
    """Give where the very words stand in the quote, when they do once."""
    at = quote.find(words)
    return span.narrow(at, at + len(words)) if at >= 0 and quote.find(words, at + 1) < 0 else None
