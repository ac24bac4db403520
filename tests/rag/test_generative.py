"""Answering through real protocol clients against real servers on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from index import Collection, Document
from rag import Chatbot, Verdict
from rag.answer import Statement
from rag.backend import BackendError, Draft, Message
from rag.backends import load
from rag.generative import GenerativeBackend
from rag.prompt import NO_ANSWER, PROMPT_VERSION
from rag.stream import Stopped, stopping
from tests.rag.material import ARTICLE, ScriptedChatModel, evidence_of
from tests.rag.servers import ModelServer, Reply, threads, until

EVIDENCE = evidence_of(ARTICLE)
QUESTION = "Combien Nvidia investit-il dans Anthropic ?"
SAID = [
    "Nvidia investit jusqu’à ",
    "10 milliards de dollars dans Anthropic [",
    "2]. Amazon reste le fourn",
    "isseur [3].",
]
STATEMENTS = [
    ("Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic.", [2]),
    ("Amazon reste le fournisseur.", [3]),
]


def backend(server: ModelServer, provider: str, **settings: object) -> GenerativeBackend:
    url = server.url + ("/v1" if provider in ("openai", "mistralai") else "")
    made = load(f"{provider}:some-model", base_url=url, sleep=lambda _: None, interval=0.0, **settings)
    assert isinstance(made, GenerativeBackend)
    return made


def brief(draft: Draft) -> list[tuple[str, list[int]]]:
    return [(s.text, [c.number for c in s.citations]) for s in draft.statements]


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic", "mistralai"])
def test_every_protocol_streams_statements_with_spans(provider: str) -> None:
    with ModelServer(Reply(SAID, pause=0.02)) as server:
        drafts = list(backend(server, provider).stream(QUESTION, EVIDENCE, []))
    assert len(drafts) > 2
    assert [draft.complete for draft in drafts] == [False] * (len(drafts) - 1) + [True]
    assert brief(drafts[-1]) == STATEMENTS
    for draft in drafts:
        for statement in draft.statements:
            assert "[" not in statement.text
            for each in statement.citations:
                assert each.quote == ARTICLE.text[each.span.start : each.span.end]
    details = drafts[-1].details
    assert details["model"] == f"{provider}:some-model"
    assert details["prompt_version"] == PROMPT_VERSION
    assert details["prompt_spans"] and all(len(span) == 3 for span in details["prompt_spans"])  # type: ignore[attr-defined]
    if provider != "mistralai":  # its usage comes in another place; our own count stands in
        assert (details["prompt_tokens"], details["answer_tokens"]) == (111, 22)
    assert details["dropped_markers"] == 0
    assert "stopped" not in details


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
def test_a_shortened_backend_asks_the_model_for_one_sentence(provider: str) -> None:
    with ModelServer(Reply(SAID)) as server:
        made = backend(server, provider)
        list(made.stream(QUESTION, EVIDENCE, []))
        list(made.shortened().stream(QUESTION, EVIDENCE, []))
    full, short = (json.dumps(body, ensure_ascii=False) for _, _, body in server.requests)
    assert "en une à trois phrases" in full and "en une seule phrase" not in full
    assert "en une seule phrase" in short and "en une à trois phrases" not in short


def test_a_local_server_is_asked_without_a_key_and_with_room_for_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ModelServer(Reply(SAID)) as server:
        list(backend(server, "openai", temperature=0.0).stream(QUESTION, EVIDENCE, []))
        list(backend(server, "ollama", context_tokens=3000, answer_tokens=300).stream(QUESTION, EVIDENCE, []))
    (path, _, first), (_, _, second) = server.requests
    assert path == "/v1/chat/completions"
    assert first["temperature"] == 0.0
    assert first["stream"] is True
    assert (first.get("max_completion_tokens") or first.get("max_tokens")) == 1024
    assert second["options"]["num_ctx"] == 3000
    assert second["options"]["num_predict"] == 300


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-0123456789")
    with ModelServer(Reply(SAID)) as server:
        made = backend(server, "openai")
        drafts = list(made.stream(QUESTION, EVIDENCE, []))
    assert server.requests[0][1]["authorization"] == "Bearer sk-canary-0123456789"
    assert "canary" not in repr(made) + repr(drafts) + str(server.requests[0][2])


def cites(document: int, low: int, high: int) -> dict[str, Any]:
    return {
        "type": "content_block_location", "cited_text": "…", "document_index": document, "document_title": None,
        "start_block_index": low, "end_block_index": high, "file_id": None,
    }  # fmt: skip


def test_anthropic_cites_by_itself() -> None:
    other = Document("b.txt", "Un autre texte. Il parle de Nvidia aussi.", "Autre")
    evidence = evidence_of(ARTICLE, other)
    blocks = [
        ["Nvidia investit beaucoup", cites(0, 1, 2)],
        [". "],
        ["Un autre en parle", cites(1, 1, 2), cites(0, 1, 3)],
        ["."],
    ]
    with ModelServer(Reply(blocks)) as server:
        draft = list(backend(server, "anthropic").stream(QUESTION, evidence, []))[-1]
    assert brief(draft) == [("Nvidia investit beaucoup.", [2]), ("Un autre en parle.", [7, 2, 3])]
    content = server.requests[0][2]["messages"][-1]["content"]
    assert [part["type"] for part in content] == ["document", "document", "text"]
    assert content[0]["citations"] == {"enabled": True}
    assert [block["text"] for block in content[0]["source"]["content"]] == [each.text for each in evidence[:5]]
    assert "[2]" not in server.requests[0][2]["system"]


def test_anthropic_citations_by_characters_and_wrong_ones() -> None:
    start = len(EVIDENCE[0].text) + 3
    by_characters = {
        "type": "char_location", "cited_text": "…", "document_index": 0, "document_title": None,
        "start_char_index": start, "end_char_index": start + 10, "file_id": None,
    }  # fmt: skip
    blocks = [["Nvidia paie", by_characters], [". Et la suite est inconnue", cites(7, 0, 1), cites(0, 40, 50)], ["."]]
    with ModelServer(Reply(blocks)) as server:
        draft = list(backend(server, "anthropic").stream(QUESTION, EVIDENCE, []))[-1]
    assert brief(draft) == [("Nvidia paie.", [2]), ("Et la suite est inconnue.", [])]
    assert draft.details["dropped_markers"] == 1


def test_anthropic_that_refuses_documents_is_asked_for_markers() -> None:
    refused = Reply(
        status=400, body=b'{"type":"error","error":{"type":"invalid_request_error","message":"no documents"}}'
    )
    with ModelServer(refused, Reply(SAID)) as server:
        draft = list(backend(server, "anthropic").stream(QUESTION, EVIDENCE, []))[-1]
    assert brief(draft) == STATEMENTS
    assert "[2] Nvidia investit" in str(server.requests[1][2]["messages"][-1]["content"])


@pytest.mark.parametrize(
    "said",
    [
        [NO_ANSWER], ["NO_", "ANSWER"], [f"  {NO_ANSWER}."], [f"**{NO_ANSWER}**"], ["NO ANSWER"], [r"NO\_ANSWER"], [""],
        ["   \n"], ["<think>[2] hmm</think>", NO_ANSWER], [f"{NO_ANSWER} : les passages n’en parlent pas."],
        ["Je ne sais pas du tout, désolé."], ["<think>sans fin, avec [2]."],
    ],
)  # fmt: skip
def test_no_answer_is_a_complete_draft_without_statements(said: list[str]) -> None:
    drafts = list(load(ScriptedChatModel(script=said), interval=0.0).stream(QUESTION, EVIDENCE, []))
    assert drafts[-1].complete
    assert drafts[-1].statements == ()
    assert not any(NO_ANSWER[:2] in s.text or "hmm" in s.text for draft in drafts for s in draft.statements)


def test_an_answer_about_no_answers_is_an_answer() -> None:
    said = ["No answer was given by Nvidia [2]."]
    drafts = list(load(ScriptedChatModel(script=said), interval=0.0).stream(QUESTION, EVIDENCE, []))
    assert brief(drafts[-1]) == [("No answer was given by Nvidia.", [2])]


def test_thoughts_are_not_shown() -> None:
    said = ["<thi", "nk>Voyons [99]. ", "C’est [5].</think>\n\n", "Nvidia investit [2]."]
    drafts = list(load(ScriptedChatModel(script=said), interval=0.0).stream(QUESTION, EVIDENCE, []))
    assert brief(drafts[-1]) == [("Nvidia investit.", [2])]
    assert drafts[-1].details["dropped_markers"] == 0
    assert not any("Voyons" in s.text or "<" in s.text for draft in drafts for s in draft.statements)


def test_without_evidence_the_model_is_not_asked() -> None:
    model = ScriptedChatModel(script=["Nvidia investit [1]."])
    (draft,) = load(model).stream(QUESTION, [], [])
    assert draft.complete
    assert draft.statements == ()
    assert model.asked == []


@pytest.mark.parametrize("at", range(4))
def test_closing_the_answer_stops_the_model(at: int) -> None:
    model = ScriptedChatModel(script=[f"Nvidia investit {i} [2]. " for i in range(10_000)])
    stream = load(model, interval=0.0).stream(QUESTION, EVIDENCE, [])
    for _ in range(at):
        next(stream)
    stream.close()  # type: ignore[attr-defined]
    until(lambda: len(model.closed) == min(at, 1))
    assert all(said < 5_000 for said in model.closed)


def test_closing_the_chatbots_answer_stops_the_model() -> None:
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    model = ScriptedChatModel(script=[f"Nvidia investit {i} milliards [2]. " for i in range(5_000)])
    bot = Chatbot(collection, backend=load(model, interval=0.0))
    answers = bot.stream(QUESTION)
    assert not next(answers).receipt
    answers.close()
    until(lambda: len(model.closed) == 1)
    assert model.closed[0] < 4_000


def test_the_chatbot_goes_on_after_a_failure() -> None:
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    model = ScriptedChatModel(calls=[[RuntimeError("boom")], ["Nvidia investit jusqu’à 10 milliards de dollars [2]."]])
    bot = Chatbot(collection, backend=model)
    with pytest.raises(BackendError):
        bot.ask(QUESTION)
    assert bot.ask(QUESTION).found


def test_closing_many_answers_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    made = load(ScriptedChatModel(script=["mot "] * 300), interval=0.0)
    for turn in range(200):
        stream = made.stream(QUESTION, EVIDENCE, [])
        for _ in range(turn % 4):
            next(stream, None)
        stream.close()  # type: ignore[attr-defined]
    until(lambda: threading.active_count() <= before, 5)


def test_closing_the_answer_closes_the_connection() -> None:
    before = threads()
    with ModelServer(Reply([f"Nvidia investit {i} fois [2]. " for i in range(2000)], pause=0.005)) as server:
        for provider in ("openai", "ollama", "anthropic"):
            stream = backend(server, provider).stream(QUESTION, EVIDENCE, [])
            next(stream)
            stream.close()  # type: ignore[attr-defined]
        until(lambda: server.left_early == 3, 5)
    until(lambda: threads() <= before, 5)


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic", "mistralai"])
@pytest.mark.parametrize("way", ["stop", "aask", "astream"])
def test_a_stop_reaches_a_model_that_has_not_begun(provider: str, way: str) -> None:
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    with ModelServer(Reply(SAID, silent=20)) as server:
        bot = Chatbot(collection, backend=backend(server, provider))
        if way == "stop":
            halt = threading.Event()

            def ask() -> None:
                with stopping(halt), pytest.raises(BaseException) as caught:
                    bot.ask(QUESTION)
                assert caught.type is Stopped

            asking = threading.Thread(target=ask)
            asking.start()
            until(lambda: len(server.requests) == 1, 10)
            halt.set()
        else:

            async def leave() -> None:
                answers = bot.astream(QUESTION)
                task = asyncio.ensure_future(bot.aask(QUESTION) if way == "aask" else anext(answers))
                while not server.requests:
                    await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

            asyncio.run(leave())
        until(lambda: server.left_early == 1, 2)


def test_history_is_told_without_its_markers() -> None:
    model = ScriptedChatModel(script=["Nvidia investit [2]."])
    history = [Message("user", "Qui est {là} ?"), Message("assistant", "Nvidia.[1][2] Et [Amazon].")]
    list(load(model).stream(QUESTION, EVIDENCE, history))
    assert [m.content for m in model.asked[0][-3:-1]] == ["Qui est {là} ?", "Nvidia. Et [Amazon]."]


def test_an_altered_statement_is_shown_only_with_its_verdict() -> None:
    said = ["Nvidia investit 10 milliards de dollars ", "dans Anthropic [2]. ", "Amazon reste le fournisseur [3]."]
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    model = ScriptedChatModel(calls=[said, said])
    bot = Chatbot(collection, backend=load(model, interval=0.0))
    answers = list(bot.stream(QUESTION))
    assert answers[-1] == bot.ask(QUESTION)
    assert len(model.asked) == 2  # once an answer: nothing is written again behind the reader's back
    for answer in answers:
        for at, statement in enumerate(answer.statements):
            unfinished = answer is not answers[-1] and at == len(answer.statements) - 1
            assert unfinished or statement.reason
            if statement.text.startswith("Nvidia investit 10") and statement.citations:
                assert statement.verdict is Verdict.ALTERED
                assert "jusqu" in statement.reason
    assert answers[-1].statements[0].verdict is Verdict.ALTERED


def test_a_question_is_rewritten_by_the_model() -> None:
    model = ScriptedChatModel(script=["<think>x</think>Combien ", "Microsoft investit-il ?"])
    made = load(model)
    assert isinstance(made, GenerativeBackend)
    history = [Message("user", QUESTION), Message("assistant", "Jusqu’à 10 milliards.[1]")]
    assert made.rewrite("Et Microsoft ?", history) == "Combien Microsoft investit-il ?"
    assert str(model.asked[0][-1].content).endswith("\nEt Microsoft ?")


def test_a_context_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="context_tokens=1200 leaves less than 512"):
        load(ScriptedChatModel(), context_tokens=1200)


def test_a_statement_said_before_is_said_once() -> None:
    said = ["Nvidia investit [2]. Amazon reste le fournisseur [3]. Nvidia investit [2]."]
    drafts = list(load(ScriptedChatModel(script=said)).stream(QUESTION, EVIDENCE, []))
    assert brief(drafts[-1]) == [("Nvidia investit.", [2]), ("Amazon reste le fournisseur.", [3])]
    assert all(isinstance(s, Statement) for s in drafts[-1].statements)


def said(source: str, answer: str, *, context_tokens: int = 4096) -> Draft:
    """Give the last draft of a model that says `answer` of `source`."""
    backend = GenerativeBackend(ScriptedChatModel(script=[answer]), context_tokens=context_tokens)
    return list(backend.stream("Que dit le texte ?", evidence_of(Document("a", source)), ()))[-1]


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("La pratique n'est interdite par aucun texte.", "Aucun texte n'interdit la pratique [1]."),
        ("Aucun document n'est mentionné dans le texte.", "Aucun document n'est mentionné dans le texte [1]."),
        ("The bridge is open on Sundays.", "Yes [1]."),
    ],
)
def test_what_its_source_carries_or_is_too_short_to_compare_is_an_answer(source: str, answer: str) -> None:
    assert said(source, answer).statements[0].citations


def test_a_small_context_is_filled_with_passages_instead_of_an_example() -> None:
    bridge = "Le pont est long de douze mètres."
    assert said(bridge, "Le pont est long de douze mètres [1].", context_tokens=1536).statements[0].citations
