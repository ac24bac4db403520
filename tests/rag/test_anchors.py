"""Facts told of one thing or deed of a sentence are not those of another; what is excepted is not what all are."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

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


@pytest.mark.parametrize(
    ("statement", "source"),
    [
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
