"""Statements against sources: what is carried, what is altered, what can't be told."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

SUPPORTED, ALTERED, CANNOT_CHECK = Verdict.SUPPORTED, Verdict.ALTERED, Verdict.CANNOT_CHECK
DEAL = "Nvidia s’engage à investir jusqu’à 10 milliards de dollars, et Microsoft jusqu’à 5 milliards."


@pytest.mark.parametrize(
    ("statement", "sources", "expected"),
    [
        ("Nvidia invests up to $10 billion.", ["Nvidia investit jusqu’à 10 milliards de dollars."], SUPPORTED),
        ("Nvidia invests $10 billion.", ["Nvidia investit jusqu’à 10 milliards de dollars."], ALTERED),
        ("Le taux de chômage est de 6 %.", ["Le taux de chômage est de 5 %."], ALTERED),
        ("Le maire a signé l’accord.", ["Le maire n’a pas signé l’accord."], ALTERED),
        ("Le maire n’a pas signé l’accord.", ["Le maire a signé l’accord."], ALTERED),
        ("Le maire a démissionné.", ["Il est faux que le maire ait démissionné."], ALTERED),
        ("Anthropic investit dans Nvidia.", ["Nvidia investit dans Anthropic."], ALTERED),
        ("Anthropic a été racheté par Nvidia.", ["Nvidia a racheté Anthropic."], SUPPORTED),
        ("Le pont a été inauguré le 3 mars 2021.", ["The bridge was opened on March 3, 2021."], SUPPORTED),
        ("Le pont a été inauguré le 4 mars 2021.", ["The bridge was opened on March 3, 2021."], ALTERED),
        ("La population baisse de 3 %.", ["La population augmente de 3 %."], ALTERED),
        ("Le chat dort.", ["Les tortues volent."], CANNOT_CHECK),
    ],
)
def test_verdicts(statement: str, sources: list[str], expected: Verdict) -> None:
    assert verify(statement, sources).verdict is expected


@pytest.mark.parametrize("sources", [[], [""], [" \n", "\u00a0"]])
def test_no_source_cannot_be_checked(sources: list[str]) -> None:
    assert verify("Le pont est ouvert.", sources) == (CANNOT_CHECK, "aucune source")
    assert verify("The bridge is open.", sources) == (CANNOT_CHECK, "no source")


def test_the_source_itself_is_supported() -> None:
    assert verify(DEAL, [DEAL]).verdict is SUPPORTED
