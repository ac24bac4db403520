"""Who holds an office, as a sentence tells it; nobody where it tells of another time, another office or several."""

from __future__ import annotations

import pytest

from rag.holders import asked_office, holder


@pytest.mark.parametrize(
    ("question", "sentence", "name"),
    [
        ("Qui est le maire ?", "La maire est Anne Le Goff depuis mars 2020.", "Anne Le Goff"),
        ("Qui est le maire ?", "Le maire Jean Martin a présenté le budget.", "Jean Martin"),
        ("Qui est le maire ?", "Mme la maire, Anne Le Goff, a ouvert la séance.", "Anne Le Goff"),
        ("Qui est le maire ?", "Jean Martin est le maire de la commune.", "Jean Martin"),
        ("Quel est le nom du maire ?", "The mayor, Jean Martin, opened it.", "Jean Martin"),
        ("Qui est la directrice ?", "Le directeur de l’école, Luc de La Tour, a parlé.", "Luc de La Tour"),
        ("Who is the chief engineer?", "The chief engineer of the bridge is Margaret Doyle.", "Margaret Doyle"),
        (
            "Who is the chief engineer?",
            "Daniel Okafor is the chief engineer of the bridge, they said.",
            "Daniel Okafor",
        ),
        ("Who is the chief engineer?", "Daniel Okafor is the deputy chief engineer.", None),
        ("Who is the chief engineer?", "The engineer, Daniel Okafor, said no.", None),
        ("Qui est le maire ?", "Le maire, Anne Dupont, Paul Durand et Luc Noir étaient là.", None),
        ("Qui est le maire ?", "Le maire de la commune a salué Jean Martin.", None),
        ("Qui est le maire ?", "Le maire, Jean Martin, succède à Anne Le Goff.", None),
        ("Qui est le maire ?", "Le maire de Brel, Jean Martin, et le maire de Kerlann, Luc Noir, se sont vus.", None),
        ("Qui est le directeur ?", "Le maire, Jean Martin, est absent.", None),
        ("Qui est le maire de Brel ?", "Le maire, Jean Martin, a parlé.", None),
    ],
)
def test_the_holder_of_an_office(question: str, sentence: str, name: str | None) -> None:
    office = asked_office(question)
    assert office is not None
    found = holder(office, sentence)
    assert (found and found.name) == name
    if found is not None:
        assert found.name in sentence


@pytest.mark.parametrize(
    "question", ["Qui est second ?", "Qui dirige l’école ?", "Who was the mayor in 1998?", "Qui est-ce ?"]
)
def test_other_questions_ask_for_no_office(question: str) -> None:
    assert asked_office(question) is None
