"""The nouns of an answer: Answer, Statement, Citation, Verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from index import Chunk, Hit, Span

FORMAT = 1
"""The version of the form that `Answer.to_dict` writes."""

NOT_FOUND = {
    "fr": "Je ne trouve pas la réponse dans les documents.",
    "en": "I cannot find the answer in the documents.",
}


class Verdict(StrEnum):
    """What checking a statement against its sources gave."""

    SUPPORTED = "supported"
    ALTERED = "altered"
    CANNOT_CHECK = "cannot_check"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that carries a statement.

    `quote` is exactly `document.text[span.start:span.end]`; `page` counts from 1, None where the format has no pages;
    `focus` is the part of `span` that answers, where it can be told.
    """

    number: int
    span: Span
    quote: str
    title: str = ""
    page: int | None = None
    focus: Span | None = None

    @property
    def answering(self) -> str:
        """The characters of `quote` that answer; empty where that can't be told."""
        if self.focus is None or not self.span.contains(self.focus):
            return ""
        start = self.focus.start - self.span.start
        return self.quote[start : start + len(self.focus)]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer. `verdict` is None only while the sentence is still being written."""

    text: str
    citations: tuple[Citation, ...] = ()
    verdict: Verdict | None = None
    reason: str = ""


def cited(statements: Sequence[Statement]) -> tuple[Citation, ...]:
    """Give each span that statements cite once, in the order of first use."""
    return tuple({citation.span: citation for s in statements for citation in s.citations}.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: statements with their sources, or an honest "not found" with the nearest passages.

    `confidence` is the probability, in 0..1, that the answer is right; `language` ("fr" or "en") is the question's;
    `receipt` says what made the answer and takes no part in equality.
    """

    question: str
    statements: tuple[Statement, ...] = ()
    hits: tuple[Hit, ...] = ()
    found: bool = False
    confidence: float = 0.0
    language: str = "en"
    receipt: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Keep the promise that a refusal states and cites nothing."""
        if not self.found and self.statements:
            raise ValueError("an answer that is not found carries no statements")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each cited span once, in the order of first use."""
        return cited(self.statements)

    @property
    def stopped(self) -> str:
        """Say why a model's answer breaks off: "cut", "length", "slow", …; "" for a whole one."""
        backend = self.receipt.get("backend")
        return str(backend.get("stopped") or "") if isinstance(backend, Mapping) else ""

    @property
    def searched(self) -> str:
        """Give what was searched for where a follow-up was completed; "" for a question that was taken as it is."""
        searched = str(self.receipt.get("question") or "")
        return "" if searched == self.question.strip() else searched

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Give the parts of the question that this does not answer, where it asked for several things."""
        backend = self.receipt.get("backend")
        parts = backend.get("unanswered") if isinstance(backend, Mapping) else None
        return tuple(map(str, parts)) if isinstance(parts, list | tuple) else ()

    @property
    def text(self) -> str:
        """The statements joined by a space, each with its markers: "… dollars.[1][2]"; a refusal is one sentence."""
        if not self.found:
            return NOT_FOUND[self.language]
        return " ".join(s.text + "".join(f"[{c.number}]" for c in s.citations) for s in self.statements)

    def to_dict(self) -> dict[str, object]:
        """Give the versioned form that `--json` prints and `from_dict` reads: plain lists, dicts, strings, numbers."""
        return {
            "format": FORMAT,
            "question": self.question,
            "language": self.language,
            "found": self.found,
            "confidence": self.confidence,
            "text": self.text,
            "statements": [
                {
                    "text": s.text,
                    "verdict": s.verdict,
                    "reason": s.reason,
                    "citations": [_citation_to_dict(c) for c in s.citations],
                }
                for s in self.statements
            ],
            "hits": [
                {
                    "span": _span_to_dict(h.chunk.span),
                    "text": h.chunk.text,
                    "headings": list(h.chunk.headings),
                    "score": h.score,
                    "rank": h.rank,
                }
                for h in self.hits
            ],
            "receipt": dict(self.receipt),
        }

    @classmethod
    def from_dict(cls, form: Mapping[str, object]) -> Answer:
        """Read what `to_dict` wrote. Raises ValueError for another format version or a form that does not fit."""
        if not isinstance(form, Mapping) or form.get("format") != FORMAT:
            found = form.get("format") if isinstance(form, Mapping) else form
            raise ValueError(f"expected an answer of format {FORMAT}, found {found!r}")
        try:
            return _answer_from_dict(form)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not the form of an answer: {error!r}") from error


def _span_to_dict(span: Span) -> dict[str, object]:
    return {"document_id": span.document_id, "start": span.start, "end": span.end}


def _citation_to_dict(citation: Citation) -> dict[str, object]:
    return {
        "number": citation.number,
        "span": _span_to_dict(citation.span),
        "quote": citation.quote,
        "title": citation.title,
        "page": citation.page,
        "focus": None if citation.focus is None else _span_to_dict(citation.focus),
    }


def _answer_from_dict(form: Mapping[str, object]) -> Answer:
    loaded: Any = form
    return Answer(
        question=loaded["question"],
        statements=tuple(
            Statement(
                text=s["text"],
                citations=tuple(
                    Citation(
                        number=c["number"],
                        span=Span(**c["span"]),
                        quote=c["quote"],
                        title=c["title"],
                        page=c["page"],
                        focus=None if c["focus"] is None else Span(**c["focus"]),
                    )
                    for c in s["citations"]
                ),
                verdict=None if s["verdict"] is None else Verdict(s["verdict"]),
                reason=s["reason"],
            )
            for s in loaded["statements"]
        ),
        hits=tuple(
            Hit(Chunk(Span(**h["span"]), h["text"], tuple(h["headings"])), h["score"], h["rank"])
            for h in loaded["hits"]
        ),
        found=loaded["found"],
        confidence=loaded["confidence"],
        language=loaded["language"],
        receipt=loaded["receipt"],
    )
