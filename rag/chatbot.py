"""Chatbot: the whole path on one screen: retrieve, answer, cite, verify."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
import traceback
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING

from index import Collection, Document, Embedder, Hit, detect, quotable, read
from rag.answer import Answer
from rag.assembly import assembled
from rag.backend import Backend, BackendError, Draft, Evidence, Message
from rag.backends import load
from rag.failure import without_secrets
from rag.followup import standalone
from rag.parts import parts, together
from rag.receipt import receipt
from rag.reranker import Reranker, load_reranker
from rag.standing import standing
from rag.stream import stopping

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

logger = logging.getLogger(__name__)
_TRIES = 3
_BLANKS = re.compile(r"(\s)\s+")

History = Sequence[Answer | Mapping[str, str]]


class Chatbot:
    """Answers questions from one collection, every sentence with its source.

    `backend` is "extractive" (no language model), "provider:model" such as "openai:gpt-5" or "ollama:llama3.2", a
    LangChain chat model, or any object that fits `Backend`; `reranker` is "default" (the shipped reader), None, a
    cross-encoder's name or folder, or any object that fits `Reranker`. Safe to use from threads.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        backend: str | Backend | BaseChatModel = "extractive",
        reranker: str | Reranker | None = "default",
    ) -> None:
        self.collection = collection
        self.backend: Backend = load(backend)
        self.reranker = load_reranker(reranker, collection)

    @classmethod
    def from_paths(
        cls,
        paths: Sequence[str | PathLike[str]],
        *,
        backend: str | Backend | BaseChatModel = "extractive",
        embedder: str | Embedder = "default",
        reranker: str | Reranker | None = "default",
    ) -> Chatbot:
        """Read files and folders into a collection in memory and give a chatbot over it; errors as `index.read`'s."""
        collection = Collection.in_memory(embedder=embedder)
        collection.add(read(paths))
        return cls(collection, backend=backend, reranker=reranker)

    def ask(
        self, question: str, *, history: History = (), filter: Mapping[str, object] | None = None, k: int = 10
    ) -> Answer:
        """Give the answer to `question`, or an honest "not found" with the nearest passages.

        `history`: earlier answers, oldest first, or {"role", "content"} dicts; `filter` as `Collection.search`'s; `k`:
        how many passages are read. Raises ValueError for an empty question or k < 1, TypeError for a question or a
        filter that is none, `BackendError` when the model fails.
        """
        for answer in self.stream(question, history=history, filter=filter, k=k):
            last = answer
        return last

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        filter: Mapping[str, object] | None = None,
        k: int = 10,
        hits_first: bool = False,
    ) -> Generator[Answer]:
        """Yield the answer as it grows; the last one equals what `ask` gives. Arguments and errors as `ask`'s.

        With `hits_first`, the first one holds the hits alone where a model then reads them, which may take a minute.
        """
        if not isinstance(question, str):
            raise TypeError(f"expected a question as text, found {question!r}")
        question = _BLANKS.sub(r"\1", question.strip())
        if not question:
            raise ValueError("expected a question, found an empty text: type what you want to know")
        started = time.perf_counter()
        messages = _messages(history)
        searched = standalone(question, messages, getattr(self.backend, "rewrite", None))
        try:
            sources = self._sources(searched, k, filter)
        except Exception as error:
            if not _from_embedder(error):
                raise
            raise BackendError(f"the embedder could not read the question: {_said(error)}") from error
        retrieved = time.perf_counter()
        hits = [hit for _, hit in sources]
        documents = {document.id: document for document, _ in sources}
        found = evidence(hits, documents)
        shown = Answer(question, hits=tuple(hits), language=detect(question))
        if hits_first and hits and self.backend.name != "extractive":
            yield shown
        for draft in _drafts(self.backend, searched, found, messages):
            answer = assembled(shown, draft, documents, judged=self.reranker is not None)
            if draft.complete:
                timings = {"retrieve_s": retrieved - started, "total_s": time.perf_counter() - started}
                answer = replace(answer, receipt=receipt(self, question, searched, messages, filter, k, draft, timings))
            yield answer

    def _sources(self, question: str, k: int, filter: Mapping[str, object] | None) -> list[tuple[Document, Hit]]:
        """Give the hits with their documents, searched for again where another thread changed one meanwhile."""
        for _ in range(_TRIES):
            hits = self.retrieve(question, k, filter)
            sources = list(standing(hits, self.collection.document))
            if len(sources) == len(hits):
                break
        return sources

    def retrieve(self, question: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give the `k` best hits for a question as an answer would be read from them: searched, then reranked.

        Where it asks for several things, they are the best for each. Arguments and errors as `Collection.search`'s.
        """
        if not isinstance(k, int) or k < 1:
            raise ValueError(f"k must be at least 1, found {k!r}")
        return together([self._retrieve(part, k, filter) for part in parts(question)], k)

    def _retrieve(self, question: str, k: int, filter: Mapping[str, object] | None) -> list[Hit]:
        if self.reranker is None:
            return self.collection.search(question, k, filter)
        depth = max(k, getattr(self.reranker, "depth", k))
        return self.reranker.rerank(question, self.collection.search(question, depth, filter))[:k]

    def shortened(self) -> Chatbot:
        """Give the same chatbot with a backend that was asked for one sentence; itself where the backend can't be."""
        shorten = getattr(self.backend, "shortened", None)
        if shorten is None:
            return self
        short = copy(self)
        short.backend = shorten()
        return short

    def quoting(self) -> Chatbot:
        """Give the same chatbot without its model: what the documents say word for word, where a model fails."""
        plain = copy(self)
        plain.backend = load("extractive")
        return plain

    async def aask(
        self, question: str, *, history: History = (), filter: Mapping[str, object] | None = None, k: int = 10
    ) -> Answer:
        """Give what `ask` gives, without blocking the event loop."""
        answers = [each async for each in self.astream(question, history=history, filter=filter, k=k)]
        return answers[-1]

    async def astream(
        self, question: str, *, history: History = (), filter: Mapping[str, object] | None = None, k: int = 10
    ) -> AsyncIterator[Answer]:
        """Yield what `stream` yields, without blocking the event loop; closing it or cancelling ends the request."""
        answers = self.stream(question, history=history, filter=filter, k=k)
        halt = threading.Event()

        def step() -> Answer | None:
            with stopping(halt):
                return next(answers, None)

        try:
            while (answer := await asyncio.to_thread(step)) is not None:
                yield answer
        finally:
            halt.set()
            with suppress(ValueError):  # a step is still in its thread: it ends there
                answers.close()

    def as_retriever(self, k: int = 10, filter: Mapping[str, object] | None = None) -> BaseRetriever:
        """Give a LangChain retriever over the collection; its documents carry our spans in their metadata."""
        from rag.langchain import retriever

        return retriever(self, k, filter)

    def as_runnable(self) -> Runnable[str | dict[str, object], Answer]:
        """Give a LangChain runnable: a question, or {"question", "history"}, in; an `Answer` out."""
        from rag.langchain import runnable

        return runnable(self)


def _messages(history: History) -> list[Message]:
    """Turn earlier answers and plain turns into messages, oldest first. Raises ValueError for another form."""
    messages: list[Message] = []
    if isinstance(history, str | Answer | Mapping) or not isinstance(history, Sequence):
        raise ValueError(f"expected a list of earlier answers in history, found {type(history).__name__}")
    for turn in history:
        if isinstance(turn, Answer):
            messages += [Message("user", turn.question), Message("assistant", turn.text)]
        elif isinstance(turn, Mapping) and isinstance(turn.get("role"), str) and isinstance(turn.get("content"), str):
            messages.append(Message(turn["role"], turn["content"]))
        else:
            raise ValueError(f'expected Answers or {{"role", "content"}} dicts in history, found {turn!r}')
    return messages


def evidence(hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Evidence]:
    """Number the sentences of the hits, best passage first: without Markdown's headings and the bullets of lists."""
    found: list[Evidence] = []
    for hit in hits:
        document = documents[hit.chunk.span.document_id]
        for start, end in quotable(hit.chunk.text):
            cut = hit.chunk.span.narrow(start, end)
            found.append(
                Evidence(len(found) + 1, cut, document.quote(cut), document.title, document.page(cut.start), hit)
            )
    return found


def _drafts(backend: Backend, question: str, found: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
    """Yield the backend's drafts. Raises BackendError for whatever it raises, and where it breaks its contract."""
    complete = None
    try:
        for draft in backend.stream(question, found, history):
            if not isinstance(draft, Draft):
                raise BackendError(f"expected Drafts of the backend {backend.name}, found {type(draft).__name__}")
            complete = draft.complete
            yield draft
    except BackendError:
        raise
    except Exception as error:  # a backend may be anybody's
        logger.warning("the backend %s failed: %s", backend.name, _said(error))
        raise BackendError(f"the backend {backend.name} failed: {_said(error)}") from error
    if not complete:
        found_instead = "no draft at all" if complete is None else "an unfinished one"
        raise BackendError(
            f"expected the last draft of the backend {backend.name} to be complete, found {found_instead}"
        )


def _said(error: Exception) -> str:
    return without_secrets(f"{type(error).__name__}: {' '.join(str(error).split())}")[:300]


def _from_embedder(error: Exception) -> bool:
    """Say whether an error comes out of the embedder, which may be anybody's too."""
    return any(frame.f_code.co_name.startswith("embed_quer") for frame, _ in traceback.walk_tb(error.__traceback__))
