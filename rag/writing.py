"""One answer of a model while it comes in: its text, its statements so far, and why it stopped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index import count
from rag import native
from rag.answer import Statement, Verdict
from rag.backend import Draft
from rag.citation import Cited, cite
from rag.marker import unnumbered
from rag.prompt import NO_ANSWER, PROMPT_VERSION, Prompt, visible
from rag.proof import SHORTEST
from rag.refusal import refuses
from rag.verification import RELATED, coverage, verify

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

LONGEST_ANSWER = 16_000
"""Characters; a model that goes on is stopped."""
LONGEST_SENTENCE = 2_000
_REFUSAL = re.compile(r"\W*(?:NO(?:\\?_|[ -])ANSWER|no_answer)\b")
_THOUGHT = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)\s*", re.DOTALL)
_ROUND = re.compile(r"(.{2,60}?)\1{7,}.{0,60}\Z", re.DOTALL)
_LONGEST_ROUND = 600
_LEAST_ROUND = 80
_ENDED = re.compile(r"[.!?…:;][\s»”\"')\]*_]*$")
_CUT = {"length": "length", "max_tokens": "length", "content_filter": "filtered", "refusal": "filtered"}
SAYS_WHEN_DONE = frozenset({"openai", "anthropic", "ollama", "mistralai"})
"""Providers whose protocol says when an answer is whole."""


class Writing:
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
        if len(self.cited.unfinished) > LONGEST_SENTENCE or _repeats(self.cited.statements) or _goes_round(self.raw):
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
        if not stopped and not self.ended and self.provider in SAYS_WHEN_DONE:
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
            return without_thoughts(self.raw)
        return "" if "<think>".startswith(self.raw.strip()) else self.raw

    def _note(self, chunk: BaseMessage) -> None:
        about = getattr(chunk, "response_metadata", None) or {}
        for key in ("finish_reason", "stop_reason", "done_reason"):
            self.ended = about.get(key) or self.ended
        self.provider = about.get("model_provider") or self.provider
        for key, value in (getattr(chunk, "usage_metadata", None) or {}).items():
            if isinstance(value, int):
                self.usage[key] = self.usage.get(key, 0) + value


def without_thoughts(text: str) -> str:
    """Give a model's text without the thoughts that it writes first."""
    return _THOUGHT.sub("", text, count=1)


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


def _goes_round(text: str) -> bool:
    """Say whether `text` ends in the same few words or markers again and again."""
    found = _ROUND.search(text[-_LONGEST_ROUND:])
    return found is not None and len(found.group()) >= _LEAST_ROUND and bool(re.search(r"\w", found.group(1)))


def _repeats(statements: Sequence[Statement]) -> bool:
    return any(times > 2 for times in Counter(s.text for s in statements[-12:]).values())
