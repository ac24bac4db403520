"""What no page sends: it is refused in words, under the security headers, and the client sees nothing of a failure."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.conftest import built, running
from tests.ui.scripted import ScriptedBot, Shelf, article, seed_bot
from ui.gate import EVENTS
from ui.guard import HEADERS, LARGEST
from ui.wish import Wish

BASE = "http://127.0.0.1:7860"
JSON = {"content-type": "application/json"}
JOIN = "/fr/gradio_api/queue/join"


@pytest.fixture(scope="module")
def application() -> FastAPI:
    return built(seed_bot())


@pytest.fixture(scope="module")
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, base_url=BASE, follow_redirects=False) as client:
        yield client


def refused(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "Traceback" not in answer.text and answer.headers["content-security-policy"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", '"\\ud800"', "9" * 5000, '["\\udfff"]'])
@pytest.mark.parametrize("name", ["document", "start", "quote"])
def test_values_that_json_cannot_give_back(client: TestClient, name: str, value: str) -> None:
    fields = {"document": '"a"', "start": "0", "end": "5", "quote": '"x"', name: value}
    body = "{" + ",".join(f'"{key}":{one}' for key, one in fields.items()) + "}"
    answer = client.post("/source", content=body, headers=JSON)
    refused(answer, 400, 404, 422)
    assert "ud800" not in answer.text and "NaN" not in answer.text, "what was sent is not said back"


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"a": "\xed\xa0\x80"}', b"[" * 100_000, b""])
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_bodies_that_are_no_json(client: TestClient, body: bytes, kind: str) -> None:
    refused(client.post("/part", content=body, headers={"content-type": kind}), 400, 422)


@pytest.mark.parametrize("origin", ["http://[::1", "http://[", "//", "http://127.0.0.1:7860]"])
def test_an_origin_that_cannot_be_read_is_another_site(client: TestClient, origin: str) -> None:
    refused(client.post("/part", content=b"{}", headers={**JSON, "origin": origin}), 403)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"data":[' + b"[" * 5000 + b"]}",
        *(
            b'{"data":[],"fn_index":%s,"session_hash":"a"}' % at
            for at in (b"-1", b"NaN", b"1e9", b"99", b"true", b"null")
        ),
        b'{"data":[],"fn_index":0,"trigger_id":"\\ud800","session_hash":"a"}',
        b'{"data":[],"fn_index":0,"session_hash":"\\ud800"}',
        b'{"data":["x"],"event_data":{"a":NaN},"fn_index":0,"session_hash":"a"}',
    ],
)
def test_what_gradio_would_fail_over(client: TestClient, body: bytes) -> None:
    for path in (JOIN, "/fr/gradio_api/run/predict"):
        refused(client.post(path, content=body, headers=JSON), 422)


def test_the_events_of_the_page_are_the_ones_let_through(client: TestClient) -> None:
    assert [one["id"] for one in client.get("/fr/config").json()["dependencies"]] == list(range(EVENTS))


def test_a_name_longer_than_any_files(client: TestClient) -> None:
    for path in ("/fr/assets/", "/fr/static/", "/static/"):
        refused(client.get(path + "a" * 3000), 404)


def test_halves_of_characters_are_asked_as_question_marks(application: FastAPI) -> None:
    wish = json.dumps({"documents": ["\ud800"]})
    with running(application) as address, httpx.Client(base_url=address, timeout=30) as client:
        event = {"data": ["\ud800 forgot ?", wish], "fn_index": 0, "session_hash": "halves"}
        content = json.dumps(event).encode()
        assert client.post(JOIN, content=content, headers=JSON).status_code == 200
        with client.stream("GET", f"{JOIN[:-4]}data?session_hash=halves") as stream:
            told = next(line for line in stream.iter_lines() if "process_completed" in line)
    shown = json.loads(told.removeprefix("data: "))
    assert shown["success"] and "? forgot ?" in told
    assert "finished" in str(shown["output"]["data"])


def test_a_wish_as_deep_as_json_goes_is_no_wish() -> None:
    assert Wish.read("[" * 100_000) == Wish()
    assert Wish.read('{"documents": ["a\\ud800"]}').documents == ("a?",)


class Failing(Shelf):
    """Fails over every document with what nobody outside may read."""

    def document(self, id: str, /) -> None:  # type: ignore[override]
        raise RuntimeError("a secret detail")


def test_a_failure_is_logged_and_the_client_learns_no_more(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(built(ScriptedBot(Failing(article()))), base_url=BASE) as client, caplog.at_level(logging.ERROR):
        answer = client.post("/part", json={"document": "a", "start": 0, "end": 5})
    refused(answer, 500)
    assert "secret" not in answer.text and "log" in answer.text
    assert "POST /part failed" in caplog.text and "a secret detail" in caplog.text


@pytest.mark.parametrize("path", ["/part", "/source", JOIN, "/conversations/a", "/nowhere", "/welcome"])
def test_bodies_without_end_are_refused_while_they_come(application: FastAPI, path: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[dict[str, object]]:
        nonlocal sent
        while True:
            sent += 65_536
            yield {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def ask() -> list[dict[str, object]]:
        body, told = endless(), []

        async def send(message: dict[str, object]) -> None:
            told.append(message)

        scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")], "root_path": "",
            "scheme": "http", "http_version": "1.1", "server": ("localhost", 80), "client": ("localhost", 1),
        }  # fmt: skip
        await application(scope, body.__anext__, send)
        await body.aclose()
        return told

    told = anyio.run(ask)
    assert sent <= LARGEST + 2 * 65_536
    begun = told[0]
    assert begun["status"] in ((413,) if path in ("/part", "/source") else (404, 405, 413, 422))
    if begun["status"] == 413:
        assert b"2,000,000 bytes" in told[1]["body"]  # type: ignore[operator]
    assert (b"x-content-type-options", b"nosniff") in begun["headers"]  # type: ignore[operator]


def test_a_document_has_a_limit_of_its_own(client: TestClient) -> None:
    text = "Le phare a été bâti en 1849.\n".encode() * 100_000
    assert len(text) > LARGEST
    assert client.put("/documents?name=long.txt", content=text).status_code == 200
    refused(client.post("/documents?name=long.txt", content=text), 405, 413)
