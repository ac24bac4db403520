"""Rows of tables: their cells, and what is none."""

import pytest

from index import cells, rows, table_at


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| Dîner | 32 € |", ["Dîner", "32 €"]),
        ("|a||c|", ["a", "", "c"]),
        ("| a | b", ["a", "b"]),
        (r"| a \| b | c |", [r"a \| b", "c"]),
        ("Revenue | 684 | 663", ["Revenue", "684", "663"]),
        ("Weight     14.5 kg\t17 kg", ["Weight", "14.5 kg", "17 kg"]),
        ("Revenue | 684 | 663 |", ["Revenue", "684", "663"]),
        ("a |  | c", ["a", "", "c"]),
        ("A sentence.", []),
        ("", []),
        ("|", []),
        ("a | b\nc | d", []),
    ],
)
def test_cells(line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in cells(line)] == expected


def test_gaps_make_a_row_only_beside_another() -> None:
    assert rows(["Rapport      2024", "Du texte.", "a | b", "x     1", "y     2"]) == [False, False, True, True, True]


def test_a_table_ends_where_another_header_is_underlined_or_cells_are_of_another_number() -> None:
    lines = ["| a | b |", "|---|---|", "| 1 | 2 |", "| c | d |", "|---|---|", "| 3 | 4 |", "| x | y | z |", "text"]
    assert [table_at(lines, at) for at in (0, 2, 3, 5, 6)] == [(0, 3), (0, 3), (3, 6), (3, 6), (6, 7)]
