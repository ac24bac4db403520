"""Does the confidence know when an answer is right: AUROC, the risk-coverage curve and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auroc(scores: Sequence[float] | Floats, labels: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Give the chance that a true label scores above a false one, ties counting half; NaN with one kind of label."""
    values, kinds = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    positive, negative = int(kinds.sum()), int((~kinds).sum())
    if not positive or not negative:
        return math.nan
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle_ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((middle_ranks[kinds].sum() - positive * (positive + 1) / 2) / (positive * negative))


def risk_coverage(
    confidences: Sequence[float] | Floats, right: Sequence[float] | Floats
) -> tuple[Floats, Floats, Floats]:
    """Give the curve over answers taken in falling confidence: coverage 0..1, risk (share wrong) and threshold.

    Answers of equal confidence come in no order: the curve shows the mean over all orders, so ties cannot be played.
    """
    values, wrong = np.asarray(confidences, dtype=np.float64), 1.0 - np.asarray(right, dtype=np.float64)
    levels, inverse = np.unique(-values, return_inverse=True)
    counts = np.bincount(inverse, minlength=len(levels)).astype(np.float64)
    wrongs = np.bincount(inverse, weights=wrong, minlength=len(levels))
    position = np.arange(1.0, len(values) + 1)
    group = np.repeat(np.arange(len(levels)), counts.astype(int))
    before, errors_before = np.cumsum(counts) - counts, np.cumsum(wrongs) - wrongs
    errors = errors_before[group] + (position - before[group]) * (wrongs / counts)[group]
    return position / max(len(values), 1), errors / position, -levels[group]


def areas(confidences: Sequence[float] | Floats, right: Sequence[float] | Floats) -> tuple[float, float]:
    """Give the area under the risk-coverage curve and its excess over the best order of the same answers.

    Lower is better (Geifman and El-Yaniv 2017; Geifman et al. 2019); the excess is 0 when every right answer comes
    first. NaN for no answer.
    """
    risks = risk_coverage(confidences, right)[1]
    if not len(risks):
        return math.nan, math.nan
    position, wrong = np.arange(1.0, len(risks) + 1), risks[-1] * len(risks)
    best = np.maximum(position - (len(risks) - wrong), 0.0) / position
    return float(risks.mean()), float(risks.mean() - best.mean())


def coverage_at(
    accuracy: float, confidences: Sequence[float] | Floats, right: Sequence[float] | Floats, asked: int
) -> float:
    """Give the largest share of the questions asked that one threshold answers with at least this accuracy.

    A threshold takes all answers of equal confidence or none of them.
    """
    _, risk, threshold = risk_coverage(confidences, right)
    whole = np.append(threshold[1:] != threshold[:-1], True) if len(threshold) else np.array([], dtype=bool)
    enough = np.flatnonzero(whole & (risk <= 1 - accuracy + 1e-12))
    return float(enough[-1] + 1) / asked if len(enough) and asked else 0.0


def best_threshold(
    scores: Sequence[float], no_answer: Sequence[float], answerable: Sequence[bool], empty: Sequence[bool]
) -> tuple[float, float]:
    """Give the best mean score, and the no-answer probability above which to refuse to get it, as SQuAD 2.0 does.

    `scores` is the EM or F1 of each prediction, `empty` whether it was a refusal. Questions are taken from the
    surest answer on; refusing everything is where it starts (Rajpurkar et al. 2018).
    """
    current = best = float(len(answerable) - sum(answerable))
    threshold = 0.0
    for row in sorted(range(len(scores)), key=lambda row: no_answer[row]):
        current += scores[row] if answerable[row] else (0.0 if empty[row] else -1.0)
        if current > best:
            best, threshold = current, no_answer[row]
    return (best / len(scores) if scores else 0.0), threshold
