"""Ranges of a text that hold what a question names."""

import pytest

from index import Collection, Document
from rag import Chatbot
from rag.ranges import beside, comparable, held, own_piece
from rag.times import days

HIRE = """# Salle Jean Moulin

## Chauffage

Le chauffage est compris d'avril à octobre et facturé 25 € par jour de novembre à mars.

## Annulation

Si le locataire annule plus de 60 jours avant la date, l'acompte est remboursé. Entre 60 et 15 jours, l'acompte reste
acquis à la commune. À moins de 15 jours, la totalité du prix est due.

## Piscine

| Entrée | Habitants | Extérieurs |
|---|---|---|
| Enfant de moins de 4 ans | gratuit | gratuit |
| Enfant (4 à 15 ans) | 2,80 € | 3,70 € |
| Adulte | 4,20 € | 5,60 € |
| Étudiant, plus de 65 ans | 3,10 € | 4,10 € |

## Cantine

| Quotient familial | Maternelle | Élémentaire |
|---|---|---|
| QF de 500 à 899 € | 2,45 € | 2,75 € |
| QF de 900 à 1 399 € | 3,60 € | 3,95 € |
| QF de 1 400 € et plus | 4,80 € | 5,20 € |
"""


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("Quel tarif à 70 ans ?", "plus de 65 ans : 3,10 €", {"70"}),
        ("Quel tarif à 65 ans ?", "plus de 65 ans : 3,10 €", set()),
        ("My 15 year old wants to come", "under 16s free", {"15"}),
        ("May a 14-year-old dive?", "Divers are aged 12 to 17.", {"14"}),
        ("Mon fils de 10 ans ?", "La harpe s'apprend dès 8 ans.", {"10"}),
        ("Mon fils de 7 ans ?", "La harpe s'apprend dès 8 ans.", set()),
        ("cantine qf 750", "QF de 500 à 899 € : 2,45 €", {"750"}),
        ("cantine QF 1450", "QF de 1 400 € et plus : 4,80 €", {"1450"}),
        ("quotient de 600 ?", "QF de 500 à 899 € : 2,45 €", {"600"}),
        ("Who flew Apollo 11?", "The flights took 10 to 12 days.", set()),
        ("What do I lose 20 days ahead?", "8 to 28 days: half the hire charge", {"20"}),
        ("Et 20 jours avant ?", "Entre 60 et 15 jours, l'acompte est perdu.", {"20"}),
        ("Et 20 jours avant ?", "Les 60 et 15 jours sont comptés.", set()),
        ("Ouvert en août ?", "Vacances d'été : 10 h – 12 h", {"août"}),
        ("Open in July?", "It is closed from December to February.", set()),
        ("chauffage en janvier", "de novembre à mars : 25 €", {"janvier"}),
        ("en panne un dimanche", "Le week-end, appeler le 06.", {"dimanche"}),
        ("Is it open on Wednesday?", "Mon-Fri 9 am to 5 pm", {"wednesday"}),
        ("Is it open on Sunday?", "Mon-Fri 9 am to 5 pm", set()),
        ("le 5 septembre ?", "Fermée du 31 août au 13 septembre.", {"5", "septembre"}),
        ("Le tarif en 2024 ?", "Le tarif va de 2 000 à 3 000 €.", set()),
        ("Quel est le tarif ?", "de 4 à 15 ans : 2,80 €", set()),
    ],
)
def test_what_a_range_holds(question: str, text: str, words: set[str]) -> None:
    assert {word for word, surely in held(question, text).items() if surely == 1} == words


def test_a_group_of_people_counts_less_than_a_range() -> None:
    assert 0 < held("pour 30 ans", "Adulte : 4,20 €")["30"] < 1
    assert not held("pour 30 ans", "Adulte (18 à 25 ans) : 4,20 €")
    assert beside("pour 16 ans", ["Enfant (4 à 15 ans)", "Adulte"]) == [True, False]


def test_a_range_that_leaves_the_figure_out_speaks_of_it_all_the_same() -> None:
    assert comparable("Pour une personne de 60 ans ?", "uniquement pour les plus de 75 ans") == {"60"}
    assert not comparable("Pour une personne de 60 ans ?", "uniquement le mercredi, 75 € par jour")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("du vendredi au lundi", {1, 5, 6, 7}),
        ("mardi et jeudi", {2, 4}),
        ("Sat-Sun", {6, 7}),
        ("en semaine", {1, 2, 3, 4, 5}),
    ],
)
def test_days_between(text: str, values: set[int]) -> None:
    assert days(text) == {("weekday", value) for value in values}


@pytest.mark.parametrize(
    ("question", "sentence", "piece"),
    [
        (
            "Chauffage en mai ?",
            "Compris d'avril à octobre et facturé 25 € de novembre à mars.",
            "Compris d'avril à octobre",
        ),
        ("Open on Sundays?", "It is open 9 to 2 on Saturdays; we close on Sundays.", "we close on Sundays."),
        ("Open on Mondays?", "It is open 9 to 2 on Saturdays; we close on Sundays.", None),
        ("Combien ?", "Compris d'avril à octobre et facturé 25 € de novembre à mars.", None),
    ],
)
def test_the_piece_of_a_sentence_that_has_the_case(question: str, sentence: str, piece: str | None) -> None:
    place = own_piece(question, sentence)
    assert (None if place is None else sentence[slice(*place)]) == piece


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    collection = Collection.in_memory()
    collection.add([Document("salle.md", HIRE, "Salle Jean Moulin")])
    return Chatbot(collection)


@pytest.mark.parametrize(
    ("question", "quote", "words"),
    [
        ("combien pour un enfant de 3 ans à la piscine", "moins de 4 ans", "gratuit"),
        ("combien pour un habitant de 70 ans à la piscine", "plus de 65 ans", "3,10 €"),
        ("prix cantine maternelle QF 1450", "1 400 € et plus", "4,80 €"),
        ("cantine qf 750 élémentaire", "500 à 899", "2,75 €"),
        ("combien coûte le chauffage de la salle en janvier ?", "de novembre à mars", "25 € par jour"),
        ("si j'annule 30 jours avant la date ?", "Entre 60 et 15 jours", ""),
        ("si j'annule 100 jours avant la date ?", "plus de 60 jours", "acompte est remboursé"),
    ],
)
def test_the_answer_is_the_case_that_was_asked_for(bot: Chatbot, question: str, quote: str, words: str) -> None:
    answer = bot.ask(question)
    assert answer.found
    citation = answer.statements[0].citations[0]
    assert quote in " ".join(citation.quote.split())
    assert words in (citation.answering or "")
