"""Questions to try that are drawn from the documents: each is answered by the sentence it was made from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Collection, Document
from rag import Chatbot
from ui.starters import question, starters

PAPER = """# Le plan

## Où déposer une demande de passeport ?

La demande se dépose à la mairie. Est-ce utile ? Nul ne le sait.

Les abonnements annuels coûtent 180 euros. La piscine de Valmont est dirigée par Claire Morvan depuis 2022.
La rue des Tanneurs sera fermée du 3 mars au 18 avril 2025. Elle coûte 12 euros.
"""


@pytest.mark.parametrize(
    ("sentence", "language", "asked"),
    [
        ("La visite guidée dure une heure et quart.", "fr", "Combien dure la visite guidée ?"),
        ("L’accueil est ouvert du lundi au samedi.", "fr", "Quand est ouvert l’accueil ?"),
        ("Le pont de la Gare rouvrira le 12 mai 2025.", "fr", "Quand rouvrira le pont de la Gare ?"),
        ("Le directeur est Paul Mercier.", "fr", "Qui est le directeur ?"),
        ("Le premier extrait est Protest Song.", "fr", ""),
        ("Il coûte 12 euros.", "fr", ""),
        ("La visite plaît.", "fr", ""),
        ("The last repaint was finished in 2019.", "en", "When was the last repaint finished?"),
        ("The headwaters are located in Dodge County.", "en", ""),
        ("The annual pass costs £180.", "en", "How much does the annual pass cost?"),
        ("The museum is run by Ada Brook.", "en", "Who is the museum run by?"),
    ],
)  # fmt: skip
def test_a_plain_sentence_becomes_the_question_that_it_answers(sentence: str, language: str, asked: str) -> None:
    assert question(sentence, language) == asked


def test_every_question_to_try_is_answered_by_its_own_document() -> None:
    other = "# The bridge\n\nThe Harbour Bridge was opened on 4 June 1987. The chief engineer is Margaret Doyle.\n"
    documents = [Document("plan.md", PAPER, "Le plan", language="fr"), Document("b.md", other, "Bridge", language="en")]
    found = starters(documents)
    assert found == [
        "Par qui est dirigée la piscine de Valmont ?",
        "Quand sera fermée la rue des Tanneurs ?",
        "Où déposer une demande de passeport ?",
        "Combien coûtent les abonnements annuels ?",
        "When was the Harbour Bridge opened?",
        "Who is the chief engineer?",
    ]
    with Collection.in_memory() as collection:
        collection.add(documents)
        bot = Chatbot(collection)
        for asked in found:
            answer = bot.ask(asked)
            own = "plan.md" if asked.endswith(" ?") else "b.md"
            assert answer.found and {citation.span.document_id for citation in answer.citations} == {own}, asked


def test_a_changed_document_is_asked_about_as_it_is_now() -> None:
    one = Document("b", "The Harbour Bridge was opened on 4 June 1987.", language="en")
    for text, asked in (
        ("opened", "When was the Harbour Bridge opened?"),
        ("closed", "When was the Harbour Bridge closed?"),
    ):
        assert starters([replace(one, text=one.text.replace("opened", text))]) == [asked]


def test_documents_without_such_sentences_give_none() -> None:
    assert starters([Document("a", ""), Document("b", "12 34", language="fr"), Document("c", "?", language="en")]) == []
