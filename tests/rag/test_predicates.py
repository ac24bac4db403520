"""A bare title carries no more than its name: what a statement says of it needs a source, however light the word."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

MILL = "Le moulin de Sorgue"


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The mill is old.", MILL),
        ("It owns the mill.", MILL),
        ("The mill was made.", MILL),
        ("The mill has years.", MILL),
        ("The Sorgue mill has members.", MILL),
        ("Le moulin est vieux.", MILL),
        ("John is old.", "John Pike came."),
        ("Facts", MILL),
        ("Facts.", "The Sorgue mill was built in 1874."),
        ("The house is large.", "La maison de Lise"),
        ("Anna is young.", "Anna Kay spoke."),
        ("Le pont existe depuis des années.", "Le pont de Sorgue"),
        ("The Sorgue mill, built in 1874, is old.", "The Sorgue mill was built in 1874."),
        ("L’archive exportée est chiffrée.", "L’archive exportée est prête au bout d’une heure."),
    ],
)
def test_what_no_source_says_of_a_thing_is_not_checkable(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        (MILL, MILL),
        ("The Sorgue mill", MILL),
        ("It is the Sorgue mill.", MILL),
        ("Il s’agit du moulin de Sorgue.", MILL),
        ("The mill is old.", "The old mill stands by the river."),
        ("The mill is old.", "The mill is very old."),
        ("Le moulin est vieux.", "Le vieux moulin est au bord de la rivière."),
        ("John came.", "John Pike came."),
        ("The mill is located in Sorgue.", "The mill stands in Sorgue."),
        ("The document states that the bridge opened in 1932.", "The bridge opened in 1932."),
        ("The shop also opens on Sunday.", "The shop opens on Sunday."),
    ],
)
def test_what_the_source_says_of_a_thing_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED
