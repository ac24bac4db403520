"""Who is what: a predecessor, a loser or a deputy is not given the place of the one whom the source names."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

CLARKE = "The director is Susan Clarke, who replaced John Pike in 2019."
ROUX = "Le directeur est Marc Roux, qui a succédé à Jean Petit en 2019."
HALL = "The chairman is Tom Hall, whose deputy is Anna Kay."
STONE = "The winner is Anne Stone, who beat Paul Roy."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The director is John Pike.", CLARKE),
        ("John Pike is the director.", CLARKE),
        ("The director is John Pike.", "The director is Susan Clarke, who succeeded John Pike in 2019."),
        ("The director is John Pike.", "Susan Clarke, director of the museum, succeeded John Pike."),
        ("Le directeur est Jean Petit.", ROUX),
        ("The director is Jean Petit.", ROUX),
        ("La directrice est Anne Petit.", "La directrice est Claire Roux, qui a remplacé Anne Petit en 2019."),
        ("The mayor is Mary Hill.", "The mayor is Tom Reed, elected after Mary Hill resigned."),
        ("The winner is Paul Roy.", STONE),
        ("The chairman is Anna Kay.", HALL),
        ("The manager is Carl Voss.", "The manager is Nina Bell, who took over from Carl Voss."),
        ("Le maire est Paul Roux.", "Le maire est Anne Petit, élue après la démission de Paul Roux."),
        ("Le président est Luc Moreau.", "Le président est Jean Blanc, dont l’adjoint est Luc Moreau."),
        ("Le président est Jean Blanc.", "Le président Luc Moreau a remplacé Jean Blanc."),
        ("The captain is Nora Berg.", "Eva Lind became captain after Nora Berg retired."),
        ("The director is John Pike.", "Susan Clarke replaced John Pike as director in 2019."),
        ("The captain is Max Orr.", "Ian Poe succeeded Max Orr as captain."),
        ("The director is Susan Clarke.", "John Pike, who replaced Susan Clarke, is the director."),
    ],
)
def test_what_one_is_is_not_said_of_another(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("The director is Susan Clarke.", [CLARKE]),
        ("Susan Clarke is the director.", [CLARKE]),
        ("Susan Clarke replaced John Pike in 2019.", [CLARKE]),
        ("Le directeur est Marc Roux.", [ROUX]),
        ("The director is Marc Roux.", [ROUX]),
        ("Marc Roux a succédé à Jean Petit.", [ROUX]),
        ("The winner is Anne Stone.", [STONE]),
        ("The chairman is Tom Hall.", [HALL]),
        ("The deputy is Anna Kay.", [HALL]),
        ("The director is John Pike.", ["The director, appointed in 2019, is John Pike."]),
        ("The director is John Pike.", ["John Pike, who replaced Susan Clarke, is the director."]),
        ("The mayor is Tom Reed.", ["Tom Reed, mayor of Hull, opened the bridge."]),
        ("The author is Jane Roe.", ["The book's authors are Tom Hall and Jane Roe."]),
        ("The owner is Marie.", ["Marie remains the owner; Paul is the tenant."]),
        ("The coach is Ann Lee.", ["The club's coach, Ann Lee, replaced Bob Ray.", "Bob Ray was the coach."]),
        ("The president was Anna Kay until 2019.", ["The president is Tom Hall; Anna Kay was president until 2019."]),
        ("The director is Susan Clarke.", ["Susan Clarke replaced John Pike as director in 2019."]),
        ("The director is John Pike.", ["The board appointed John Pike as director."]),
        ("The captain is Eva Lind.", ["Eva Lind became captain after Nora Berg retired."]),
    ],
)
def test_what_one_is_is_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.SUPPORTED


def test_who_was_something_before_is_not_altered() -> None:
    assert verify("The director was John Pike.", [CLARKE]).verdict is not Verdict.ALTERED


def test_an_office_is_not_put_to_the_name_of_another() -> None:
    sources = ["The town council of Ashby met on Monday.", "Mrs Bell, deputy for roads, said the bridge was safe."]
    assert verify("Mrs Bell, mayor of Ashby, said the bridge was safe.", sources).verdict is not Verdict.SUPPORTED
    assert verify("Mrs Bell, the deputy for roads, said the bridge was safe.", sources).verdict is Verdict.SUPPORTED
