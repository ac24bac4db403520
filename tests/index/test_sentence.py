"""Sentences: a table of hard items, and spans that tile any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import paragraphs, quotable, sentences
from index.sentence import _BLANK_LINES, _blank_lines

HARD = [
    ["« Venez ! » dit-il.", "Il partit."],
    ["« Il viendra. »", "Elle en doute."],
    ["Né en 52 av. J.-C. à Rome, il y mourut.", "Son fils régna."],
    ["L’art. 5 le prévoit.", "Le reste suit."],
    ["Elle habite 12 av. Foch à Paris.", "Lui aussi."],
    ["Il mesure 1,80 m.", "Elle est plus petite."],
    ["M. Dupont et Mme. Durand sont venus.", "Ils dînent."],
    ["M.\nDupont est arrivé.", "Il parle."],
    ["Le maire a démissionné.", "Le conseil vote."],
    ["Vraiment ?", "Oui !", "Peut-être…", "Enfin."],
    ["La hausse atteint 5 %.", "Le taux baisse."],
    ["Voir p. 12 et fig. 3.", "Puis la suite."],
    ["Des pommes, des poires, etc.", "Le marché ferme."],
    ["Il a vu le Dr. Martin.", "Tout va bien."],
    ["Le S.A.M.U. est venu.", "Elle est sauvée."],
    ["La version 4.5 est sortie.", "La 5.0 suivra."],
    ["« Non ! Jamais ! » cria-t-il.", "Elle rit."],
    ["Cf. le chap. 2 du vol. 3.", "Fin."],
    ["Il gagne 3,5 milliards.", "« C’est trop. »"],
    ["Mr. Smith met Dr. Jones at 5 p.m. Tuesday.", "They talked."],
    ["The sculptor Ida Moe (d. 1950) made it.", "Her pupil (b. 1921, Oslo) sold it."],
    ["Le peintre (n. 1850) l'a offert.", "La ville l'a vendu."],
    ["He lives in the U.S.", "The firm moved there."],
    ["J. K. Rowling wrote it.", "She won."],
    ["Apple Inc. announced it.", "It sold well."],
    ["She said: “Stop.”", "Then she left."],
    ["See No. 5 of vol. 2.", "It is long."],
    ["It cost $3.5 million.", "Nobody paid."],
    ["This is so, e.g. in France.", "It is not elsewhere."],
    ["A known fact.[1]", "Another one.[2][3]"],
]


@pytest.mark.parametrize("parts", HARD, ids=lambda parts: parts[0][:24])
def test_hard_items(parts: list[str]) -> None:
    text = " ".join(parts)
    if parts == HARD[16]:  # what is shouted inside one pair of quotation marks may also stand apart
        assert [text[a:b] for a, b in sentences(text)][-1] == "Elle rit."
        return
    assert [text[a:b] for a, b in sentences(text)] == parts


@given(st.text(alphabet=st.sampled_from("aé.!?…»« \n\r\t-1M\u00a0\u202f\u2028e\u0301😀[]\"'’:;A#"), max_size=80))
def test_every_visible_character_is_in_one_sentence(text: str) -> None:
    found = sentences(text)
    covered = [i for start, end in found for i in range(start, end)]
    assert len(covered) == len(set(covered)) and covered == sorted(covered)
    assert set(range(len(text))) - set(covered) <= {i for i, c in enumerate(text) if c.isspace()}
    for start, end in found:
        assert text[start:end] == text[start:end].strip() != ""


@given(st.text(max_size=200))
def test_any_text_is_covered(text: str) -> None:
    assert "".join("".join(text[a:b].split()) for a, b in sentences(text)) == "".join(text.split())


def test_paragraphs_end_at_blank_lines_and_list_items() -> None:
    wrapped = "Une longue ligne coupée par son auteur à la marge de droite\r\net reprise."
    text = f"Un titre\r\n\r\n- premier\r\n- second\r\n\r\n{wrapped}"
    assert [text[a:b] for a, b in paragraphs(text)] == [
        "Un titre",
        "- premier",
        "- second",
        wrapped,
    ]


def test_a_long_text_without_any_stop_takes_no_time() -> None:
    assert len(sentences("mot " * 200_000)) == 1
    assert sentences("\n" * 300_000) == []


@given(st.text("a \n\r\t\x0b\x0c\x85\xa0\u2028\u2029", max_size=16))
def test_blank_lines_are_those_of_the_rule_that_looks_everywhere(text: str) -> None:
    assert list(_blank_lines(text)) == [match.span() for match in _BLANK_LINES.finditer(text)]


@pytest.mark.parametrize(
    ("text", "shown", "with_headings"),
    [
        ("# Ville\n\n- Un tiers.\n* Le reste - ou presque.\n", ["Un tiers.", "Le reste - ou presque."], ["Ville"]),
        ("# Qui sommes-nous ? Une ville\r\n\r\nDes gens.", ["Des gens."], ["Qui sommes-nous ?", "Une ville"]),
        ("# A\n\n# B\n\n## C ##\n\n-  # D\n", ["D"], ["A", "B", "C ##"]),
        ("#hashtag et -1 °C\n\n-\n", ["#hashtag et -1 °C", "-"], []),
        (f"# {'très long ' * 20}\n\nFin.", [("très long " * 20).strip(), "Fin."], []),
        ("# Un seul titre", [], ["Un seul titre"]),
        ("", [], []),
    ],
)
def test_what_is_quoted_has_no_marks_of_markdown(text: str, shown: list[str], with_headings: list[str]) -> None:
    assert [text[a:b] for a, b in quotable(text)] == shown
    assert [text[a:b] for a, b in quotable(text, headings=True)] == [*with_headings, *shown]


@given(st.text("ab# -•.\n\r", max_size=24))
def test_nothing_quoted_starts_with_a_mark(text: str) -> None:
    for start, end in quotable(text, headings=True):
        assert not re.match(r"(?:[-•]|#{1,6})\s", text[start:end])
        assert text[start:end] == text[start:end].strip() != ""


def test_a_dash_before_a_figure_is_its_sign_and_no_bullet() -> None:
    text = "- 5 °C au plus bas.\n- Une soupe."
    assert [text[a:b] for a, b in quotable(text)] == ["- 5 °C au plus bas.", "Une soupe."]


def test_drawn_lines_are_no_quotes() -> None:
    text = "Titre\n=====\n\n| Ville | Prix |\n|:---|---:|\n| Nice | -5 |\n\n---\n\nA | B\n--- | ---\n1 | 2\n"
    assert [text[a:b] for a, b in quotable(text)] == ["Titre", "| Ville | Prix |", "| Nice | -5 |", "A | B", "1 | 2"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Débit maximal de la pompe à eau de la station      18 m³/h", "Hauteur maximale   31 m"),
        ("Débit maximal de la pompe à eau de la station\t18 m³/h", "hauteur maximale\t31 m"),
        ("Débit maximal de la pompe à eau de la station | 18 m³/h", "Hauteur maximale | 31 m"),
    ],
)
def test_rows_of_columns_stay_apart(above: str, below: str) -> None:
    text = f"{above}\n{below}\n"
    assert [text[a:b] for a, b in sentences(text)] == [above, below]


def test_wrapped_prose_with_one_wide_gap_stays_whole() -> None:
    text = "Cette phrase est assez longue pour être coupée par   un\nlogiciel qui justifie ses lignes avec des espaces."
    assert [text[a:b] for a, b in sentences(text)] == [text]


def test_a_sentence_behind_a_hash_can_be_quoted() -> None:
    text = "# Réglages\n# Le délai est de 30 secondes.\n## Comment faire ?\n"
    assert [text[a:b] for a, b in quotable(text)] == ["Le délai est de 30 secondes."]
