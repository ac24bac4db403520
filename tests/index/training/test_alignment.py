import numpy as np
import pytest

from index.training.alignment import translations

FRENCH = ["le chat dort", "le chien dort", "le chat mange", "un chien mange", "le roi mange", "un roi dort"]
ENGLISH = [
    "the cat sleeps",
    "the dog sleeps",
    "the cat eats",
    "a dog eats",
    "the king eats",
    "a king sleeps",
]


def test_words_find_their_translations() -> None:
    table = translations([line.split() for line in FRENCH], [line.split() for line in ENGLISH], rounds=20)
    best: dict[str, tuple[float, str]] = {}
    for left, right, forth in zip(table.left, table.right, table.forth, strict=True):
        best[left] = max(best.get(left, (0.0, "")), (float(forth), right))
    assert {word: found for word, (_, found) in best.items()} == {
        "le": "the", "un": "a", "chat": "cat", "chien": "dog", "roi": "king", "dort": "sleeps", "mange": "eats",
    }  # fmt: skip
    assert (table.together >= 2).all()


def test_probabilities_of_what_a_word_may_be_sum_to_one_at_most() -> None:
    table = translations([line.split() for line in FRENCH], [line.split() for line in ENGLISH], least=0.0)
    for word in set(table.left):
        rows = [number for number, left in enumerate(table.left) if left == word]
        assert 0 < table.forth[rows].sum() <= 1.0001
    for word in set(table.right):
        rows = [number for number, right in enumerate(table.right) if right == word]
        assert 0 < table.back[rows].sum() <= 1.0001


def test_one_round_worked_out_by_hand() -> None:
    table = translations([["a"], ["a"]], [["x"], ["x"]], rounds=1, least=0.0)
    share = (1 / 2000) / (1 / 2000 + 1e-4)
    assert table.forth == pytest.approx(np.array([2 * share / (2 * share + 0.5)]), rel=1e-4)
    assert (table.left, table.right, table.together.tolist()) == (["a"], ["x"], [2])


def test_what_was_seen_once_is_not_kept() -> None:
    table = translations([["a", "b"], ["a"]], [["x"], ["x"]], least=0.0)
    assert set(table.left) == {"a"}


def test_a_sentence_without_words_teaches_nothing() -> None:
    table = translations([["a"], [], ["a"], ["b"]], [["x"], ["y"], ["x"], []], least=0.0)
    assert (table.left, table.right) == (["a"], ["x"])
