"""Two documents that disagree are told to; two that speak of different things, or agree, are not."""

from __future__ import annotations

import pytest

from index import Collection, Document
from rag import Chatbot, Statement, Verdict, cited, contrary

POOL = "# Rapport annuel 2023 de la commune de Valmont\n\nLa piscine municipale a coûté 4,2 millions d’euros."
QUESTION = "Combien a coûté la piscine de Valmont ?"


def told(*texts: str, question: str) -> tuple[Statement, ...]:
    """Ask a collection of these texts and give what contradicts the answer, each quote seen to stand at its span."""
    with Collection.in_memory() as collection:
        collection.add(
            Document(f"{number}.md", text, text.split("\n", 1)[0].strip("# ")) for number, text in enumerate(texts)
        )
        answer = Chatbot(collection).ask(question)
        assert answer.found, "the question has to be answered for there to be something to contradict"
        found = contrary(answer, collection.document)
        for statement in found:
            (citation,) = statement.citations
            assert collection.document(citation.span.document_id).quote(citation.span) == citation.quote
            assert citation.quote == statement.text and statement.verdict is Verdict.ALTERED
            known = {each.span: each.number for each in answer.citations}
            assert citation.number == known.get(citation.span) or (
                citation.number > len(known) and citation.span not in known
            )
        numbers = [citation.number for citation in cited((*answer.statements, *found))]
        assert numbers == list(range(1, len(numbers) + 1)), "each source has one number, and stands once"
        return found


@pytest.mark.parametrize(
    ("other", "question", "reason"),
    [
        ("# Le Journal\n\nLa piscine municipale de Valmont a coûté 5,1 millions d’euros.", QUESTION,
         {"4,2 millions d’euros ≠ 5,1 millions d’euros", "5,1 millions d’euros ≠ 4,2 millions d’euros"}),
        ("# Valmont\n\nLa piscine municipale de Valmont n’a pas coûté 4,2 millions d’euros.", QUESTION, None),
    ],
)  # fmt: skip
def test_another_figure_or_a_denial_elsewhere_is_told(other: str, question: str, reason: set[str] | None) -> None:
    (statement,) = told(POOL, other, question=question)
    assert reason is None or statement.reason in reason


def test_what_is_told_has_no_bullet() -> None:
    one = POOL.replace("La piscine", "- La piscine")
    other = "# Le Journal\n\n- La piscine municipale de Valmont a coûté 5,1 millions d’euros.\n- Elle plaît.\n"
    (statement,) = told(one, other, question=QUESTION)
    assert statement.text.startswith("La piscine municipale")


@pytest.mark.parametrize(
    ("one", "other", "question", "reason"),
    [
        ("# Rapport de la commune de Valmont\n\nLa bibliothèque est dirigée par Claire Morvan depuis mai 2022.",
         "# Bulletin de la commune de Valmont\n\nLa bibliothèque est dirigée par Julien Lefort depuis mai 2022.",
         "Qui dirige la bibliothèque de Valmont ?", {"Claire Morvan", "Julien Lefort"}),
        ("# The manual\n\nThe chief engineer of the Harbour Bridge is Margaret Doyle.",
         "# The paper\n\nDaniel Okafor is the chief engineer of the Harbour Bridge, the port said.",
         "Who is the chief engineer of the Harbour Bridge?", {"Margaret Doyle", "Daniel Okafor"}),
        ("# Le groupe Orval\n\nLe siège du groupe Orval se trouve à Saint-Malo.",
         "# Le Journal\n\nLe siège du groupe Orval se trouve à Lorient depuis le printemps.",
         "Dans quelle ville se trouve le siège du groupe Orval ?", {"Saint-Malo", "Lorient"}),
    ],
    ids=["who heads", "across forms", "which city"],
)  # fmt: skip
def test_another_name_in_answer_to_the_question_is_told(one: str, other: str, question: str, reason: set[str]) -> None:
    (statement,) = told(one, other, question=question)
    assert set(statement.reason.split(" ≠ ")) == reason


@pytest.mark.parametrize(
    ("other", "question"),
    [
        ("# Le Journal\n\nLa bibliothèque de Valmont est dirigée par Mme Morvan.",
         "Qui dirige la bibliothèque de Valmont ?"),
        ("# Beaumont\n\nLa bibliothèque est dirigée par Julien Lefort. Valmont est la commune voisine.",
         "Qui dirige la bibliothèque de Valmont ?"),
        ("# Valmont\n\nLa bibliothèque a été dirigée par Julien Lefort avant Claire Morvan.",
         "Qui dirige la bibliothèque de Valmont ?"),
        ("# Valmont\n\nLa piscine est dirigée par Julien Lefort.", "Qui dirige la bibliothèque de Valmont ?"),
        ("# Valmont\n\nLa bibliothèque est dirigée par Julien Lefort.",
         "Quelles sont les personnes qui dirigent la bibliothèque de Valmont ?"),
    ],
    ids=["the same person", "a neighbour's", "both are told there", "another thing", "several are asked for"],
)  # fmt: skip
def test_a_name_that_may_be_another_things_is_not_told(other: str, question: str) -> None:
    library = "# Valmont\n\nLa bibliothèque de Valmont est dirigée par Claire Morvan."
    assert told(library, other, question=question) == ()


PLOUMEUR = "# La commune de Ploumeur\n\nPloumeur compte 4 200 habitants. La maire est Anne Le Goff depuis mars 2020."


@pytest.mark.parametrize(
    ("other", "question"),
    [
        ("# Bulletin de la commune de Ploumeur\n\nLe maire de la commune, Jean Martin, a présenté le budget.",
         "Qui est le maire de Ploumeur ?"),
        ("# Bulletin de la commune de Ploumeur\n\nLe maire, Jean Martin, a salué les élèves.", "Qui est la maire ?"),
        ("# News of Ploumeur\n\nThe mayor, Jean Martin, opened the new pool.", "Who is the mayor of Ploumeur?"),
        ("# Ploumeur\n\n- Jean Martin, maire de Ploumeur, tiendra une permanence samedi.",
         "Qui est le maire de Ploumeur ?"),
    ],
)  # fmt: skip
def test_two_persons_in_one_office_are_told_however_the_sentences_are_worded(other: str, question: str) -> None:
    (statement,) = told(PLOUMEUR, other, question=question)
    assert set(statement.reason.split(" ≠ ")) == {"Anne Le Goff", "Jean Martin"}


@pytest.mark.parametrize(
    "other",
    [
        "# Bulletin de la commune de Ploumeur\n\nL’ancien maire, Jean Martin, a salué les élèves.",
        "# Bulletin de la commune de Ploumeur\n\nLe maire, Jean Martin, fut battu au second tour.",
        "# Bulletin de la commune de Ploumeur\n\nL’adjoint au maire, Jean Martin, a salué les élèves.",
        "# Bulletin de la commune de Ploumeur\n\nLe maire de Kerlann, Jean Martin, a salué les élèves.",
        "# Kerlann\n\nLe maire de la commune, Jean Martin, a salué les élèves de Ploumeur.",
        "# Bulletin de la commune de Ploumeur\n\nLe maire de la commune a salué Jean Martin.",
        "# Bulletin de la commune de Ploumeur\n\nMme la maire, Anne Le Goff, a salué les élèves.",
        "# Bulletin de la commune de Ploumeur\n\nLe maire, Jean Martin, a reçu Anne Le Goff.",
        "# Bulletin de la commune de Ploumeur en 1998\n\nLe maire, Jean Martin, a salué les élèves.",
        "# Bulletin de la commune de Ploumeur\n\nLe directeur de l’école, Jean Martin, a salué les élèves.",
    ],
    ids=["former", "past", "deputy", "another town", "another town's paper", "somebody met", "the same", "both",
         "another time", "another office"],
)  # fmt: skip
def test_a_person_who_may_hold_another_office_is_not_told(other: str) -> None:
    assert told(PLOUMEUR, other, question="Qui est le maire de Ploumeur ?") == ()


def test_what_a_figure_is_compared_with_need_not_be_said_elsewhere() -> None:
    first = "# Valmont\n\nLa piscine de Valmont a reçu 84 300 visiteurs en 2024, contre 79 100 en 2023."
    second = "# Le Journal\n\nLa piscine de Valmont a reçu 78 900 visiteurs en 2024."
    (statement,) = told(first, second, question="Combien de visiteurs la piscine de Valmont a-t-elle reçus en 2024 ?")
    assert statement.reason in ("84 300 ≠ 78 900", "78 900 ≠ 84 300")


@pytest.mark.parametrize(
    "other",
    [
        "# Le Journal\n\nLa piscine municipale de Valmont a coûté 4,2 millions d’euros.",
        "# Le Journal\n\nLa piscine municipale de Valmont a coûté 4 200 000 €.",
        "# Rapport annuel de la commune de Beaumont\n\nLa piscine municipale a coûté 5,1 millions d’euros.",
        "# Le Journal\n\nLa piscine municipale de Beaumont a coûté 5,1 millions d’euros.",
        "# Le Journal\n\nLa bibliothèque de Valmont compte 12 000 livres.",
    ],
    ids=["the same", "the same in other words", "another town by its title", "another town", "another thing"],
)
def test_agreement_and_other_subjects_are_not_told(other: str) -> None:
    assert told(POOL, other, question=QUESTION) == ()


def test_another_year_is_no_disagreement_but_another_date_of_the_same_event_is() -> None:
    first = "# Valmont\n\nEn 2023, la commune de Valmont comptait 12 400 habitants."
    second = "# Valmont\n\nEn 2021, la commune de Valmont comptait 11 900 habitants."
    assert told(first, second, question="Combien d’habitants la commune de Valmont comptait-elle en 2023 ?") == ()
    first = "# The pool\n\nThe swimming pool of Valmont opened on 14 June 2023."
    second = "# The paper\n\nThe swimming pool of Valmont opened on 16 June 2023."
    assert len(told(first, second, question="When did the swimming pool of Valmont open?")) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# The permit\n\nThe charges for the permit are paid in June.",
         "# The rules\n\nIf the charges for the permit are not paid in June, it ends."),
        ("# Le permis\n\nLes frais du permis sont payés en juin.",
         "# La règle\n\nLe permis dont les frais ne sont pas payés en juin prend fin."),
    ],
)  # fmt: skip
def test_what_is_denied_in_a_case_is_no_disagreement(one: str, other: str) -> None:
    question = "When are the charges for the permit paid?" if "The" in one else "Quand sont payés les frais du permis ?"
    assert told(one, other, question=question) == ()


@pytest.mark.parametrize("number", ["2. ", "(2) ", "2) "])
def test_the_number_of_a_list_item_is_no_figure(number: str) -> None:
    one = "# Rapport de Valmont\n\nLa piscine de Valmont a reçu 14 visiteurs."
    other = f"# Le Journal\n\n{number}La piscine de Valmont a reçu des visiteurs.\n"
    assert told(one, other, question="Combien de visiteurs la piscine de Valmont a-t-elle reçus ?") == ()


def test_one_document_is_not_held_against_itself() -> None:
    sentence = "La piscine de Valmont a coûté {} millions d’euros."
    text = f"# Valmont\n\n{sentence.format('4,2')} {sentence.format('5,1')}"
    assert told(text, question=QUESTION) == ()


def test_a_document_that_went_is_passed_over() -> None:
    with Collection.in_memory() as collection:
        collection.add([Document("a", "The fee is 5 euros."), Document("b", "The fee is 6 euros.")])
        answer = Chatbot(collection).ask("How much is the fee?")
        assert answer.found
        collection.remove(["a", "b"])
        assert contrary(answer, collection.document) == ()
