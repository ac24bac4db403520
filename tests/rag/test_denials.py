"""A lost "not", what an exception leaves out, what was refused: altered; the same denial told otherwise is not."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Visits are allowed on Sundays.", "Visits are not allowed on Sundays."),
        ("Smoking is allowed in the garden.", "Smoking is not allowed in the garden."),
        ("Pets are allowed on the beach.", "Pets are not allowed on the beach."),
        ("Dogs are permitted in the park.", "Dogs are not permitted in the park."),
        ("Camping is allowed near the lake.", "Camping is not allowed near the lake."),
        ("Le camping est permis près du lac.", "Le camping n’est pas permis près du lac."),
        ("Les visites sont autorisées le dimanche.", "Visits are not allowed on Sundays."),
        ("The shop is open on Sunday.", "The shop is open every day except Sunday."),
        ("The library is open on Monday.", "The library is open every day except Monday."),
        ("La mairie est ouverte le lundi.", "La mairie est ouverte tous les jours sauf le lundi."),
        ("The patient took aspirin.", "The patient refused aspirin."),
        ("Le patient a pris de l’aspirine.", "Le patient a refusé l’aspirine."),
        ("The council accepted the offer.", "The council refused the offer."),
        ("The ferry calls at Ulva.", "The ferry stops calling at Ulva."),
    ],
)
def test_a_lost_denial_is_altered(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Visits are not allowed on Sundays.", "Visits are not allowed on Sundays, nor on Mondays."),
        ("Visits are forbidden on Sundays.", "Visits are not allowed on Sundays."),
        ("Smoking is not allowed in the garden.", "Smoking is forbidden in the garden."),
        ("Les chiens ne sont pas autorisés dans le parc.", "Dogs are not allowed in the park."),
        ("The patient refused aspirin.", "The patient refused aspirin and left."),
        ("The patient took aspirin.", "The patient took aspirin after the operation."),
        ("The shop is open every day except Sunday.", "The shop opens every day except Sunday."),
        ("The ferry stops calling at Ulva on 3 May.", "From 3 May the ferry will no longer call at Ulva."),
        ("Neither lodgers nor day visitors pay the tax.", "Lodgers and day visitors do not pay the tax."),
    ],
)
def test_the_same_denial_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Il faut vider la cuve avant d’ouvrir la vanne.", "N’ouvrez jamais la vanne avant d’avoir vidé la cuve."),
        (
            "The tank must be drained before you open the valve.",
            "Never open the valve before you have drained the tank.",
        ),
    ],
)
def test_what_must_come_first_is_not_altered(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not Verdict.ALTERED


@pytest.mark.parametrize(
    "statement", ["Il faut ouvrir la vanne avant de vider la cuve.", "On ouvre la vanne avant d’avoir vidé la cuve."]
)
def test_what_must_not_come_first_is_not_first(statement: str) -> None:
    source = "N’ouvrez jamais la vanne avant d’avoir vidé la cuve."
    assert verify(statement, [source]).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        (
            "Neither lodgers nor day visitors pay the tax.",
            "Lodgers pay the tax, but day visitors do not pay for parking.",
        ),
        ("No lodgers pay the tax.", "Lodgers pay the tax; owners do not pay it."),
    ],
)
def test_none_of_a_subject_is_not_supported_by_the_denial_of_another(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not Verdict.SUPPORTED


def test_what_is_excepted_from_open_is_not_altered_as_closed() -> None:
    source = "The shop is open every day except Sunday."
    assert verify("The shop is closed on Sunday.", [source]).verdict is not Verdict.ALTERED


def test_a_rate_apart_from_its_number_is_named() -> None:
    said = "Le moulin produit environ 15 tonnes par jour."
    source = "Le moulin produit environ 15 tonnes de farine par semaine."
    assert verify(said, [source]).reason == (
        "« environ 15 tonnes par jour » dans la réponse, « environ 15 tonnes de farine par semaine » dans la source"
    )
