"""Hits -> those that still stand in their documents, which another thread may have removed or changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from index import Document, Hit


def standing(hits: Iterable[Hit], document: Callable[[str], Document]) -> Iterator[tuple[Document, Hit]]:
    """Give each hit whose text is what its document has at its span, with the document; each is asked for once."""
    held: dict[str, Document] = {}
    for hit in hits:
        span = hit.chunk.span
        with suppress(KeyError):
            source = held.get(span.document_id) or document(span.document_id)
            held[span.document_id] = source
            if source.text[span.start : span.end] == hit.chunk.text:
                yield source, hit
