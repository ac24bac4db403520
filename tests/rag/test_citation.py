"""Citing: markers become the spans of the evidence they name, and nothing else ever does."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Document
from rag.citation import Cited, cite, focus
from rag.proof import align
from tests.rag.material import ARTICLE, evidence_of

EVIDENCE = evidence_of(ARTICLE)
SPANS = {each.span for each in EVIDENCE}


def cited(text: str) -> list[tuple[str, list[int]]]:
    return [(s.text, [c.number for c in s.citations]) for s in cite(text, EVIDENCE, complete=True).statements]


def test_the_material_is_what_the_tests_assume() -> None:
    assert [each.text[:12] for each in EVIDENCE] == [
        "Le partenari", "Nvidia inves", "Amazon reste", "Les clauses ", "Microsoft ob",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[3]", [3]),
        (" [3]", [3]),
        ("[3][5]", [3, 5]),
        ("[3] [5]", [3, 5]),
        ("[3, 5]", [3, 5]),
        ("[3,5]", [3, 5]),
        ("[3; 5]", [3, 5]),
        ("[3 et 5]", [3, 5]),
        ("[3 and 5]", [3, 5]),
        ("[3-5]", [3, 4, 5]),
        ("[3–5]", [3, 4, 5]),
        ("[1, 3-5]", [1, 3, 4, 5]),
        ("【3】", [3]),
        ("【3†source】", [3]),
        ("[[3]]", [3]),
        ("[^3]", [3]),
        ("[#3]", [3]),
        ("[Source 3]", [3]),
        ("[source : 3]", [3]),
        ("[Passage 3]", [3]),
        ("[phrase 3, phrase 5]", [3, 5]),
        ("[n° 3]", [3]),
        ("[3](https://evil.example/?q=secret)", [3]),
        ("[3](#src-3)", [3]),
        ("[5][3][5]", [5, 3]),
        ("[ 3 ]", [3]),
        ("<sup>3</sup>", [3]),
        ("<sup>3, 5</sup>", [3, 5]),
        ("<SUP>[3]</SUP>", [3]),
        ("<sup>[3][5]</sup>", [3, 5]),
        (" <sup>3</sup> <sup>5</sup>", [3, 5]),
    ],
)
def test_a_marker_names_evidence(marker: str, numbers: list[int]) -> None:
    for text in (f"Une phrase quelconque{marker}.", f"Une phrase quelconque.{marker}"):
        result = cite(text, EVIDENCE, complete=True)
        assert [s.text for s in result.statements] == ["Une phrase quelconque."]
        assert [c.number for c in result.statements[0].citations] == numbers
        assert result.dropped == 0


@pytest.mark.parametrize(
    ("marker", "kept", "dropped"),
    [
        ("[0]", [], 1),
        ("[-1]", [], 1),
        ("[6]", [], 1),
        ("[99]", [], 1),
        ("[1-9999]", [], 1),
        ("[5-3]", [], 1),
        ("[4-6]", [], 1),
        ("[2, 99]", [2], 1),
        ("[98, 99]", [], 2),
        ("[2.5]", [], 1),
        ("[1,,2]", [], 1),
        ("[123456789]", [], 1),
        ("[3][99]", [3], 1),
        ("【77】", [], 1),
        ("<sup>99</sup>", [], 1),
    ],
)
def test_an_unknown_or_malformed_marker_is_dropped_and_counted(marker: str, kept: list[int], dropped: int) -> None:
    result = cite(f"Phrase sans rapport avec rien{marker}.", EVIDENCE, complete=True)
    assert [s.text for s in result.statements] == ["Phrase sans rapport avec rien."]
    assert [c.number for c in result.statements[0].citations] == kept
    assert result.dropped == dropped


@pytest.mark.parametrize(
    "text",
    [
        "Il écrit « […] » au lieu du reste.",
        "Il écrit [sic] dans sa lettre.",
        "L’entreprise [Anthropic] le confirme.",
        "Le tableau x[i] est vide.",
        "Voir `liste[3]` dans le code.",
        "Selon l’article 5 (3).",
        "Le total (2032) est atteint.",
        "Trois cas (99).",
        "Un [lien](https://example.org) reste du texte.",
        "Il fait 30 m<sup>2</sup> et 10<sup>3</sup> pas.",
        "Le 1<sup>er</sup> est cher.",
    ],
)
def test_brackets_that_are_no_markers_stay_text(text: str) -> None:
    result = cite(text, EVIDENCE, complete=True)
    assert [s.text for s in result.statements] == [text]
    assert result.dropped == 0
    assert not result.statements[0].citations


def test_a_raised_marker_that_is_half_written_is_held_back() -> None:
    text = "Nvidia investit<sup>3</sup>"
    for end in range(len("Nvidia investit") + 2, len(text)):
        assert cite(text[:end], EVIDENCE).unfinished == "Nvidia investit"


def test_a_marker_in_a_block_of_code_is_code() -> None:
    text = "Voici le programme.[1]\n```python\nx = liste[3]\n```\nIl lit la liste.[5]"
    assert [numbers for body, numbers in cited(text) if "liste[3]" in body] == [[]]
    assert cited(text)[0][1] == [1]
    assert cited(text)[-1][1] == [5]


def test_a_block_of_code_stays_code_across_many_steps() -> None:
    text = "Avant.[1]\n```\n" + "ligne[3] de code, assez longue pour être coupée.\n" * 20 + "```\nAprès tout cela.[5]"
    result = cite(text, EVIDENCE, complete=True)
    assert [[c.number for c in s.citations] for s in result.statements if "ligne" in s.text] == [[]] * 20
    assert [c.number for c in result.statements[-1].citations] == [5]


def test_a_reference_mark_of_the_source_itself_is_part_of_the_quote() -> None:
    assert cited("Elles permettent à OpenAI de publier des modèles ouverts [7]. [4]") == [
        ("Elles permettent à OpenAI de publier des modèles ouverts [7].", [4])
    ]
    assert cite("Elles permettent tout autre chose [7].", EVIDENCE, complete=True).dropped == 1


def test_a_number_in_parentheses_is_a_marker_only_at_the_end_of_a_sentence() -> None:
    assert cited("Nvidia investit beaucoup (2). Microsoft aussi. (2)") == [
        ("Nvidia investit beaucoup.", [2]),
        ("Microsoft aussi.", [2]),
    ]
    assert cited("Il y a (2) raisons à cela.") == [("Il y a (2) raisons à cela.", [])]


def test_markers_stay_with_their_sentence() -> None:
    text = "Nvidia investit [2], dit-on. [1] Amazon reste le fournisseur.[3][4] Rien d’autre ne change"
    assert cited(text) == [
        ("Nvidia investit, dit-on.", [2, 1]),
        ("Amazon reste le fournisseur.", [3, 4]),
        ("Rien d’autre ne change", []),
    ]


def test_a_line_that_opens_with_a_marker_is_cited_by_it() -> None:
    assert cited("[2] Nvidia investit beaucoup.\n[3] Amazon demeure là.") == [
        ("Nvidia investit beaucoup.", [2]),
        ("Amazon demeure là.", [3]),
    ]
    assert cited("[2] Nvidia investit beaucoup. [3] Amazon demeure là.") == [
        ("Nvidia investit beaucoup.", [2]),
        ("Amazon demeure là.", [3]),
    ]
    assert cited("Nvidia investit beaucoup.\n[2]\n\nAmazon demeure là.\n[3]") == [
        ("Nvidia investit beaucoup.", [2]),
        ("Amazon demeure là.", [3]),
    ]


def test_lists_headings_and_emphasis_lose_their_signs() -> None:
    assert cited("## Réponse\n\n- **Nvidia** : 10 [2]\n* Microsoft : 5 [2]\n1. Amazon [3]") == [
        ("Réponse", []),
        ("Nvidia : 10", [2]),
        ("Microsoft : 5", [2]),
        ("1. Amazon", [3]),
    ]


def test_the_number_of_a_list_names_no_other_source() -> None:
    assert cited("1. Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic. [2]")[0][1] == [2]


def test_french_spacing_before_a_sign_survives_a_marker() -> None:
    assert cited("Qui investit [2] ; qui vend [3] ? Personne ne sait.") == [
        ("Qui investit ; qui vend ?", [2, 3]),
        ("Personne ne sait.", []),
    ]


def test_a_citation_is_the_evidence_itself() -> None:
    (statement,) = cite("Cinq de plus.[2]", EVIDENCE, complete=True).statements
    (found,) = statement.citations
    assert found.span == EVIDENCE[1].span
    assert found.quote == ARTICLE.text[found.span.start : found.span.end] == EVIDENCE[1].text
    assert found.title == "Un accord à trois"


def test_the_focus_is_cut_inside_the_quote() -> None:
    (statement,) = cite("Microsoft ajoute 5 milliards.[2]", EVIDENCE, complete=True).statements
    (found,) = statement.citations
    assert found.focus is not None
    assert found.span.contains(found.focus)
    assert ARTICLE.text[found.focus.start : found.focus.end] == "Microsoft ajoute 5 milliards"


@pytest.mark.parametrize(
    ("statement", "source", "part"),
    [
        (
            "It was built in 1901.",
            "Le phare, qui se dresse au nord de la ville, date de 1901 selon le registre.",
            "1901",
        ),
        ("Le maire démissionne.", "Le maire démissionne.", None),
        ("Rien de commun ici.", "Le phare est haut.", None),
        ("Le phare est rouge.", "Selon le registre du port de la ville, un phare se dresse au nord.", None),
        ("", "Le phare est haut.", None),
        ("Le phare", "", None),
    ],
)
def test_what_a_statement_takes_of_its_source(statement: str, source: str, part: str | None) -> None:
    found = focus(statement, source, "fr")
    assert (None if found is None else source[slice(*found)]) == part


def test_the_same_sentence_in_two_passages_is_cited_once() -> None:
    twice = [*EVIDENCE, *(replace(each, number=each.number + 5) for each in EVIDENCE)]
    (statement,) = cite("Nvidia investit.[3][7][2][8]", twice, complete=True).statements
    assert [c.number for c in statement.citations] == [3, 7]


def test_an_unmarked_statement_is_aligned_only_to_a_sentence_that_holds_it() -> None:
    assert cited("Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic.")[0][1] == [2]
    assert cited("Microsoft obtient une extension de ses droits jusqu’en 2032.")[0][1] == [5]
    assert cited("Nvidia investit jusqu’à 12 milliards de dollars dans Anthropic.")[0][1] == []
    assert cited("Anthropic est une entreprise américaine fondée par des chercheurs.")[0][1] == []
    assert cited("C’est vrai.")[0][1] == []
    assert align("", EVIDENCE) is None
    assert align("Nvidia investit dans Anthropic", []) is None


def test_alignment_prefers_the_first_of_equal_sentences() -> None:
    twice = evidence_of(
        Document("a", "Le maire a démissionné lundi soir."), Document("b", "Le maire a démissionné lundi soir.")
    )
    assert (align("Le maire a démissionné lundi.", twice) or twice[1]).number == 1


@pytest.mark.parametrize("tail", ["[", "[1", "[1,", "[1, ", "[Sou", "[3](htt", "【", "【3", "【3†so", "[[3]", "[^"])
def test_a_half_written_marker_is_never_shown(tail: str) -> None:
    text = f"Nvidia investit beaucoup {tail}"
    assert cite(text, EVIDENCE).unfinished == "Nvidia investit beaucoup"
    result = cite(text, EVIDENCE, complete=True)
    assert [s.text for s in result.statements] == ["Nvidia investit beaucoup"]
    assert result.dropped == 1
    assert not result.statements[0].citations


def test_what_is_written_grows_and_what_is_finished_stays() -> None:
    text = (
        "Nvidia investit [2]. Amazon reste le fournisseur principal.[3] La fin n’est pas connue de nous [1, 99]. " * 4
    )
    state = Cited()
    for end in range(len(text) + 1):
        longer = cite(text[:end], EVIDENCE, after=state)
        assert longer.statements[: len(state.statements)] == state.statements
        assert "[" not in longer.unfinished
        state = longer
    assert cite(text, EVIDENCE, complete=True, after=state) == cite(text, EVIDENCE, complete=True)
    assert len(cite(text, EVIDENCE, complete=True).statements) == 12


PIECES = st.lists(
    st.sampled_from(
        ["[1]", "[", "]", "3", "[99]", "[2,", " 4]", ". ", "Nvidia investit", " M. Dupont", "\n", "\n\n", "- ", "« ",
         " »", "```", "`", "【5】", "(2)", "é\u0301", "👩‍🚀", "?", " ", "...", "](",
         "http://x", ")", "10 milliards", "**", "[sic]"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(PIECES, st.lists(st.integers(1, 40), max_size=30))
@example("- . - ", [])
def test_the_outcome_depends_on_the_text_alone_and_every_citation_is_evidence(text: str, sizes: list[int]) -> None:
    state, end = Cited(), 0
    for size in sizes:
        end += size
        longer = cite(text[:end], EVIDENCE, after=state)
        assert longer.statements[: len(state.statements)] == state.statements
        state = longer
    streamed = cite(text, EVIDENCE, complete=True, after=state)
    assert streamed == cite(text, EVIDENCE, complete=True)
    for statement in streamed.statements:
        assert statement.text.strip()
        for each in statement.citations:
            assert each.span in SPANS
            assert each.quote == ARTICLE.text[each.span.start : each.span.end]
            assert each.focus is None or each.span.contains(each.focus)
    assert streamed.unfinished == ""
    assert streamed.dropped >= 0


def test_a_long_answer_is_cited_in_linear_time() -> None:
    text = (
        "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic [2]. Le reste, [99] personne ne le sait. " * 160
    )
    started = time.process_time()
    result = cite(text, EVIDENCE, complete=True)
    assert time.process_time() - started < 3
    assert len(result.statements) == 320
    assert result.dropped == 160


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("Amazon reste le fournisseur [1], [2] and [3].", [1, 2, 3]),
        ("Amazon reste le fournisseur [1], [2], [3], [4].", [1, 2, 3, 4]),
        ("Amazon reste le fournisseur. [1], [2] et [3]", [1, 2, 3]),
        ("Amazon reste le fournisseur [1] ; [2] & [3].", [1, 2, 3]),
        ("Amazon reste le fournisseur [1], [2], and [99].", [3]),
        ("Amazon reste le fournisseur [1] [2]–[3].", [1, 2, 3]),
    ],
)
def test_a_list_of_markers_leaves_nothing_behind(said: str, numbers: list[int]) -> None:
    whole = said + " Et la suite n’est pas connue de nous."
    state = Cited()
    for end in range(len(whole) + 1):
        state = cite(whole[:end], EVIDENCE, after=state)
        if end <= len(said):
            assert re.fullmatch(r"(?:\w[\w ]*\.{0,1})?", state.unfinished), state.unfinished
    first = cite(whole, EVIDENCE, complete=True, after=state)
    assert first == cite(whole, EVIDENCE, complete=True)
    assert first.statements[0].text == "Amazon reste le fournisseur."
    assert [c.number for c in cite(said, EVIDENCE, complete=True).statements[0].citations] == numbers


def test_words_between_two_markers_stay() -> None:
    said = "Nvidia investit [2], et Amazon reste [3] andante [1] et."
    assert cite(said, EVIDENCE, complete=True).statements[0].text == "Nvidia investit, et Amazon reste andante et."


@pytest.mark.parametrize("piece", ["[2]", "[2], ", "a [2] "])
def test_a_model_that_repeats_a_marker_costs_no_square_of_time(piece: str) -> None:
    text = "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic " + piece * (16_000 // len(piece))
    started = time.process_time()
    result = cite(text, EVIDENCE, complete=True)
    assert time.process_time() - started < 2.5
    assert [c.number for c in result.statements[0].citations] == [2]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Il a créé Super Smash Bros. [3].", "Il a créé Super Smash Bros."),
        ("Nvidia investit beaucoup. [2].", "Nvidia investit beaucoup."),
        ("Nvidia investit... [2]", "Nvidia investit..."),
    ],
)
def test_a_marker_between_two_full_stops_leaves_one(said: str, shown: str) -> None:
    assert cited(said)[0][0] == shown


def test_a_source_that_speaks_of_a_statement_is_not_given_up_for_one_that_contradicts_it() -> None:
    text = (
        "Sa construction a coûté 5 millions d'euros. "
        "Le pont de Lorme fut bâti pour durer, et son entretien coûte 7 millions d'euros."
    )
    named = cite(
        "Le pont de Lorme fut bâti pour 5 millions d'euros [1].", evidence_of(Document("a", text)), complete=True
    )
    assert [each.number for each in named.statements[0].citations] == [1]
