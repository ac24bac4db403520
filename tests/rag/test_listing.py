"""Whole lists, where several things are asked for."""

from pathlib import Path

import pytest

from index import Collection, Document
from rag import Chatbot
from rag.listing import several
from rag.question import read_question

SEEDS = Path(__file__).parents[2] / "seeds"
REPORT = """Annual report

Principal risks

Raw material prices, notably cocoa and wheat;

Dependence on two supermarket chains, which account for 46% of revenue;

Cyber attacks on production systems;

Outlook

For 2025 the Board expects revenue growth of between 2% and 4%.
"""
LIBRARY = """# La médiathèque

## Nouveaux horaires

- Mardi et jeudi : 14 h – 19 h
- Mercredi et samedi : 10 h – 18 h
- Vendredi : 14 h – 20 h

## Contacts

- Questions sur les réservations : Nadia Ferroukhi, bureau 214.
- Questions sur les frais d'inscription : le service comptable.
"""


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    collection = Collection.in_memory()
    collection.add([Document("report", REPORT), Document("library.md", LIBRARY)])
    return Chatbot(collection)


def _told(bot: Chatbot, question: str) -> list[str]:
    return [statement.text for statement in bot.ask(question).statements]


@pytest.mark.parametrize(
    ("question", "first", "last", "count"),
    [
        ("What are the principal risks?", "Raw material", "Cyber attacks", 3),
        ("Quels sont les horaires de la médiathèque ?", "Mardi et jeudi", "Vendredi", 3),
    ],
)
def test_the_list_comes_whole_and_in_order(bot: Chatbot, question: str, first: str, last: str, count: int) -> None:
    told = _told(bot, question)
    assert (told[0].startswith(first), told[-1].startswith(last), len(told)) == (True, True, count)


@pytest.mark.parametrize(
    "question", ["Quels sont les horaires du vendredi ?", "Quels sont les contacts pour les frais d'inscription ?"]
)
def test_one_item_where_only_that_is_asked_for(bot: Chatbot, question: str) -> None:
    assert len(_told(bot, question)) == 1


RULES = """# Inscription et atelier

Pour s'inscrire, il faut présenter :

- une pièce d'identité ;
- un justificatif de domicile ;
- une autorisation parentale pour les mineurs.

La carte est remise sous huit jours. Elle doit être signée.

In the workshop everyone must wear:

1. safety glasses;
2. steel-toed boots;
3. cut-resistant gloves.

- Opening hours: 9 to 5.
- Fees must be paid in cash.
"""


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Que faut-il présenter pour s'inscrire ?", 3),
        ("What must everyone in the workshop wear?", 3),
        ("What are the safety items everyone must wear?", 3),
        ("Que doit présenter un mineur pour son inscription, quelle autorisation ?", 1),
        ("How must fees be paid?", 1),
    ],
)
def test_what_is_required_comes_whole_where_a_line_announces_it(question: str, count: int) -> None:
    collection = Collection.in_memory()
    collection.add([Document("rules.md", RULES)])
    assert len(_told(Chatbot(collection), question)) == count


CLUB = "# Team\n\nThe club was founded in 1987 by Ann Lee. Members get:\n\n- a badge\n- a towel\n- a locker\n"
HOTEL = """Hôtel

Tarif : 40 € par nuit. Le petit-déjeuner est compris. Les animaux sont admis.

Remarque : le parking ferme à 22 h. Il rouvre à 6 h. La clé se demande à l'accueil.
"""


def test_a_list_does_not_follow_an_answer_that_only_stands_before_it() -> None:
    collection = Collection.in_memory()
    collection.add([Document("club.md", CLUB), Document("hotel", HOTEL)])
    bot = Chatbot(collection)
    (citation,) = bot.ask("When was the club founded?").citations
    assert citation.answering == "1987"
    assert "parking" not in bot.ask("Quels sont les tarifs de l'hôtel ?").text


def test_what_the_line_above_names_singles_out_no_item() -> None:
    bot = Chatbot.from_paths([SEEDS])
    assert len(_told(bot, "Dans quels produits Microsoft utilise-t-il déjà Claude ?")) == 3
    assert len(_told(bot, "In which products does Microsoft already use Claude?")) == 3


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quelles sont les étapes ?", True),
        ("Which products does it sell?", True),
        ("Which bus does he take?", False),
        ("What risks are there?", True),
        ("Which models come to Foundry?", True),
        ("Qui sont les membres ?", True),
        ("List all the models", True),
        ("Which bus is late?", False),
        ("Which class is best?", False),
        ("What is the risk?", False),
        ("Who listens to the radio?", False),
        ("Quel prix ont tous les billets ?", False),
        ("Quel est le risque ?", False),
    ],
)
def test_what_asks_for_several_things(question: str, expected: bool) -> None:
    assert several(read_question(question)) is expected
