import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from html import unescape

import pytest
from fastapi.testclient import TestClient

from tests.ui.conftest import built
from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, ScriptedBot, Shelf, article, seed_bot
from ui.conversations import Conversations
from ui.library import KINDS, MEGABYTES
from ui.messages import ENGLISH, FRENCH, Words

BASE = "http://127.0.0.1:7860"
ANSWER = seed_bot().answers[FRENCH_QUESTION]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(article())


@pytest.fixture(scope="module")
def kept() -> Conversations:
    return Conversations()


@pytest.fixture(scope="module")
def client(shelf: Shelf, kept: Conversations) -> Iterator[TestClient]:
    with TestClient(built(ScriptedBot(shelf), conversations=kept), base_url=BASE) as client:
        yield client


def test_conversations_are_listed_renamed_exported_rated_and_deleted(client: TestClient, kept: Conversations) -> None:
    conversation, turn = kept.append("", "", ANSWER)
    assert client.get("/conversations", params={"q": "Nvidia"}).json()[0]["title"] == FRENCH_QUESTION
    assert client.get("/conversations", params={"q": "zebra"}).json() == []
    assert client.patch(f"/conversations/{conversation}", json={"title": "Mine"}).status_code == 204
    assert client.patch(f"/conversations/{conversation}", json={"title": " "}).status_code == 422
    assert client.get("/conversations").json()[0]["title"] == "Mine"
    today = datetime.now().astimezone().date().isoformat()
    for form in ("md", "html", "json"):
        answer = client.get(f"/conversations/{conversation}/export", params={"form": form, "lang": "fr"})
        assert FRENCH_QUOTE in answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="mine-{today}.{form}"'
    assert client.get(f"/conversations/{conversation}/export", params={"form": "../x"}).status_code == 422
    client.patch(f"/conversations/{conversation}", json={"title": 'L’été : "Noël" / 日本\r\n'})
    answer = client.get(f"/conversations/{conversation}/export")
    assert re.fullmatch(r'attachment; filename="l-ete-noel-\d{4}-\d\d-\d\d\.md"', answer.headers["content-disposition"])
    assert answer.text.startswith("# L’été")
    rating = {"thumb": -1, "reason": "wrong_source", "comment": "no"}
    assert client.post(f"/turns/{turn}/rating", json=rating).status_code == 204
    assert kept.rated()[0].reason == "wrong_source"
    assert client.post(f"/turns/{turn}/rating", json={"thumb": 1, "reason": "made up"}).status_code == 422
    assert client.delete(f"/conversations/{conversation}").status_code == 204
    assert client.delete(f"/conversations/{conversation}").status_code == 404


def test_documents_are_listed_and_found_without_their_accents(client: TestClient) -> None:
    given = client.get("/documents", params={"q": "ALLIE a anthropic"}).json()
    assert [one["id"] for one in given["documents"]] == [article().id]
    assert given["documents"][0]["characters"] == len(article().text)
    assert client.get("/documents", params={"q": "zebra"}).json()["documents"] == []


def test_a_file_is_read_added_replaced_and_removed(client: TestClient, shelf: Shelf) -> None:
    assert client.put("/documents", params={"name": "Été.md"}, content=b"# Titre\n\nDu texte.").status_code == 200
    assert shelf.held["Été.md"].text == "# Titre\n\nDu texte."
    client.put("/documents", params={"name": "Été.md"}, content=b"Other.")
    assert shelf.held["Été.md"].text == "Other."
    assert client.delete("/documents", params={"id": "Été.md"}).status_code == 204
    assert client.delete("/documents", params={"id": "Été.md"}).status_code == 404
    wanted = {"document": "Été.md", "start": 0, "end": 5, "quote": "Other"}
    assert client.post("/source", json=wanted).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("a.exe", 415), ("a", 415), (".txt", 415), ("", 415), ("../../etc/passwd", 415), ("a.txt.zip", 415),
     ("<img src=x onerror=alert(1)>.png", 415)],
)  # fmt: skip
def test_files_that_are_not_read_are_refused_with_the_kinds_that_are(
    client: TestClient, name: str, status: int
) -> None:
    answer = client.put("/documents", params={"name": name, "lang": "fr"}, content=b"words")
    assert answer.status_code == status
    assert all(kind in answer.json()["reason"] for kind in KINDS)


def test_a_table_is_taken_as_csv_and_a_spreadsheet_is_told_to_be_saved_so(client: TestClient, shelf: Shelf) -> None:
    assert client.put("/documents", params={"name": "prix.csv"}, content=b"Public;Prix\nAdulte;12\n").status_code == 200
    assert shelf.held["prix.csv"].text == "| Public | Prix |\n| --- | --- |\n| Adulte | 12 |"
    answer = client.put("/documents", params={"name": "prix.xlsx", "lang": "fr"}, content=b"PK")
    assert (answer.status_code, answer.json()["reason"]) == (415, FRENCH.spreadsheet.format(kind=".xlsx"))
    shelf.remove(["prix.csv"])


@pytest.mark.parametrize("name", ["a\nb.txt", "x" * 300 + ".txt"])
def test_a_name_that_no_file_can_have_is_refused_as_such(client: TestClient, name: str) -> None:
    answer = client.put("/documents", params={"name": name, "lang": "fr"}, content=b"words")
    assert answer.status_code == 422
    assert answer.json()["reason"]
    assert not any(kind in answer.json()["reason"] for kind in KINDS)


@pytest.mark.parametrize("name", ["../../a.txt", "..\\..\\a.txt", "/etc/a.txt", "sub/a.txt"])
def test_a_name_with_folders_keeps_its_last_part_only(client: TestClient, shelf: Shelf, name: str) -> None:
    assert client.put("/documents", params={"name": name}, content=b"Some words.").json()["added"] == "a.txt"
    assert set(shelf.held) == {article().id, "a.txt"}
    shelf.remove(["a.txt"])


def test_a_file_that_lies_about_its_kind_or_holds_nothing_is_refused_with_the_reason(
    client: TestClient, shelf: Shelf
) -> None:
    for name, content in (
        ("a.pdf", b"not a pdf"),
        ("b.docx", b"PK\x03\x04 broken"),
        ("c.txt", b""),
        ("d.txt", b"\x00\x01\x02" * 99),
    ):
        answer = client.put("/documents", params={"name": name}, content=content)
        assert answer.status_code == 422, name
        assert answer.json()["reason"] in {getattr(ENGLISH, field.name) for field in fields(Words)}
    assert set(shelf.held) == {article().id}


def test_a_file_over_the_limit_is_cut_off_even_when_it_does_not_say_its_length(
    client: TestClient, shelf: Shelf
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(MEGABYTES + 5):
            sent += 2**20
            yield b"x" * 2**20

    answer = client.put("/documents", params={"name": "big.txt"}, content=endless())
    assert answer.status_code == 413
    assert str(MEGABYTES) in answer.json()["reason"]
    assert "big.txt" not in shelf.held


def test_words_of_an_answer_are_traced_to_their_source(client: TestClient, shelf: Shelf) -> None:
    cited = ANSWER.citations[0].span
    spans = [{"document": cited.document_id, "start": cited.start, "end": cited.end}]
    answer = client.post("/trace", json={"words": "10 milliards de dollars", "cited": spans, "lang": "fr"}).json()
    assert (
        answer["found"] >= 1 and f'data-start="{cited.start}"' in answer["html"] and FRENCH.supported in answer["html"]
    )
    none = client.post("/trace", json={"words": "<script>alert(1)</script>", "lang": "fr"}).json()
    assert none["found"] == 0 and FRENCH.traced_none in unescape(none["html"]) and "<script" not in none["html"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"words": " "}, 422), ({"words": "x" * 2001}, 422), ({"words": "x", "cited": [{}]}, 422),
     ({"words": "x", "cited": [{"document": "gone", "start": 0, "end": 9}]}, 200),
     ({"words": "x", "cited": [{"document": "000_3c70629ff31dc08d.txt", "start": 5, "end": 10**9}]}, 200)],
)  # fmt: skip
def test_tracing_bears_nonsense(client: TestClient, body: dict[str, object], status: int) -> None:
    assert client.post("/trace", json=body).status_code == status
