"""Tables as text: delimiters, quotes, headers, ragged rows, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from index import Document, chunk, read
from index.readers.csv import delimiter

ROOMS = "Salle;Capacité;Journée\nSalle des fêtes;220;260,50 €\nSalle du Lavoir;35;45,00 €\n"
DRAWN = (
    "| Salle | Capacité | Journée |\n| --- | --- | --- |\n"
    "| Salle des fêtes | 220 | 260,50 € |\n| Salle du Lavoir | 35 | 45,00 € |"
)
NONE = "|  |  |\n| --- | --- |\n"


def one(folder: Path, content: str | bytes, name: str = "salles.csv") -> Document:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (document,) = read([folder / name])
    return document


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_table_stands_between_bars_below_its_underlined_header(tmp_path: Path, encoding: str) -> None:
    document = one(tmp_path, ROOMS.encode(encoding))
    assert (document.text, document.title, document.language) == (DRAWN, "salles", "fr")


@pytest.mark.parametrize("mark", list(";\t|"))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(tmp_path: Path, mark: str, end: str) -> None:
    content = ROOMS.replace(";", mark).replace("\n", end)
    assert delimiter(content) == mark
    assert one(tmp_path, content, "a.tsv").text == DRAWN
    assert one(tmp_path, f"sep={mark}{end}".encode() + content.encode() if end != "\r" else content).text == DRAWN


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a;3,50;4,20\nb;1,50;2,20\n", ";"),
        ('id,note\n1,"deux; trois"\n2,"un; quatre"\n', ","),
        ("Nom,Ville\nAnne,Lyon\n", ","),
        ("x\n" + "a;b;c\n" * 9_000, ";"),
    ],
)
def test_the_delimiter_is_the_one_that_makes_rows_of_one_width(content: str, expected: str) -> None:
    assert delimiter(content) == expected


def test_quoted_cells_hold_delimiters_quotes_bars_and_line_ends(tmp_path: Path) -> None:
    content = 'Nom;Note\n"Le ""Bon"" café";"midi; soir\nle lundi"\nBar;a|b\n'
    assert one(tmp_path, content).text == (
        '| Nom | Note |\n| --- | --- |\n| Le "Bon" café | midi; soir le lundi |\n| Bar | a\\|b |'
    )


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    assert one(tmp_path, 'Nom;Taille\n"Anne;12\nPaul;13\n').text == (
        '| Nom | Taille |\n| --- | --- |\n| "Anne | 12 |\n| Paul | 13 |'
    )


def test_ragged_rows_get_one_width_and_empty_ones_go(tmp_path: Path) -> None:
    assert one(tmp_path, "Nom;Prix;Note;;\nAnne;12\n;;\nPaul;13;vu;\n").text == (
        "| Nom | Prix | Note |\n| --- | --- | --- |\n| Anne | 12 |  |\n| Paul | 13 | vu |"
    )


def test_lines_above_the_table_are_paragraphs_and_the_title(tmp_path: Path) -> None:
    document = one(tmp_path, "Tarifs 2025;;\nTTC;;\n\nPublic;Prix;Réduit\nAdulte;12;8\n")
    assert document.title == "Tarifs 2025"
    assert document.text == "Tarifs 2025\n\nTTC\n\n| Public | Prix | Réduit |\n| --- | --- | --- |\n| Adulte | 12 | 8 |"


def test_one_column_is_a_list_of_paragraphs(tmp_path: Path) -> None:
    document = one(tmp_path, "Nom\nAnne\n\nPaul\n")
    assert (document.text, document.title) == ("Nom\n\nAnne\n\nPaul", "salles")


@pytest.mark.parametrize(
    ("first", "below", "headed"),
    [
        ("Année;Habitants", "2020;1 200", True),
        ("Commune;2019;2020", "Brest;120;130", True),
        ("Nom;Métier", "Anne;menuisière", True),
        (";Prix;Note", "Adulte;12;vu", True),
        ("Tarif;2023-2024;2024/25", "Adulte;120;130", True),
        ("Anne;12", "Paul;13", False),
        ("Anne;2000 €", "Paul;1300 €", False),
        ("Brest;2019", "Lyon;2020", False),
        ("Anne;Lyon", "Paul;Lyon", False),
        ("Anne;anne@exemple.fr", "Paul;paul@exemple.fr", False),
        ("(12);x", "(13);y", False),
        ("Nom;Nom", "Anne;Paul", False),
        ("Il faut venir avec ses papiers, le matin, avant neuf heures et demie.;oui", "Sinon rien.;non", False),
        ("Anne;Lyon", "", False),
    ],
)
def test_no_row_of_data_is_taken_for_the_header(tmp_path: Path, first: str, below: str, headed: bool) -> None:
    lines = one(tmp_path, f"{first}\n{below}\n").text.split("\n")
    titles = "| " + first.replace(";", " | ") + " |"
    assert set(lines[1]) == set("| -")
    assert (lines[0] == titles) is headed
    assert headed or (set(lines[0]) == set("| ") and lines[2] == titles)


@pytest.mark.parametrize(
    ("content", "reason"), [("", "empty"), (" \n\n", "empty"), (";;\n;\n", "empty"), (b"PK\x03\x04", "ZIP")]
)
def test_what_is_refused(tmp_path: Path, content: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        one(tmp_path, content)


def test_fifty_thousand_rows_are_read_and_cut_soon(tmp_path: Path) -> None:
    rows = "".join(f"Commune {n};{n * 7};{n % 97},{n % 10} %;Une remarque sur {n}\n" for n in range(50_000))
    start = time.process_time()
    document = one(tmp_path, f"Commune;Habitants;Part;Remarque\n{rows}")
    chunks = chunk(document)
    assert time.process_time() - start < 30
    assert document.text.count("\n") == 50_001
    assert all(one.headings[-1] == "| Commune | Habitants | Part | Remarque |" for one in chunks[1:])
