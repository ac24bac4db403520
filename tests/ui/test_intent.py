import pytest

from ui.intent import intent


@pytest.mark.parametrize(
    "text", ["Bonjour !", "salut", "Hello", "good morning", "BONSOIR…", "ça va ?", "Hi!", "Bonjour à tous", "Hi there"]
)
def test_greetings(text: str) -> None:
    assert intent(text) == "greeting"


@pytest.mark.parametrize(
    "text", ["merci", "Merci beaucoup !", "Merci bien.", "thanks", "Thank you very much!", "ok merci", "Super, merci !",
             "thx", "merci à vous"],
)  # fmt: skip
def test_thanks_are_not_a_greeting(text: str) -> None:
    assert intent(text) == "thanks"


@pytest.mark.parametrize("text", ["Au revoir", "bye", "Good bye!", "Bonne journée !", "à bientôt"])
def test_goodbyes(text: str) -> None:
    assert intent(text) == "goodbye"


@pytest.mark.parametrize(
    "text",
    ["Résume ce document", "resume le texte", "Fais-moi un résumé", "Peux-tu résumer l’article ?", "Summarise the deal",
     "De quoi parle ce document ?", "What is this document about?"],
)  # fmt: skip
def test_summaries(text: str) -> None:
    assert intent(text) == "summary"


@pytest.mark.parametrize(
    "text",
    ["List all the partners", "Donne-moi la liste des modèles", "Dresse la liste des partenaires", "Liste les modèles",
     "Énumère les partenaires"],
)  # fmt: skip
def test_lists(text: str) -> None:
    assert intent(text) == "list"


@pytest.mark.parametrize(
    "text",
    ["Bonjour, combien Nvidia investit-il ?", "Who remains the main provider?", "", "?",
     "Quelle est la liste électorale ?", "Hi-fi sales in 2020?", "Combien coûte une salutation ?",
     "When does the résumé of talks take place?", "Qui dit merci à Nvidia ?", "Thank you for what?",
     "Quelle bonne journée ?"],
)  # fmt: skip
def test_plain_questions(text: str) -> None:
    assert intent(text) is None
