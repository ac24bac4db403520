"""The tables of a report as HTML, every text in them escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from rag.evaluation.comparison import Difference
from rag.evaluation.gate import Outcome
from rag.evaluation.measures import definitions
from rag.evaluation.outcome import Evaluation
from rag.evaluation.overall import LOWER_IS_BETTER, TITLES

LISTED = 8
"""How many of the questions that a run lost against its base are named."""


def gates_table(outcomes: Sequence[Outcome]) -> str:
    """Give the gates, whether each was passed and why; "" without gates."""
    rows = [
        f'<td class="{"good" if one.passed else "bad"}">{"✓ passed" if one.passed else "✗ failed"}</td>'
        + _cells([one.gate, one.reason])
        for one in outcomes
    ]
    return _section("Gates", _table(["", "gate", "why"], rows)) if rows else ""


def differences_table(differences: Mapping[str, Difference]) -> str:
    """Give what changed against the base run, measure by measure; "" when there is none."""
    rows = []
    for one in differences.values():
        change = f"{one.mean.value:+.3f} [{one.mean.low:+.3f}, {one.mean.high:+.3f}]"
        p = "" if one.p is None else f"{one.p:.4f}"
        record = f"{len(one.gained)} / {one.ties} / {len(one.lost)}"
        lost = ", ".join(one.lost[:LISTED]) + (" …" if len(one.lost) > LISTED else "")
        figures = [f"{one.base:.3f}", f"{one.run:.3f}", change, p, f"{one.detectable:.3f}", record]
        rows.append(_cells([one.measure]) + _cells(figures, "figure") + _cells([lost], "what"))
    head = [
        "measure",
        "base",
        "this run",
        "difference",
        "p (Holm)",
        "detectable",
        "won / tied / lost",
        "lost questions",
    ]
    return _section("Compared with the base run", _table(head, rows, range(1, 7))) if rows else ""


def measures_table(evaluation: Evaluation) -> str:
    """Give every measure with its interval, by family."""
    told = definitions(int(str(evaluation.card.get("k", 10))))
    rows, family = [], ""
    for name, m in evaluation.measures.items():
        now = told[name].family if name in told else "the whole set"
        if now != family:
            rows.append(f'<th colspan="5" scope="rowgroup" class="family">{escape(now)}</th>')
            family = now
        less = name in LOWER_IS_BETTER or (name in told and told[name].worst)
        figures = [f"{m.value:.3f}", f"{m.low:.3f} to {m.high:.3f}", str(m.n)]
        title = told[name].title if name in told else TITLES.get(name, "")
        rows.append(_cells([name + (" ↓" if less else "")]) + _cells(figures, "figure") + _cells([title], "what"))
    return _table(["measure", "value", "95 % interval", "n", "↓ means that less is better"], rows, range(1, 4))


def card_table(evaluation: Evaluation) -> str:
    """Give the run card, and the times that stand apart from it."""
    timings = {name: value for name, value in evaluation.timings.items() if name != "seconds"}
    rows = []
    for name, value in {**evaluation.card, **timings}.items():
        shown = "; ".join(f"{key} {item}" for key, item in value.items()) if isinstance(value, Mapping) else str(value)
        rows.append(f'<th scope="row">{escape(name)}</th>' + _cells([shown]))
    return _table([], rows)


def _section(title: str, table: str) -> str:
    label = escape(title)
    return (
        f'<section><h2>{label}</h2><div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f"{table}</div></section>"
    )


def _table(head: Sequence[str], rows: Iterable[str], figures: range = range(0)) -> str:
    names = "".join(
        f'<th scope="col"{" class=figure" if number in figures else ""}>{escape(name)}</th>'
        for number, name in enumerate(head)
    )
    return f"<table>{f'<tr>{names}</tr>' if head else ''}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cells(texts: Iterable[str], kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return "".join(f"<td{mark}>{escape(text)}</td>" for text in texts)
