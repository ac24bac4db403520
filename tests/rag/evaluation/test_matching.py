"""The French rules on a table, their laws on random text, and the official English rules against recorded figures."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.evaluation.matching import contains, exact_match, f1, normalise, official, trigram_recall

DATA = Path(__file__).parent / "data"
PAIRS = [line.split("\t") for line in (DATA / "french_pairs.tsv").read_text(encoding="utf-8").splitlines()]
ANSWERS = st.text(
    st.one_of(st.characters(), st.sampled_from("lLdDaAeEœŒéÉ'’-−.,  \u202f«»\u030103579%€°")), max_size=30
)
french = partial(normalise, language="fr")


def test_the_table_is_large_and_has_both_kinds() -> None:
    kinds = [kind for _, _, kind in PAIRS]
    assert len(PAIRS) >= 200
    assert kinds.count("same") > 50
    assert kinds.count("different") > 40


@pytest.mark.parametrize(("left", "right", "kind"), PAIRS, ids=lambda text: repr(text)[:30])
def test_french_pairs(left: str, right: str, kind: str) -> None:
    assert (normalise(left, "fr") == normalise(right, "fr")) == (kind == "same")
    assert exact_match(left, [right], french) == exact_match(right, [left], french) == float(kind == "same")


@settings(max_examples=200)
@given(ANSWERS, st.sampled_from(["fr", "en"]))
def test_normalising_twice_changes_nothing_and_empties_nothing(text: str, language: str) -> None:
    once = normalise(text, language)
    assert normalise(once, language) == once
    assert bool(once) == bool(text.strip(" \t\n\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")) or not once.strip()


@settings(max_examples=150)
@given(ANSWERS, ANSWERS)
def test_f1_is_symmetric_and_one_for_equals(left: str, right: str) -> None:
    forward, back = f1(left, [right], french), f1(right, [left], french)
    assert forward == pytest.approx(back)
    assert 0.0 <= forward <= 1.0
    assert exact_match(left, [right], french) <= forward
    assert f1(left, [left], french) == 1.0


def test_where_the_official_rules_fail_in_french_ours_do_not() -> None:
    for prediction, gold, right in (
        ("l’article 12", "article 12", 1.0),
        ("d’Alembert", "Alembert", 1.0),
        ("cœur", "coeur", 1.0),
        ("3.5", "35", 0.0),
    ):
        assert f1(prediction, [gold], french) == right
        assert f1(prediction, [gold]) != right


def test_official_figures_are_those_of_transformers() -> None:
    recorded = json.loads((DATA / "squad_oracle.json").read_text(encoding="utf-8"))
    assert len(recorded["items"]) >= 300
    for item in recorded["items"]:
        assert exact_match(item["prediction"], item["golds"]) == item["exact"], item
        assert f1(item["prediction"], item["golds"]) == item["f1"], item  # to the last digit
    assert 0 < sum(item["exact"] for item in recorded["items"]) < len(recorded["items"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The  Cat, a dog!", "cat dog"), ("l’article 12", "l’article 12"), ("3.5", "35"), ("", ""), ("An", "")],
)
def test_official_rules(text: str, expected: str) -> None:
    assert official(text) == expected


def test_english_numbers_keep_their_value() -> None:
    english = partial(normalise, language="en")
    assert english("The 30,000 dollars") == "30000 dollars"
    assert english("3.5") != english("35")


def test_contains_wants_whole_words_in_order() -> None:
    assert contains("Il fut bâti en 1849, dit-on.", ["1849"], "fr")
    assert not contains("Il fut bâti en 18490.", ["1849"], "fr")
    assert not contains("deux cents", ["cents deux"], "fr")
    assert not contains("rien", [], "fr")


def test_trigram_recall_by_hand() -> None:
    assert trigram_recall("abcd", ["abcx"], "fr") == 0.5  # abc of abc, bcx
    assert trigram_recall("ab", ["ab"], "fr") == 1.0
    assert trigram_recall("", ["abc"], "fr") == 0.0
