from dataclasses import fields
from string import Formatter

import pytest

from ui.messages import ENGLISH, FRENCH, Words, preferred


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("field", [field.name for field in fields(Words)])
def test_every_word_is_there_in_both_languages_with_the_same_blanks(field: str) -> None:
    french, english = getattr(FRENCH, field), getattr(ENGLISH, field)
    assert french and english
    assert names(french) == names(english)


def test_french_typography_keeps_its_no_break_spaces() -> None:
    for field in fields(Words):
        text = getattr(FRENCH, field.name)
        assert not any(f" {mark}" in text for mark in "?!:;»") and "« " not in text, text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("fr-FR,fr;q=0.9,en-US;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("de", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        ("fr;q=x", "en"),
        ("", "en"),
    ],
)
def test_the_page_speaks_the_language_the_browser_prefers(header: str, language: str) -> None:
    assert preferred(header) == language
