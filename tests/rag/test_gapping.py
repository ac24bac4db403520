"""A verb said once and a number for each of several things: whose number is whose?"""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

FEES = "The licence costs £85, the permit £40."
FEES_FOR = "The fee is £85 for the licence and £40 for the permit."
BADGE = "Le badge coûte 15 euros et la carte 8."
ROOMS = "La salle A accueille 120 personnes, la salle B 80 et la salle C 45."
AGES = "Adults pay £12, children £6 and students £9."
ENERGY = "The electricity is renewable (2024: wind 71%, hydro 20%, solar 9%)."
SHARES = "La coentreprise est détenue à 46 % par Velmora, à 34 % par Nordec et à 15 % par Sarrault."
WAITS = "The wait is about four years for Mill Lane, two for Tarn Bottom and eighteen months for Gasworks."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The permit costs £85.", FEES),
        ("The permit costs £85.", FEES_FOR),
        ("La carte coûte 15 euros.", BADGE),
        ("The card costs 15 euros.", BADGE),
        ("La salle B accueille 120 personnes.", ROOMS),
        ("Students pay £12.", AGES),
        ("Adults pay £12 and students £6.", AGES),
        ("Solar made up 20% of the electricity in 2024.", ENERGY),
        ("Nordec détient 46 % de la coentreprise.", SHARES),
        ("For Tarn Bottom the wait is about four years.", WAITS),
    ],
)
def test_the_number_of_another_thing_is_not_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not Verdict.SUPPORTED


def test_the_reason_names_both_numbers() -> None:
    verdict, reason = verify("The permit costs £85.", [FEES])
    assert verdict is Verdict.ALTERED
    assert "£85" in reason
    assert "£40" in reason


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The licence costs £85.", FEES),
        ("The permit costs £40.", FEES),
        ("The permit costs £40 and the licence £85.", FEES),
        ("The permit costs £40.", FEES_FOR),
        ("For the licence the fee is £85.", FEES_FOR),
        ("La carte coûte 8 euros.", BADGE),
        ("La salle B accueille 80 personnes.", ROOMS),
        ("Adults pay £12, students pay £9.", AGES),
        ("The wait for Tarn Bottom is two years.", WAITS),
    ],
)
def test_its_own_number_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED


def test_a_number_that_stands_with_it_elsewhere_is_not_altered() -> None:
    sources = [FEES, "For residents of the valley the permit costs £85."]
    assert verify("The permit costs £85.", sources).verdict is not Verdict.ALTERED


@pytest.mark.parametrize("statement", ["Unlike the permit, the licence costs £85.", "It costs £85."])
def test_a_number_kept_where_it_belongs_is_not_altered(statement: str) -> None:
    assert verify(statement, [FEES]).verdict is not Verdict.ALTERED
