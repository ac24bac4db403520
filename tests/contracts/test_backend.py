"""What every backend promises: drafts that grow, statements that cite evidence by span, an honest end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise

import pytest

from index import Document
from rag.backend import Backend, Draft, Evidence, Message
from rag.backends import load
from tests.rag.material import ARTICLE, ScriptedChatModel, evidence_of
from tests.rag.servers import ModelServer, Reply

OTHER = Document("other.txt", "The harbour was built in 1901. It has two piers.", "Harbour")
EVIDENCE = evidence_of(ARTICLE, OTHER)
HISTORY = [Message("user", "Bonjour"), Message("assistant", "Bonjour.")]
QUESTIONS = [
    "Combien Nvidia investit-il dans Anthropic ?",
    "When was the harbour built?",
    "?",
    "x" * 5000,
    "Qui a gagné ?",
]
SAID = [
    "Nvidia investit jusqu’à 10 milliards",
    " de dollars dans Anthropic [2",
    "]. Amazon reste là [3, 99]. The ",
    "harbour is old [6]",
]


def _extractive(stack: ExitStack) -> Backend:
    return load("extractive")


def _scripted(stack: ExitStack) -> Backend:
    return load(ScriptedChatModel(script=list(SAID)), interval=0.0)


def _silent(stack: ExitStack) -> Backend:
    return load(ScriptedChatModel(script=["NO_ANSWER"]), interval=0.0)


def _served(provider: str) -> Callable[[ExitStack], Backend]:
    def make(stack: ExitStack) -> Backend:
        server = stack.enter_context(ModelServer(Reply(SAID)))
        return load(f"{provider}:m", base_url=server.url + ("/v1" if provider == "openai" else ""), interval=0.0)

    return make


BACKENDS = {
    "extractive": _extractive,
    "scripted": _scripted,
    "silent": _silent,
    "openai": _served("openai"),
    "ollama": _served("ollama"),
    "anthropic": _served("anthropic"),
}


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    with ExitStack() as stack:
        yield BACKENDS[request.param](stack)


def drafts(backend: Backend, question: str, evidence: list[Evidence] = EVIDENCE) -> list[Draft]:
    return list(backend.stream(question, evidence, HISTORY))


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_drafts_grow_and_only_the_last_is_complete(backend: Backend, question: str) -> None:
    found = drafts(backend, question)
    assert [draft.complete for draft in found] == [False] * (len(found) - 1) + [True]
    for earlier, later in pairwise(found):
        if later.statements:
            finished = earlier.statements[:-1]
            assert later.statements[: len(finished)] == finished


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_every_citation_is_a_piece_of_evidence(backend: Backend, question: str) -> None:
    texts = {each.id: each.text for each in (ARTICLE, OTHER)}
    for draft in drafts(backend, question):
        for statement in draft.statements:
            assert statement.text.strip()
            for citation in statement.citations:
                span = citation.span
                assert texts[span.document_id][span.start : span.end] == citation.quote
                assert any(each.span.contains(span) for each in EVIDENCE)
                assert citation.focus is None or span.contains(citation.focus)
        assert draft.confidence is None or 0.0 <= draft.confidence <= 1.0


def test_a_complete_answer_is_supported_by_something(backend: Backend) -> None:
    last = drafts(backend, QUESTIONS[0])[-1]
    assert last.statements == () or any(statement.citations for statement in last.statements)


def test_without_evidence_there_is_nothing_to_say(backend: Backend) -> None:
    last = drafts(backend, QUESTIONS[0], [])[-1]
    assert last.complete
    assert last.statements == ()


def test_the_same_question_gets_the_same_answer(backend: Backend) -> None:
    assert drafts(backend, QUESTIONS[0])[-1].statements == drafts(backend, QUESTIONS[0])[-1].statements


def test_it_can_be_left_at_any_time_and_asked_again(backend: Backend) -> None:
    stream = backend.stream(QUESTIONS[0], EVIDENCE, [])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert drafts(backend, QUESTIONS[0])[-1].complete


def test_it_has_a_name_and_leaves_what_it_was_given(backend: Backend) -> None:
    assert backend.name
    evidence, history = list(EVIDENCE), list(HISTORY)
    list(backend.stream(QUESTIONS[0], evidence, history))
    assert (evidence, history) == (EVIDENCE, HISTORY)


def test_what_it_tells_of_itself_is_plain(backend: Backend) -> None:
    for value in drafts(backend, QUESTIONS[0])[-1].details.values():
        assert json.loads(json.dumps(value)) == value
