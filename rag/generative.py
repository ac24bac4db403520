"""A LangChain chat model as a backend: prose from the model, every citation from the evidence."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index import count
from rag import native
from rag.answer import Statement, Verdict
from rag.backend import BackendError, Draft, Evidence, Message
from rag.citation import Cited, cite
from rag.failure import LONGEST_WAIT, RETRIED, Failure, Kind, explain
from rag.marker import unnumbered
from rag.prompt import NO_ANSWER, PROMPT_VERSION, Prompt, build, rewriting, visible
from rag.proof import SHORTEST
from rag.refusal import refuses
from rag.stream import pull
from rag.verification import RELATED, coverage, verify

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

LONGEST_ANSWER = 16_000
"""Characters; a model that goes on is stopped."""
LONGEST_SENTENCE = 2_000
LEAST_ROOM = 512
"""Tokens of a prompt below which no passage is worth asking about."""

_log = logging.getLogger(__name__)
_REFUSAL = re.compile(r"\W*(?:NO(?:\\?_|[ -])ANSWER|no_answer)\b")
_THOUGHT = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)\s*", re.DOTALL)
_ROUND = re.compile(r"(.{2,60}?)\1{7,}.{0,60}\Z", re.DOTALL)
_LONGEST_ROUND = 600
_LEAST_ROUND = 80
_ENDED = re.compile(r"[.!?…:;][\s»”\"')\]*_]*$")
_CUT = {"length": "length", "max_tokens": "length", "content_filter": "filtered", "refusal": "filtered"}
_SAYS_WHEN_DONE = frozenset({"openai", "anthropic", "ollama", "mistralai"})


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
        return _THOUGHT.sub("", written, count=1).strip()

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
        writing = _Writing(prompt, native.reader(prompt.passages) if own else native.plain, _provider(self.model))
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


class _Writing:
    """One answer while it comes in: its text, what has been cut out of it, and why it stopped if it did."""

    def __init__(self, prompt: Prompt, text_of: Callable[[native.Content | None], str], provider: str) -> None:
        self.prompt = prompt
        self.text_of = text_of
        self.raw = ""
        self.cited = Cited()
        self.stopped = ""
        self.ended = ""
        self.provider = provider
        self.refused = False
        self.usage: dict[str, int] = {}
        self._shown: tuple[Statement, ...] = ()

    def read(self, chunks: Sequence[BaseMessage]) -> tuple[Statement, ...] | None:
        """Take in what the model sent; give the statements so far when there is something new to show."""
        for chunk in chunks:
            self.raw += visible(self.text_of(chunk.content)[: LONGEST_ANSWER + 1])
            self._note(chunk)
        if len(self.raw) > LONGEST_ANSWER:
            self.raw, self.stopped = self.raw[:LONGEST_ANSWER], "length"
        answer = self._answer()
        if _REFUSAL.match(answer) or NO_ANSWER.startswith(answer.strip()):
            return None
        self.cited = cite(answer, self.prompt.evidence, after=self.cited)
        if len(self.cited.unfinished) > LONGEST_SENTENCE or _repeats(self.cited.statements) or _turns(self.raw):
            self.stopped = "repetition"
        unfinished = (Statement(self.cited.unfinished),) if self.cited.unfinished else ()
        statements = _clean((*self.cited.statements, *unfinished))
        if statements == self._shown or all(refuses(statement.text) for statement in statements):
            return None
        self._shown = statements
        return statements

    def last(self, name: str) -> Draft:
        """Give the complete draft: what is finished if the model was cut off, nothing if nothing comes of it."""
        self.raw += self.text_of(None)
        answer = self._answer()
        stopped = self.stopped or _CUT.get(self.ended, "")
        if not stopped and not self.ended and self.provider in _SAYS_WHEN_DONE:
            stopped = "cut"
        self.refused = refused = bool(_REFUSAL.match(answer))
        cited = self.cited
        if not refused and stopped != "repetition":
            cited = cite(answer, self.prompt.evidence, complete=True, after=self.cited)
        statements = () if refused else _clean(cited.statements)
        if stopped and len(statements) > len(self.cited.statements) and not _ENDED.search(statements[-1].text):
            statements = statements[:-1]
        told = _answering(statements)
        details: dict[str, object] = {
            "model": name,
            "prompt_version": PROMPT_VERSION,
            "prompt_spans": [[e.span.document_id, e.span.start, e.span.end] for e in self.prompt.evidence],
            "dropped_markers": cited.dropped,
            "prompt_tokens": self.usage.get("input_tokens") or self.prompt.tokens,
            "answer_tokens": self.usage.get("output_tokens") or count(self.raw),
        }
        if stopped:
            details["stopped"] = stopped
        if statements and not told:
            details["unsupported"] = len(statements)
        return Draft(told, complete=True, details=details)

    def _answer(self) -> str:
        """Give the text without the thoughts that some models write first."""
        if self.raw.lstrip().startswith("<think"):
            return _THOUGHT.sub("", self.raw, count=1)
        return "" if "<think>".startswith(self.raw.strip()) else self.raw

    def _note(self, chunk: BaseMessage) -> None:
        about = getattr(chunk, "response_metadata", None) or {}
        for key in ("finish_reason", "stop_reason", "done_reason"):
            self.ended = about.get(key) or self.ended
        self.provider = about.get("model_provider") or self.provider
        for key, value in (getattr(chunk, "usage_metadata", None) or {}).items():
            if isinstance(value, int):
                self.usage[key] = self.usage.get(key, 0) + value


def _provider(model: BaseChatModel) -> str:
    """Give the provider whose protocol says when an answer is whole, "" for a model of another kind."""
    return next((name for name in sorted(_SAYS_WHEN_DONE) if name in model._llm_type), "")


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


def _clean(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Leave out what says "no answer" beside an answer, and a sentence that was said before."""
    kept: dict[str, Statement] = {}
    for statement in statements:
        if NO_ANSWER not in statement.text:
            kept.setdefault(statement.text, statement)
    return tuple(kept.values())


def _answering(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Give the statements of an answer, none when nothing comes of it.

    So it is when all its sources speak of something else, or it says that they don't tell and proves nothing beside.
    """
    refusing = {s for s in statements if refuses(s.text) and not _carried(s)}
    if not refusing:
        return statements if any(map(_related, statements)) else ()
    if not any(_carried(statement) for statement in statements if statement not in refusing):
        return ()
    return tuple(replace(s, citations=()) if s in refusing else s for s in statements)


def _carried(statement: Statement) -> bool:
    return verify(unnumbered(statement.text), [each.quote for each in statement.citations]).verdict is Verdict.SUPPORTED


def _related(statement: Statement) -> bool:
    if statement.citations and len(statement.text.split()) < SHORTEST:
        return True  # "Yes.": nothing in it can be found in a source
    return coverage(statement.text, [each.quote for each in statement.citations]) >= RELATED


def _turns(text: str) -> bool:
    """Say whether `text` ends in the same few words or markers again and again."""
    found = _ROUND.search(text[-_LONGEST_ROUND:])
    return found is not None and len(found.group()) >= _LEAST_ROUND and bool(re.search(r"\w", found.group(1)))


def _repeats(statements: Sequence[Statement]) -> bool:
    return any(times > 2 for times in Counter(s.text for s in statements[-12:]).values())
