"""Whole lists, where several things are asked for."""

import pytest

from index import Collection, Document
from rag import Chatbot

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
