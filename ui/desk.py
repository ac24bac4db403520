"""One page's side of the conversation: a question in, what the page shows next out. No gradio."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from index import Document, detect
from rag import Answer, BackendError, Statement, cited, contrary, likeliest
from ui import render
from ui.bot import Bot
from ui.conversations import Conversations, Turn, new_id
from ui.intent import intent
from ui.messages import Words, backend_name
from ui.source import locate
from ui.starters import MOST, starters
from ui.streaming import Pace, paced
from ui.told import told
from ui.wish import Wish, sound

MAX_QUESTION = 4_000
"""Characters of a question."""
AT_ONCE = 256
"""Answers written at the same time, each in a thread that mostly waits for its model; further ones wait their turn."""

_log = logging.getLogger(__name__)
_executor = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes questions in one language of the page and keeps each answer under its owner.

    `others` answer from the same documents with another backend, for those who choose it by its name. `examples` are
    questions to try; what the newest documents answer comes after them.
    """

    bot: Bot
    words: Words
    conversations: Conversations
    others: Sequence[Bot] = ()
    examples: Sequence[str] = ()
    pace: Pace = field(default_factory=Pace)
    halts: dict[str, asyncio.Event] = field(default_factory=dict)

    def backends(self) -> list[dict[str, str | None]]:
        """Give the backends to choose from, the default first: name, label and the place questions are sent to."""
        found = [bot.backend for bot in (self.bot, *self.others)]
        return [
            {"name": one.name, "label": backend_name(one.name, self.words), "place": getattr(one, "sends_to", None)}
            for one in found
        ]

    def opened(self, conversation: str, owner: str) -> str:
        """Give what a page opens with: an earlier conversation of this owner, or the welcome."""
        turns = self.conversations.turns(conversation, owner) if conversation else []
        if turns:
            return "".join(self._turn(turn, self._since(turn)) for turn in turns)
        has_documents = next(iter(self.bot.collection.documents()), None) is not None
        return render.welcome(self.words, self._examples(), has_documents)

    def _examples(self) -> list[str]:
        """Give questions to try, in the page's language where there are any."""
        try:
            drawn = starters(self.bot.collection.documents(newest_first=True))
        except (OSError, ValueError):  # a damaged file; the page opens all the same
            _log.exception("no questions to try could be drawn from the documents")
            drawn = []
        found = dict.fromkeys((*self.examples, *drawn))
        return ([each for each in found if detect(each) == self.words.language] or list(found))[:MOST]

    async def ask(self, question: str, wished: str, owner: str, session: str) -> AsyncGenerator[str]:
        """Yield what the page shows of a question while it is answered, each time the whole of it.

        One text and no more: each further output of an event costs Gradio as much again. `wished` is read by `Wish`.
        """
        question = sound(question).strip()
        problem = _problem(question, self.words)
        if problem:
            yield render.notice(problem)
            return
        wish = Wish.read(wished)
        conversation, run = wish.conversation or new_id(), new_id()
        extractive = self._bot(wish).backend.name == "extractive"
        instead = await asyncio.to_thread(told, question, self._asked(wish), self.words, extractive=extractive)
        if instead is not None:
            yield render.placed(render.told(question, instead, self.words), run, "")
            return
        yield render.placed(render.pending(question, self.words), run, conversation)
        halt = self.halts[session] = asyncio.Event()
        answer = Answer(question)
        turns: list[Turn] = []
        try:
            turns = await asyncio.to_thread(self.conversations.turns, conversation, owner)
            async with contextlib.aclosing(self._answers(question, turns, wish, halt)) as answers:
                async for answer in answers:
                    yield render.placed(render.turn(answer, self.words, unfinished=True), run, conversation)
        except BackendError as error:
            failed = (self.words.language == "fr" and error.french) or str(error)
            quoted = await asyncio.to_thread(self._quoted, question, turns, wish)
            if quoted is None:
                yield render.placed(render.failed(question, failed, self.words), run, conversation)
                return
            conversation, turn = await asyncio.to_thread(self._kept, conversation, owner, quoted, "finished")
            shown = self._turn(turn, failed=f"{failed} {self.words.quoted_instead}")
            yield render.placed(shown, run, conversation)
            return
        except Exception:
            _log.exception("the answer to a question failed")
            yield render.placed(render.failed(question, self.words.something_failed, self.words), run, conversation)
            return
        except BaseException:  # the page was closed: what was written is kept
            with contextlib.suppress(Exception):
                self.conversations.append(conversation, owner, answer, "stopped")
            raise
        finally:
            if self.halts.get(session) is halt:
                del self.halts[session]
        outcome = "stopped" if halt.is_set() or answer.stopped else "finished"
        conversation, turn = await asyncio.to_thread(self._kept, conversation, owner, answer, outcome)
        yield render.placed(self._turn(turn), run, conversation)

    def _quoted(self, question: str, turns: Sequence[Turn], wish: Wish) -> Answer | None:
        """Answer without the model that failed; None where there was none, or the documents can't be read either."""
        quoting = getattr(self._bot(wish), "quoting", None)
        if quoting is None:
            return None
        history = [turn.answer for turn in turns]
        try:
            answer: Answer = quoting().ask(question, history=history, filter=wish.filter)
        except Exception:
            _log.exception("no answer without the model either")
            return None
        return _first_sentence(answer) if wish.short else answer

    def _kept(self, conversation: str, owner: str, answer: Answer, outcome: str) -> tuple[str, Turn]:
        """Keep an answer, with what other documents say against it; give the conversation's id and the turn.

        The turn has no id where it could not be kept.
        """
        others: tuple[Statement, ...] = ()
        try:
            others = contrary(answer, self.bot.collection.document)
            conversation, identifier = self.conversations.append(conversation, owner, answer, outcome, others)
        except Exception:  # a full disk must not cost the answer that is there
            _log.exception("an answer could not be kept")
            return conversation, Turn("", answer, outcome, contrary=others)
        return conversation, Turn(identifier, answer, outcome, contrary=others)

    def stop(self, session: str) -> None:
        """End the answer that is being written for this session; what is written is kept as incomplete."""
        halt = self.halts.get(session)
        if halt is not None:
            halt.set()

    def _answers(self, question: str, turns: Sequence[Turn], wish: Wish, halt: asyncio.Event) -> AsyncGenerator[Answer]:
        history, bot = [turn.answer for turn in turns], self._bot(wish)
        shortened = getattr(bot, "shortened", None) if wish.short else None
        bot = shortened() if shortened is not None else bot

        def stream() -> Iterator[Answer]:
            answers = bot.stream(question, history=history, filter=wish.filter, hits_first=True)
            return map(_first_sentence, answers) if wish.short else answers

        return paced(stream, _executor, self.pace, halt)

    def _bot(self, wish: Wish) -> Bot:
        return next((bot for bot in self.others if bot.backend.name == wish.backend), self.bot)

    def _asked(self, wish: Wish) -> Iterator[Document]:
        """Give the documents to ask."""
        for identifier in wish.documents:
            with contextlib.suppress(KeyError):
                yield self.bot.collection.document(identifier)
        if not wish.documents:
            folders = wish.folders or ("",)
            yield from (one for one in self.bot.collection.documents() if one.id.startswith(folders))

    def _since(self, turn: Turn) -> str:
        """Say which sources of an earlier answer no longer stand where it cites them; empty when all do."""
        found: dict[str, list[str]] = {"moved": [], "changed": [], "gone": []}
        for citation in cited((*turn.answer.statements, *turn.contrary)):
            state = "gone"
            with contextlib.suppress(KeyError):
                document = self.bot.collection.document(citation.span.document_id)
                state = str(locate(document, citation.span, citation.quote).state)
            found.get(state, []).append(f"[{citation.number}]")
        said = {"moved": self.words.since_moved, "changed": self.words.since_changed, "gone": self.words.since_gone}
        what = [said[state].format(numbers=" ".join(numbers)) for state, numbers in found.items() if numbers]
        return self.words.since_then.format(what=", ".join(what)) if what else ""

    def _turn(self, turn: Turn, note: str = "", failed: str = "") -> str:
        answer = turn.answer
        if turn.outcome == "stopped":
            note = f"{self.words.stopped} {note}".strip()
        elif answer.found and intent(answer.question) in ("summary", "about", "list"):
            note = f"{self.words.not_whole_documents} {note}".strip()
        if not turn.id:
            note = f"{self.words.not_kept} {note}".strip()
        titles = {} if answer.found else self._titles(answer)
        asked = answer.searched or answer.question
        near = [hit for hit in answer.hits[: render.NEAREST] if hit.chunk.span.document_id in titles]
        return render.turn(
            answer,
            self.words,
            identifier=turn.id,
            note=note,
            titles=titles,
            likeliest={hit.chunk.span: likeliest(asked, hit, titles[hit.chunk.span.document_id]) for hit in near},
            thumb=turn.thumb,
            contrary=turn.contrary,
            failed=failed,
        )

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


def _first_sentence(answer: Answer) -> Answer:
    return replace(answer, statements=answer.statements[:1])
