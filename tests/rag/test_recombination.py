"""What one source sentence says of one is not said of another whom the next names; rightly joined, it is."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

SUPPLIER = ["Marie remains the main supplier of Renault.", "Paul lives in Lyon."]
MAYOR = ["Marie devient maire de Lyon.", "Paul vit à Nantes."]
HEIRS = ["Lactalis spent €30 million on advertising. Danone cut its budget. It was fined in 2019."]
MEETING = ["Paul a rencontré Marc à Nice. Ce dernier vit à Lyon."]
DUEL = ["The study compared Relvax with Ondivax. The former lowered pressure, the latter raised it."]
DAMS = ["The Elmere dam was built in 1972. The Rosk dam is new. It supplies the city of Talin."]
TOWNS = ["Montréjac compte 18 000 habitants. Saint-Orens en compte 12 500. Montréjac est dirigée par Élise Bonnet."]
NOVELIST = ["La romancière Aminata Sarr est née à Dakar. Elle a reçu le prix Cazes en 1999 et vit à Nantes."]


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("Paul is the main supplier of Renault.", SUPPLIER),
        ("Paul est le maire de Lyon.", MAYOR),
        ("Danone spent €30 million on advertising.", HEIRS),
        ("Lactalis was fined in 2019.", HEIRS),
        ("Paul vit à Lyon.", MEETING),
        ("Ondivax lowered pressure.", DUEL),
        ("Le barrage d'Elmere fournit la ville de Talin.", DAMS),
        ("Saint-Orens is led by Élise Bonnet.", TOWNS),
    ],
)
def test_what_is_said_of_one_is_not_said_of_another(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is not Verdict.SUPPORTED
    assert verify(statement, sources[::-1]).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("Marie is the main supplier of Renault.", SUPPLIER),
        ("Marie est le maire de Lyon.", MAYOR),
        ("Danone was fined in 2019.", HEIRS),
        ("Marc vit à Lyon.", MEETING),
        ("Relvax lowered pressure.", DUEL),
        ("Le barrage de Rosk fournit la ville de Talin.", DAMS),
        ("Montréjac, which has 18,000 inhabitants, is led by Élise Bonnet.", TOWNS),
        ("The novelist Aminata Sarr was born in Dakar and lives in Nantes.", NOVELIST),
    ],
)
def test_two_sentences_rightly_joined_are_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.SUPPORTED
