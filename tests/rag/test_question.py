"""What a question asks for, and the words of a sentence that answer it."""

from __future__ import annotations

import pytest

from rag.focus import fits_kind, focus, holds_kind, holds_number, its_own
from rag.question import Kind, read_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Combien Nvidia investit-il dans Anthropic ?", Kind.AMOUNT),
        ("Quel est le montant de l'accord ?", Kind.AMOUNT),
        ("How much does it cost?", Kind.AMOUNT),
        ("How many people live there?", Kind.AMOUNT),
        ("Quand l’accord a-t-il été signé ?", Kind.DATE),
        ("En quelle année est-il né ?", Kind.DATE),
        ("When was it built?", Kind.DATE),
        ("In what year did it open?", Kind.DATE),
        ("Qui dirige la banque ?", Kind.PERSON),
        ("Who wrote it?", Kind.PERSON),
        ("À qui appartient-il ?", Kind.PERSON),
        ("Quel est le pays qui vote ?", Kind.OTHER),
        ("Qu’est-ce qui change ?", Kind.OTHER),
        ("Où se trouve le phare ?", Kind.PLACE),
        ("Where is the lighthouse?", Kind.PLACE),
        ("Pourquoi Microsoft change-t-il ?", Kind.REASON),
        ("Why did it close?", Kind.REASON),
        ("Quels modèles sont concernés ?", Kind.OTHER),
        ("Which models are meant?", Kind.OTHER),
        ("What is the mayor's salary?", Kind.AMOUNT),
        ("Quel est le loyer ?", Kind.AMOUNT),
        ("valorisation Anthropic", Kind.AMOUNT),
        ("Le loyer est-il payable d’avance ?", Kind.OTHER),
        ("😀", Kind.OTHER),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert read_question(text).kind is kind


def test_names_and_figures() -> None:
    assert read_question("Quel accord lie Microsoft et OpenAI en 2032 ?").names == ("microsoft", "openai", "2032")
    assert read_question("Combien coûte-t-il ?").names == ()


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        (
            "Combien Nvidia investit-il ?",
            "Nvidia investit jusqu’à 10 milliards de dollars, Microsoft 5 milliards.",
            "jusqu’à 10 milliards de dollars",
        ),
        (
            "Combien Microsoft investit-il dans Anthropic ?",
            "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic, et Microsoft ajoute 5 milliards.",
            "5 milliards",
        ),
        ("Combien d’habitants ?", "La ville compte 12\u202f500 habitants en 2019.", "12\u202f500"),
        ("How much did it cost?", "In 2019 it cost $3.5 million.", "$3.5 million"),
        ("Quand fut-il bâti ?", "Le phare fut bâti le 3 mars 1849 par M. Morin.", "3 mars 1849"),
        ("When was it built?", "The tower was built in 1849.", "1849"),
        ("Who built the tower?", "The tower was built by Marie Curie in 1849.", "Marie Curie"),
        ("Quels modèles ?", "Les modèles Claude et GPT.", None),
        ("Combien ?", "Aucun chiffre ici.", None),
    ],
)
def test_the_words_that_answer(question: str, sentence: str, words: str | None) -> None:
    found = focus(read_question(question), sentence)
    assert (sentence[slice(*found)] if found else None) == words


def test_a_figure_that_the_question_gives_is_no_answer() -> None:
    assert not holds_kind(read_question("Combien coûtaient les 3 ponts ?"), "Les 3 ponts étaient chers.")


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many people use it?", "Il est dans Microsoft 365 Copilot depuis Claude 4.", False),
        ("Combien de membres compte le comité ?", "Le comité compte douze membres.", True),
        ("How many members does it have?", "Le comité compte 12 membres.", True),
        ("Combien de membres compte le comité ?", "Le comité a reçu 3 millions d’euros.", False),
        ("Quel pourcentage détient-il ?", "Il détient 27 % du capital.", True),
        ("Quel pourcentage détient-il ?", "Il détient 27 actions.", False),
        ("How much does it cost?", "Le billet coûte 12 euros.", True),
        ("How much does it cost?", "Le billet pèse 12 grammes.", False),
        ("Combien de temps dure-t-il ?", "Il dure trois semaines.", True),
        ("In what year was it signed?", "L’accord fut signé hier.", False),
        ("In what year was it signed?", "L’accord fut signé en mars 2021.", True),
        ("Pourquoi ?", "Aucune raison.", True),
    ],
)
def test_an_amount_is_of_what_is_counted(question: str, sentence: str, fits: bool) -> None:
    assert fits_kind(read_question(question), sentence) is fits


TWO = "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic, et Microsoft ajoute 5 milliards."
MONTHS = "La mairie a reçu 131 plaintes en janvier et 184 plaintes en février."


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "own"),
    [
        ("Combien Microsoft investit-il dans Anthropic ?", TWO, "10 milliards de dollars", "5 milliards"),
        ("How much does Microsoft invest in Anthropic?", TWO, "10 milliards de dollars", "5 milliards"),
        ("Combien Nvidia investit-il dans Anthropic ?", TWO, "10 milliards de dollars", None),
        ("Combien est investi dans Anthropic ?", TWO, "10 milliards de dollars", None),
        ("Combien de plaintes en janvier ?", MONTHS, "184 plaintes", "131"),
        ("How many complaints in January?", MONTHS, "184 plaintes", "131"),
        ("Combien de plaintes en février ?", MONTHS, "184 plaintes", None),
    ],
)
def test_each_amount_goes_with_its_own_name_or_month(
    question: str, sentence: str, marked: str, own: str | None
) -> None:
    start = sentence.index(marked)
    found = its_own(read_question(question), sentence, start, start + len(marked))
    assert (sentence[slice(*found)] if found else None) == own


@pytest.mark.parametrize(
    ("question", "sentence", "may"),
    [
        ("Combien d’employés a Nvidia ?", "Nvidia investit 10 milliards de dollars.", False),
        ("How many people work there?", "It lasted three years.", False),
        ("Combien d’employés a Nvidia ?", "Nvidia en a 36 000.", True),
        ("Combien d’euros ?", "Il coûte 3 euros.", True),
        ("Combien de jours ?", "Il a duré 3 jours.", True),
        ("Combien d’hectares ?", "Le parc couvre 3 hectares.", True),
    ],
)
def test_people_are_counted_in_no_money_and_no_hours(question: str, sentence: str, may: bool) -> None:
    assert holds_number(read_question(question), sentence) is may
