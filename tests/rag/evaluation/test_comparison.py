"""Two runs side by side, and the gates that judge them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import Document
from rag.answer import Answer
from rag.evaluation import Question, compare, evaluate, judge, parse, read_run
from rag.evaluation.outcome import to_json

Ask = Callable[[str], Answer]
Questions = tuple[Question, ...]
Documents = tuple[Document, ...]


def run_of(scores: list[float], measure: str = "f1") -> dict[str, Any]:
    """Give the form of a run with one measure and one question a document."""
    results = [
        {"id": f"q{n:04}", "cluster": f"d{n}", "question": {"id": n}, "scores": {measure: score}}
        for n, score in enumerate(scores)
    ]
    return {
        "format": 1,
        "card": {"k": 10},
        "complete": True,
        "counts": {"errors": 0},
        "measures": {},
        "results": results,
    }


def saved(path: Path, run: dict[str, Any]) -> Path:
    path.write_text(to_json(run), encoding="utf-8")
    return path


def test_equal_runs_differ_in_nothing(system: Ask, questions: Questions, documents: Documents, tmp_path: Path) -> None:
    evaluate(system, questions, documents=documents, report=tmp_path, name="hand")
    run = evaluate(system, questions, documents=documents, name="hand")
    for one in compare(read_run(tmp_path), run.to_dict()).values():
        assert (one.mean.value, one.mean.low, one.mean.high) == (0, 0, 0)
        assert one.p in (None, 1.0)
        assert (one.gained, one.lost) == ((), ())
        assert one.ties == one.mean.n


def test_one_changed_question_is_listed(system: Ask, questions: Questions, documents: Documents) -> None:
    base = evaluate(system, questions, documents=documents)
    worse = evaluate(lambda q: system(q) if q != questions[2].question else Answer(q), questions, documents=documents)
    found = compare(base.to_dict(), worse.to_dict())
    assert found["f1"].lost == ("q3",)
    assert found["f1"].gained == ()
    assert found["f1"].mean.value == pytest.approx(-1 / 4)
    assert found["refused_answerable"].lost == ("q3",)  # where less is better, more is lost
    assert {name for name, one in found.items() if one.p is not None} >= {"f1", "accuracy", "citation_f1"}


def test_holm_is_paid_for_every_test() -> None:
    base, run = run_of([0.0] * 30), run_of([1.0] * 12 + [0.0] * 18)
    alone = compare(base, run)["f1"].p
    for form in (base, run):
        for result in form["results"]:
            result["scores"]["accuracy"] = result["scores"]["f1"]
    both = compare(base, run)["f1"].p
    assert alone is not None
    assert both == pytest.approx(2 * alone)


@pytest.mark.parametrize("other", [run_of([1.0]), run_of([1.0, 1.0, 1.0])])
def test_unequal_question_sets_cannot_be_paired(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="asked different questions"):
        compare(run_of([1.0, 0.0]), other)


def test_questions_reworded_under_their_id_are_noticed() -> None:
    other = run_of([1.0, 0.0])
    other["results"][0]["question"] = {"id": "another"}
    with pytest.raises(ValueError, match="q0000"):
        compare(run_of([1.0, 0.0]), other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "found Expecting value"),
        ("{", "found Expecting property"),
        ("[]", "found list"),
        ('{"format": 99, "results": []}', "found format 99:"),
        ('{"format": 1}', "found format 1 without results"),
    ],
)
def test_what_is_not_a_run_is_refused(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ValueError, match=f"expected.*{found}"):
        read_run(tmp_path)


def test_a_missing_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_run(tmp_path / "nowhere.json")


def test_a_figure_is_judged_by_its_bound() -> None:
    run = run_of([1.0])
    run["measures"] = {"f1": {"value": 0.85, "low": 0.78, "high": 0.91, "n": 80}}
    assert not judge(parse("f1>=0.80"), run).passed  # the middle would pass
    assert "not shown" in judge(parse("f1>=0.80"), run).reason
    assert "missed" in judge(parse("f1>=0.95"), run).reason
    assert judge(parse("f1>=0.78"), run).passed
    assert not judge(parse("f1>0.78"), run).passed
    assert not judge(parse("f1<=0.90"), run).passed
    assert judge(parse("f1<0.92"), run).passed


def test_an_incomplete_run_passes_no_gate() -> None:
    run = {**run_of([1.0]), "complete": False, "measures": {"f1": {"value": 1, "low": 1, "high": 1, "n": 1}}}
    assert not judge(parse("f1>=0"), run).passed


@pytest.mark.parametrize("text", ["f1", "f1=>3", "f1>=x", "delta f1>=0", "f1>=0.5 vs base.json", "", "f1>=0.5; rm"])
def test_what_is_not_a_gate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a gate"):
        parse(text)


def test_an_unknown_measure_gets_a_suggestion() -> None:
    with pytest.raises(ValueError, match="did you mean citation_f1"):
        parse("citations_f1>=0.5")
    with pytest.raises(ValueError, match="did you mean ndcg@10"):
        parse("ndcg@20>=0.5")
    assert parse("ndcg@20>=0.5", k=20).measure == "ndcg@20"


def test_what_the_set_cannot_measure_does_not_pass() -> None:
    assert not judge(parse("refusal_recall>=0"), run_of([1.0])).passed


def test_a_difference_fails_when_a_loss_is_shown(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    before = (dice.random(500) < 0.8).astype(float)
    base = saved(tmp_path / "base.json", run_of(list(before)))
    gate = parse(f"delta f1>=-0.01 vs {base}")
    assert judge(gate, run_of(list(before))).passed
    lost = before.copy()
    lost[np.flatnonzero(before)[:40]] = 0.0
    outcome = judge(gate, run_of(list(lost)))
    assert not outcome.passed
    assert "-0.08" in outcome.reason


def false_alarms(tmp_path: Path, trials: int, n: int) -> float:
    """Give how often equal systems, whose answers vary by chance, fail a gate that allows no loss."""
    dice, failed = np.random.default_rng(5), 0
    chances = dice.beta(3, 1, n)
    for _ in range(trials):
        before, after = ((dice.random(n) < chances).astype(float) for _ in range(2))
        base = saved(tmp_path / "base.json", run_of(list(before)))
        failed += not judge(parse(f"delta f1>=0 vs {base}"), run_of(list(after))).passed
    return failed / trials


def test_equal_systems_seldom_fail_the_gate(tmp_path: Path) -> None:
    assert false_alarms(tmp_path, 200, 60) <= 0.05


@pytest.mark.soak
def test_equal_systems_seldom_fail_the_gate_at_length(tmp_path: Path) -> None:
    assert false_alarms(tmp_path, 1_000, 200) <= 0.05


def faults(value: object, schema: dict[str, Any], where: str = "run") -> list[str]:
    """Check the part of JSON Schema that ours uses: type, const, enum, pattern, bounds, properties, items."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
    told = schema.get("type", [])
    told = [told] if isinstance(told, str) else told
    if told and not any(value is None if kind == "null" else isinstance(value, kinds[kind]) for kind in told):
        return [f"{where}: {value!r} is not {told}"]
    found = []
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        found.append(f"{where}: {value!r}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{where}: {value!r}")
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where}: {value!r}")
    if isinstance(value, list):
        found += [
            one for at, item in enumerate(value) for one in faults(item, schema.get("items", {}), f"{where}[{at}]")
        ]
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        found += [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            inner = known.get(name, more)
            found += [f"{where}: {name} is unknown"] if inner is False else faults(item, inner or {}, f"{where}.{name}")
    return found


def test_the_form_of_a_run_fits_its_schema(system: Ask, questions: Questions, documents: Documents) -> None:
    form = json.loads(to_json(evaluate(system, questions, documents=documents).to_dict()))
    schema = json.loads((resources.files("rag.evaluation") / "run.schema.json").read_text("utf-8"))
    assert faults(form, schema) == []
    assert faults({**form, "curve": [[0.1, 2]], "extra": 1, "format": 2}, schema) != []
    assert form["results"][0]["scores"]["citation_recall"] == 1.0
    assert "receipt" not in form["results"][0]["answer"]
