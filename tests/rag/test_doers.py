"""Who did it: the one after "by" or « par » is the one that the source ties to that very deed."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify

MILL = ["The Harlow mill was built in 1874 by Thomas Reed.", "The Barton Group bought the mill for £2 million in 1998."]
CHURCH = ["The church was restored in 1990 by Marc Petit.", "The Durand family sold the church in 1970."]
EGLISE = ["L’église a été restaurée en 1990 par Marc Petit.", "La famille Durand a vendu l’église en 1970."]
LETTER = ["The letter was signed in 2010 by Tom Hall.", "Anna Kay received the letter."]
REPORT = ["The report was written by Paul Roy and read by Anne Stone."]
ROMAN = ["Le roman a été traduit par Jean Morel et préfacé par Claire Vidal."]
SONG = ["The song was recorded by Jane Pratt and sung live by Ella Ward."]


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("The mill was built by the Barton Group in 1874.", MILL),
        ("The church was restored by the Durand family in 1990.", CHURCH),
        ("L’église a été restaurée par la famille Durand en 1990.", EGLISE),
        ("The letter was signed by Anna Kay in 2010.", LETTER),
        ("The report was written by Anne Stone.", REPORT),
        ("The app was made by Acme Corp.", ["The app was made by Beta Labs.", "Acme Corp bought the app."]),
        ("Le roman a été traduit par Claire Vidal.", ROMAN),
        ("The song was recorded by Ella Ward.", SONG),
        (
            "The bridge was designed by Laura Finch in 1932.",
            ["The bridge was designed in 1932 by Otto Brandt.", "Laura Finch repaired the bridge in 1975."],
        ),
        (
            "La tour a été dessinée par Marc Petit en 1920.",
            ["La tour a été dessinée en 1920 par Anne Leroy.", "Marc Petit a acheté la tour en 1950."],
        ),
        (
            "The fund was founded by the Keller Trust in 1961.",
            ["The fund was founded in 1961 by Robert Shaw.", "The Keller Trust joined the fund in 1999."],
        ),
        ("The song was written by Ella Ward.", ["Written by Jane Pratt, the song was performed by Ella Ward."]),
        ("The town is ruled by Lord Grey.", ["The town is ruled by Lord Hall.", "Lord Grey visited the town."]),
        # told of who acts
        ("Anna Kay signed the letter in 2010.", LETTER),
        ("Anne Stone wrote the report.", REPORT),
        ("Vinci built the bridge.", ["The bridge, built by Bouygues and run by Vinci, is 300 m long."]),
    ],
)
def test_a_deed_given_to_another_is_altered(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.ALTERED
    assert verify(statement, sources[::-1]).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("The mill was built by the Barton Group in 1874.", ["The mill was built in 1874.", MILL[1]]),
        (
            "Le pont a été construit par la société Eiffage en 2004.",
            ["The bridge was built in 2004.", "Eiffage bought the bridge in 2010."],
        ),
    ],
)
def test_a_deed_that_nobody_is_named_for_is_not_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("The mill was built by Thomas Reed in 1874.", MILL),
        ("The mill was bought by the Barton Group in 1998.", MILL),
        ("The church was sold by the Durand family in 1970.", CHURCH),
        ("L’église a été restaurée par Marc Petit.", EGLISE),
        ("The report was read by Anne Stone.", REPORT),
        ("The report was written by Paul Roy.", REPORT),
        ("The report was written by Anne Stone.", ["The report was written by Paul Roy and Anne Stone."]),
        ("The report was written by Anne Stone.", ["Anne Stone wrote the report."]),
        ("Le roman a été préfacé par Claire Vidal.", ROMAN),
        ("The song was sung live by Ella Ward.", SONG),
        ("Le rapport a été rédigé par Anne Durand.", ["Anne Durand a rédigé le rapport, que Paul Roy a relu."]),
        ("The church was restored by Marc Petit.", EGLISE),
        ("Anne Stone read the report.", REPORT),
        ("Thomas Reed built the mill.", MILL),
        ("Le Sénat a voté la loi.", ["La loi a été votée par l’Assemblée et le Sénat."]),
        ("L’étude a été menée par l’Inserm.", ["L’étude a été menée par Jeanne Roux, chercheuse à l’Inserm."]),
    ],
)
def test_a_deed_given_to_its_own_is_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.SUPPORTED


def test_the_reason_names_both() -> None:
    reason = verify("The mill was built by the Barton Group in 1874.", MILL).reason
    assert reason == "“Barton Group” in the answer, “Thomas Reed” in the source"


def test_one_who_did_it_before_another_alters_nothing() -> None:
    now, turns = "Le club est dirigé par Claire Morvan.", "Le club a été dirigé par Luc Lefort avant Claire Morvan."
    assert verify(now, [turns]).verdict is not Verdict.ALTERED
    assert verify(turns, [now]).verdict is Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        (
            "According to the port, the dredging would cost 4 million euros.",
            ["According to fishermen, the dredging would cost 4 million euros; the port disputes it."],
        ),
        (
            "Selon la mairie, la fuite a duré six heures.",
            ["Selon les riverains, la fuite a duré six heures ; la mairie n’a rien dit."],
        ),
        (
            "Firefighters estimated the damage at £90,000.",
            [
                "Firefighters said two barns burned down.",
                "The barn's owner, Ian Reid, estimated the damage at £90,000.",
            ],
        ),
    ],
)
def test_what_another_said_is_not_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        (
            "According to fishermen, the dredging would cost 4 million euros.",
            "The dredging would cost 4 million euros, fishermen said.",
        ),
        (
            "La maire, Ève Roux, a annoncé la fermeture du pont.",
            "La fermeture du pont a été annoncée par la maire, Ève Roux.",
        ),
        (
            "Le pont fermera en mai, a annoncé la maire Ève Roux.",
            "La maire, Ève Roux, a annoncé que le pont fermera en mai.",
        ),
        (
            "According to Mrs Lee, the toll will stay at 4 euros.",
            "Mrs Lee, the deputy for roads, announced that the toll will stay at 4 euros.",
        ),
        ("Ian Reid estimated the damage at £90,000.", "The barn's owner, Ian Reid, estimated the damage at £90,000."),
    ],
)
def test_what_somebody_said_told_otherwise_is_supported(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.SUPPORTED
