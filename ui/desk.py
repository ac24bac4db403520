"""One page's side of the conversation: a question in, what the page shows next out. No gradio."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from index import detect
from rag import Answer, BackendError
from ui import render
from ui.bot import Bot
from ui.conversations import Conversations, Turn, new_id
from ui.intent import intent
from ui.messages import Words
from ui.streaming import Pace, paced

MAX_QUESTION = 4_000
"""Characters of a question."""
AT_ONCE = 64
"""Answers written at the same time; further questions wait their turn."""

_log = logging.getLogger(__name__)
_executor = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="answer")


@dataclass(frozen=True, slots=True)
class Shown:
    """What changes on the page; None stays as it is. `kept` names the conversation once something of it is kept."""

    past: str | None = None
    live: str | None = None
    notice: str | None = None
    conversation: str | None = None
    kept: str | None = None
    busy: bool | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes questions in one language of the page and keeps each answer under its owner."""

    bot: Bot
    words: Words
    conversations: Conversations
    examples: Sequence[str] = ()
    pace: Pace = field(default_factory=Pace)
    halts: dict[str, asyncio.Event] = field(default_factory=dict)

    def opened(self, conversation: str, owner: str) -> Shown:
        """Give the page as it is opened: an earlier conversation of this owner, or the welcome."""
        turns = self.conversations.turns(conversation, owner) if conversation else []
        if turns:
            return Shown(past=self._past(turns), live="", conversation=conversation)
        has_documents = next(iter(self.bot.collection.documents()), None) is not None
        return Shown(past=render.welcome(self.words, self._examples(), has_documents), live="", conversation="")

    def _examples(self) -> list[str]:
        """Give the examples in the page's language, or all when there is none."""
        return [each for each in self.examples if detect(each) == self.words.language] or list(self.examples)

    async def ask(
        self, question: str, conversation: str, chosen: str, owner: str, session: str
    ) -> AsyncGenerator[Shown]:
        """Yield what the page shows while a question is answered; `chosen` is a JSON list of document ids to ask."""
        question = question.strip()
        problem = _problem(question, self.words)
        if problem:
            yield Shown(notice=render.notice(problem))
            return
        turns = await asyncio.to_thread(self.conversations.turns, conversation, owner) if conversation else []
        if intent(question) == "greeting":
            told = render.told(question, self.words.hello, self.words)
            yield Shown(past=self._past(turns), live=told, notice="", busy=True)  # empties the box
            yield Shown(busy=False)
            return
        conversation = conversation or new_id()
        pending = render.pending(question, self.words)
        yield Shown(past=self._past(turns), live=pending, notice="", conversation=conversation, busy=True)
        halt = self.halts[session] = asyncio.Event()
        answer = Answer(question)
        try:
            async with contextlib.aclosing(self._answers(question, turns, chosen, halt)) as answers:
                async for answer in answers:
                    yield Shown(live=render.turn(answer, self.words, unfinished=True))
        except BackendError as error:
            note = self.words.backend_failed.format(reason=error)
            yield Shown(live=render.failed(question, note, self.words), busy=False)
            return
        except Exception:
            _log.exception("the answer to a question failed")
            yield Shown(live=render.failed(question, self.words.something_failed, self.words), busy=False)
            return
        except BaseException:  # the page was closed: what was written is kept
            self.conversations.append(conversation, owner, answer, "stopped")
            raise
        finally:
            self.halts.pop(session, None)
        outcome = "stopped" if halt.is_set() else "finished"
        conversation, identifier = await asyncio.to_thread(
            self.conversations.append, conversation, owner, answer, outcome
        )
        done = self._turn(Turn(identifier, answer, outcome))
        yield Shown(live=done, conversation=conversation, kept=conversation, busy=False)

    def stop(self, session: str) -> None:
        """End the answer that is being written for this session; what is written is kept as incomplete."""
        halt = self.halts.get(session)
        if halt is not None:
            halt.set()

    def _answers(
        self, question: str, turns: Sequence[Turn], chosen: str, halt: asyncio.Event
    ) -> AsyncGenerator[Answer]:
        history, narrowed = [turn.answer for turn in turns], _narrowed(chosen)
        return paced(lambda: self.bot.stream(question, history=history, filter=narrowed), _executor, self.pace, halt)

    def _past(self, turns: Sequence[Turn]) -> str:
        return "".join(self._turn(turn) for turn in turns)

    def _turn(self, turn: Turn) -> str:
        answer, note = turn.answer, ""
        if turn.outcome == "stopped":
            note = self.words.stopped
        elif answer.found and intent(answer.question) == "whole":
            note = self.words.not_whole_documents
        near = {} if answer.found else self._titles(answer)
        return render.turn(answer, self.words, identifier=turn.id, note=note, titles=near, thumb=turn.thumb)

    def _titles(self, answer: Answer) -> dict[str, str]:
        titles = {}
        for hit in answer.hits[: render.NEAREST]:
            with contextlib.suppress(KeyError):
                identifier = hit.chunk.span.document_id
                titles[identifier] = self.bot.collection.document(identifier).title
        return titles


def _problem(question: str, words: Words) -> str:
    if not question:
        return words.empty_question
    if len(question) > MAX_QUESTION:
        return words.too_long_question.format(limit=MAX_QUESTION, found=len(question))
    return ""


def _narrowed(chosen: str) -> dict[str, object] | None:
    """Give the filter for a JSON list of document ids; None for an empty or unreadable one."""
    with contextlib.suppress(ValueError):
        ids = json.loads(chosen or "[]")
        if isinstance(ids, list) and ids and all(isinstance(one, str) for one in ids):
            return {"document_id": ids}
    return None
