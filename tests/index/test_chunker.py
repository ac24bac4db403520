"""Chunks are exact slices of whole sentences that cover their document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, chunk, count


def _words(text: str) -> int:
    return len(text.split())


@given(
    st.lists(
        st.sampled_from(
            ["Un mot.", "Deux mots ici ! ", "\n\n", "\r\n", " ", "# Titre\n", "- point\n", "é😀\u0301 ", "x" * 40]
        )
    )
)
def test_chunks_tile_the_document(parts: list[str]) -> None:
    document = Document("a", "".join(parts))
    chunks = chunk(document, budget=5, count=_words)
    covered = [i for c in chunks for i in range(c.span.start, c.span.end)]
    assert len(covered) == len(set(covered)) and covered == sorted(covered)
    assert all(document.text[i].isspace() for i in set(range(len(document.text))) - set(covered))
    for c in chunks:
        assert document.quote(c.span) == c.text
        assert _words(c.text) <= 5


def test_chunks_end_with_paragraphs_and_carry_their_headings() -> None:
    text = (
        "Le titre de l’article\n\nUne entrée en matière qui dit tout.\n\nPremière partie\n\n"
        "Un paragraphe entier de la première partie.\n\nEncore un paragraphe de cette partie."
    )
    chunks = chunk(Document("a", text), budget=40)
    assert [c.headings for c in chunks] == [
        ("Le titre de l’article",),
        ("Le titre de l’article", "Première partie"),
    ]
    assert chunks[1].text.startswith("Première partie") and chunks[1].text.endswith("de cette partie.")


def test_markdown_headings_nest() -> None:
    text = "# A\n\ntext one.\n\n## B\n\ntext two.\n\n# C\n\ntext three."
    assert [c.headings for c in chunk(Document("a.md", text))] == [("A",), ("A", "B"), ("C",)]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_like_pieces() -> None:
    text = " ".join(f"La phrase numéro {i} dit une chose de plus." for i in range(60))
    chunks = chunk(Document("a", text))
    sizes = [count(c.text) for c in chunks]
    assert len(chunks) > 2 and max(sizes) <= 200 and min(sizes) > 0.5 * max(sizes)
    assert all(c.text.endswith(".") for c in chunks)


@pytest.mark.parametrize("text", ["", "   \n\n", "\ufeff\n"])
def test_nothing_to_cut(text: str) -> None:
    assert [c.text.strip("\ufeff") for c in chunk(Document("a", text)) if c.text.strip("\ufeff")] == []


def test_a_word_of_a_megabyte_is_cut_too() -> None:
    chunks = chunk(Document("a", "x" * 1_000_000), budget=2000)
    assert sum(len(c.text) for c in chunks) == 1_000_000
    assert max(count(c.text) for c in chunks) <= 2000


def test_a_budget_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 token"):
        chunk(Document("a", "b"), budget=0)


ROWS = "".join(f"| P{n} | {3 * n} m³/h | {n} m |\n" for n in range(60))


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("# Pompes\n\n| Modèle | Débit | Hauteur |\n|---|:---:|--:|\n" + ROWS, "| Modèle | Débit | Hauteur |"),
        ("Modèle | Débit\n\n" + "\n\n".join(f"P{n} | {n}" for n in range(200)), "Modèle | Débit"),
        ("Un texte.\n\nModèle | Débit\n" + "\n".join(f"P{n} | {n}" for n in range(200)), "Modèle | Débit"),
    ],
)
def test_rows_apart_from_their_header_carry_it(text: str, header: str) -> None:
    chunks = chunk(Document("a.md", text))
    assert len(chunks) > 3
    for found in chunks:
        assert (header in found.text) != (found.headings[-1:] == (header,))
        assert text[found.span.start : found.span.end] == found.text


def test_a_header_ends_with_its_table() -> None:
    text = (
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n" + "Une phrase hors du tableau.\n\n" * 60 + "| c | d |\n|---|---|\n" + ROWS
    )
    headings = [found.headings for found in chunk(Document("a.md", text)) if "| a |" not in found.text]
    assert ("| a | b |",) not in headings and headings[-1] == ("| c | d |",)


@pytest.mark.parametrize(
    "text",
    [
        "Figures\n\n£ million | 2024 | 2023\nRevenue | 684 | 663\nProfit | 41.5 | 47.0\nEmployees | 431 | 445 in all",
        "Data\n\nModel      P-3       P-4\nPower      1 kW      2 kW\nMaximum immersion depth    7 m      10 m",
    ],
)
def test_a_row_is_no_heading_of_the_one_below(text: str) -> None:
    (found,) = chunk(Document("a.txt", text))
    assert found.text == text
    assert found.headings == (text.split("\n")[0],)


def test_a_comment_in_code_is_no_heading() -> None:
    text = "# Install\n\n```sh\nmake\n\n# run it\n\nmake chat\n```\n\nThen ask.\n\n## Use\n\nOpen the page."
    headings = {heading for found in chunk(Document("a.md", text), budget=8) for heading in found.headings}
    assert headings == {"Install", "Use"}
    left_open = chunk(Document("a.md", text.replace("chat\n```", "chat")), budget=8)
    assert {"Use"} <= {heading for found in left_open for heading in found.headings}
