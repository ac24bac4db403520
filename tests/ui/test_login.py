"""Who may reach what: every route of the running application, with and without a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount

from tests.ui.conftest import built
from tests.ui.scripted import FRENCH_QUESTION, article, seed_bot
from ui.conversations import Conversations
from ui.login import OPEN
from ui.users import Door, add_user

BASE = "http://127.0.0.1:7860"
PASSWORD = "a long password"
ANSWER = seed_bot().answers[FRENCH_QUESTION]


@pytest.fixture(scope="module")
def kept() -> Conversations:
    return Conversations()


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory, kept: Conversations) -> FastAPI:
    path: Path = tmp_path_factory.mktemp("users") / "users.json"
    for name in ("ana", "bob", "eve"):
        add_user(path, name, PASSWORD, editor=name == "eve")
    return built(seed_bot(), conversations=kept, door=Door(path))


@pytest.fixture(scope="module")
def running(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, base_url=BASE, follow_redirects=False) as client:
        yield client


def client_for(application: FastAPI, name: str, address: str) -> TestClient:
    client = TestClient(application, base_url=BASE, follow_redirects=False, client=(address, 1))
    if name:
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303
    return client


def paths(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        path = prefix + getattr(route, "path", "")
        inner = getattr(route, "routes", None)
        if isinstance(route, Mount) and inner:
            yield from paths(list(inner), path)
        for method in getattr(route, "methods", None) or ():
            yield method, path


def test_without_a_session_every_route_but_the_doorstep_is_closed(application: FastAPI, running: TestClient) -> None:
    own = {(method.upper(), path) for path, item in application.openapi()["paths"].items() for method in item}
    assert {
        ("POST", "/source"),
        ("GET", "/page"),
        ("POST", "/trace"),
        ("PUT", "/documents"),
        ("DELETE", "/conversations/{identifier}"),
    } <= own
    every = sorted(own | set(paths(list(application.routes))))
    assert len(every) > 55
    reached = set()
    for cookie in ("", "sourcier=expired-or-made-up"):
        for method, path in every:
            filled = path.replace("{", "").replace("}", "").replace(":path", "")
            answer = running.request(method, filled, headers={"cookie": cookie} if cookie else {})
            if answer.status_code not in (401, 403):
                reached.add((filled, answer.headers.get("location", "")))
    leads = {path for path, location in reached if location == "/login"}
    assert leads <= {"/", "/fr/", "/en/", "/fr", "/en"}
    assert {path for path, _ in reached} - leads <= set(OPEN)


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_do_not_get(
    application: FastAPI, running: TestClient
) -> None:
    answer = client_for(application, "", "10.1.0.1").post("/login", data={"name": "ana", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie


def test_a_wrong_password_is_told_and_tries_are_counted(application: FastAPI, running: TestClient) -> None:
    client = client_for(application, "", "10.1.0.2")
    for _ in range(6):
        answer = client.post("/login", data={"name": "ana", "password": "<script>"})
        assert answer.status_code == 401 and "<script>" not in answer.text
    assert client.post("/login", data={"name": "ana", "password": PASSWORD}).status_code == 401
    assert client.post("/login", content=b"x" * 10_000).status_code == 401


def test_a_signed_in_person_gets_the_page_and_leaves_again(application: FastAPI, running: TestClient) -> None:
    client = client_for(application, "ana", "10.1.0.3")
    assert client.get("/en/").status_code == 200
    assert client.get("/en/config").json()["username"] == "ana"
    client.post("/logout")
    assert client.get("/en/config").status_code == 401


def test_nobody_reaches_anothers_conversations(application: FastAPI, running: TestClient, kept: Conversations) -> None:
    ana, bob = client_for(application, "ana", "10.1.0.4"), client_for(application, "bob", "10.1.0.5")
    conversation, turn = kept.append("", "ana", ANSWER)
    assert [one["id"] for one in ana.get("/conversations").json()] == [conversation]
    assert bob.get("/conversations").json() == []
    assert bob.get(f"/conversations/{conversation}/export").status_code == 404
    assert bob.patch(f"/conversations/{conversation}", json={"title": "mine"}).status_code == 404
    assert bob.delete(f"/conversations/{conversation}").status_code == 404
    assert bob.post(f"/turns/{turn}/rating", json={"thumb": 1}).status_code == 404
    assert FRENCH_QUESTION in ana.get(f"/conversations/{conversation}/export").text


def test_only_editors_change_the_documents(application: FastAPI, running: TestClient) -> None:
    bob, eve = client_for(application, "bob", "10.1.0.6"), client_for(application, "eve", "10.1.0.7")
    assert bob.get("/documents").json()["editable"] is False
    assert bob.put("/documents?name=a.txt", content=b"words").status_code == 403
    assert bob.delete(f"/documents?id={article().id}").status_code == 403
    assert bob.post(f"/documents/reread?id={article().id}").status_code == 403
    assert eve.put("/documents?name=a.txt", content=b"Some words.").status_code == 200
    assert eve.delete("/documents?id=a.txt").status_code == 204


def test_a_proxy_in_front_names_the_person(kept: Conversations) -> None:
    with TestClient(built(seed_bot(), conversations=kept, proxy_header="X-User"), base_url=BASE) as client:
        assert client.get("/en/config").status_code == 401
        assert client.get("/en/config", headers={"X-User": "zoe"}).json()["username"] == "zoe"
        assert client.get("/login").status_code == 404
