"""Text in the encodings people have."""

from __future__ import annotations

import time

import pytest

from index.readers.text import decode, title

FRENCH = "L’été à Noël, « déjà » 5 € : où ?\rLa fenêtre.\r"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le",
                                      "utf-32-be", "cp1252", "mac_roman"])  # fmt: skip
def test_french_in_every_encoding(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding)) == FRENCH


def test_marks_of_the_other_byte_order() -> None:
    assert decode(b"\xfe\xff" + FRENCH.encode("utf-16-be")) == FRENCH
    assert decode(b"\0\0\xfe\xff" + FRENCH.encode("utf-32-be")) == FRENCH


def test_a_few_wrong_bytes_leave_the_rest_alone() -> None:
    assert decode("déjà vu à Noël ".encode() + b"caf\xe9") == "déjà vu à Noël café"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("12 millions d’euros".encode() + b"\xe2\x80", "12 millions d’euros\ufffd"),
        ("déjà ".encode() + b"\xc3", "déjà \ufffd"),
        (b"\xef\xbb\xbfOui \xf0\x9f\x98", "Oui \ufffd"),
        (b"caf\xe9", "café"),
        (b"\xe9t\xe9", "été"),
    ],
)
def test_a_cut_last_character_leaves_the_rest_alone(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize("text", ["これは日本語の文章です。改行もあります。", "東京、大阪。", "東京都"])
def test_what_cannot_be_told_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="save it as UTF-8"):
        decode(text.encode("shift_jis") * 5)


def test_other_alphabets_are_refused_rather_than_garbled() -> None:
    with pytest.raises(ValueError, match="save it as UTF-8"):
        decode("Привет, это довольно длинный русский текст".encode("cp1251"))


@pytest.mark.parametrize("data", [b"a\0b", b"\xff\xfea", b"\0\0\0\0", b"PK\x03\x04\0"])
def test_binary_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"binary|damaged"):
        decode(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n\n  Un titre  \nx", "Un titre"),
        ("", "sinon"),
        (" \n ", "sinon"),
        ("a" * 300, "a" * 200),
        ("Un\x85Deux", "Un"),
    ],
)
def test_titles(text: str, expected: str) -> None:
    assert title(text, "sinon") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\n# un commentaire\n```\n\nDu texte.\n\n## Le titre ##\n", "Le titre"),
        ("    # du code\n\nUn texte.\n", "Un texte."),
        ("```\n# x\n", "```"),
        ("Intro.\n\nLe titre\n========\n\nSuite.", "Le titre"),
        ("Le titre\n---\n\n# Autre", "Le titre"),
        ('---\ntitle: "Le titre"\ntags: [a]\n---\n\n# Autre', "Le titre"),
        ("---\ntags: [a]\n---\n\n# Le titre", "Le titre"),
        ("---\ntags: [a]\n---\nUn texte.", "Un texte."),
        ("# Le titre\r\rTexte.\r## Suite\r", "Le titre"),
        ("Texte.\r\r# Le titre\rSuite.\r", "Le titre"),
        ("Un texte.\nEncore.", "Un texte."),
        ("#sans espace\n\n> # Cité\n", "Cité"),
        ("# " + "x" * 300, "x" * 200),
        ("\n \n", "sinon"),
    ],
)
def test_titles_of_markdown(text: str, expected: str) -> None:
    assert title(text, "sinon", markdown=True) == expected


def test_a_long_or_deep_markdown_file_costs_little() -> None:
    for text in (
        ">" * 200_000,
        "[" * 200_000 + "\n---",
        "- " * 90_000 + "\n# x",
        "# x\n" * 50_000,
        "a\n" * 90_000 + "===",
    ):
        start = time.process_time()
        title(text, "sinon", markdown=True)
        assert time.process_time() - start < 10
