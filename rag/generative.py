"""A LangChain chat model as a backend: prose from the model, every citation from the evidence."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag import native
from rag.backend import BackendError, Draft, Evidence, Message
from rag.failure import LONGEST_WAIT, RETRIED, Failure, Kind, explain
from rag.prompt import PROMPT_VERSION, Prompt, build, rewriting, visible
from rag.stream import pull
from rag.writing import LONGEST_SENTENCE, SAYS_WHEN_DONE, Writing, without_thoughts

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

LEAST_ROOM = 512
"""Tokens of a prompt below which no passage is worth asking about."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GenerativeBackend:
    """Answers through `model`, any LangChain chat model.

    `context_tokens` is what model and prompt have to fit, `answer_tokens` the part of it kept for the answer. An answer
    not finished within `deadline` seconds, or silent for `silence` seconds, is cut there. A request that fails before
    its first word is made up to `retries` more times where that makes sense. `brief`: the model is asked for one
    sentence. `asynchronous`: its client is, and no other event loop uses it, so that a request is cancelled the moment
    nobody listens. `sends_to` names the host that questions and passages are sent to, None when they stay on this
    machine: the chat and the command say so.
    """

    model: BaseChatModel = field(repr=False)
    name: str = ""
    context_tokens: int = 8192
    answer_tokens: int = 1024
    deadline: float = 120.0
    silence: float = 60.0
    retries: int = 2
    native_citations: bool = False
    brief: bool = False
    asynchronous: bool = False
    sends_to: str | None = None
    interval: float = 0.05
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name the model after its class when it came without a name, and refuse sizes that leave no room."""
        if not self.name:
            object.__setattr__(self, "name", type(self.model).__name__)
        if self.context_tokens - self.answer_tokens < LEAST_ROOM:
            raise ValueError(
                f"context_tokens={self.context_tokens} leaves less than {LEAST_ROOM} tokens beside answer_tokens="
                f"{self.answer_tokens}: give more context_tokens or fewer answer_tokens"
            )

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Yield the answer as it is written; an answer that nothing supports ends without statements.

        Raises BackendError when the model fails before it finished a sentence; later its finished sentences are kept
        and `details["stopped"]` says why there are no more.
        """
        if not evidence:
            yield Draft(complete=True, details={"model": self.name, "prompt_version": PROMPT_VERSION})
            return
        end = time.monotonic() + self.deadline
        room = self.context_tokens - self.answer_tokens
        own, folded, tries = self.native_citations, False, 0
        told: BackendError | None = None
        while True:
            try:
                prompt = build(question, evidence, history, tokens=room, brief=self.brief)
            except ValueError as error:
                raise told or BackendError(f"{self.name}: {error}") from None
            shown = False
            try:
                for draft in self._drafts(prompt, end, own, folded):
                    shown = True
                    yield draft
                return
            except Exception as error:  # every provider's client raises its own
                failure = explain(error)
            if not shown and failure.kind is Kind.TOO_LONG and room > LEAST_ROOM:
                room, told = self._less(room, failure.context), failure.error(self.name)
            elif not shown and failure.kind is Kind.INVALID and self._without_temperature(failure):
                continue
            elif not shown and failure.kind is Kind.INVALID and own:
                own = False
            elif not shown and failure.kind is Kind.ROLES and not folded:
                folded = True
            elif not shown and tries < self.retries and self._waited(failure, tries, end):
                tries += 1
            else:
                _log.warning("%s failed: %s", self.name, failure.kind)
                raise failure.error(self.name) from None

    def shortened(self) -> GenerativeBackend:
        """Give the same backend, its model asked for one sentence."""
        return replace(self, brief=True)

    def rewrite(self, question: str, history: Sequence[Message]) -> str:
        """Give `question` as one that stands alone, in the model's words. Raises BackendError when the model fails."""
        turns = rewriting(question, history, tokens=self.context_tokens - self.answer_tokens)
        written = ""
        try:
            with closing(
                pull(lambda: self._asked(_langchain(turns)), deadline=min(20.0, self.deadline), silence=20.0)
            ) as batches:
                for batch in batches:
                    written += "".join(visible(native.plain(chunk.content)) for chunk in batch)
                    if len(written) > LONGEST_SENTENCE:
                        break
        except Exception as error:
            raise explain(error).error(self.name) from None
        return without_thoughts(written).strip()

    def _without_temperature(self, failure: Failure) -> bool:
        """Leave the temperature to a model that refuses one, from now on; False when that is not what is wrong."""
        if "temperature" not in failure.said or getattr(self.model, "temperature", None) is None:
            return False
        object.__setattr__(self, "model", self.model.model_copy(update={"temperature": None}))
        return True

    def _less(self, room: int, context: int | None) -> int:
        """Give a smaller room for the prompt: what the server says that it takes, else half."""
        stated = (context or 0) - self.answer_tokens
        return stated if LEAST_ROOM <= stated < room else max(room // 2, LEAST_ROOM)

    def _asked(self, messages: list[BaseMessage]) -> Iterator[BaseMessage] | AsyncIterator[BaseMessage]:
        return self.model.astream(messages) if self.asynchronous else self.model.stream(messages)

    def _waited(self, failure: Failure, tries: int, end: float) -> bool:
        """Wait as the server asks, else half a second and then longer; False when trying again makes no sense."""
        wait = 0.5 * 2**tries if failure.wait is None else failure.wait
        if failure.kind not in RETRIED or wait > LONGEST_WAIT or time.monotonic() + wait >= end:
            return False
        self.sleep(wait)
        return True

    def _drafts(self, prompt: Prompt, end: float, own: bool, folded: bool) -> Iterator[Draft]:
        """Run the model once and yield the growing answer; raise what it raises while no sentence is finished."""
        messages = _langchain(prompt.folded_messages) if folded else _messages(prompt, own)
        writing = Writing(prompt, native.reader(prompt.passages) if own else native.plain, _provider(self.model))
        left = max(0.1, end - time.monotonic())
        try:
            with closing(
                pull(
                    lambda: self._asked(messages),
                    deadline=left,
                    silence=min(self.silence, left),
                    interval=self.interval,
                )
            ) as batches:
                for batch in batches:
                    if (statements := writing.read(batch)) is not None:
                        yield Draft(statements)
                    if writing.stopped:
                        break
        except Exception as error:
            writing.stopped = explain(error).kind.value
            draft = writing.last(self.name)
            if not draft.statements:
                raise
            _log.warning("%s stopped in the middle of an answer: %s", self.name, writing.stopped)
            yield draft
            return
        draft = writing.last(self.name)
        unsupported = "unsupported" in draft.details
        if draft.details.get("stopped") == "cut" and not (draft.statements or writing.refused or unsupported):
            raise ConnectionResetError("the answer broke off before its first sentence was finished")
        yield draft


def _provider(model: BaseChatModel) -> str:
    """Give the provider whose protocol says when an answer is whole, "" for a model of another kind."""
    return next((name for name in sorted(SAYS_WHEN_DONE) if name in model._llm_type), "")


def _messages(prompt: Prompt, own: bool) -> list[BaseMessage]:
    if not own:
        return _langchain(prompt.messages)
    from langchain_core.messages import HumanMessage

    messages = _langchain(prompt.native_messages)
    content = [*native.documents(prompt.passages), {"type": "text", "text": prompt.native_messages[-1].content}]
    messages[-1] = HumanMessage(content=content)  # type: ignore[arg-type]
    return messages


def _langchain(turns: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[turn.role](content=turn.content) for turn in turns]
