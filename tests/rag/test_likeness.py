"""Words meet their paraphrase and their translation, by the shipped embedder."""

from __future__ import annotations

import numpy as np

from rag.likeness import alike, best_matches, content_words, weights


def test_content_words_are_each_once_and_without_function_words() -> None:
    assert content_words("Combien Nvidia investit-il, et combien Nvidia paie-t-il ?") == ["nvidia", "investit", "paie"]


def test_each_word_takes_its_nearest() -> None:
    found = best_matches("Who invests billions?", ["Nvidia investit dix milliards.", "Il pleut.", ""])
    assert found.shape == (2, 3) and found.min() >= 0 and found.max() <= 1
    assert (found[:, 0] > found[:, 1]).all() and not found[:, 2].any()


def test_the_same_word_is_one_whatever_its_accents() -> None:
    assert best_matches("ENERGIE", ["l’énergie"])[0, 0] == 1


def test_nothing_to_compare() -> None:
    assert best_matches("", ["un texte"]).shape == (0, 1)
    assert best_matches("une question", []).shape == (1, 0)


def test_rare_words_weigh_more_and_weights_sum_to_one() -> None:
    found = weights(np.array([[1, 1, 1, 1], [1, 0, 0, 0]], np.float32))
    assert found[1] > found[0] and np.isclose(found.sum(), 1)


def test_alike_crosses_languages() -> None:
    assert alike("members", ["membres"]) and alike("Année", ["annee"]) and not alike("members", [])
    assert not alike("members", ["chocolat"])
