"""Files that come in through the page: kept, shown page by page, read again, removed."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from index import Collection, Document, read, sync
from tests.index.readers.papers import lines, pdf
from tests.ui.conftest import built
from tests.ui.scripted import ScriptedBot, Shelf, article
from ui.messages import FRENCH
from ui.originals import state

BASE = "http://127.0.0.1:7860"
PAPER = pdf(lines("The first page."), lines("The budget is 310 euros.", "Nothing else."))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(article())


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def client(shelf: Shelf, uploads: Path) -> Iterator[TestClient]:
    with TestClient(built(ScriptedBot(shelf), uploads=uploads), base_url=BASE) as client:
        yield client


def add(client: TestClient, name: str, content: bytes) -> int:
    return client.put("/documents", params={"name": name, "lang": "fr"}, content=content).status_code


def passage(document: Document, quote: str) -> dict[str, object]:
    start = document.text.index(quote)
    return {"document": document.id, "start": start, "end": start + len(quote), "quote": quote}


def test_the_welcome_offers_what_the_added_document_answers(client: TestClient) -> None:
    def offered() -> str:
        return str(client.get("/welcome", params={"lang": "fr"}).json()["welcome"])

    asked = "Par qui est dirigée la piscine ?"
    assert asked not in offered()
    assert add(client, "piscine.txt", "La piscine est dirigée par Claire Morvan.".encode()) == 200
    assert asked in offered()
    assert client.delete("/documents", params={"id": "piscine.txt"}).status_code == 204
    assert asked not in offered()


def test_a_cited_passage_of_a_pdf_comes_with_its_page_and_boxes(client: TestClient, shelf: Shelf) -> None:
    assert add(client, "Paper.pdf", PAPER) == 200
    document = shelf.held["Paper.pdf"]
    found = client.post("/source", json=passage(document, "The budget is 310 euros.")).json()
    (page,) = found["pages"]
    assert (page["number"], found["count"]) == (2, 2)
    picture = client.get("/page", params={"document": "Paper.pdf", "number": 2})
    assert picture.headers["content-type"] == "image/png" and picture.headers["cache-control"] == "no-store"
    image = Image.open(io.BytesIO(picture.content)).convert("L")
    assert image.size == (page["width"], page["height"])
    (left, top, width, height) = page["boxes"][0]
    box = (left * image.width, top * image.height, (left + width) * image.width, (top + height) * image.height)
    assert image.crop(tuple(map(round, box))).getextrema()[0] < 100, "the words stand in the box"
    image.paste(255, tuple(map(round, (box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3))))
    rest = image.point(lambda value: 255 * (value < 100)).getbbox()
    assert rest is not None and rest[1] > box[3], "no ink of the line is left outside it, only the line below"


def test_a_whole_document_opens_at_its_beginning_with_nothing_marked(client: TestClient, shelf: Shelf) -> None:
    add(client, "Paper.pdf", PAPER)
    wanted = {"document": "Paper.pdf", "start": 0, "end": 0, "quote": ""}
    found = client.post("/source", json=wanted).json()
    (page,) = found["pages"]
    assert (page["number"], page["boxes"], found["state"], found["first"]) == (1, [], "exact", 0)
    assert "The first page." in found["html"] and "<mark" not in found["html"]
    text = client.post("/source", json=wanted | {"document": article().id}).json()
    assert text["pages"] == [] and text["total"] == len(article().text)


def test_without_its_very_file_a_document_is_shown_as_text(client: TestClient, shelf: Shelf, uploads: Path) -> None:
    add(client, "Paper.pdf", PAPER)
    document = shelf.held["Paper.pdf"]
    assert shelf.original(document.id) == uploads / "Paper.pdf"
    (uploads / "Paper.pdf").write_bytes(PAPER + b"%another")
    assert (shelf.original(document.id), state(document)) == (None, "changed")
    found = client.post("/source", json=passage(document, "The first page.")).json()
    assert found["pages"] == [] and "The first page." in found["html"]
    (uploads / "Paper.pdf").unlink()
    assert (shelf.original(document.id), state(document)) == (None, "missing")
    assert client.get("/page", params={"document": "Paper.pdf", "number": 1}).status_code == 404


@pytest.mark.parametrize(
    ("document", "number"),
    [("Paper.pdf", "0"), ("Paper.pdf", "3"), ("Paper.pdf", "-1"), ("../Paper.pdf", "1"), ("/etc/passwd", "1"),
     ("000_3c70629ff31dc08d.txt", "1"), ("", "1"), ("Paper.pdf", "1e9"), ("Paper.pdf", "x")],
)  # fmt: skip
def test_only_pages_of_the_collections_documents_can_be_seen(client: TestClient, document: str, number: str) -> None:
    add(client, "Paper.pdf", PAPER)
    answer = client.get("/page", params={"document": document, "number": number})
    assert answer.status_code in (404, 422) and answer.headers["content-type"] == "application/json"


def test_json_lines_go_in_line_by_line_and_out_again(client: TestClient, shelf: Shelf, uploads: Path) -> None:
    def put(*texts: str) -> dict[str, object]:
        content = "".join(f'{{"id": "{text}", "text": "Words of {text}."}}\n' if text else "{\n" for text in texts)
        given = client.put("/documents", params={"name": "Notes.jsonl"}, content=content.encode())
        assert given.status_code == 200
        return dict(given.json())

    assert put("a", "", "b", "c") == {"added": "Notes.jsonl", "skipped": 1, "twin": ""}
    place = uploads / "Notes.jsonl"
    assert shelf.held["c"].source == f"{place}:4"
    put("a", "b", "d")
    assert set(shelf.held) == {article().id, "a", "b", "d"}, "what the file no longer has is gone"
    assert client.delete("/documents", params={"id": "a"}).status_code == 204
    assert [(one.id, one.source) for one in read([place])] == [("b", f"{place}:2"), ("d", f"{place}:3")]
    for identifier in ("d", "b"):
        assert client.delete("/documents", params={"id": identifier}).status_code == 204
    assert list(uploads.iterdir()) == [] and set(shelf.held) == {article().id}


@pytest.mark.parametrize("content", [b"", b"\n \n", b'{"question": "Why?"}\n', b"[]\n"])
def test_lines_that_hold_no_document_are_refused_in_words(client: TestClient, content: bytes) -> None:
    answer = client.put("/documents", params={"name": "Notes.jsonl", "lang": "fr"}, content=content)
    assert answer.status_code == 422
    assert answer.json()["reason"] == (FRENCH.file_lines if content.strip() else FRENCH.file_empty)


def test_a_line_does_not_take_the_name_of_a_document_from_a_folder(
    client: TestClient, shelf: Shelf, tmp_path: Path
) -> None:
    place = tmp_path / "corpus.jsonl"
    place.write_text('{"id": "a", "text": "From the folder."}\n', encoding="utf-8")
    shelf.add(read([place]))
    assert add(client, "Notes.jsonl", b'{"id": "a", "text": "From the page."}\n') == 409
    assert shelf.held["a"].text == "From the folder."


def test_the_same_text_under_another_name_is_told_and_names_stand_beside_equal_titles(client: TestClient) -> None:
    assert add(client, "One.txt", b"Some words.") == 200
    assert client.put("/documents", params={"name": "One.txt"}, content=b"Some words.").json()["twin"] == ""
    assert client.put("/documents", params={"name": "Two.txt"}, content=b"Some words.").json()["twin"] == "One.txt"
    names = {row["id"]: row["name"] for row in client.get("/documents").json()["documents"]}
    assert names == {"One.txt": "One.txt", "Two.txt": "Two.txt", article().id: ""}


def test_a_removed_document_shows_no_page_and_leaves_no_file(client: TestClient, uploads: Path) -> None:
    add(client, "Paper.pdf", PAPER)
    assert client.get("/page", params={"document": "Paper.pdf", "number": 1}).status_code == 200
    assert client.delete("/documents", params={"id": "Paper.pdf"}).status_code == 204
    assert client.get("/page", params={"document": "Paper.pdf", "number": 1}).status_code == 404
    assert list(uploads.iterdir()) == []


def test_what_is_refused_leaves_nothing_behind(client: TestClient, uploads: Path) -> None:
    assert add(client, "a.pdf", b"not a pdf") == 422
    assert add(client, "b.exe", b"MZ") == 415
    for name in (f"{'long' * 60}.txt", "bell\a.txt", ".hidden.md"):
        answer = client.put("/documents", params={"name": name, "lang": "fr"}, content=b"Some words.")
        assert (answer.status_code, answer.json()["reason"]) == (422, FRENCH.name_unfit)
    assert list(uploads.iterdir()) == []


def test_a_changed_file_whose_name_is_not_unicode_is_read_again(
    client: TestClient, shelf: Shelf, tmp_path: Path
) -> None:
    place = tmp_path / os.fsdecode(b"caf\xe9.txt")
    place.write_text("Old words.", encoding="utf-8")
    shelf.add(read([place]))
    place.write_text("New words.", encoding="utf-8")
    assert client.post("/documents/reread", params={"id": r"caf\xe9.txt"}).status_code == 204
    assert shelf.held[r"caf\xe9.txt"].text == "New words."


def test_an_upload_does_not_take_the_name_of_a_document_from_a_folder(
    client: TestClient, shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "Note.txt").write_text("From the folder.", encoding="utf-8")
    shelf.add(read([tmp_path / "Note.txt"]))
    answer = client.put("/documents", params={"name": "Note.txt", "lang": "fr"}, content=b"From the page.")
    assert (answer.status_code, answer.json()["reason"]) == (409, FRENCH.name_taken)
    assert shelf.held["Note.txt"].text == "From the folder."


def test_the_list_tells_type_pages_date_and_state(client: TestClient, uploads: Path) -> None:
    add(client, "Paper.pdf", PAPER)
    add(client, "Note.txt", b"Some words.")

    def rows() -> dict[str, dict[str, object]]:
        return {row["id"]: row for row in client.get("/documents").json()["documents"]}

    assert (rows()["Paper.pdf"]["pages"], rows()["Paper.pdf"]["state"]) == (2, "same")
    assert rows()["Note.txt"]["date"] == (uploads / "Note.txt").stat().st_mtime
    assert rows()[article().id]["state"] == "none" and rows()[article().id]["date"] is None
    (uploads / "Note.txt").write_bytes(b"Other words, later.")
    assert rows()["Note.txt"]["state"] == "changed"


def test_the_folders_that_documents_lie_in_are_listed(client: TestClient, shelf: Shelf) -> None:
    shelf.add(Document(name, "Some words.") for name in ("a/b/one.txt", "a/b/two.txt", "a/three.txt", "four.txt"))
    given = client.get("/documents").json()
    assert [(one["folder"], one["count"]) for one in given["folders"]] == [("a/", 3), ("a/b/", 2)]


def test_a_changed_file_is_read_again_under_its_id(client: TestClient, shelf: Shelf, tmp_path: Path) -> None:
    place = tmp_path / "Note.txt"
    place.write_text("Old words.", encoding="utf-8")
    shelf.add([replace(next(read([place])), id="folder/Note.txt")])
    place.write_text("New words.", encoding="utf-8")
    assert client.post("/documents/reread", params={"id": "folder/Note.txt"}).status_code == 204
    assert shelf.held["folder/Note.txt"].text == "New words." and "Note.txt" not in shelf.held
    place.unlink()
    answer = client.post("/documents/reread", params={"id": "folder/Note.txt", "lang": "fr"})
    assert (answer.status_code, answer.json()["reason"]) == (404, FRENCH.file_missing)
    assert client.post("/documents/reread", params={"id": "nothing"}).status_code == 404
    assert client.post("/documents/reread", params={"id": article().id}).status_code == 404


def test_a_relative_source_is_nobodys_file(
    client: TestClient, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Note.txt").write_text("A stranger's words.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shelf.add([Document("Note.txt", "Read elsewhere.", source="Note.txt")])
    (row,) = client.get("/documents", params={"q": "Note.txt"}).json()["documents"]
    assert (row["state"], row["date"]) == ("none", None)
    assert client.post("/documents/reread", params={"id": "Note.txt"}).status_code == 404
    assert client.put("/documents", params={"name": "Note.txt"}, content=b"From the page.").status_code == 409
    assert shelf.held["Note.txt"].text == "Read elsewhere."


def test_a_kept_upload_is_read_with_the_folders_at_the_next_start(tmp_path: Path) -> None:
    folder, uploads = tmp_path / "docs", tmp_path / "uploads"
    folder.mkdir()
    (folder / "a.txt").write_text("From the folder.", encoding="utf-8")
    with Collection.in_memory() as collection:
        sync(collection, [folder], only=True)
        with TestClient(built(ScriptedBot(collection), uploads=uploads), base_url=BASE) as client:  # type: ignore[arg-type]
            assert add(client, "Note.txt", b"From the page.") == 200
        changes = sync(collection, [folder, uploads], only=True)
        assert set(changes.unchanged) == {"a.txt", "Note.txt"} and not changes.removed
