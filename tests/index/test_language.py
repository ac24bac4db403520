"""Languages are told apart; terms are French and English."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import detect, fold, terms, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien Nvidia investit-il dans Anthropic ?", "fr"),
        ("Et Microsoft ?", "fr"),
        ("Quand ?", "fr"),
        ("Tu as l'air surpris.", "fr"),
        ("Resume ce document", "fr"),
        ("COMBIEN COUTE LE PROJET", "fr"),
        ("Who remains Anthropic's main cloud provider?", "en"),
        ("And Microsoft?", "en"),
        ("How much?", "en"),
        ("Summarise this document", "en"),
        ("The café in Orléans", "en"),
        ("", "en"),
    ],
)
def test_short_texts(text: str, language: str) -> None:
    assert detect(text) == language


def test_keywords_without_function_words() -> None:
    """Of 124 such queries, the first, third ... were looked at while `detect` was made; the others were set aside."""
    lines = (Path(__file__).parent / "keywords.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    right = [detect(query) == language for language, query in rows]
    assert len(rows) == 124
    assert sum(right[::2]) >= 62 and sum(right[1::2]) >= 61


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("l’infrastructure d'Azure qu’ils", "fr", ["infrastructur", "azur"]),
        ("Anthropic's main providers", "en", ["anthrop", "main", "provid"]),
        ("Claude Sonnet 4.5 et GPT-5", "fr", ["claud", "sonnet", "4.5", "gpt", "5"]),
        ("10\u202f000 habitants, 10 000, 10,000", "fr", ["10000", "habit", "10000", "10000"]),
        ("3,5 % contre 3.5 %", "fr", ["3.5", "3.5"]),
        ("Élysée ELYSEE élysée", "fr", ["elys", "elys", "elys"]),
        ("cœur et œuvre", "fr", ["coeur", "oeuvr"]),
        ("le la les des un", "fr", []),
        ("", "fr", []),
        ("😀 !!! …", "en", []),
    ],
)
def test_terms(text: str, language: str, expected: list[str]) -> None:
    assert terms(text, language) == expected


def test_decomposed_accents_give_the_same_terms() -> None:
    assert terms("e\u0301nergie e\u0301tatique", "fr") == terms("énergie étatique", "fr")


def test_words_are_offsets_of_the_text() -> None:
    text = "L’été 2\u202f024 à l'Élysée : 4.5 !"
    assert [text[a:b] for a, b in words(text)] == ["L", "été", "2\u202f024", "à", "l", "Élysée", "4.5"]


def test_fold() -> None:
    assert fold("Œuvre À L’ÉTÉ") == "oeuvre a l’ete"
