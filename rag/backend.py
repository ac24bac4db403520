"""The Backend contract: question and evidence in, drafts of an answer out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index import Hit, Span
from rag.answer import Statement


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a retrieved passage, numbered from 1 in the order a backend sees it.

    `text` is exactly the characters of `span`; `hit` is the passage it stands in.
    """

    number: int
    span: Span
    text: str
    title: str
    page: int | None
    hit: Hit


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation so far: `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as far as it is written; the chatbot numbers and verifies it.

    Statements cite evidence by span; their citation numbers and verdicts are not read. With `complete` false the last
    statement may be unfinished. A complete draft without statements means "not found". `confidence` is in 0..1,
    None where the backend can't tell; `details` goes into the receipt (model, tokens, dropped markers).
    """

    statements: tuple[Statement, ...] = ()
    complete: bool = False
    confidence: float | None = None
    details: dict[str, object] = field(default_factory=dict)


class Backend(Protocol):
    """What turns a question and its evidence into an answer: extractive, or a language model."""

    @property
    def name(self) -> str:
        """How the answer's receipt and footer call it, such as "extractive" or "openai:gpt-5"."""
        ...

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Yield at least one draft, each longer than the one before; the last is complete.

        Raises `BackendError` when the model behind it fails.
        """
        ...


class BackendError(RuntimeError):
    """The model behind a backend failed: what was asked of whom, what came back, what to do next.

    `french` says the same for people who read French.
    """

    def __init__(self, message: str = "", *, french: str = "") -> None:
        super().__init__(message)
        self.french = french
