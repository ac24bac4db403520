"""The confidence's measures against closed forms and plain loops."""

from __future__ import annotations

import math
import random
from itertools import permutations

import numpy as np
import pytest

from rag.evaluation.selective import areas, auroc, best_threshold, coverage_at, risk_coverage


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    dice = random.Random(1)
    for _ in range(50):
        scores = [dice.choice([0.1, 0.2, 0.3, dice.random()]) for _ in range(20)]
        labels = [dice.random() < 0.5 for _ in scores]
        pairs = [(s > t) + 0.5 * (s == t) for s, a in zip(scores, labels, strict=True) if a
                 for t, b in zip(scores, labels, strict=True) if not b]  # fmt: skip
        expected = sum(pairs) / len(pairs) if pairs else math.nan
        assert auroc(scores, labels) == pytest.approx(expected, nan_ok=True)


def test_perfect_inverted_and_tied_confidence_have_closed_forms() -> None:
    n, right = 10, [1.0] * 6 + [0.0] * 4
    perfect = [1 - at / 100 for at in range(n)]
    best = sum((at - 6) / at for at in range(7, 11)) / n
    assert areas(perfect, right) == pytest.approx((best, 0.0))
    inverted = sum(min(4, at) / at for at in range(1, 11)) / n
    assert areas([-c for c in perfect], right) == pytest.approx((inverted, inverted - best))
    assert areas([0.5] * n, right) == pytest.approx((0.4, 0.4 - best))


def test_tied_answers_count_as_the_mean_over_their_orders() -> None:
    confidence, right = [0.9, 0.5, 0.5, 0.5, 0.1], [1.0, 1.0, 0.0, 0.0, 1.0]
    over_orders = []
    for order in permutations([1, 2, 3]):
        sequence = [0, *order, 4]
        wrong = np.cumsum([1 - right[at] for at in sequence])
        over_orders.append(wrong / np.arange(1, 6))
    _, risk, threshold = risk_coverage(confidence, right)
    assert list(risk) == pytest.approx(list(np.mean(over_orders, axis=0)))
    assert list(threshold) == [0.9, 0.5, 0.5, 0.5, 0.1]
    shuffled = [3, 0, 4, 1, 2]
    again = areas([confidence[at] for at in shuffled], [right[at] for at in shuffled])
    assert again == pytest.approx(areas(confidence, right))


def test_coverage_at_an_accuracy_takes_ties_whole() -> None:
    confidence, right = [0.9, 0.8, 0.5, 0.5], [1.0, 1.0, 1.0, 0.0]
    assert coverage_at(0.9, confidence, right, asked=8) == 2 / 8
    assert coverage_at(0.75, confidence, right, asked=8) == 4 / 8
    assert coverage_at(0.9, [0.9], [0.0], asked=1) == 0.0
    assert coverage_at(0.9, [], [], asked=5) == 0.0


def test_nothing_answered_has_no_area() -> None:
    assert all(math.isnan(area) for area in areas([], []))


def test_best_threshold_by_hand() -> None:
    # In the order of rising no-answer probability: right, wrong on an unanswerable one, right, refused.
    best, threshold = best_threshold(
        [1, 0, 0.5, 1], [0.1, 0.2, 0.3, 0.9], [True, False, True, False], [False, False, False, True]
    )
    assert (best, threshold) == ((2 + 1) / 4, 0.1)
    assert best_threshold([], [], [], []) == (0.0, 0.0)
