"""Evidence made from texts, and a chat model that says what it is told to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from index import Chunk, Document, Hit, Span, sentences
from rag.backend import Evidence

ARTICLE = Document(
    "accord.txt",
    "Le partenariat a été annoncé hier.\n\n"
    "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic, et Microsoft ajoute 5 milliards. "
    "Amazon reste le fournisseur cloud principal d’Anthropic. "
    "Les clauses permettent à OpenAI de publier des modèles ouverts [7].\n\n"
    "Microsoft obtient une extension de ses droits jusqu’en 2032.",
    "Un accord à trois",
)


def evidence_of(*documents: Document) -> list[Evidence]:
    """Number every sentence of the documents, one passage a document."""
    found: list[Evidence] = []
    for rank, document in enumerate(documents, 1):
        hit = Hit(Chunk(Span(document.id, 0, len(document.text)), document.text), 1.0 / rank, rank)
        for start, end in sentences(document.text):
            span = Span(document.id, start, end)
            found.append(Evidence(len(found) + 1, span, document.quote(span), document.title, None, hit))
    return found


class ScriptedChatModel(BaseChatModel):
    """Says `script`, one piece a chunk; `asked` keeps the messages of every call, `closed` counts streams left early.

    A piece that is an exception is raised. `calls` scripts, when given, are said one a call, the last again and again.
    """

    script: list[Any] = Field(default_factory=list)
    calls: list[list[Any]] = Field(default_factory=list)
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    closed: list[int] = Field(default_factory=list)
    metadata_at_end: dict[str, Any] = Field(default_factory=dict)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _pieces(self) -> Sequence[Any]:
        return self.calls[min(len(self.asked), len(self.calls)) - 1] if self.calls else self.script

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        self.asked.append(messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(map(str, self._pieces()))))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        said = 0
        try:
            for piece in self._pieces():
                if isinstance(piece, BaseException):
                    raise piece
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
                said += 1
            yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=self.metadata_at_end))
            said = -1
        finally:
            if said >= 0:
                self.closed.append(said)
