from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import count, encoding

FRENCH = "L’eau de l'été n’est pas chère : 1 234,50 € jusqu’à aujourd’hui, dit-elle. " * 20


def test_counts_are_pinned() -> None:
    assert count("") == 0
    assert count("Le ministre a annoncé la création d’un nouveau programme.") == 11
    assert count("The minister announced the creation of a new program.") == 10


def test_an_elided_word_is_two_tokens() -> None:
    pieces = [encoding().decode([token]) for token in encoding().encode_ordinary("l’eau et l'eau")]
    assert pieces == ["l’", "eau", " et", " l'", "eau"]


@given(st.text())
def test_every_text_comes_back_whole(text: str) -> None:
    assert encoding().decode(encoding().encode_ordinary(text)) == text
    assert count(text) <= len(text.encode())


def test_names_of_special_tokens_are_plain_text() -> None:
    assert count("<|endoftext|>") > 1
    assert encoding().decode(encoding().encode_ordinary("<|endoftext|>")) == "<|endoftext|>"


def test_a_lone_surrogate_is_counted() -> None:
    assert count("a\ud800b") > count("ab")


@pytest.mark.parametrize("unit", ["a", " ", "\n", "9", "-", "漢", "e\u0301", "👩‍👩‍👧", " \n", "\ud800"])
def test_a_text_without_words_costs_no_more_than_prose(unit: str) -> None:
    start = time.perf_counter()
    assert count(unit * (300_000 // len(unit))) > 0
    assert time.perf_counter() - start < 3


def test_french_and_english_need_few_tokens() -> None:
    assert len(FRENCH) / count(FRENCH) > 2.5


def test_opening_reads_only_the_shipped_file() -> None:
    """No network module is imported and no special token is known."""
    script = (
        "import sys; from index.tokens import count, encoding; count('é');"
        "assert not {'requests', 'torch', 'tiktoken.load'} & set(sys.modules), sorted(sys.modules);"
        "assert not encoding().special_tokens_set"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
