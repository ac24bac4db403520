"""Files become documents, exactly as they are; what can't be read says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Document, Skipped, expected, read


def test_a_folder_gives_relative_ids_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "deux.md").write_text("# Deux\n\nLe texte est là.", encoding="utf-8")
    (tmp_path / "a.txt").write_bytes(b"The first line\r\nThe second line is the longest one.\r\n")
    (tmp_path / ".hidden.txt").write_text("no", encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text('{"id": "1", "question": "?", "answers": []}\n', encoding="utf-8")
    documents = list(read([tmp_path]))
    assert [(d.id, d.title, d.language) for d in documents] == [
        ("a.txt", "The first line", "en"),
        ("b/deux.md", "Deux", "fr"),
    ]
    assert documents[0].text == "The first line\r\nThe second line is the longest one.\r\n"


def test_a_single_file_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Une note.", encoding="utf-8")
    assert [d.id for d in read([str(path)])] == ["note.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.txt").write_text("Une note.", encoding="utf-8")
    for also in (tmp_path, tmp_path / "b" / "a.txt", tmp_path / "b"):
        assert [d.id for d in read([tmp_path, also])] == ["b/a.txt"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("\ufeffété".encode(), "été"),
        ("été".encode("utf-16"), "été"),
        ("été".encode("cp1252"), "été"),
        ("e\u0301te\u0301".encode(), "e\u0301te\u0301"),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert next(iter(read([tmp_path]))).text == text


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"id": "x", "text": "Le texte.", "title": "T", "lang": "fr", "year": 2025},
        {"_id": 7, "text": "The text of it.\nMore."},
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    first, second = read([path])
    assert first == Document("x", "Le texte.", "T", f"{path}:1", "fr", {"year": 2025})
    assert (second.id, second.title, second.language) == ("7", "The text of it.", "en")


def test_a_bad_line_is_skipped_and_the_others_go_in(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "text": "Un."}',
        '{"id": "b", "text": "Deux.", "score": NaN}',
        '{"id": "c", "text": "Trois.", "score": -1e400}',
        '{"id": "d", "text": 4}',
        '{"id": true, "text": "Cinq."}',
        '{"id": null, "text": "Six."}',
        '{"title": "Sept"}',
        "{not json",
        '{"id": "i", "text": "Neuf.", "score": 1.5e3}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    skipped: list[Skipped] = []
    documents = list(read([tmp_path], on_skip=skipped.append))
    assert [(d.id, d.source[-2:]) for d in documents] == [("a", ":1"), ("i", ":9")]
    assert documents[1].metadata == {"score": 1500.0}
    assert {Path(s.path) for s in skipped} == {tmp_path / "a.jsonl"}
    reasons = [s.reason for s in skipped]
    assert reasons[:6] == [
        "line 2 is not JSON: NaN is not a finite number; write null where there is none",
        "line 3 is not JSON: -1e400 is not a finite number; write null where there is none",
        "line 4: expected text in the field text, found a number",
        "line 5: expected text in the field id, found true or false",
        "line 6: expected text in the field id, found null",
        "line 7: expected the fields id and text, found title",
    ]
    assert reasons[6].startswith("line 8 is not JSON") and len(reasons) == 7


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n" * 500 + '{"id": "a", "text": "Un."}\n', encoding="utf-8")
    skipped: list[Skipped] = []
    assert [d.id for d in read([tmp_path], on_skip=skipped.append)] == ["a"]
    assert len(skipped) == 11 and skipped[-1].reason == "490 more of its 501 lines can't be read either"


def test_files_that_cannot_be_read_are_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Bon.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x00\x01")
    (tmp_path / "slides.pptx").write_bytes(b"PK")
    (tmp_path / "bad.jsonl").write_text("{not json\n", encoding="utf-8")
    skipped: list[Skipped] = []
    assert [d.id for d in read([tmp_path], on_skip=skipped.append)] == ["good.txt"]
    reasons = {Path(s.path).name: s.reason for s in skipped}
    assert set(reasons) == {"empty.txt", "picture.txt", "slides.pptx", "bad.jsonl"}
    assert "empty" in reasons["empty.txt"] and "binary" in reasons["picture.txt"]
    assert ".pptx" in reasons["slides.pptx"] and "line 1" in reasons["bad.jsonl"]


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="sequence of paths"):
        list(read("seeds/"))
    with pytest.raises(FileNotFoundError, match="no/such"):
        read(["no/such"])
    with pytest.raises(ValueError, match="nothing readable"):
        list(read([tmp_path]))
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match=r"same\.txt.*a.*b"):
        list(read([tmp_path / "a", tmp_path / "b"]))


def test_how_many_documents_to_expect(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Un.", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "1", "text": "Deux."}\n{"id": "2", "text": "Trois."}\n', encoding="utf-8")
    (tmp_path / "c.xlsx").write_text("not read", encoding="utf-8")
    assert expected([tmp_path]) == 3 == len(list(read([tmp_path])))
    assert expected([tmp_path / "a.txt"]) == 1


def test_a_line_with_the_id_of_another_line_is_skipped(tmp_path: Path) -> None:
    lines = '{"id": "a", "text": "Un."}\n{"id": "a", "text": "Deux."}\n{"id": "b", "text": "Trois."}\n'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    skipped: list[Skipped] = []
    assert [d.text for d in read([tmp_path / "a.jsonl"], on_skip=skipped.append)] == ["Un.", "Trois."]
    assert "a.jsonl:2 has the id 'a' of another one before it" in skipped[0].reason
