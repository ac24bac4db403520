"""LangChain's view of a chatbot: a retriever whose documents carry our spans, and a runnable that answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from index import Hit
from rag.answer import Answer

if TYPE_CHECKING:
    from rag.chatbot import Chatbot

_NAMED = frozenset({"question", "history", "filter", "k"})


class SpanRetriever(BaseRetriever):
    """Finds chunks in the chatbot's collection; `metadata` says where each stands in its document."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    bot: Any
    k: int = 10
    filter: Mapping[str, object] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(self.bot, hit) for hit in self.bot.retrieve(query, self.k, self.filter)]


def retriever(bot: Chatbot, k: int, filter: Mapping[str, object] | None) -> BaseRetriever:
    """Give a retriever over the chatbot's collection. Raises ValueError when k < 1.

    Metadata: document_id, start, end, title, source, language, page, score, rank; the page content is exactly
    `text[start:end]` of the document.
    """
    if k < 1:
        raise ValueError(f"expected k of 1 or more, found {k}")
    return SpanRetriever(bot=bot, k=k, filter=filter)


def runnable(bot: Chatbot) -> Runnable[str | dict[str, object], Answer]:
    """Give a runnable that takes a question, or a dict with "question" and maybe "history", "filter", "k"."""

    def ask(asked: str | dict[str, object]) -> Answer:
        if isinstance(asked, str):
            return bot.ask(asked)
        if not isinstance(asked, Mapping) or not isinstance(asked.get("question"), str):
            raise ValueError(f'expected a question or {{"question": ..., "history": ...}}, found {asked!r}')
        if unknown := sorted(set(asked) - _NAMED):
            raise ValueError(f"unknown {', '.join(unknown)}; expected {', '.join(sorted(_NAMED))}")
        given = cast("dict[str, Any]", {name: value for name, value in asked.items() if name != "question"})
        return bot.ask(cast("str", asked["question"]), **given)

    return RunnableLambda(ask, name="sourcier")


def _document(bot: Chatbot, hit: Hit) -> Document:
    span = hit.chunk.span
    document = bot.collection.document(span.document_id)
    return Document(
        page_content=hit.chunk.text,
        metadata={
            **{key: value for key, value in document.metadata.items() if isinstance(value, str | int | float | bool)},
            "document_id": span.document_id,
            "start": span.start,
            "end": span.end,
            "title": document.title,
            "source": document.source,
            "language": document.language,
            "page": document.page(span.start),
            "score": hit.score,
            "rank": hit.rank,
        },
    )
