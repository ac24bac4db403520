"""Statements against sources: what is carried, what is altered, what can't be told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("statement", "source", "expected"),
    [
        # units and scales, both languages
        ("La capacité est de 1 GW.", "La capacité est de 1000 MW.", SUPPORTED),
        ("The capacity is 1 gigawatt.", "La capacité est de 1 000 mégawatts.", SUPPORTED),
        ("La capacité est de 1 MW.", "La capacité est de 1000 MW.", ALTERED),
        ("Le projet coûte 1 milliard d’euros.", "The project costs 1 billion euros.", SUPPORTED),
        ("Le projet coûte 1 billion d’euros.", "The project costs 1 billion euros.", ALTERED),
        ("Le déficit est de −3 %.", "Le déficit est de 3 %.", ALTERED),
        ("Les trois quarts des élus ont voté.", "75 % des élus ont voté.", SUPPORTED),
        ("Le taux baisse de 2 %.", "Le taux baisse de 2 points.", ALTERED),
        # dates
        ("The conference took place on 04/03/2021.", "The conference took place on April 3, 2021.", SUPPORTED),
        ("La bataille eut lieu au XVIe siècle.", "The battle took place in the 16th century.", SUPPORTED),
        ("La bataille eut lieu au XVIIe siècle.", "The battle took place in the 16th century.", ALTERED),
        ("Le dépôt ferme avant le 3 mai.", "Le dépôt ferme après le 3 mai.", ALTERED),
        # negation, modality, tense
        ("Le maire a signé l’accord.", "Le maire a refusé de signer l’accord.", ALTERED),
        ("Le maire a signé l’accord.", "Le maire nie avoir signé l’accord.", ALTERED),
        ("L’usine fermera en 2027.", "L’usine devrait fermer en 2027.", ALTERED),
        ("L’usine a fermé en 2027.", "L’usine fermera en 2027.", ALTERED),
        ("Tous les élus ont voté.", "Certains élus ont voté.", ALTERED),
        ("Le maire a voté le budget.", "Seul le maire a voté le budget.", ALTERED),
        # who does what
        ("Lena Aoki beat Nora Whitfield.", "Nora Whitfield lost to Lena Aoki.", SUPPORTED),
        ("Nora Whitfield beat Lena Aoki.", "Nora Whitfield lost to Lena Aoki.", ALTERED),
        ("La température est passée de 12 à 15 degrés.", "La température est passée de 15 à 12 degrés.", ALTERED),
        # a cut quote that loses what turned it
        ("10 milliards de dollars", "Nvidia investit jusqu’à 10 milliards de dollars.", ALTERED),
        ("the species can be revived", "This does not mean that the species can be revived.", ALTERED),
        ("le grand réajustement du pacte", "Il intervient après le grand réajustement du pacte.", SUPPORTED),
        # nothing to go by
        ("Non.", "Oui.", CANNOT_CHECK),
        ("…", "Le pont est ouvert.", CANNOT_CHECK),
        ("Le pont est ouvert et payant.", "Le pont est ouvert.", CANNOT_CHECK),
    ],
)
def test_one_fact_at_a_time(statement: str, source: str, expected: Verdict) -> None:
    assert verify(statement, [source]).verdict is expected


def test_reasons_name_what_differs_in_the_language_of_the_statement() -> None:
    assert verify("The rate is 6 %.", ["The rate is 5 %."]).reason == "“6 %” in the answer, “5 %” in the source"
    assert verify("Le taux est de 6 %.", ["Le taux est de 5 %."]).reason == (
        "« 6 % » dans la réponse, « 5 % » dans la source"
    )
    lost = verify("L’été sera chaud.", ["L’été ne sera pas chaud."])
    assert lost.reason == "la source dit « ne sera pas chaud », la réponse l’omet"
    assert "payant" in verify("Le pont est ouvert et payant.", ["Le pont est ouvert."]).reason


def test_several_sources_carry_a_statement_together() -> None:
    sources = ["Le pont a été ouvert en 1905.", "Le pont mesure 118 mètres de long."]
    assert verify("Ouvert en 1905, le pont mesure 118 mètres de long.", sources).verdict is SUPPORTED
    assert verify("Ouvert en 1905, le pont mesure 118 mètres de long.", sources[:1]).verdict is CANNOT_CHECK
    assert verify("Ouvert en 1905, le pont mesure 181 mètres de long.", sources).verdict is ALTERED


def test_each_sentence_of_a_statement_must_hold() -> None:
    source = ["Paris est en France. Lyon est en France."]
    assert verify("Paris est en France. Lyon est en France.", source).verdict is SUPPORTED
    assert verify("Paris est en France. Lyon est en Espagne.", source).verdict is ALTERED


def test_a_number_goes_with_its_holder() -> None:
    source = ["Microsoft investit 5 milliards et Nvidia 10 milliards."]
    assert verify("Nvidia investit 10 milliards.", source).verdict is SUPPORTED
    assert verify("Nvidia investit 5 milliards.", source).verdict is ALTERED


SENTENCES = st.sampled_from(
    [
        DEAL,
        "Le conseil a voté le budget de 3,5 millions d’euros le 3 mars 2021.",
        "The council did not adopt the plan, which would cost $7 million a year.",
        "Ni le maire ni l’opposition n’ont démenti cette information.",
        "About 300 homes were flooded in Lower Hadley, according to the fire brigade.",
    ]
)
FORMS = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("’", "'"),
        lambda text: f"« {text} »",
        lambda text: text.replace(" ", "  \n") if "\n\n" not in text else text,
        lambda text: unicodedata.normalize("NFD", text),
    ]
)


@given(SENTENCES, FORMS)
def test_form_never_changes_the_verdict(sentence: str, change: Callable[[str], str]) -> None:
    assert verify(change(sentence), [sentence]).verdict is SUPPORTED


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_gets_a_verdict_and_a_reason(statement: str, sources: list[str]) -> None:
    found = verify(statement, sources)
    assert found.reason
    assert found == verify(statement, list(sources))


def test_a_bare_string_is_not_a_sequence_of_sources() -> None:
    with pytest.raises(TypeError, match="sequence of source texts"):
        verify("Il pleut.", "Il pleut.")
    with pytest.raises(TypeError, match="as texts"):
        verify(None, ["a"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="as texts"):
        verify("a", [None])  # type: ignore[list-item]


def test_the_reason_is_in_the_language_asked_for() -> None:
    said, source = "Nvidia investit 10 milliards.", "Nvidia investit 12 milliards."
    assert verify(said, [source]).reason == "« 10 milliards » dans la réponse, « 12 milliards » dans la source"
    assert verify(said, [source], language="en").reason == "“10 milliards” in the answer, “12 milliards” in the source"


FRAMED = [
    ("D'après le passage 2, Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic.", Verdict.SUPPORTED),
    ("Selon les passages fournis, Nvidia investit jusqu'à 10 milliards de dollars dans Anthropic.", Verdict.SUPPORTED),
    ("Le texte indique que Nvidia investit jusqu'à 10 milliards de dollars dans Anthropic.", Verdict.SUPPORTED),
    ("Oui, Nvidia investit jusqu'à 10 milliards de dollars dans Anthropic.", Verdict.SUPPORTED),
    ("According to the passages, Nvidia invests up to 10 billion dollars in Anthropic.", Verdict.SUPPORTED),
    ("The passage states that Nvidia invests up to $10 billion in Anthropic.", Verdict.SUPPORTED),
    ("Nvidia invests up to $10 billion in Anthropic, according to passage 1.", Verdict.SUPPORTED),
    ("Based on the information provided, Microsoft adds 5 billion.", Verdict.SUPPORTED),
    ("D'après le passage 2, Nvidia investit 10 milliards de dollars dans Anthropic.", Verdict.ALTERED),
    ("According to the passages, Nvidia invests up to 12 billion dollars in Anthropic.", Verdict.ALTERED),
    ("Selon l'article 5, Microsoft ajoute 5 milliards supplémentaires.", Verdict.CANNOT_CHECK),
    ("Selon le maire, Microsoft ajoute 5 milliards supplémentaires.", Verdict.CANNOT_CHECK),
]


@pytest.mark.parametrize(("statement", "verdict"), FRAMED)
def test_what_an_answer_says_of_its_passages_is_not_asked_of_the_source(statement: str, verdict: Verdict) -> None:
    source = (
        "En parallèle, Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic, "
        "et Microsoft ajoute 5 milliards supplémentaires."
    )
    assert verify(statement, [source]).verdict is verdict


def test_more_digits_than_a_number_has_are_no_number_and_no_error() -> None:
    long = "Le budget est de " + "9" * 5000 + " euros."
    assert verify(long, ["Le budget est de 12 millions d’euros."]).verdict is not Verdict.SUPPORTED
    assert verify("Le budget est de 12 millions d’euros.", [long]).verdict is not Verdict.SUPPORTED
