"""What is read in a sentence: forms, numbers, units, dates, names, cues; and what counts as the same."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts import PERMITTED, normal, read, spoken, tokens
from rag.facts.binding import common_length
from rag.facts.bounds import Bound
from rag.facts.contrast import are_converse, are_exclusive, are_opposite
from rag.facts.digits import digits, roman
from rag.facts.names import forms
from rag.facts.wording import family, keys

BILLION = Fraction(10**9)


# --- form -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 000 €", "10\u202f000\u00a0€"),
        ("un mot", "un \t\n mot"),
        ("« mot »", '"mot"'),
        ("l’été", "l'été"),
        ("Saint-Aubin", "Saint\u2011Aubin"),
        ("−3", "-3"),
        ("co\u00adopé\u200bration", "coopération"),
        ("e\u0301te\u0301", "été"),
        ("ﬁnance", "finance"),
        ("１２", "12"),
        ("CO₂", "CO2"),
        ("PARIS", "Paris"),
    ],
)
def test_permitted_differences_of_form_vanish(one: str, other: str) -> None:
    assert [t.norm for t in tokens(one) if t.norm != '"'] == [t.norm for t in tokens(other) if t.norm != '"']


@pytest.mark.parametrize(("one", "other"), [("10²", "102"), ("½", "1 2"), ("m²", "m"), ("3,5", "35"), ("-3", "3")])
def test_other_differences_stay(one: str, other: str) -> None:
    assert [t.norm for t in tokens(one)] != [t.norm for t in tokens(other)]


def test_the_list_of_permitted_differences_is_told() -> None:
    assert len(PERMITTED) == 8
    assert any("superscripts and fractions" in line for line in PERMITTED)


@given(st.text(max_size=80))
def test_tokens_point_into_the_text(text: str) -> None:
    found = tokens(text)
    assert all(0 <= t.start < t.end <= len(text) for t in found)
    assert [t.start for t in found] == sorted(t.start for t in found)
    form, origins = normal(text)
    assert len(form) == len(origins)


def test_token_offsets_are_those_of_the_original() -> None:
    text = "L’e\u0301te\u0301  a co\u00adûté 10\u202f000 €."
    assert [text[t.start : t.end] for t in tokens(text)] == [
        "L", "’", "e\u0301te\u0301", "a", "co\u00adûté", "10\u202f000", "€", ".",
    ]  # fmt: skip


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "language", "value"),
    [
        ("10 000", "fr", 10000),
        ("10 000,5", "fr", Fraction(20001, 2)),
        ("3,5", "fr", Fraction(7, 2)),
        ("3.5", "fr", Fraction(7, 2)),
        ("1.500", "fr", 1500),
        ("1,500", "fr", Fraction(3, 2)),
        ("1,500", "en", 1500),
        ("3.5", "en", Fraction(7, 2)),
        ("3,5", "en", Fraction(7, 2)),
        ("1.000.000", "fr", 10**6),
        ("1,234,567.89", "en", Fraction("1234567.89")),
        ("0.250", "fr", Fraction(1, 4)),
    ],
)
def test_digits(raw: str, language: str, value: Fraction) -> None:
    assert digits(raw, language) == value


def test_roman_numerals() -> None:
    assert [roman(raw) for raw in ("I", "IV", "XIX", "XXI", "IIII", "A", "")] == [1, 4, 19, 21, 0, 0, 0]


def quantity(text: str, language: str) -> tuple[Fraction, str, Bound]:
    (found,) = read(text, language).quantities
    return found.value, found.dimension, found.bound


@pytest.mark.parametrize(
    "text",
    [
        "fr: 10 milliards de dollars",
        "fr: 10 Md$",
        "fr: 10 000 000 000 $",
        "fr: dix milliards de dollars",
        "en: $10 billion",
        "en: $10bn",
        "en: ten billion US dollars",
        "en: 10,000,000,000 dollars",
        "en: US$10 billion",
    ],
)
def test_one_sum_in_many_writings(text: str) -> None:
    language, _, written = text.partition(": ")
    assert quantity(written, language) == (10 * BILLION, "$", Bound.EXACT)


@pytest.mark.parametrize(
    ("text", "language", "value", "dimension"),
    [
        ("3,5 %", "fr", Fraction(7, 2), "%"),
        ("3.5 percent", "en", Fraction(7, 2), "%"),
        ("3,5 pour cent", "fr", Fraction(7, 2), "%"),
        ("2 points de pourcentage", "fr", 2, "point"),
        ("two percentage points", "en", 2, "point"),
        ("50 basis points", "en", Fraction(1, 2), "point"),
        ("1 GW", "fr", BILLION, "power"),
        ("1000 MW", "fr", BILLION, "power"),
        ("1 gigawatt", "en", BILLION, "power"),
        ("un billion d’euros", "fr", 10**12, "€"),
        ("one billion euros", "en", BILLION, "€"),
        ("10 M€", "fr", 10**7, "€"),
        ("€10m", "en", 10**7, "€"),
        ("3 euros 20", "fr", Fraction(16, 5), "€"),
        ("45 cents", "en", Fraction(9, 20), "$"),
        ("-180 °C", "fr", -180, "temperature"),
        ("moins 180 degrés", "fr", -180, "temperature"),
        ("quatre-vingt-dix-sept jours", "fr", 97 * 86400, "time"),
        ("deux cent cinquante mille habitants", "fr", 250000, ""),
        ("two hundred and fifty thousand people", "en", 250000, ""),
        ("vingt et un élèves", "fr", 21, ""),
        ("soixante et onze élèves", "fr", 71, ""),
        ("deux semaines", "fr", 14 * 86400, "time"),
        ("un an et demi", "fr", 18, "months"),
        ("two and a half years", "en", 30, "months"),
        ("la moitié des élèves", "fr", 50, "%"),
        ("two thirds of pupils", "en", Fraction(200, 3), "%"),
        ("50 kilomètres par heure", "fr", 50, "speed"),
        ("50 km/h", "en", 50, "speed"),
        ("12 m²", "fr", 12, "area"),
        ("12 mètres carrés", "fr", 12, "area"),
        ("½ litre", "fr", Fraction(1, 2), "volume"),
    ],
)
def test_values_and_units(text: str, language: str, value: Fraction, dimension: str) -> None:
    assert quantity(text, language)[:2] == (value, dimension)


@pytest.mark.parametrize(
    ("text", "language", "bound"),
    [
        ("jusqu’à 10 lits", "fr", Bound.AT_MOST),
        ("up to 10 beds", "en", Bound.AT_MOST),
        ("n’excède pas 10 lits", "fr", Bound.AT_MOST),
        ("pas plus de 10 lits", "fr", Bound.AT_MOST),
        ("no more than 10 beds", "en", Bound.AT_MOST),
        ("au moins 10 lits", "fr", Bound.AT_LEAST),
        ("10 lits au moins", "fr", Bound.AT_LEAST),
        ("10 beds or more", "en", Bound.AT_LEAST),
        ("plus de 10 lits", "fr", Bound.MORE),
        ("fewer than 10 beds", "en", Bound.LESS),
        ("environ 10 lits", "fr", Bound.ABOUT),
        ("une dizaine de lits", "fr", Bound.ABOUT),
        ("près de 10 lits", "fr", Bound.NEARLY),
        ("10 lits, au moins", "fr", Bound.EXACT),
        ("10 lits", "fr", Bound.EXACT),
    ],
)
def test_bounds(text: str, language: str, bound: Bound) -> None:
    assert quantity(text, language)[2] is bound


def test_what_is_no_quantity() -> None:
    assert read("Une femme et un homme ont parlé.", "fr").quantities == ()
    assert read("A man and a woman spoke.", "en").quantities == ()
    assert [q.value for q in read("5 pour cent", "fr").quantities] == [5]


def test_rates_and_ranges() -> None:
    (found,) = read("12 € par utilisateur et par an", "fr").quantities
    assert (found.value, found.per) == (12, "year")
    first, second = read("from 5 to 6 %", "en").quantities
    assert (first.value, first.dimension, first.role) == (5, "%", "from")
    assert (second.value, second.role) == (6, "to")


def test_ordinals() -> None:
    assert [q.value for q in read("la 1re, la deuxième et la 12e place", "fr").quantities] == [1, 2, 12]
    assert [q.value for q in read("the first, the 2nd and the twenty-first", "en").quantities] == [1, 2, 21]
    assert read("le Premier ministre", "fr").quantities == ()


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("le 3 mars 2021", "fr"),
        ("March 3, 2021", "en"),
        ("3 March 2021", "en"),
        ("the 3rd of March 2021", "en"),
        ("2021-03-03", "fr"),
        ("03/03/2021", "fr"),
        ("3.3.2021", "fr"),
        ("Mar. 3, 2021", "en"),
    ],
)
def test_one_day_in_many_writings(text: str, language: str) -> None:
    (date,) = read(text, language).dates
    assert (date.year, date.month, date.day) == (2021, 3, 3)


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("à 14 h 30", "fr", 870), ("à 14h30", "fr", 870), ("at 2:30 pm", "en", 870), ("at 2.30 p.m.", "en", 870),
        ("at 14:30", "en", 870), ("à midi", "fr", 720), ("at noon", "en", 720), ("avant minuit", "fr", 0),
        ("at 12 am", "en", 0), ("à 8 heures", "fr", 480),
    ],
)  # fmt: skip
def test_times_of_day(text: str, language: str, minutes: int) -> None:
    (date,) = read(text, language).dates
    assert date.minutes == minutes


def test_years_decades_and_what_is_neither() -> None:
    assert [d.year for d in read("en 1905 puis en 2024", "fr").dates] == [1905, 2024]
    assert [(d.year, d.decade) for d in read("in the 1990s", "en").dates] == [(1990, True)]
    assert [(d.year, d.decade) for d in read("les années 90", "fr").dates] == [(1990, True)]
    assert read("1500 salariés", "fr").dates == ()
    assert read("She may march on.", "en").dates == ()
    assert read("14 heures de travail", "fr").dates == ()


def test_relations_to_a_date() -> None:
    told = [read(t, "fr").dates[0].relation for t in ("avant 2030", "d’ici 2030", "depuis 2030", "en 2030")]
    assert told == ["before", "by", "since", ""]
    assert read("until the end of March", "en").dates[0].relation == "until"


# --- names, cues, words -----------------------------------------------------------------------------------------------


def test_names() -> None:
    text = "Hier, la ministre Anne Petit a rencontré l’ONU aux États-Unis avec un H200."
    reading = read(text, "fr")
    assert [reading.quote(n.position, n.end) for n in reading.names if n.sure] == [
        "Anne", "Petit", "ONU", "États-Unis", "H200",
    ]  # fmt: skip
    assert "london" in forms("londres") and "who" in forms("oms")


def cue(text: str, language: str) -> list[tuple[str, str]]:
    reading = read(text, language)
    return [(c.kind, reading.tokens[c.scope[0]].raw if c.scope else "") for c in reading.cues]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Le maire n’a pas signé.", "fr", [("negation", "signé")]),
        ("Aucun élu n’est venu.", "fr", [("negation", "élu")]),
        ("The mayor didn’t sign.", "en", [("negation", "sign")]),
        ("Ce n’est pas seulement cher.", "fr", []),
        ("It is not only expensive.", "en", []),
        ("Il a refusé de signer.", "fr", [("negation", "signer")]),
        ("Le pont pourrait fermer.", "fr", [("modality", "fermer")]),
        ("Le pont fermerait.", "fr", [("modality", "fermerait")]),
        ("Il respirait et admirait la tour.", "fr", []),
        ("La société cherche à vendre la tour.", "fr", [("modality", "vendre")]),
        ("Cette chercheuse a reçu le prix de l’essai.", "fr", []),
        ("The bridge may close.", "en", [("modality", "close")]),
        ("Certains élus ont voté.", "fr", [("quantifier", "élus")]),
        ("Most members voted.", "en", [("quantifier", "members")]),
    ],
)
def test_cues(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    assert cue(text, language) == expected


def test_words_that_share_a_meaning() -> None:
    assert not keys("hausse", "fr").isdisjoint(keys("increase", "en"))
    assert not keys("salariés", "fr").isdisjoint(keys("workers", "en"))
    assert not keys("vendu", "fr").isdisjoint(keys("sold", "en"))
    assert family("constitution") == family("constitutionnel")
    assert keys("le", "fr") == frozenset()


def test_words_that_oppose_each_other() -> None:
    assert are_opposite(keys("hausse", "fr"), keys("fall", "en"))
    assert are_opposite(keys("légal", "fr"), keys("illégal", "fr"))
    assert not are_opposite(keys("hausse", "fr"), keys("increase", "en"))
    assert are_exclusive(keys("printemps", "fr"), keys("autumn", "en"))
    assert not are_exclusive(keys("printemps", "fr"), keys("spring", "en"))
    assert are_converse(keys("beat", "en"), keys("perdu", "fr"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nvidia investit 10 milliards.", "fr"),
        ("Valmont lost to Olympique de Brévent.", "en"),
        ("Le taux est de 6 %.", "fr"),
        ("The rate is 6 %.", "en"),
    ],
)
def test_language_of_a_short_sentence(text: str, language: str) -> None:
    assert spoken(text) == language


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_common_length_equals_the_textbook_recurrence(first: list[str], second: list[str]) -> None:
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if a == b else max(table[i - 1][j], table[i][j - 1])
    assert common_length(first, second) == table[-1][-1]
