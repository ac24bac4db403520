"""Where to look first in a passage that is near a question, but no answer to it."""

from __future__ import annotations

from index import Hit, Span, quotable
from rag.reader import UNREADABLE, context, shipped


def likeliest(question: str, hit: Hit, title: str = "") -> Span:
    """Give the sentence of `hit` that the shipped reader finds likeliest to answer, the whole of it where there is one.

    `title` is the document's, which the passage is read under.
    """
    chunk = hit.chunk
    (reading,) = shipped().read(question, [(context(title, chunk.headings), chunk.text)])
    places = quotable(chunk.text) or [(0, len(chunk.text))]
    best = max(places, key=lambda place: (reading.best(*place) or (UNREADABLE,))[0])
    return chunk.span.narrow(*best)
