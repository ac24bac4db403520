"""A cut that loses what limits its words, or what called a plan off, is not supported; any other cut still is."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

CONCERT = "The concert was planned for 2024 but was cancelled."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Parking is free.", "Parking is free for residents only."),
        ("Le stationnement est gratuit.", "Parking is free for residents only."),
        ("Entry is free.", "Entry is free for children under six."),
        ("L’accès est gratuit.", "L’accès est gratuit pour les habitants seulement."),
        ("La visite est gratuite.", "La visite est gratuite sauf le dimanche."),
        ("The pool is open.", "The pool is open unless it rains."),
        ("Members vote.", "Members vote only on Mondays."),
        ("The concert was in 2024.", CONCERT),
        ("The festival was in 2021.", "The festival was scheduled for 2021 but was called off."),
        ("Le festival a eu lieu en 2021.", "Le festival était prévu en 2021 mais a été annulé."),
        ("The concert took place in 2024.", "The concert, due in 2024, was moved but then cancelled."),
    ],
)
def test_a_lost_limit_is_not_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Parking is free for residents only.", "Parking is free for residents only."),
        ("Only residents park for free.", "Parking is free for residents only."),
        ("Parking is free.", "Parking is free, and the station is near."),
        ("Parking is free.", "Parking is free and the station is near."),
        ("The museum is open.", "The museum is open to the public."),
        ("The pool is open from May to September.", "The pool is open from May to September only."),
        ("Le musée est ouvert.", "Le musée est ouvert aux visiteurs."),
        ("Le musée est ouvert.", "Le musée est ouvert, et le parking est gratuit."),
        ("Swimming is forbidden.", "Swimming is forbidden for safety reasons."),
        ("The station was opened.", "The station was opened in 1905 by the mayor."),
        ("The mill employs 120 people.", "The mill employs 120 people in the valley."),
        ("The lake has frozen over.", "The lake has frozen over only three times since 1871."),
        ("The law was passed in 2010.", "The law was passed in 2010 but was repealed in 2015."),
        ("The concert was planned for 2024.", CONCERT),
        ("The concert was in 2024.", "The concert was held in 2024."),
        ("The trip was cancelled in May.", "The trip was planned for June but was cancelled in May."),
    ],
)
def test_a_cut_that_loses_no_limit_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED
