import pytest

from index import Collection, Document
from rag import Chatbot
from rag.question import read_question
from rag.sufficiency import unmentioned, unspoken


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Depuis quand le magazine Doctor Who paraît-il ?", "Doctor Who Magazine has appeared since 1979.", []),
        ("How much did Brundage spend on the La Salle Hotel?", "Brundage rénove l’hôtel La Salle en 1946.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1812.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1813.", ["1812"]),
        ("Combien Nvidia investit-il dans OpenAI ?", "Nvidia investit dans Anthropic.", ["openai"]),
        ("Who plays Doctor Who?", "Il joue du piano.", ["doctor"]),
    ],
)
def test_a_name_is_missed_only_where_no_form_of_it_stands(question: str, text: str, missing: list[str]) -> None:
    assert [word.lower() for word in unmentioned(read_question(question), [text])] == missing


BUDGET = "Le budget de la commune est de 4 millions d’euros. Le maire l’a présenté en avril."


@pytest.mark.parametrize(
    ("question", "text", "refused"),
    [
        ("Quel est le salaire du maire ?", BUDGET, True),
        ("What is the mayor's salary?", BUDGET, True),
        ("À combien s’élève la rémunération du maire ?", BUDGET, True),
        ("Quel est le nouveau loyer de la mairie ?", BUDGET, True),
        ("Quel est le budget de la commune ?", BUDGET, False),
        ("What is the budget of the town?", BUDGET, False),
        ("Quel est le montant prévu ?", BUDGET, False),
        ("Quel est le salaire du maire ?", "Le maire perçoit 4 millions d’euros.", False),
        ("What is the mayor's salary?", "Le maire est rémunéré 4 millions d’euros.", False),
        ("Quel est le salaire du maire ?", "The mayor’s wages are 4 millions d’euros.", False),
        ("What was Tesla's monthly salary?", "Tesla was hired for a large fee: 4 millions d’euros.", False),
        ("Quel est le zorglub du maire ?", BUDGET, False),
        ("Combien ?", BUDGET, False),
    ],
)
def test_money_answers_only_where_the_thing_asked_for_is_spoken_of(question: str, text: str, refused: bool) -> None:
    assert unspoken(read_question(question), "4 millions d’euros", [text]) is refused
    assert not unspoken(read_question(question), "Claire Morvan", [text])


@pytest.mark.parametrize(
    "question", ["Quelle est la rémunération du maire de Valmont ?", "What is the mayor's salary?"]
)
def test_a_salary_that_no_document_tells_is_refused_and_the_nearest_passage_given(question: str) -> None:
    text = (
        "Le budget de la commune de Valmont s’élève à 14,2 millions d’euros en 2023. "
        "Le maire, Claire Morvan, a présenté les comptes le 12 avril."
    )
    with Collection.in_memory() as collection:
        collection.add([Document("budget.md", f"# La commune de Valmont\n\n{text}")])
        answer = Chatbot(collection).ask(question)
        assert not answer.found and answer.hits
        assert Chatbot(collection).ask("Quel est le budget de Valmont ?").found
