import pytest

from ui.intent import intent


@pytest.mark.parametrize(
    "text", ["Bonjour !", "salut", "Hello", "good morning", "Merci beaucoup !", "BONSOIR…", "ça va ?", "Hi!"]
)
def test_greetings(text: str) -> None:
    assert intent(text) == "greeting"


@pytest.mark.parametrize(
    "text",
    ["Résume ce document", "resume le texte", "Fais-moi un résumé", "Peux-tu résumer l’article ?", "Summarise the deal",
     "List all the partners", "Donne-moi la liste des modèles", "Dresse la liste des partenaires"],
)  # fmt: skip
def test_requests_about_whole_documents(text: str) -> None:
    assert intent(text) == "whole"


@pytest.mark.parametrize(
    "text",
    ["Bonjour, combien Nvidia investit-il ?", "Who remains the main provider?", "", "?",
     "Quelle est la liste électorale ?",
     "Hi-fi sales in 2020?", "Combien coûte une salutation ?", "When does the résumé of talks take place?"],
)  # fmt: skip
def test_plain_questions(text: str) -> None:
    assert intent(text) is None
