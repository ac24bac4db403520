"""Of Gradio's own routes only those the page uses are there; they take texts alone, and a session has one owner."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.ui.conftest import built
from tests.ui.scripted import seed_bot
from ui.gate import LARGEST
from ui.users import Door, add_user

FILE = {"path": "http://192.0.2.1/a.txt", "meta": {"_type": "gradio.FileData"}}
JOIN = "/fr/gradio_api/queue/join"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(built(seed_bot()), base_url="http://localhost")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/fr/gradio_api/upload"),
        ("GET", "/fr/gradio_api/proxy=http://192.0.2.1/"),
        ("GET", "/fr/gradio_api/file=/etc/passwd"),
        ("POST", "/fr/gradio_api/call/ask"),
        ("POST", "/fr/gradio_api/component_server"),
        ("GET", "/en/gradio_api/info"),
        ("GET", "/en/runs"),
        ("GET", "/fr//gradio_api/upload"),
        ("PUT", JOIN),
    ],
)
def test_what_the_page_never_asks_of_gradio_is_not_there(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


@pytest.mark.parametrize("data", [[FILE, ""], [{"text": "a", "files": [FILE]}, ""], [["a"], ""], [1], FILE, None])
def test_data_that_is_no_text_is_refused_before_gradio_sees_it(client: TestClient, data: object) -> None:
    for path in (JOIN, "/fr/gradio_api/run/predict"):
        assert client.post(path, json={"data": data, "fn_index": 0, "session_hash": "a"}).status_code == 422


def test_nonsense_and_endless_bodies_are_refused(client: TestClient) -> None:
    twice = b'{"data": [], "session_hash": "a", "session_hash": "b"}'
    for body in (b"", b"[]", b"\xff", b"{}", twice, b'{"data": ["' + b"a" * LARGEST + b'"]}'):
        assert client.post(JOIN, content=body).status_code == 422
    assert client.post(JOIN, json={"data": [""], "session_hash": {"a": 1}}).status_code == 422
    assert client.post(JOIN, json={"data": [""], "fn_index": 0, "session_hash": 1}).status_code == 403


def test_nobody_reads_or_stops_what_is_answered_in_anothers_session(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    for name in ("ana", "ben"):
        add_user(path, name, "a long password")
    application = built(seed_bot(), door=Door(path))
    ana, ben = (TestClient(application, base_url="http://localhost") for _ in range(2))
    for name, client in (("ana", ana), ("ben", ben)):
        client.post("/login", data={"name": name, "password": "a long password"}, follow_redirects=False)
    config = ana.get("/fr/config").json()
    load = next(one["id"] for one in config["dependencies"] if one["api_name"] == "load")
    event = {"data": [], "fn_index": load, "session_hash": "hers", "trigger_id": None, "event_data": None}
    assert ana.post(JOIN, json=event).status_code == 200
    assert ben.get("/fr/gradio_api/queue/data?session_hash=hers").status_code == 403
    assert ben.get("/fr/gradio_api/queue/data?session_hash=his&session_hash=hers").status_code == 403
    assert ben.post(JOIN, json=event).status_code == 403
    assert ben.post("/fr/gradio_api/run/predict", json=event).status_code == 403
    assert ben.post(JOIN, json={**event, "session_hash": "his"}).status_code == 200
