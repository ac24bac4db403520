"""A sentence that tells several things: whose figure, whose date, whose deed is it, and who is excepted?"""

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
BRIDGE = "The bridge was opened in 1802 and rebuilt in 1911."
PHARE = "Le phare fut allumé en 1802 et fermé en 1911."
LOAN = "The bank loan was reduced from £180,000 to £132,000."
LISTE = "Le loyer est passé de 850 à 910 euros."
SHOP = "We sold 1,284 bicycles, repaired 9,640 and trained 52 apprentices."
DEPTH = (
    "Its greatest depth, 318 metres, was measured in 1958 by a hydrologist who corrected an older figure of 290 metres."
)
ROOF = "Option A, the patch, costs £3,850; option B, the new membrane, costs £21,400."
RENTS = "Rent, food and heating accounted for 40, 30 and 12 percent of the budget."
VOIX = "Matthieu Prigent ne se représente pas ; Inès Carrasco est élue trésorière en son absence."
STAINS = "Coffee stains and pencil marks are charged at £3; water damage counts as loss."
STAFFED = "Leeds, York and Hull have 71, 12 and 9 employees respectively."
STAFF = "All but two of the staff were dismissed."
VOTE = "Everyone except children may vote."
PETS = "Les animaux ne sont pas admis, à l'exception des chiens guides."


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
        ("The bridge was rebuilt in 1802.", BRIDGE),
        ("Le phare fut fermé en 1802.", PHARE),
        ("The bank loan was reduced to £180,000.", LOAN),
        ("The bank loan was reduced by £132,000.", LOAN),
        ("The bank loan was reduced by £50,000.", LOAN),
        ("Le loyer est passé à 850 euros.", LISTE),
        ("We repaired 1,284 bicycles.", SHOP),
        ("Its greatest depth is 290 metres.", DEPTH),
        ("The patch costs £21,400.", ROOF),
        ("Rent accounted for 30 percent of the budget.", RENTS),
        ("Inès Carrasco ne se représente pas.", VOIX),
        ("Water damage is charged at £3.", STAINS),
        ("Heating accounted for 40 percent of the budget.", RENTS),
        ("York has 71 employees.", STAFFED),
        ("Two of the staff were dismissed.", STAFF),
        ("All the staff were dismissed.", STAFF),
        ("Everyone may vote.", VOTE),
        ("Children may vote.", VOTE),
        ("Les chiens guides ne sont pas admis.", PETS),
    ],
)
def test_what_is_told_of_another_is_not_supported(statement: str, source: str) -> None:
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
        ("The bridge was rebuilt in 1911.", BRIDGE),
        ("Rebuilt in 1911, the bridge had been opened in 1802.", BRIDGE),
        ("Le phare fut fermé en 1911.", PHARE),
        ("The bank loan was reduced to £132,000.", LOAN),
        ("The bank loan was reduced by £48,000.", LOAN),
        ("Le loyer est passé à 910 euros.", LISTE),
        ("We repaired 9,640 bicycles.", SHOP),
        ("Its greatest depth is 318 metres.", DEPTH),
        ("The patch costs £3,850.", ROOF),
        ("Les animaux ne sont pas admis.", PETS),
        ("Matthieu Prigent ne se représente pas.", VOIX),
        ("Inès Carrasco est élue trésorière.", VOIX),
        ("Pencil marks are charged at £3.", STAINS),
        ("Rent accounted for 40 percent of the budget.", RENTS),
        ("York has 12 employees.", STAFFED),
    ],
)
def test_what_is_told_of_it_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED


def test_a_number_that_stands_with_it_elsewhere_is_not_altered() -> None:
    sources = [FEES, "For residents of the valley the permit costs £85."]
    assert verify("The permit costs £85.", sources).verdict is not Verdict.ALTERED


@pytest.mark.parametrize("statement", ["Unlike the permit, the licence costs £85.", "It costs £85."])
def test_a_number_kept_where_it_belongs_is_not_altered(statement: str) -> None:
    assert verify(statement, [FEES]).verdict is not Verdict.ALTERED
