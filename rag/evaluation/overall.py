"""The measures that only a whole test set has: refusal F1, AUROC, AURC, coverage at 90 % accuracy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.evaluation import selective
from rag.evaluation.outcome import Result
from rag.evaluation.statistics import Measurement, bootstrap, wilson

SURE = 2.0
"""The confidence of a failure: above every real one, so that failing can never look cautious."""

TITLES = {
    "refusal_f1": "F1 of refusing the unanswerable questions",
    "auroc_answerable": "Chance that an answerable question gets more confidence than an unanswerable one",
    "auroc_right": "Chance that a right answer gets more confidence than a wrong one",
    "aurc": "Area under the risk-coverage curve",
    "excess_aurc": "... above that of the best order of the same answers",
    "coverage_at_90": "Share of all questions that one confidence threshold answers 90 % right",
}
LOWER_IS_BETTER = ("aurc", "excess_aurc")


@dataclass(frozen=True, slots=True)
class _Columns:
    confidence: NDArray[np.float64]
    right: NDArray[np.float64]
    judged: NDArray[np.bool_]
    answerable: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    failed: NDArray[np.bool_]


def overall(results: Sequence[Result], seed: int = 0) -> dict[str, Measurement]:
    """Give the measures by name, with percentile intervals of a bootstrap over whole clusters.

    A failure is taken as a wrong answer given with full confidence. A measure that is undefined for this set, such as
    an AUROC without a wrong answer, is left out.
    """
    columns = _columns(results)

    def statistics(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.array(_statistics(columns, rows))

    values = statistics(np.arange(len(results)))
    bounds = bootstrap(statistics, [result.question.cluster for result in results], seed)
    found = {}
    for name, value, (low, high) in zip(TITLES, (float(value) for value in values), bounds, strict=True):
        if value in (0.0, 1.0) and low == high:  # no draw differs at the edge of the scale, yet it is not certain
            found[name] = Measurement(value, *wilson(value, len(results)), len(results), "wilson")
        elif not math.isnan(value):
            found[name] = Measurement(value, min(low, value), max(high, value), len(results), "percentile")
    return found


def curve(results: Sequence[Result], points: int = 200) -> tuple[tuple[float, float, float], ...]:
    """Give the risk-coverage curve as (share of all questions answered, share of these wrong, confidence threshold)."""
    columns = _columns(results)
    rows = np.flatnonzero(columns.judged)
    if not len(rows):
        return ()
    coverage, risk, threshold = selective.risk_coverage(columns.confidence[rows], columns.right[rows])
    share = len(rows) / len(results)
    kept = sorted({round(at) for at in np.linspace(0, len(rows) - 1, min(len(rows), points))})
    return tuple((float(coverage[at]) * share, float(risk[at]), min(float(threshold[at]), 1.0)) for at in kept)


def _columns(results: Sequence[Result]) -> _Columns:
    right = np.array([result.scores.get("accuracy", math.nan) for result in results])
    failed = np.array([result.answer is None for result in results])
    refused = np.array([result.answer is not None and not result.answer.found for result in results])
    return _Columns(
        confidence=np.array([SURE if result.answer is None else result.answer.confidence for result in results]),
        right=np.nan_to_num(right),
        judged=~refused & ~np.isnan(right),
        answerable=np.array([result.question.answerable for result in results]),
        refused=refused,
        failed=failed,
    )


def _statistics(columns: _Columns, rows: NDArray[np.intp]) -> tuple[float, ...]:
    answerable, refused, failed = columns.answerable[rows], columns.refused[rows], columns.failed[rows]
    # A failed question counts against both kinds of refusal, whatever it should have been.
    due = int((~answerable).sum())
    wanted = due + int(refused.sum()) + int((failed & answerable).sum())
    refusal_f1 = 2 * int((~answerable & refused).sum()) / wanted if due else math.nan
    ranked = np.where(failed & answerable, -1.0, columns.confidence[rows])
    judged = rows[columns.judged[rows]]
    confidence, right = columns.confidence[judged], columns.right[judged]
    return (
        refusal_f1,
        selective.auroc(ranked, answerable),
        selective.auroc(confidence, right == 1),
        *selective.areas(confidence, right),
        selective.coverage_at(0.9, confidence, right, len(rows)) if len(judged) else math.nan,
    )
