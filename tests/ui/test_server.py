import errno
import re
import socket
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from index import Document
from rag import Answer
from tests.ui.conftest import built
from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, Scripted, ScriptedBot, Shelf, article, seed_bot
from ui.guard import HEADERS, content_policy
from ui.messages import FRENCH
from ui.server import serve
from ui.source import WHOLE, WINDOW

BASE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    return seed_bot()


@pytest.fixture(scope="module")
def client(bot: ScriptedBot) -> Iterator[TestClient]:
    with TestClient(built(bot), base_url=BASE, follow_redirects=False) as client:
        yield client


def passage(answer: Answer) -> dict[str, object]:
    citation = answer.citations[0]
    return {
        "document": citation.span.document_id,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
    }


def test_the_root_leads_to_the_browsers_language_unless_a_cookie_chose_one(client: TestClient) -> None:
    for headers, place in (
        ({"accept-language": "fr-FR,fr;q=0.9"}, "/fr/"),
        ({"accept-language": "en-GB"}, "/en/"),
        ({"accept-language": "fr", "cookie": "language=en"}, "/en/"),
        ({"accept-language": "fr", "cookie": "language=../evil"}, "/fr/"),
    ):
        assert client.get("/", headers=headers).headers["location"] == place
    assert client.get("/?c=abc", headers={"accept-language": "fr"}).headers["location"] == "/fr/?c=abc"


def test_a_cited_passage_opens_in_the_whole_article(client: TestClient, bot: ScriptedBot) -> None:
    found = client.post("/source", json=passage(bot.answers[FRENCH_QUESTION])).json()
    assert found["state"] == "exact"
    assert found["title"].startswith("Microsoft s’allie à Anthropic")
    assert (found["first"], found["last"]) == (0, len(article().text))
    assert f">{FRENCH_QUOTE}</mark>" in found["html"]


def test_a_document_that_changed_or_went_is_said_to_have(bot: ScriptedBot) -> None:
    shelf = Shelf(article())
    wanted = passage(bot.answers[FRENCH_QUESTION])
    with TestClient(built(ScriptedBot(shelf)), base_url=BASE) as client:
        text, name = article().text, article().id
        shelf.held[name] = Document(name, "New first line.\n" + text)
        moved = client.post("/source", json=wanted).json()
        assert moved["state"] == "moved" and f">{FRENCH_QUOTE}</mark>" in moved["html"]
        shelf.held[name] = Document(name, text.replace("10 milliards", "12 milliards"))
        changed = client.post("/source", json=wanted).json()
        assert changed["state"] == "changed" and "<mark" not in changed["html"]
        del shelf.held[name]
        assert client.post("/source", json=wanted).status_code == 404


def test_a_document_of_megabytes_is_shown_around_the_passage_and_read_on_in_parts() -> None:
    text = "".join(f"Line {number} of a long <b>report</b>.\n" for number in range(120_000))
    assert len(text) > 3_000_000
    quote = "Line 60000 of"
    start = text.index(quote)
    with TestClient(built(ScriptedBot(Shelf(Document("long", text)))), base_url=BASE) as client:
        wanted = {"document": "long", "start": start, "end": start + len(quote), "quote": quote}
        found = client.post("/source", json=wanted).json()
        assert found["total"] == len(text) > WHOLE
        assert found["first"] < start < found["last"] < found["first"] + 3 * WINDOW
        assert f">{quote}</mark>" in found["html"] and "&lt;b&gt;" in found["html"]
        part = client.post("/part", json={"document": "long", "start": found["last"], "end": 10**9}).json()
        assert part["first"] == found["last"] and part["last"] == part["first"] + WINDOW
        beyond = client.post("/part", json={"document": "long", "start": 10**9, "end": 10**9 + 5}).json()
        assert beyond["html"] == ""


@pytest.mark.parametrize(
    "identifier",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "file:///etc/passwd",
        "seeds/../pyproject.toml",
        "..\\..\\windows\\win.ini",
        "a\0b",
        "\u2025/etc",
        "",
        "000_3c70629ff31dc08d",
    ],
)
def test_only_documents_of_the_collection_can_be_opened(client: TestClient, identifier: str) -> None:
    wanted = {"document": identifier, "start": 0, "end": 1, "quote": "x"}
    assert client.post("/source", json=wanted).status_code == 404
    assert client.post("/part", json={"document": identifier, "start": 0, "end": 9}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/..%5capp.py"],
)
def test_static_files_stay_in_their_folder(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (307, 404)
    assert "gradio" not in answer.text and "root:" not in answer.text


def test_nonsense_is_answered_with_422_not_500(client: TestClient) -> None:
    for body in ({}, {"document": 1}, {"document": "a", "start": -1, "end": 0, "quote": ""}, [], "x"):
        assert client.post("/source", json=body).status_code == 422
    reversed_span = {"document": article().id, "start": 9, "end": 3, "quote": "x"}
    assert client.post("/source", json=reversed_span).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/fr/"),
        ("GET", "/en/config"),
        ("GET", "/static/chat.js"),
        ("GET", "/health"),
        ("GET", "/nowhere"),
        ("GET", "/en/gradio_api/file=/etc/passwd"),
        ("POST", "/source"),
        ("PUT", "/source"),
    ],
)
def test_every_answer_carries_the_security_headers(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    nonce = re.sub(r".*'nonce-([^']+)'.*", r"\1", answer.headers["Content-Security-Policy"])
    assert answer.headers["Content-Security-Policy"] == content_policy(nonce if path == "/fr/" else "")


def test_no_text_is_ever_run_as_code_and_nothing_comes_from_elsewhere(client: TestClient) -> None:
    pages = [client.get("/fr/") for _ in range(2)]
    policies = [
        dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; ")) for page in pages
    ]
    nonces = [policy["script-src"].removeprefix("'self' 'nonce-").removesuffix("'") for policy in policies]
    assert len(set(nonces)) == 2 and all(len(nonce) >= 22 for nonce in nonces)
    for page, policy, nonce in zip(pages, policies, nonces, strict=True):
        sources = " ".join(policy.values())
        assert "unsafe" not in sources and "*" not in sources and "http" not in sources
        assert policy["script-src"] == policy["style-src"] == f"'self' 'nonce-{nonce}'"
        tags = re.findall(r"<(?:script|style)\b[^>]*>", page.text)
        assert tags and all(f'nonce="{nonce}"' in tag for tag in tags if "src=" not in tag)
        assert not re.search(r"<[a-z-]+[^>]*\s(style|on[a-z]+)=", page.text)
        assert "<html" in page.text and 'lang="fr"' in page.text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[::1", "169.254.169.254"]
)
@pytest.mark.parametrize("path", ["/", "/en/", "/en/config", "/source", "/static/chat.js"])
def test_another_host_name_is_refused_so_that_rebinding_gains_nothing(client: TestClient, host: str, path: str) -> None:
    assert client.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1.evil.example:7860"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "content-type": "text/plain"},
        {"origin": "https://evil.example", "content-type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/source", "/part", "/en/gradio_api/queue/join", "/fr/gradio_api/upload", "/en/login"]
)
def test_a_write_that_another_site_sends_is_refused(client: TestClient, headers: dict[str, str], path: str) -> None:
    answer = client.post(path, headers=headers, content="{}")
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_another_site_may_not_read_the_configuration_either(client: TestClient) -> None:
    answer = client.get("/en/config", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    preflight = client.options(
        "/source", headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
    )
    assert "access-control-allow-origin" not in preflight.headers


def test_our_own_page_may_write(client: TestClient, bot: ScriptedBot) -> None:
    wanted = passage(bot.answers[FRENCH_QUESTION])
    ours = {"origin": "null", "sec-fetch-site": "same-origin"}
    for headers in ({"origin": BASE}, {"sec-fetch-site": "same-origin"}, ours, {}):
        assert client.post("/source", json=wanted, headers=headers).status_code == 200


def test_a_port_in_use_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"Le port {port} est déjà pris") as caught:
            serve(seed_bot(), port=port, language="fr")
    assert caught.value.errno == errno.EADDRINUSE
    assert str(port + 1) in str(caught.value)


def test_listening_beyond_this_machine_is_refused() -> None:
    for host in ("0.0.0.0", "192.168.1.4", "chat.example"):
        with pytest.raises(ValueError, match="others can reach it"):
            serve(seed_bot(), host=host, port=0)


def shown(client: TestClient) -> str:
    components = client.get("/fr/config").json()["components"]
    values = [str(component["props"].get("value")) for component in components]
    return " ".join(re.sub(r'data-words="[^"]*"', "", value) for value in values)


def test_the_page_says_so_when_the_backend_is_elsewhere(bot: ScriptedBot) -> None:
    away = ScriptedBot(Shelf(article()), backend=Scripted("openai:model", sends_to="api.example"))
    with TestClient(built(away), base_url=BASE) as client:
        page = shown(client)
    assert FRENCH.leaves_host.format(backend="api.example") in page and '"place": "api.example"' in unescape(page)
    with TestClient(built(bot), base_url=BASE) as client:
        page = shown(client)
    assert '"place": null' in unescape(page) and 'class="leaves"' not in page
