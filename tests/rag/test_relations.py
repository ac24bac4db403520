"""How the parts of a sentence hang together: turned round, it is never supported; told otherwise, it still is."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        # cause and effect, order in time, condition
        (
            "The company cut overtime pay because a strike was called.",
            "The strike was called because the company cut overtime pay.",
        ),
        ("Lung cancer causes smoking.", "Smoking causes lung cancer."),
        ("Le concert a eu lieu grâce à la pluie.", "Malgré la pluie, le concert a eu lieu."),
        (
            "The bridge was inspected before the storm and after the parade.",
            "The bridge was inspected after the storm and before the parade.",
        ),
        ("If it rains, the match will be played on Sunday.", "Unless it rains, the match will be played on Sunday."),
        # the course of a number, a rank
        (
            "Unemployment stood at 6.1 %, up from 7.4 % a year earlier.",
            "Unemployment stood at 6.1 %, down from 7.4 % a year earlier.",
        ),
        (
            "Le chiffre d'affaires est passé de 12 à 15 millions d'euros.",
            "Le chiffre d'affaires atteint 12 millions d'euros, contre 15 millions l'an dernier.",
        ),
        ("It is the oldest church in the region.", "It is one of the oldest churches in the region."),
        ("C'est le plus grand lac du pays.", "C'est le troisième plus grand lac du pays."),
        # what "only" and "not all" bear on
        ("Members may only vote at the meeting.", "Only members may vote at the meeting."),
        ("Aucun candidat n'a été reçu.", "Tous les candidats n'ont pas été reçus."),
        ("No patients responded to the treatment.", "Not all patients responded to the treatment."),
        # who, from where
        (
            "The law was proposed by the Liberals and opposed by the Green party.",
            "The law was proposed by the Green party and opposed by the Liberals.",
        ),
        ("The river flows from the sea to Lake Orne.", "The river flows from Lake Orne to the sea."),
        ("Le donataire paie les droits.", "Le donateur paie les droits."),
        ("The town borrowed the painting from the Ghent museum.", "The town lent the painting to the Ghent museum."),
        (
            "The lamp glows during the test and flashes when the tank is full.",
            "The lamp flashes during the test and glows when the tank is full.",
        ),
        ("A lift was installed in the library.", "The installation of a lift in the library is being considered."),
        (
            "Deux serres ont été construites derrière l’école.",
            "La construction de deux serres, derrière l’école, est envisagée.",
        ),
        ("Mr Poole objected on 4 June.", "Mr Poole has until 4 June to object."),
        ("The club has found a coach.", "Le club recherche un entraîneur."),
        ("Le club a trouvé un entraîneur.", "Le club cherche un entraîneur."),
        ("Minors have been exempted from the fee.", "Mr Roy asked that minors be exempt from the fee."),
        ("Le préfet demande aux pêcheurs de quitter le port.", "Les pêcheurs demandent au préfet de quitter le port."),
        (
            "Anna Bell, in the chair, closed the session.",
            "Anna Bell was excused; the chair, Tom Yates, closed the session.",
        ),
        ("The company made a profit in 2022.", "The company hardly made any profit in 2022."),
    ],
)
def test_a_relation_turned_round_is_not_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        (
            "Because the company cut overtime pay, a strike was called.",
            "The strike was called because the company cut overtime pay.",
        ),
        ("Malgré la pluie, le concert a eu lieu.", "Le concert a eu lieu malgré la pluie."),
        ("Mary Boyd, who runs the bakery, opened the fair.", "The bakery's manager, Mary Boyd, opened the fair."),
        (
            "Carl Blum, un potier, fut le premier élève avec lequel Anna Roth et Jean Weil ouvrirent l’atelier.",
            "Anna Roth et Jean Weil ouvrirent l’atelier avec un premier élève, le potier Carl Blum.",
        ),
        (
            "Les pêcheurs ont demandé au préfet de dégager le port.",
            "Les pêcheurs demandent au préfet de dégager le port.",
        ),
        (
            "The lamp glows when the tank is full and flashes during the test.",
            "The lamp flashes during the test and glows when the tank is full.",
        ),
        (
            "A lift was installed in the library.",
            "A lift was installed in the library; its repair is being considered.",
        ),
        ("Mr Poole objected on 4 June.", "Mr Poole, who had until 6 June to appeal, objected on 4 June."),
        ("The rate fell to 5% from 7%.", "The rate fell from 7% to 5%."),
        ("Only members may vote at the meeting.", "Only members may vote at the meeting of May."),
        ("This is the third-largest lake.", "This is the third-largest lake in the country."),
        ("Les filtres arrêtent les particules de 300 nanomètres.", "The filters stop particles of 300 nm."),
        ("Le musée n'est pas ouvert le lundi.", "The museum is closed on Mondays."),
        ("Feeding the birds is not allowed.", "It is forbidden to feed the birds."),
    ],
)
def test_the_same_relation_told_otherwise_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED
