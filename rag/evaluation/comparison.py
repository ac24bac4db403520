"""Two runs side by side, question by question: differences with intervals, tests, and who won where."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.evaluation.measures import definitions
from rag.evaluation.outcome import FORMAT
from rag.evaluation.statistics import (
    Measurement,
    by_cluster,
    detectable,
    holm,
    mean_change,
    permutation_p,
    standard_error,
)

TESTED = ("ndcg", "span_ndcg", "f1", "accuracy", "citation_f1", "supported_rate")
"""The measures that are tested, one a subject: Holm's price is paid for each test, so asking of all shows nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a run's measure differs from a base run's, over the questions that both have.

    `mean` is run minus base with its 95 % interval; `p` of a paired permutation test, adjusted by Holm over the tested
    measures, is None for the others; `detectable` is the smallest true difference this set shows four times in five.
    The questions are listed as gained, lost, and counted as tied.
    """

    measure: str
    base: float
    run: float
    mean: Measurement
    p: float | None
    detectable: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    ties: int


def read_run(path: str | Path) -> dict[str, Any]:
    """Read a `run.json`. Raises FileNotFoundError, or ValueError for a file that is not one of this version."""
    path = Path(path)
    if path.is_dir():
        path = path / "run.json"
    if not path.exists():
        raise FileNotFoundError(f"no run at {path}: expected the run.json of a report")
    try:
        form = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected the run.json of a report, found {error}") from error
    if not isinstance(form, dict) or form.get("format") != FORMAT or "results" not in form:
        found = f"format {form.get('format')!r}" if isinstance(form, dict) else type(form).__name__
        lacking = "" if not isinstance(form, dict) or "results" in form else " without results"
        raise ValueError(f"{path}: expected a run of format {FORMAT}, found {found}{lacking}: evaluate it again")
    return form


def compare(
    base: Mapping[str, Any], run: Mapping[str, Any], seed: int = 0, *, tested: Collection[str] = TESTED
) -> dict[str, Difference]:
    """Give the difference of every measure that both runs have, by name; runs as `Evaluation.to_dict` gives them.

    `tested` names the measures, without their cutoffs, that get a p value.

    Raises ValueError when the two did not ask the same questions: unequal sets cannot be paired.
    """
    ours, theirs = ({result["id"]: result for result in form["results"]} for form in (run, base))
    if set(ours) != set(theirs):
        odd = sorted(set(ours) ^ set(theirs))
        raise ValueError(
            f"the two runs asked different questions: {len(odd)} ids are in one alone, such as {', '.join(odd[:3])}"
        )
    changed = [id_ for id_ in sorted(ours) if ours[id_]["question"] != theirs[id_]["question"]]
    if changed:
        raise ValueError(f"the two runs disagree on {len(changed)} questions of the same id, such as {changed[0]}")
    return paired(base, run, seed, tested=tested)


def paired(
    base: Mapping[str, Any], run: Mapping[str, Any], seed: int = 0, *, tested: Collection[str] = TESTED
) -> dict[str, Difference]:
    """Give what `compare` gives, for runs whose questions of one id may be worded differently."""
    ours, theirs = ({result["id"]: result for result in form["results"]} for form in (run, base))
    found: dict[str, Difference] = {}
    raw: dict[str, float] = {}
    for measure, definition in definitions(int(run["card"].get("k", 10))).items():
        both = [id_ for id_ in sorted(ours) if measure in ours[id_]["scores"] and measure in theirs[id_]["scores"]]
        if both:
            scores = [(_score(theirs[i], measure), _score(ours[i], measure)) for i in both]
            clusters = [ours[id_]["cluster"] for id_ in both]
            found[measure] = _difference(measure, definition.worst, both, scores, clusters)
            if measure.partition("@")[0] in tested:
                sums, _ = by_cluster([new - old for old, new in scores], clusters)
                raw[measure] = permutation_p(sums.round(9), seed)
    adjusted = holm(raw)
    return {name: replace(one, p=adjusted.get(name)) for name, one in found.items()}


def _score(result: Mapping[str, Any], measure: str) -> float:
    # A run from memory against one from a file: both as a file has them, or rounding would win and lose questions.
    return round(float(result["scores"][measure]), 6)


def _difference(
    measure: str, worst: float, ids: list[str], scores: list[tuple[float, float]], clusters: list[str]
) -> Difference:
    changes = [round(new - old, 9) for old, new in scores]
    better = {id_: (-change if worst else change) for id_, change in zip(ids, changes, strict=True)}
    gained = tuple(id_ for id_ in ids if better[id_] > 0)
    lost = tuple(id_ for id_ in ids if better[id_] < 0)
    error = standard_error(*by_cluster(changes, clusters))
    return Difference(
        measure,
        sum(old for old, _ in scores) / len(scores),
        sum(new for _, new in scores) / len(scores),
        mean_change(changes, clusters),
        None,
        detectable(error, len(ids)),
        gained,
        lost,
        len(ids) - len(gained) - len(lost),
    )
