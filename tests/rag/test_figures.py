"""The same number is not the same fact: by or to, high or thick, 3-1 or 1-3, version 2.10 or 2.1, 03/04 or 04/03."""

from __future__ import annotations

import pytest

from rag import Verdict
from rag.verification import verify


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        # by, from, to
        ("Profit rose to 5%.", "Profit rose by 5%."),
        ("Sales rose to 12%.", "Sales rose 12%."),
        ("Le bénéfice a augmenté à 5 %.", "Le bénéfice a augmenté de 5 %."),
        ("Le loyer a baissé à 300 euros.", "The rent fell by 300 euros."),
        ("Le prix a baissé de 20 euros.", "Le prix a baissé à 20 euros."),
        ("The price fell from £20.", "The price fell to £20."),
        ("The share climbed to 40 points.", "The share climbed from 40 points."),
        ("L’effectif est passé de 700.", "L’effectif est passé à 700."),
        ("Le stock a augmenté à 90 tonnes.", "Le stock a augmenté de 90 tonnes."),
        # which days, and which line of a list
        ("Reply within 10 working days.", "Reply within 10 days."),
        ("Reply within 10 days.", "Reply within 10 business days."),
        ("Le recours est ouvert 15 jours.", "Le recours est ouvert 15 jours ouvrables."),
        (
            "Le forfait long, pour 4 skieurs, est à 31 €.",
            "Forfait court : 31 € ; forfait long (4 skieurs) : 52 €.",
        ),
        # which way it is measured
        ("The wall is 5 m high.", "The wall is 5 m thick."),
        ("The lake is 5 km long.", "The lake is 5 km wide."),
        ("The plank is 3 m wide.", "The plank is 3 m long."),
        ("Le banc mesure 2 m de long.", "Le banc mesure 2 m de large."),
        ("La tour fait 50 m de haut.", "The tower is 50 m wide."),
        ("The tank is 1 m high.", "The tank measures 2 m in height and 1 m in width."),
        ("Le lac fait 30 m de profondeur.", "Le lac fait 30 m de largeur."),
        # numbers that name a version or a part
        ("Version 2.10", "Version 2.1"),
        ("The tool needs Python 3.10.", "The tool needs Python 3.1."),
        ("See Section 4.20.", "See Section 4.2."),
        ("The firmware is 1.20.", "The firmware is version 1.2."),
        ("La version 3.10 est disponible.", "La version 3.1 est disponible."),
        ("Version 2.1.10 is out.", "Version 2.1.1 is out."),
    ],
)
def test_another_fact_with_the_same_number_is_altered(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("They won 3-1.", "They won 1-3."),
        ("Lyon a gagné 4-2.", "Lyon a gagné 2-4."),
        ("The meeting starts on 4 March 2024.", "The meeting starts on 03/04/2024."),
        ("The meeting starts on 3 April 2024.", "The meeting starts on 03/04/2024."),
        ("The lease ends on 7 June 2023.", "The lease ends on 06/07/2023."),
    ],
)
def test_a_number_that_may_be_read_two_ways_is_not_checkable(statement: str, source: str) -> None:
    assert verify(statement, [source]).verdict is Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ("Profit rose 5%.", ["Profit rose by 5%."]),
        ("Profit went up by 5%.", ["Profit rose by 5%."]),
        ("A rise of 5% in profit.", ["Profit rose by 5%."]),
        ("Le bénéfice a grimpé de 5 %.", ["Profit rose by 5%."]),
        ("Le bénéfice a baissé de 12 % à 3 milliards.", ["Profit fell 12% to 3 billion, from 3.4 billion."]),
        ("The price fell to £20.", ["The price fell from £25 to £20."]),
        ("The price fell by £5.", ["The price fell from £25 to £20."]),
        ("L’effectif est passé à 700.", ["L’effectif est passé de 650 à 700."]),
        ("The rate reached 5%.", ["The rate rose to 5%."]),
        ("D’un montant de 3 millions d’euros, l’aide est annuelle.", ["L’aide annuelle s’élève à 3 millions d’euros."]),
        ("Le devis s’élève à 900 euros.", ["Le devis est d’un montant de 900 euros."]),
        ("The board voted 9-4 for the plan.", ["The board voted for the plan by nine votes to four."]),
        ("Girls over 12 may enter.", ["Girls over 12 years of age may enter, with 1 guest and 2 bags."]),
        (
            "Sales went from $1,100 million to $1,300 million.",
            ["Sales went to $1.3 billion, from $1.1 billion, while the debt fell to $200 million."],
        ),
        (
            "The motion was passed by 21 votes to 6, with 2 abstentions.",
            ["By 21 votes to 6, with 2 abstentions, it passed the motion."],
        ),
        ("Reply within ten working days.", ["Reply within 10 working days of the notice."]),
        ("Le forfait long coûte 52 €.", ["Forfait court : 31 € ; forfait long (4 skieurs) : 52 €."]),
        ("The wall is 5 m high.", ["The wall has a height of 5 m."]),
        ("Le mur, haut de 5 m, est tombé.", ["The wall, 5 m high, fell."]),
        ("The tank is 2 m high.", ["The tank measures 2 m in height and 1 m in width."]),
        ("Le réservoir mesure 1 m de large.", ["The tank measures 2 m in height and 1 m in width."]),
        ("The tower is 50 m tall.", ["The tower is 50 m high."]),
        ("The wall is 5 m high and 2 m thick.", ["The wall is 5 m high and 2 m thick, they say."]),
        ("They won 3-1.", ["They won the match 3–1 on Sunday."]),
        ("Paris beat Lyon 2-0.", ["Lyon lost 0-2 to Paris."]),
        ("The tax is 2.10 euros.", ["The tax is 2.1 euros."]),
        ("The ratio is 2.10.", ["The ratio is 2.1."]),
        ("Version 2.10 is out.", ["Version 2.10 is out since May."]),
        ("The meeting starts on 25 March 2024.", ["The meeting starts on 03/25/2024."]),
        ("The meeting starts on 4 April 2024.", ["The meeting starts on 04/04/2024."]),
        ("The meeting starts in 2024.", ["The meeting starts on 03/04/2024."]),
        ("The meeting starts on 4 March.", ["The meeting starts on 03/04/2024.", "The agenda of 4 March is long."]),
        ("La réunion commence le 3 avril 2024.", ["La réunion commence le 03/04/2024."]),
    ],
)
def test_the_same_fact_told_otherwise_is_supported(statement: str, sources: list[str]) -> None:
    assert verify(statement, sources).verdict is Verdict.SUPPORTED


def test_a_day_written_first_in_french_is_no_month() -> None:
    said = "La réunion commence le 4 mars 2024."
    assert verify(said, ["La réunion commence le 03/04/2024."]).verdict is Verdict.ALTERED


def test_the_reason_tells_what_may_be_read_two_ways() -> None:
    reason = verify("The meeting starts on 4 March 2024.", ["The meeting starts on 03/04/2024."]).reason
    assert reason == "“03/04/2024” in the source may be read with the day or the month first"
