"""Gates: is a run good enough to release? An interval's bound answers, not the figure in its middle."""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.evaluation.comparison import compare, read_run
from rag.evaluation.measures import definitions
from rag.evaluation.overall import TITLES

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
UNMEASURED = "not shown: no question of this set measures it"
GATE = re.compile(
    r"\s*(?P<delta>delta\s+)?(?P<measure>[a-z0-9_@]+)\s*(?P<operator>>=|<=|>|<)\s*(?P<limit>[-+]?\d*\.?\d+)"
    r"(?:\s+vs\s+(?P<base>.+?))?\s*"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, as `parse` reads it: `base` is the run a difference is taken to, "" for a figure by itself."""

    text: str
    measure: str
    operator: str
    limit: float
    base: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a gate said: whether the run passed, and why in one sentence."""

    gate: str
    passed: bool
    reason: str


def parse(text: str, k: int = 10) -> Gate:
    """Read "citation_f1>=0.80" or "delta f1>=-0.01 vs base.json".

    Raises ValueError for anything else, and for a measure that there is none of at cutoff k.
    """
    match = GATE.fullmatch(text)
    if match is None or bool(match["delta"]) != bool(match["base"]):
        raise ValueError(f'expected a gate like "citation_f1>=0.80" or "delta f1>=-0.01 vs base.json", found {text!r}')
    known = [*definitions(k), *(() if match["delta"] else TITLES)]
    if match["measure"] not in known:
        near = difflib.get_close_matches(match["measure"], known, 3, 0.5)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"the gate {text.strip()!r} asks for {match['measure']!r}, which is no measure: {meant}")
    return Gate(text.strip(), match["measure"], match["operator"], float(match["limit"]), match["base"] or "")


def judge(gate: Gate, run: Mapping[str, Any]) -> Outcome:
    """Judge a run, as `Evaluation.to_dict` gives it, by one gate.

    A figure passes when the whole of its 95 % interval does: it must be shown to be good. A difference fails when the
    whole of its interval does: a loss must be shown, so that a run against its equal seldom fails (at most 1 in 40);
    the reason then says how large a loss the set could have shown. An incomplete run passes nothing.

    Raises FileNotFoundError and ValueError for a base that can't be read or compared.
    """
    if not run["complete"]:
        return Outcome(gate.text, False, f"the run is incomplete: {run['counts']['errors']} questions failed")
    if gate.base:
        return _judge_difference(gate, run)
    if gate.measure not in run["measures"]:
        return Outcome(gate.text, False, UNMEASURED)
    measured = run["measures"][gate.measure]
    holds, upward = OPERATORS[gate.operator], gate.operator.startswith(">")
    bound = measured["low"] if upward else measured["high"]
    passed = bool(holds(bound, gate.limit))
    interval = f"{measured['value']:.4f} [{measured['low']:.4f}, {measured['high']:.4f}], n={measured['n']}"
    missed = "" if passed else "not shown: " if holds(measured["value"], gate.limit) else "missed: "
    return Outcome(gate.text, passed, f"{missed}{interval}; the {'lower' if upward else 'upper'} bound counts")


def _judge_difference(gate: Gate, run: Mapping[str, Any]) -> Outcome:
    differences = compare(read_run(gate.base), run, tested=())
    if gate.measure not in differences:
        return Outcome(gate.text, False, UNMEASURED)
    found = differences[gate.measure]
    upward = gate.operator.startswith(">")
    passed = bool(OPERATORS[gate.operator](found.mean.high if upward else found.mean.low, gate.limit))
    interval = f"{found.mean.value:+.4f} [{found.mean.low:+.4f}, {found.mean.high:+.4f}], n={found.mean.n}"
    shown = f"this set shows differences of {found.detectable:.3f} and more"
    return Outcome(gate.text, passed, f"{interval}; {shown if passed else 'the whole interval misses'}")
