"""Answers out of tables: the row, and the cell of the column that is asked for."""

from dataclasses import replace

import pytest

from index import Chunk, Collection, Document, Hit, Span
from rag import Answer, Chatbot, Citation, Statement, table_headers

TRAVEL = """# Politique de déplacements

## Plafonds de remboursement

| Poste | Paris et Île-de-France | Autres villes | Londres et Zurich |
|---|---|---|---|
| Nuit d'hôtel | 165 € | 120 € | 210 € |
| Déjeuner | 22 € | 19 € | 32 € |
| Dîner | 32 € | 27 € | 45 € |

Les boissons alcoolisées ne sont pas remboursées.
"""
REPORT = """Annual report 2024

Key figures

£ million | 2024 | 2023
Revenue | 684 | 663
Operating profit | 41.5 | 47.0
Profit before tax | 36.2 | 42.8
Net debt | 112 | 97
Average number of employees | 4,310 | 4,455

For 2025 the Board expects an operating profit of at least £44 million.
"""
PUMP = """AQUALINE SUBMERSIBLE PUMP

2 Technical data

Model                      P-340         P-340H
Maximum flow               240 l/min     210 l/min
Maximum head               18 m          31 m
Weight                     14.5 kg       17 kg

Do not lift the pump by its power cable.
"""
FEES = "Médiathèque\n\nAbonnements\n\nPublic | Tarif annuel\n\nMoins de 18 ans | gratuit\n\nAdultes | 12 €\n\nUn texte."


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    collection = Collection.in_memory()
    collection.add(
        Document(name, text) for name, text in (("t.md", TRAVEL), ("r", REPORT), ("p.txt", PUMP), ("m", FEES))
    )
    return Chatbot(collection)


@pytest.mark.parametrize(
    ("question", "row", "cell"),
    [
        ("plafond dîner Londres", "Dîner", "45 €"),
        ("What is the hotel limit in London?", "Nuit d'hôtel", "210 €"),
        ("What was the net debt in 2023?", "Net debt", "97"),
        ("operating profit 2024", "Operating profit", "41.5"),
        ("Quel est le débit maximal de la P-340 ?", "Maximum flow", "240 l/min"),
        ("What is the maximum head of the P-340H?", "Maximum head", "31 m"),
        ("Quel est le tarif pour les moins de 18 ans ?", "Moins de 18 ans", "gratuit"),
    ],
)
def test_the_cell_of_the_column_that_is_asked_for(bot: Chatbot, question: str, row: str, cell: str) -> None:
    answer = bot.ask(question)
    assert answer.found
    first = answer.citations[0]
    assert (row in first.quote, first.answering) == (True, cell)
    text = next(hit.chunk for hit in answer.hits if hit.chunk.span.contains(first.span))
    start = first.span.start - text.span.start
    assert text.text[start : start + len(first.quote)] == first.quote


def test_a_header_is_no_answer(bot: Chatbot) -> None:
    for question in ("Londres et Zurich", "Quels sont les plafonds à Londres et Zurich ?"):
        assert all(not statement.text.startswith("| Poste") for statement in bot.ask(question).statements)


CUBES = "# Puissances\n\n| n | carré | cube |\n|---|---|---|\n" + "".join(
    f"| ligne {n} | {n**2} | {n**3} |\n" for n in range(1, 61)
)
POOL = """# Piscine

| Public | Plein tarif | Tarif réduit | Remarque |
|---|---|---|---|
| Adulte | 6 € | 4 € | Valable un jour. Non remboursable. |
| Enfant | 3 € |  | Gratuit. Avant 3 ans. |
| Senior | 5 € | 3,50 € | |
"""


def _bot(text: str) -> Chatbot:
    collection = Collection.in_memory()
    collection.add([Document("a.md", text)])
    return Chatbot(collection)


@pytest.mark.parametrize("line", [12, 38, 55])
def test_rows_far_below_their_header_have_its_columns(line: int) -> None:
    answer = _bot(CUBES).ask(f"Quel est le cube de la ligne {line} ?")
    assert [citation.answering for citation in answer.citations[:1]] in ([str(line**3)], [])


def test_the_header_of_a_cited_row_is_told() -> None:
    answer = _bot(POOL).ask("Quel est le plein tarif pour un senior ?")
    assert table_headers(answer) == ["| Public | Plein tarif | Tarif réduit | Remarque |"]
    assert table_headers(replace(answer, statements=answer.statements * 2))[1] == ""  # told once
    assert table_headers(replace(answer, hits=())) == [""]
    answer = _bot("Prêts\n\nAdultes | 12 €\n\nEnfants | 5 €\n").ask("Combien pour les enfants ?")
    assert table_headers(answer) == [""] * len(answer.statements)  # the first row is no header


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        ("Public | Entrée | Carte 10 entrées", True),
        ("Senior | environ 3 € | 25 €", False),
        ("Lundi | 9 h | de 14 à 15 h", False),
    ],
)
def test_a_title_may_hold_a_number_but_no_value(first: str, is_header: bool) -> None:
    answer = _bot(f"Musée\n\n{first}\n\nAdulte | 6,20 € | 52 €\n\nÉtudiant | 4,10 € | 35 €\n").ask(
        "Combien coûte l'entrée pour un étudiant ?"
    )
    assert table_headers(answer)[:1] == [first if is_header else ""]


@pytest.mark.parametrize(
    ("rows", "is_header"),
    [
        (["Secteur | Ordures | Verre", "Bourg | lundi | semaines paires", "Port | mardi | chaque mois"], True),
        (["Area | Refuse | Glass", "Town | Monday | odd weeks", "Quay | Tuesdays | even weeks"], True),
        (
            ["Landes | mardi | semaines paires", "Bourg | lundi | semaines impaires", "Port | mardi | chaque mois"],
            False,
        ),
        (["Bourg | pas de collecte | néant", "Landes | mardi | vu", "Port | jeudi | vu"], False),
        (["Moins de 18 ans | gratuit | gratuit", "Adultes | 12 € | 15 €", "Étudiants | 6 € | 8 €"], False),
        (["Secteur | Ordures | Verre", "Bourg | lundi | semaines paires"], False),
        (["Bourg | Anne | Lyon", "Landes | Paul | Brest", "Port | Luc | Nice"], False),
    ],
)
def test_days_below_tell_a_header_of_words_alone(rows: list[str], is_header: bool) -> None:
    chunk = Chunk(Span("a", 0, len("\n".join(rows))), "\n".join(rows))
    start = chunk.text.index(rows[-1])
    span = Span("a", start, start + len(rows[-1]))
    answer = Answer("?", (Statement(rows[-1], (Citation(1, span, rows[-1]),)),), (Hit(chunk, 1.0, 1),), found=True)
    assert table_headers(answer) == [rows[0] if is_header else ""]


def test_another_rows_cell_is_not_given_for_an_empty_one() -> None:
    bot = _bot(POOL)
    marked = {citation.answering for citation in bot.ask("Quel est le tarif réduit pour un enfant ?").citations}
    assert not marked & {"4 €", "3,50 €"}
    (citation,) = bot.ask("Quel est le plein tarif pour un senior ?").citations
    assert citation.answering == "5 €"


def test_a_row_stays_whole() -> None:
    assert all(
        statement.text.startswith("| ") and statement.text.endswith(" |")
        for statement in _bot(POOL).ask("Quels sont les tarifs de la piscine ?").statements
    )


def test_a_gap_in_prose_makes_no_row() -> None:
    bot = _bot("Pump notes\n\nThe pump weighs   14 kg and costs 300 euros in our shop.\n\nThe hose is sold separately.")
    answer = bot.ask("How much does the pump weigh?")
    assert answer.citations[0].answering == "14 kg"


CANTEEN = """# Cantine

| Quotient familial | Maternelle | Élémentaire |
|---|---|---|
| QF inférieur à 500 € | 1,00 € | 1,00 € |
| QF de 500 à 899 € | 2,45 € | 2,75 € |
| QF de 900 € et plus | 3,60 € | 3,95 € |
| Hors commune | 5,90 € | 6,30 € |

# Piscine

| Formule | Habitants | Extérieurs |
|---|---|---|
| Carte 10 entrées adulte | 36,00 € | 49,00 € |
| Entrée adulte | 4,20 € | 5,60 € |
| Aquagym | 9,50 € | 11,50 € |
"""
ROOMS = """# Room hire

| Room | Seats | Charity | Private | Business |
|---|---|---|---|---|
| Oak Room | 120 | £22 | £38 | £55 |
| Willow Room | 40 | £12 | £18 | £27 |
"""


@pytest.fixture(scope="module")
def prices() -> Chatbot:
    collection = Collection.in_memory()
    collection.add([Document("tarifs.md", CANTEEN), Document("rooms.md", ROOMS)])
    return Chatbot(collection)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Combien coûte un repas de cantine en maternelle ?", ["1,00 €", "2,45 €", "3,60 €", "5,90 €"]),
        ("Combien coûte un repas de cantine en maternelle avec un QF de 620 ?", ["2,45 €"]),
        ("Combien coûte un repas de cantine en maternelle hors commune ?", ["5,90 €"]),
    ],
)
def test_rows_for_each_case_come_together_where_the_question_names_none(
    prices: Chatbot, question: str, cells: list[str]
) -> None:
    answer = prices.ask(question)
    assert [citation.answering for citation in answer.citations] == cells


def test_a_label_that_says_more_than_the_question_is_not_what_is_asked_for(prices: Chatbot) -> None:
    answer = prices.ask("prix entrée adulte piscine")
    assert [statement.text for statement in answer.statements] == ["| Entrée adulte | 4,20 € | 5,60 € |"]
    assert "36,00 €" in prices.ask("prix carte 10 entrées adulte piscine").statements[0].text


def test_seats_are_no_price(prices: Chatbot) -> None:
    (citation,) = prices.ask("How much is the oak room?").citations
    assert "Oak Room" in citation.quote and "120" not in citation.answering
    assert prices.ask("How many seats does the oak room have?").citations[0].answering == "120"


def test_hours_are_no_days() -> None:
    collection = Collection.in_memory()
    collection.add(
        [Document("hours.md", "# Library\n\n| Day | Term | Holiday |\n|---|---|---|\n| Monday | 9-12 | 10 h – 13 h |")]
    )
    assert not Chatbot(collection).ask("how many days holiday do I get").found


def test_a_table_without_titles_has_its_rows_cited_and_no_header_told() -> None:
    answer = _bot("|  |  |  |\n| --- | --- | --- |\n| Anne Morel | 12 € | lundi |\n| Paul Petit | 13 € | mardi |").ask(
        "Combien pour Anne Morel ?"
    )
    assert answer.citations[0].quote == "| Anne Morel | 12 € | lundi |"
    assert table_headers(answer) == [""] * len(answer.statements)
