import pytest

from index import Collection, Document
from rag import Chatbot
from rag.question import read_question
from rag.sufficiency import answers_kind, mislabelled, other_days, unmentioned, unspoken


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Depuis quand le magazine Doctor Who paraît-il ?", "Doctor Who Magazine has appeared since 1979.", []),
        ("How much did Brundage spend on the La Salle Hotel?", "Brundage rénove l’hôtel La Salle en 1946.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1812.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1813.", ["1812"]),
        ("Combien Nvidia investit-il dans OpenAI ?", "Nvidia investit dans Anthropic.", ["openai"]),
        ("Who plays Doctor Who?", "Il joue du piano.", ["doctor"]),
        ("Combien de plaintes en décembre ?", "La mairie a reçu 131 plaintes en janvier.", ["décembre"]),
        ("How many complaints in January?", "La mairie a reçu 131 plaintes en janvier.", []),
        ("Que s’est-il passé en mars ?", "Le pont a fermé le 03/03/2024.", []),
        ("Dans quelle version de VS Code ?", "Claude est dans Visual Studio Code.", []),
        ("Which AI company is it?", "C’est un acteur de l’IA.", []),
        ("Que dit Mme Durand ?", "Ms Durand is the chair.", []),
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
        ("What is the valuation of the town?", BUDGET, True),
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


@pytest.mark.parametrize(
    ("question", "texts", "other"),
    [
        ("Combien coûte le scénario A ?", ["Le scénario C coûte 40 000 euros."], True),
        ("Combien coûte le scénario A ?", ["Il coûte 40 000 euros.", "Scénario C"], True),
        ("Combien coûte le scénario A ?", ["Il coûte 40 000 euros.", "Coûts"], False),
        ("How much is scenario A?", ["Les scénarios A et C coûtent 40 000 euros."], False),
        ("Le Calio 3 est-il compatible ?", ["Le Calio 2 est compatible."], True),
        ("What does article 5 say?", ["Articles 3 to 7 are repealed."], False),
        ("Que deviennent les 3 ponts ?", ["Les 5 ponts sont fermés."], False),
        ("Who won on May 12?", ["They won on 12 May.", "Live updates, May 14"], False),
    ],
)
def test_a_thing_with_a_letter_or_a_number_is_not_its_neighbour(question: str, texts: list[str], other: bool) -> None:
    assert mislabelled(read_question(question), texts) is other


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("Mardi et jeudi : 14 h – 19 h", True),
        ("Tuesday: 2 to 7 pm", False),  # a range may be of days
        ("Vendredi : 14 h – 20 h", False),
        ("Du lundi au samedi : 9 h", False),
        ("Ouvert toute l’année.", False),
    ],
)
def test_the_hours_of_another_day_are_no_answer(sentence: str, other: bool) -> None:
    assert other_days(read_question("Quels sont les horaires le vendredi ?"), sentence) is other


@pytest.mark.parametrize("question", ["How long has it used Claude?", "Depuis combien de temps utilise-t-il Claude ?"])
def test_a_time_may_be_told_without_a_number(question: str) -> None:
    assert answers_kind(read_question(question), "Depuis plusieurs mois, Microsoft utilise Claude.")
    assert not answers_kind(read_question(question), "Microsoft utilise Claude.")


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Combien Microsoft investit-il ?", "5 milliards"),
        ("Combien Microsoft investit-il dans Anthropic ?", "5 milliards"),
        ("How much does Nvidia invest in Anthropic?", "jusqu’à 10 milliards de dollars"),
        ("What is Anthropic's valuation?", None),
    ],
)
def test_amounts_of_the_first_article(question: str, marked: str | None) -> None:
    with Chatbot.from_paths(["seeds/"]).collection as collection:
        answer = Chatbot(collection).ask(question)
    assert [citation.answering for citation in answer.citations[:1]] == ([marked] if marked else [])
