"""Cited places against the right ones, counted in characters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Document, Hit, Span, sentences
from rag.answer import Answer, Citation


@dataclass(frozen=True, slots=True)
class CitationScore:
    """Precision (None where nothing was cited), recall and F1 of the cited characters, each 0..1."""

    precision: float | None
    recall: float
    f1: float


def merge(spans: Iterable[Span]) -> list[Span]:
    """Give the union of spans as disjoint, sorted spans that do not touch.

    >>> merge([Span("a", 4, 8), Span("a", 0, 4), Span("b", 1, 2)])
    [Span(document_id='a', start=0, end=8), Span(document_id='b', start=1, end=2)]
    """
    merged: list[Span] = []
    for span in sorted(spans):
        last = merged[-1] if merged else None
        if last is not None and last.document_id == span.document_id and span.start <= last.end:
            merged[-1] = Span(span.document_id, last.start, max(last.end, span.end))
        elif len(span):
            merged.append(span)
    return merged


def shared(left: Iterable[Span], right: Iterable[Span]) -> int:
    """Give the number of characters that lie in both unions."""
    others = merge(right)
    return sum(
        max(0, min(span.end, other.end) - max(span.start, other.start))
        for span in merge(left)
        for other in others
        if span.document_id == other.document_id
    )


def size(spans: Iterable[Span]) -> int:
    """Give the number of characters in the union of spans."""
    return sum(len(span) for span in merge(spans))


def coverage(spans: Sequence[Span], alternatives: Collection[Sequence[Span]]) -> float:
    """Give the best share, 0..1, of an alternative's characters that lie in `spans`; 0.0 without alternatives."""
    return max((shared(spans, gold) / size(gold) for gold in alternatives if size(gold)), default=0.0)


def score(cited: Sequence[Span], alternatives: Sequence[Sequence[Span]]) -> CitationScore:
    """Compare cited spans with the alternatives that carry the answer, each a set of spans.

    Recall is the best share of one alternative that is cited; precision the share of cited characters that lie in any
    alternative. Without a citation precision is undefined, recall and F1 are 0.
    """
    recall = coverage(cited, alternatives)
    length = size(cited)
    if not length:
        return CitationScore(None, 0.0, 0.0)
    precision = shared(cited, [span for gold in alternatives for span in gold]) / length
    return CitationScore(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0)


def widen(spans: Iterable[Span], documents: Mapping[str, Document]) -> list[Span]:
    """Give the sentences that spans stand in or touch; a span of an unknown document stays as it is."""
    widened = []
    for span in spans:
        document = documents.get(span.document_id)
        found = (
            []
            if document is None
            else [
                Span(span.document_id, start, end)
                for start, end in _sentences(document.text)
                if start < span.end and span.start < end
            ]
        )
        widened += found or [span]
    return merge(widened)


@lru_cache(maxsize=256)
def _sentences(text: str) -> list[tuple[int, int]]:
    return sentences(text)


def verbatim(citation: Citation, documents: Mapping[str, Document], hits: Sequence[Hit] = ()) -> bool:
    """Say whether the quote is exactly the characters of its span, in its document or else in a retrieved chunk."""
    span = citation.span
    document = documents.get(span.document_id)
    if document is not None:
        return span.end <= len(document.text) and document.quote(span) == citation.quote
    for hit in hits:
        if hit.chunk.span.contains(span):
            start = span.start - hit.chunk.span.start
            return hit.chunk.text[start : start + len(span)] == citation.quote
    return False


def dangling(citation: Citation, documents: Mapping[str, Document], hits: Sequence[Hit] = ()) -> bool:
    """Say whether a citation points nowhere: no such document or chunk, past the end, or at nothing."""
    span = citation.span
    document = documents.get(span.document_id)
    if document is not None:
        return not 0 < len(span) <= len(document.text) - span.start
    return not len(span) or not any(hit.chunk.span.contains(span) for hit in hits)


def cited_spans(answer: Answer) -> list[Span]:
    """Give the spans that an answer cites, each once."""
    return [citation.span for citation in answer.citations]
