"""Models that fail in every way: bounded in time, tried again where it makes sense, told in words without a key."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from rag.backend import BackendError, Draft
from rag.backends import load
from rag.failure import Failure, Kind, explain, without_secrets
from rag.generative import GenerativeBackend
from rag.stream import pull
from rag.writing import LONGEST_ANSWER
from tests.rag.material import ARTICLE, ScriptedChatModel, evidence_of
from tests.rag.servers import ModelServer, Reply, anthropic, ollama, openai, threads, until

EVIDENCE = evidence_of(ARTICLE)
QUESTION = "Combien Nvidia investit-il dans Anthropic ?"
SAID = ["Nvidia investit beaucoup d’argent [2]. ", "Amazon reste le fournisseur principal [3]. ", "Voilà été [1", "2]."]
CANARY = "sk-canary-0123456789abcdef"
PROVIDERS = ["openai", "anthropic", "ollama", "mistralai"]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY"):
        monkeypatch.setenv(name, CANARY)


class Asked:
    """A backend on a server, and how long it waited between attempts."""

    def __init__(self, server: ModelServer | str, provider: str = "openai", **settings: object) -> None:
        url = server if isinstance(server, str) else server.url
        self.waits: list[float] = []
        url += "/v1" if provider in ("openai", "mistralai") else ""
        made = load(f"{provider}:m", base_url=url, sleep=self.waits.append, interval=0.0, **settings)
        assert isinstance(made, GenerativeBackend)
        self.backend = made

    def drafts(self) -> list[Draft]:
        return list(self.backend.stream(QUESTION, EVIDENCE, []))

    def error(self) -> str:
        with pytest.raises(BackendError) as caught:
            self.drafts()
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
        return str(caught.value)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_listens(provider: str) -> None:
    asked = Asked(f"http://127.0.0.1:{free_port()}", provider)
    said = asked.error()
    assert f"The model {provider}:m gave no answer: it can't be reached" in said
    assert "the address is right" in said
    assert len(asked.waits) == 2


def test_a_server_that_speaks_another_protocol_is_not_reached() -> None:
    with ModelServer(Reply(SAID)) as server:
        said = Asked(server.url.replace("http:", "https:")).error()
    assert "it can't be reached" in said


def test_a_connection_that_breaks_before_the_first_word_is_tried_again() -> None:
    with ModelServer(Reply(SAID, cut=10), Reply(["Nvidia investit [2]."])) as server:
        asked = Asked(server)
        assert [s.text for s in asked.drafts()[-1].statements] == ["Nvidia investit."]
    assert asked.waits == [0.5]
    with ModelServer(Reply(SAID, cut=10)) as server:
        assert "the connection broke" in Asked(server).error()


@pytest.mark.parametrize("kind", list(Kind))
def test_each_failure_is_told_once_in_each_language_and_names_no_option_of_python(kind: Kind) -> None:
    error = Failure(kind, None, "HTTP 500: no").error("openai:m")
    english, french = str(error), error.french
    assert english.startswith("The model openai:m gave no answer: ") and french.startswith("Le modèle openai:m n’a pas")
    for said in (english, french):
        assert "(HTTP 500: no). " in said and "context_tokens" not in said and "deadline" not in said
    assert not any(f" {mark}" in french for mark in ":;?!")
    assert (kind is Kind.UNKNOWN_MODEL) is ("address" in english and "name" in english)


STATUSES: list[tuple[int, dict[str, str], Kind, list[float]]] = [
    (429, {}, Kind.BUSY, [0.5, 1.0]),
    (429, {"Retry-After": "7"}, Kind.BUSY, [7.0, 7.0]),
    (429, {"Retry-After": "31"}, Kind.BUSY, []),
    (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Kind.BUSY, [0.5, 1.0]),
    (500, {}, Kind.SERVER, [0.5, 1.0]),
    (503, {"Retry-After": "2"}, Kind.SERVER, [2.0, 2.0]),
    (401, {}, Kind.REFUSED, []),
    (403, {}, Kind.REFUSED, []),
    (404, {}, Kind.UNKNOWN_MODEL, []),
    (400, {}, Kind.INVALID, []),
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_status_is_told_and_tried_again_where_that_makes_sense(provider: str) -> None:
    body = b'{"error": {"message": "you sent ' + CANARY.encode() + b'", "type": "x"}}'
    with ModelServer(Reply()) as server:
        asked = Asked(server, provider)
        for status, headers, kind, waits in STATUSES:
            server.replies = [Reply(status=status, headers=headers, body=body)]
            server.requests.clear()
            asked.waits.clear()
            said = asked.error()
            assert asked.waits == waits
            markers_instead = kind is Kind.INVALID and provider == "anthropic"
            assert len(server.requests) == len(waits) + 1 + markers_instead
            assert CANARY not in said
            assert str(status) in said


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_comes_back_gives_the_answer(provider: str) -> None:
    with ModelServer(Reply(status=503), Reply(status=429), Reply(["Nvidia investit [2]."])) as server:
        asked = Asked(server, provider)
        assert [s.text for s in asked.drafts()[-1].statements] == ["Nvidia investit."]
    assert asked.waits == [0.5, 1.0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "This model\'s maximum context length is 4096 tokens. However, your messages resulted '
        b'in 9000 tokens", "type": "invalid_request_error", "code": "context_length_exceeded"}}',
        b'{"error": {"message": "the request exceeds the available context size (4096 tokens)", "code": 400}}',
        b'{"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9000 tokens"}}',
    ],
)
def test_a_prompt_too_long_is_made_shorter_until_it_fits(body: bytes) -> None:
    refused = Reply(status=400, body=body)
    states = b"4096" in body
    with ModelServer(refused, *[refused] * (0 if states else 3), Reply(["Nvidia investit [2]."])) as server:
        assert [s.text for s in Asked(server).drafts()[-1].statements] == ["Nvidia investit."]
    assert len(server.requests) == (2 if states else 5)
    with ModelServer(refused) as server:
        assert "too long" in Asked(server).error()
        assert len(server.requests) == (5 if states else 6)


@pytest.mark.parametrize(
    "said",
    [
        "System role not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Only user and assistant roles are supported!",
        "this model does not support system messages",
    ],
)
def test_a_model_that_knows_no_system_role_gets_the_rules_in_the_first_turn(said: str) -> None:
    body = json.dumps({"error": {"message": said, "code": 400}}).encode()
    with ModelServer(Reply(status=400, body=body), Reply(["Nvidia investit [2]."])) as server:
        assert [s.text for s in Asked(server).drafts()[-1].statements] == ["Nvidia investit."]
    (_, _, first), (_, _, second) = server.requests
    assert first["messages"][0]["role"] == "system"
    roles = [turn["role"] for turn in second["messages"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert second["messages"][0]["content"].startswith(first["messages"][0]["content"])
    with ModelServer(Reply(status=400, body=body)) as server:
        assert "chat template" in Asked(server).error()
        assert len(server.requests) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_silence_ends_at_the_deadline(provider: str) -> None:
    with ModelServer(Reply(SAID, silent=1.5)) as server:
        asked = Asked(server, provider, deadline=0.4)
        started = time.monotonic()
        assert "it took too long" in asked.error()
        assert time.monotonic() - started < 1.4
    assert asked.waits == []


def test_one_byte_at_a_time_ends_at_the_deadline_with_what_was_finished() -> None:
    with ModelServer(Reply(SAID, drip=0.004)) as server:
        started = time.monotonic()
        with pytest.raises(BackendError, match="took too long"):
            list(Asked(server, deadline=0.6).backend.stream(QUESTION, EVIDENCE, []))
        assert time.monotonic() - started < 1.6


def test_a_silence_in_the_middle_keeps_the_finished_sentences() -> None:
    with ModelServer(Reply([*SAID, "Et le reste n’est pas dit, "], pause=0.25)) as server:
        draft = Asked(server, deadline=0.9).drafts()[-1]
    assert draft.complete
    assert draft.details["stopped"] == "slow"
    assert [s.text for s in draft.statements][:1] == ["Nvidia investit beaucoup d’argent."]


@pytest.mark.parametrize("said", [SAID[:1], [SAID[0], "Amazon res"]])
def test_a_short_answer_that_breaks_off_keeps_its_finished_sentences(said: list[str]) -> None:
    """It is shorter than what is looked at before a sentence is taken for finished."""
    events = list(openai(Reply(said), "m"))
    with ModelServer(Reply(said, cut=len(b"".join(events[: len(said) + 1])))) as server:
        draft = Asked(server, retries=0).drafts()[-1]
    assert [s.text for s in draft.statements] == ["Nvidia investit beaucoup d’argent."]
    assert draft.complete and "stopped" in draft.details


WHOLE = b"".join(openai(Reply(SAID), "m"))


CUTS = [*range(0, len(WHOLE), len(WHOLE) // 45), WHOLE.index("é".encode()) + 1, WHOLE.index(b"[1") + 2]


@pytest.mark.parametrize("clean", [False, True])
def test_a_stream_cut_anywhere(clean: bool) -> None:
    before = threads()
    whole = ["Nvidia investit beaucoup d’argent.", "Amazon reste le fournisseur principal.", "Voilà été."]
    with ModelServer(Reply()) as server:
        asked = Asked(server, retries=0)
        for cut in CUTS:
            server.replies = [Reply(SAID, cut=cut, clean=clean), Reply(["Nvidia investit [2]."])]
            drafts: list[Draft] = []
            try:
                drafts.extend(asked.backend.stream(QUESTION, EVIDENCE, []))  # keeps those before an error
            except BackendError as error:
                assert "gave no answer" in str(error)
                assert not any(len(draft.statements) > 1 for draft in drafts)
            for draft in drafts:
                for statement in draft.statements:
                    assert "[" not in statement.text
                    assert "\ufffd" not in statement.text
            if drafts and drafts[-1].complete:
                texts = [s.text for s in drafts[-1].statements]
                assert texts == whole[: len(texts)]
                finished = cut > WHOLE.index(b'"finish_reason": "stop"') + 20
                assert finished or not texts or "stopped" in drafts[-1].details
            assert [s.text for s in asked.drafts()[-1].statements] == ["Nvidia investit."]
    until(lambda: threads() <= before)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_that_ends_between_two_events_is_not_taken_for_whole(provider: str) -> None:
    speak = {"anthropic": anthropic, "ollama": ollama}.get(provider, openai)
    events = list(speak(Reply(SAID), "m"))
    text = [
        i
        for i, event in enumerate(events)
        if any(json.dumps(s, ensure_ascii=False)[1:-1].encode() in event for s in SAID)
    ]
    with ModelServer(Reply()) as server:
        asked = Asked(server, provider, retries=0)
        for kept in range(text[-1] + 1):
            server.replies = [Reply(SAID, cut=len(b"".join(events[:kept])), clean=True)]
            try:
                last = asked.drafts()[-1]
            except BackendError:
                continue
            assert last.complete and last.statements, "an answer cut before its first sentence is no refusal"
            assert last.details["stopped"] == "cut", kept


GARBAGE = [
    b"<html><body>Welcome</body></html>",
    b"{}",
    b"[]",
    b"null",
    b"\x00\xff\xfe",
    b"data: {not json}\n\n",
    b"data: 5\n\n",
    b"",
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_garbage_instead_of_an_answer(provider: str) -> None:
    with ModelServer(Reply()) as server:
        asked = Asked(server, provider)
        for body in GARBAGE:
            server.replies = [Reply(body=body, headers={"Content-Type": "text/event-stream"})]
            try:
                assert asked.drafts()[-1].statements == ()
            except BackendError as error:
                assert CANARY not in str(error)


def drafts_of(*script: object, **settings: object) -> list[Draft]:
    return list(load(ScriptedChatModel(script=list(script)), **settings).stream(QUESTION, EVIDENCE, []))


def test_an_endless_answer_is_stopped() -> None:
    sentences = [f"La phrase numéro {i} dit que Nvidia investit [2]. " for i in range(30_000)]
    model = ScriptedChatModel(script=sentences)
    draft = list(load(model).stream(QUESTION, EVIDENCE, []))[-1]
    assert draft.details["stopped"] == "length"
    assert sum(len(s.text) for s in draft.statements) <= LONGEST_ANSWER
    assert draft.statements[-1].text.endswith(".")
    until(lambda: bool(model.closed))
    assert model.closed[0] < 10_000  # of 30,000: what had come by then depends on how busy the machine is


def test_a_megabyte_in_one_piece_is_cut() -> None:
    started = time.process_time()
    draft = drafts_of("Nvidia investit [2]. " + "X" * 1_000_000)[-1]
    assert draft.details["stopped"] == "repetition"
    assert [s.text for s in draft.statements] == ["Nvidia investit."]
    assert time.process_time() - started < 5


def test_a_repeated_sentence_stops_the_model() -> None:
    model = ScriptedChatModel(script=["Nvidia investit [2]. "] * 10_000)
    draft = list(load(model, interval=0.0).stream(QUESTION, EVIDENCE, []))[-1]
    assert draft.details["stopped"] == "repetition"
    assert [s.text for s in draft.statements] == ["Nvidia investit."]
    until(lambda: bool(model.closed))
    assert model.closed[0] < 2_000


@pytest.mark.parametrize(
    ("said", "going_round"),
    [
        ("[6] Les femmes [7]" + " [6] [7]" * 40, True),  # Qwen2.5-Coder 1.5B, until its tokens were used up
        ("Le siège dura " + "très " * 40, True),
        ("Le compte fait " + "1 000 " * 9, False),
        ("| a | b |\n|" + "-" * 60 + "|" + "-" * 60 + "|\n", False),
    ],
)
def test_a_model_that_goes_round_in_a_sentence_is_stopped(said: str, going_round: bool) -> None:
    model = ScriptedChatModel(script=[said[at : at + 4] for at in range(0, len(said), 4)])
    draft = list(load(model, interval=0.0).stream(QUESTION, EVIDENCE, []))[-1]
    assert (draft.details.get("stopped") == "repetition") is going_round


def test_a_repetition_without_end_stops_the_model() -> None:
    draft = drafts_of("Nvidia investit vraiment beaucoup d’argent [2]. ", "Et ", *["encore "] * 5_000)[-1]
    assert draft.details["stopped"] == "repetition"
    assert [s.text for s in draft.statements] == ["Nvidia investit vraiment beaucoup d’argent."]


def test_an_answer_cut_by_its_length_loses_its_half_sentence() -> None:
    model = ScriptedChatModel(
        script=["Nvidia investit [2]. Amazon n’est pas"], metadata_at_end={"finish_reason": "length"}
    )
    draft = list(load(model).stream(QUESTION, EVIDENCE, []))[-1]
    assert draft.details["stopped"] == "length"
    assert [s.text for s in draft.statements] == ["Nvidia investit."]


def test_what_cannot_be_seen_is_not_said() -> None:
    draft = drafts_of("Nvidia\x00 inv\u200bestit\u202e [2\x07].\ud800\U000e0041")[-1]
    assert [(s.text, [c.number for c in s.citations]) for s in draft.statements] == [("Nvidia investit.", [2])]


def test_tool_calls_and_other_parts_are_not_text() -> None:
    parts = [
        {"type": "tool_use", "name": "rm", "input": {}},
        {"type": "thinking", "thinking": "hmm"},
        {"type": "text", "text": "Nvidia [2]."},
    ]
    draft = drafts_of(parts)[-1]
    assert [s.text for s in draft.statements] == ["Nvidia."]


def test_a_model_that_fails_in_the_middle_keeps_what_it_finished() -> None:
    said = "Nvidia investit beaucoup d’argent [2]. Amazon reste le fournisseur. Et la suite n’est pas fin"
    draft = drafts_of(said, RuntimeError(f"boom {CANARY}"), interval=0.0)[-1]
    assert draft.complete
    assert draft.details["stopped"] == "broken"
    assert [s.text for s in draft.statements] == ["Nvidia investit beaucoup d’argent.", "Amazon reste le fournisseur."]
    with pytest.raises(BackendError, match="its reply is broken"):
        drafts_of("Nvidia inv", RuntimeError("boom"), interval=0.0)


def test_no_key_is_told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "plain-canary-value")
    caplog.set_level(logging.DEBUG, logger="rag")
    errors = [
        RuntimeError(f"Incorrect API key provided: {CANARY}"),
        RuntimeError("Authorization: Bearer abcdefghijklmnop"),
        RuntimeError("https://user:hunter22@host/v1 plain-canary-value"),
        RuntimeError("hf_abcdefghijklmnop and AIza-abcdefghijklmnop"),
    ]
    for error in errors:
        with pytest.raises(BackendError) as caught:
            drafts_of(error)
        told = str(caught.value) + caplog.text
        assert "[key]" in str(caught.value)
        for secret in (CANARY, "plain-canary", "hunter22", "abcdefghijklmnop"):
            assert secret not in told


def test_a_failure_is_told_by_its_cause() -> None:
    inner = TimeoutError("slow")
    outer = RuntimeError("wrapped")
    outer.__cause__ = inner
    assert explain(outer).kind is Kind.SLOW
    assert explain(ConnectionRefusedError("no")).kind is Kind.UNREACHABLE
    assert explain(ConnectionResetError("no")).kind is Kind.CUT
    assert explain(ValueError("?")).kind is Kind.BROKEN
    assert without_secrets("nothing here") == "nothing here"


def test_pull_gives_everything_in_order_and_raises_what_the_source_raises() -> None:
    assert [x for batch in pull(lambda: iter(range(1000)), deadline=5, silence=5, interval=0.0) for x in batch] == list(
        range(1000)
    )

    def failing() -> Iterator[int]:
        yield 1
        raise KeyError("x")

    stream = pull(failing, deadline=5, silence=5, interval=0.0)
    with pytest.raises(KeyError):
        assert [x for batch in stream for x in batch] == [1]


def test_pull_stops_a_source_that_nobody_reads() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    stream = pull(endless, deadline=5, silence=5)
    next(stream)
    stream.close()
    assert closed.wait(2)
