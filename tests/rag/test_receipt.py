"""Receipts: what made an answer, and what differs when it is made again."""

from __future__ import annotations

import json

import pytest

from index import Collection, Document
from rag import Chatbot
from rag.backends import load
from rag.receipt import digest, replay
from tests.rag.material import ARTICLE, ScriptedChatModel, evidence_of
from tests.rag.servers import ModelServer, Reply

QUESTION = "Combien Nvidia investit-il dans Anthropic ?"
CANARY = "sk-canary-0123456789abcdef"


def chatbot(*said: str, documents: tuple[Document, ...] = (ARTICLE,)) -> Chatbot:
    collection = Collection.in_memory()
    collection.add(documents)
    if not said:
        return Chatbot(collection)
    return Chatbot(collection, backend=ScriptedChatModel(script=list(said)))


def test_a_receipt_says_what_made_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    found = chatbot("Nvidia investit jusqu’à 10 milliards de dollars [2].").ask(QUESTION, k=4).receipt
    assert found["question"] == QUESTION
    assert found["k"] == 4
    assert found["embedder"]["name"] == "default"  # type: ignore[index]
    backend = found["backend"]
    assert isinstance(backend, dict)
    assert backend["name"] == "ScriptedChatModel"
    assert backend["settings"]["context_tokens"] == 8192
    assert {"prompt_version", "prompt_tokens", "answer_tokens", "dropped_markers"} <= backend.keys()
    assert {"generation", "documents", "chunks"} <= found["collection"].keys()  # type: ignore[attr-defined]
    assert {"python", "numpy"} <= found["versions"].keys()  # type: ignore[attr-defined]
    assert json.loads(json.dumps(found)) == found
    assert CANARY not in json.dumps(found)


@pytest.mark.parametrize("said", [(), ("Nvidia investit jusqu’à 10 milliards de dollars [2].",), ("NO_ANSWER",)])
def test_the_same_answer_replays_without_a_difference(said: tuple[str, ...]) -> None:
    bot = chatbot(*said)
    receipt = json.loads(json.dumps(bot.ask(QUESTION).receipt))
    assert replay(receipt, bot) == []
    assert replay(receipt, chatbot(*said)) == []


def test_a_short_answer_replays_as_a_short_one() -> None:
    bot = chatbot("Nvidia investit jusqu’à 10 milliards de dollars [2].")
    receipt = json.loads(json.dumps(bot.shortened().ask(QUESTION).receipt))
    assert receipt["backend"]["settings"]["brief"] is True
    assert replay(receipt, bot) == []
    assert bot.ask(QUESTION).receipt["backend"]["settings"]["brief"] is False  # type: ignore[index]


def test_a_follow_up_replays_after_its_history() -> None:
    bot = chatbot("Nvidia investit jusqu’à 10 milliards de dollars [2].")
    receipt = json.loads(json.dumps(bot.ask("Et Microsoft ?", history=[bot.ask(QUESTION)]).receipt))
    assert receipt["question"] == "Combien Microsoft investit-il dans Anthropic ?"
    assert receipt["history"][0] == {"role": "user", "content": QUESTION} and receipt["asked"] == "Et Microsoft ?"
    assert replay(receipt, bot) == []


def test_a_receipt_tells_temperature_and_address_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with ModelServer(Reply(["Nvidia investit jusqu’à 10 milliards [2]."])) as server:
        url = server.url.replace("//", f"//me:{CANARY}@") + f"/v1?key={CANARY}"
        collection = Collection.in_memory()
        collection.add([ARTICLE])
        found = Chatbot(collection, backend=load("openai:m", base_url=url)).ask(QUESTION).receipt
        assert server.requests[0][2]["temperature"] == 0
    settings = found["backend"]["settings"]  # type: ignore[index]
    assert settings["temperature"] == 0 and settings["base_url"] == f"{server.url}/v1"
    assert CANARY not in json.dumps(found)


def test_a_model_that_refuses_a_temperature_is_asked_without_one() -> None:
    body = b'{"error": {"message": "Unsupported value: \'temperature\' does not support 0 with this model."}}'
    with ModelServer(Reply(status=400, body=body), Reply(["Nvidia investit [2]."])) as server:
        made = load("openai:m", base_url=f"{server.url}/v1")
        for _ in range(2):
            assert list(made.stream(QUESTION, evidence_of(ARTICLE), []))[-1].statements
    assert ["temperature" in body for _, _, body in server.requests] == [True, False, False]


def test_a_model_that_does_not_repeat_itself_is_said_to() -> None:
    receipt = chatbot("Nvidia investit jusqu’à 10 milliards de dollars [2].").ask(QUESTION).receipt
    (line,) = replay(receipt, chatbot("Nvidia investit 10 milliards [2]."))
    assert line.endswith("this model does not repeat itself")


def test_what_differs_is_told() -> None:
    receipt = chatbot("Nvidia investit jusqu’à 10 milliards de dollars [2].").ask(QUESTION).receipt
    other = replay(receipt, chatbot("Nvidia investit beaucoup [2]."))
    assert any(line.startswith("answer: not the same words and sources") for line in other)
    assert not any("tokens" in line for line in other)
    more = replay(receipt, chatbot("Nvidia investit [2].", documents=(ARTICLE, Document("b", "Autre chose ici."))))
    assert any(line.startswith("collection.documents: 1 then, 2 now") for line in more)
    extractive = replay(receipt, chatbot())
    assert "backend.name: ScriptedChatModel then, extractive now" in extractive


@pytest.mark.parametrize(
    "form", [None, {}, {"format": 99}, {"format": 1}, {"format": 1, "question": "Quoi ?", "k": "3"}]
)
def test_another_form_is_refused(form: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|not the form"):
        replay(form, chatbot())


def test_the_digest_is_of_words_and_spans() -> None:
    assert digest(()) == digest([])
    assert len(digest(())) == 64
