"""Intervals and tests against closed forms, scipy, exact enumeration and simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from rag.evaluation.statistics import (
    bootstrap,
    by_cluster,
    detectable,
    holm,
    permutation_p,
    standard_error,
    summarise,
    wilson,
)


@pytest.mark.parametrize(("right", "n"), [(0, 10), (1, 10), (9, 10), (10, 10), (50, 200), (999, 1000)])
def test_wilson_is_scipys(right: int, n: int) -> None:
    theirs = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_zeros_and_ones_get_wilson_and_other_values_the_bootstrap() -> None:
    names = [str(n) for n in range(60)]
    assert summarise([1.0] * 40 + [0.0] * 20, names).method == "wilson"
    dice = np.random.default_rng(0)
    values = dice.beta(2, 1, 60)
    found = summarise([float(v) for v in values], names)
    theirs = stats.bootstrap((values,), np.mean, rng=np.random.default_rng(1), n_resamples=9_999).confidence_interval
    assert found.method == "bca"
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_order_does_not_matter() -> None:
    dice = np.random.default_rng(2)
    values, clusters = [float(v) for v in dice.random(80)], [f"d{n % 20}" for n in range(80)]
    order = dice.permutation(80)
    assert summarise(values, clusters) == summarise([values[n] for n in order], [clusters[n] for n in order])


def test_alike_questions_on_one_document_widen_the_interval() -> None:
    values = [float(n % 2) for n in range(20) for _ in range(10)]
    alone = summarise(values, [str(n) for n in range(200)])
    together = summarise(values, [f"d{n // 10}" for n in range(200)])
    assert together.value == alone.value == 0.5
    assert together.high - together.low > 2.5 * (alone.high - alone.low)


def test_one_document_alone_counts_its_questions_as_independent() -> None:
    values = [1.0, 0.0, 1.0, 1.0]
    assert summarise(values, ["d"] * 4) == summarise(values, list("abcd"))


@pytest.mark.parametrize("values", [[0.5], [0.5] * 30, [1.0], [0.0] * 9])
def test_equal_values_give_a_finite_interval(values: list[float]) -> None:
    found = summarise(values, [str(n) for n in range(len(values))])
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        summarise([], [])


def test_permutation_is_the_exact_one_on_few_pairs() -> None:
    differences = np.array([0.4, -0.1, 0.3, 0.2, 0.5, 0.1])
    totals = [abs(float(np.dot(signs, differences))) for signs in itertools.product((1, -1), repeat=6)]
    exact = sum(total >= abs(differences.sum()) - 1e-12 for total in totals) / len(totals)
    assert permutation_p(differences) == pytest.approx(exact)
    assert permutation_p(np.zeros(6)) == 1.0


def test_holm_by_hand() -> None:
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({}) == {}


def test_the_detectable_difference_is_found_in_four_runs_of_five() -> None:
    dice, n, spread = np.random.default_rng(4), 500, 0.25
    smallest = detectable(spread / math.sqrt(n), n)
    found = sum(stats.ttest_1samp(dice.normal(smallest, spread, n), 0).pvalue < 0.05 for _ in range(400)) / 400
    assert 0.74 <= found <= 0.86
    assert smallest < 0.05  # so five points are shown on 500 questions


def test_the_bootstrap_of_any_statistic_draws_whole_clusters() -> None:
    clusters = [f"d{n // 5}" for n in range(100)]
    values = np.repeat(np.arange(20.0), 5)
    ((low, high),) = bootstrap(lambda rows: np.array([values[rows].mean()]), clusters, seed=0)
    error = standard_error(*by_cluster([float(v) for v in values], clusters))
    assert (low, high) == pytest.approx((9.5 - 1.96 * error, 9.5 + 1.96 * error), abs=0.5)


def covered(kind: str, n: int, share: float, trials: int, seed: int) -> float:
    """Give how often the interval holds the truth: questions alone, or in documents that differ in difficulty."""
    dice, hits = np.random.default_rng(seed), 0
    clusters = [str(at if kind == "alone" else at // 5) for at in range(n)]
    for _ in range(trials):
        easy = np.repeat(dice.beta(4 * share, 4 * (1 - share), n // 5), 5)
        chance = share if kind == "alone" else easy
        draws = (dice.random(n) < chance).astype(float)
        found = summarise([float(v) for v in draws], clusters)
        hits += found.low <= share <= found.high
    return hits / trials


@pytest.mark.parametrize(("kind", "n"), [("alone", 200), ("in documents", 200)])
def test_intervals_hold_the_truth(kind: str, n: int) -> None:
    assert 0.925 <= covered(kind, n, 0.8, 500, seed=1) <= 0.985


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["alone", "in documents"])
@pytest.mark.parametrize("n", [50, 200, 1000])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_intervals_hold_the_truth_at_length(kind: str, n: int, share: float) -> None:
    # Near 1 few sets have an error at all, so no interval can be right in exactly 95 of 100.
    lowest = 0.93 if share < 0.99 and (kind == "alone" or n >= 200) else 0.88
    assert lowest <= covered(kind, n, share, 2_000, seed=n) <= 1.0


@pytest.mark.soak
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_bootstrap_intervals_hold_the_truth_at_length(n: int) -> None:
    dice, hits = np.random.default_rng(n), 0
    for _ in range(500):
        effect = np.repeat(dice.normal(0, 0.1, n // 5), 5)
        values = np.clip(0.6 + effect + dice.normal(0, 0.1, n), 0.0, 1.2)
        found = summarise([float(v) for v in values], [str(at // 5) for at in range(n)])
        hits += found.low <= 0.6 <= found.high
    assert 0.92 <= hits / 500 <= 0.98
