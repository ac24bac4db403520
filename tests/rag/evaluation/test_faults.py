"""Every fault is found, with its line, and a sound test set has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index import Document
from rag.evaluation import Question, lint, write

TEXT = "Été 1849 : le phare 🗼 de Kermorvan, « haut de 20 mètres »."
DOCUMENTS = {"phare.txt": Document("phare.txt", TEXT)}
START = TEXT.index("20 mètres")
GOOD: dict[str, Any] = {
    "id": "a",
    "question": "Combien mesure-t-il ?",
    "lang": "fr",
    "answerable": True,
    "answers": [{"doc": "phare.txt", "start": START, "end": START + 9, "text": "20 mètres"}],
}


def place(start: int, length: int = 9, doc: str = "phare.txt", text: str = "20 mètres") -> dict[str, Any]:
    return {**GOOD, "answers": [{"doc": doc, "start": start, "end": start + length, "text": text}]}


def faults(tmp_path: Path, *lines: object) -> list[str]:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return [str(fault).removeprefix(f"{path}:") for fault in lint(path, DOCUMENTS)]


def test_a_sound_set_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD, "", {**GOOD, "id": "b", "answerable": False, "answers": []}) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (place(len(TEXT[:START].encode()), len("20 mètres".encode())), "count UTF-8 bytes"),
        (place(START + 1), "count UTF-16 units"),
        (place(3), f"stand at {START} to {START + 9}"),
        (place(5000, text="rien"), "past the end"),
        (place(0, 3, text="non"), "the document has 'Été' there"),
        (place(START, doc="other.txt"), "'other.txt', which is not among the documents"),
        (place(START, 0, text="x"), "empty place"),
        (place(START, text=" "), "no words"),
        ({**GOOD, "answers": []}, "no answer and no relevant document"),
        ({**GOOD, "answerable": False}, "not answerable, yet answers"),
        ({**GOOD, "lang": "de"}, "found 'de'"),
        ({**GOOD, "relevant": ["other.txt"]}, "relevant document 'other.txt'"),
        ({**GOOD, "status": "draft"}, "still a draft"),
        ({**GOOD, "question": " "}, "a text in 'question'"),
        ({"question": "?"}, "a text in 'id'"),
        ({**GOOD, "answerable": "yes"}, "true or false"),
        ({**GOOD, "answers": "1849"}, "a list in 'answers'"),
        ({**GOOD, "answers": [{"doc": "phare.txt", "start": -1, "end": 3, "text": "x"}]}, "0 <= start <= end"),
        ({**GOOD, "answers": [{"doc": "phare.txt", "start": 1.5, "end": 3, "text": "x"}]}, "0 <= start <= end"),
        ({**GOOD, "answers": [7]}, "expected answers like"),
        ({**GOOD, "relevant": "phare.txt"}, "a list of document ids"),
        ("{not json", "one JSON object"),
        ("[]", "expected a JSON object"),
    ],
)
def test_each_fault_is_found_with_its_line(tmp_path: Path, form: object, words: str) -> None:
    found = faults(tmp_path, {**GOOD, "id": "first"}, form)
    assert len(found) == 1
    assert found[0].startswith("2: ")
    assert words in found[0]


def test_an_id_used_twice_names_both_lines(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, GOOD, GOOD)
    assert found.startswith("2: ")
    assert found.endswith("set.jsonl:1")


def test_an_empty_file_and_other_encodings_are_faults(tmp_path: Path) -> None:
    assert "at least one question" in faults(tmp_path)[0]
    path = tmp_path / "latin.jsonl"
    path.write_bytes(json.dumps(GOOD, ensure_ascii=False).encode("latin-1"))
    assert "UTF-8" in str(lint(path)[0])


def test_without_documents_places_are_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(place(3)))
    assert lint(path) == []
    assert lint(path, {}) != []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.jsonl"):
        lint(tmp_path / "none.jsonl")


def test_what_is_written_has_no_fault(
    tmp_path: Path, questions: tuple[Question, ...], documents: tuple[Document, ...]
) -> None:
    write(tmp_path / "set.jsonl", questions)
    assert lint(tmp_path / "set.jsonl", {document.id: document for document in documents}) == []
