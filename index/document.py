"""The nouns of a collection: Document, Span, Chunk, Hit. Standard library only."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one document: half-open, counted in Unicode code points of `Document.text`."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a span that no text could have."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, found start={self.start}, end={self.end}")

    def __len__(self) -> int:
        """Give the length in characters."""
        return self.end - self.start

    def narrow(self, start: int, end: int) -> Span:
        """Cut a span inside this one; `start` and `end` count from this span's start.

        Raises ValueError when the cut does not lie inside.

        >>> Span("a", 10, 20).narrow(2, 5)
        Span(document_id='a', start=12, end=15)
        """
        if not 0 <= start <= end <= len(self):
            raise ValueError(f"[{start}:{end}] does not lie inside a span of {len(self)} characters")
        return Span(self.document_id, self.start + start, self.start + end)

    def contains(self, other: Span) -> bool:
        """Say whether `other` lies wholly inside this span."""
        return self.document_id == other.document_id and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it was read, and what is known about it. The text is stored once, exactly as cited from.

    `id` is its path below the folder it was read from; `language` is "fr", "en" or None (not told yet);
    `page_starts` holds, for formats with pages, the offset where each page begins.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    language: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict, hash=False)
    page_starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what a collection could not store or find. Raises TypeError saying what was expected and found."""
        for name in ("id", "text", "title", "source"):
            if not isinstance(value := getattr(self, name), str):
                raise TypeError(f"expected the {name} of a document as text, found {value!r}")
        if not isinstance(self.language, str | None):
            raise TypeError(f"expected the language of document {self.id!r} as text or None, found {self.language!r}")
        if not isinstance(self.metadata, Mapping):
            raise TypeError(f"expected the metadata of document {self.id!r} as a dict, found {self.metadata!r}")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def page(self, offset: int) -> int | None:
        """Give the page, counted from 1, that holds the character at `offset`; None where there are no pages."""
        return max(bisect_right(self.page_starts, offset), 1) if self.page_starts else None

    def quote(self, span: Span) -> str:
        """Give the characters of `span`. Raises ValueError when the span is another document's or runs past the end."""
        if span.document_id != self.id or span.end > len(self.text):
            raise ValueError(f"{span} is not a span of document {self.id!r} ({len(self.text)} characters)")
        return self.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span and its text: what gets embedded. `headings` is context, outermost first, and no part of the slice."""

    span: Span
    text: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by a search: a higher score is better, ranks count from 1."""

    chunk: Chunk
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a call did to a collection, as document ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
