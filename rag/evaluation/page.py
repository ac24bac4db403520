"""Evaluation -> one HTML page that needs nothing else: no network, no other file, and nothing in it can run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources

from rag.evaluation.comparison import Difference
from rag.evaluation.gate import Outcome
from rag.evaluation.listing import listing
from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.plots import Bar, bars, curve
from rag.evaluation.statistics import summarise
from rag.evaluation.tables import card_table, differences_table, gates_table, measures_table

HEADLINES = {
    "accuracy": "right",
    "f1": "answer F1",
    "ndcg@10": "documents, nDCG@10",
    "span_success@5": "answer in the first 5 chunks",
    "sentence_f1": "citation F1, by sentences",
    "supported_rate": "supported statements",
    "refusal_f1": "refusal F1",
    "coverage_at_90": "answered at 90 % right",
}
STEPS = {
    "funnel_retrieved": "retrieved",
    "funnel_prompted": "given to the backend",
    "funnel_cited": "cited",
    "funnel_answered": "answered right",
}
SHOWN = 8


def page(
    evaluation: Evaluation, outcomes: Sequence[Outcome] = (), differences: Mapping[str, Difference] | None = None
) -> str:
    """Give the report as HTML; what comes from documents, questions or answers is escaped or kept as data."""
    files = {
        name: (resources.files(__package__) / f"report.{name}").read_text("utf-8") for name in ("html", "css", "js")
    }
    name = str(evaluation.card.get("system", "system"))
    filled = {
        "title": escape(f"Evaluation of {name}"),
        "policy": f"default-src 'none'; script-src '{_hash(files['js'])}'; style-src '{_hash(files['css'])}'; "
        "base-uri 'none'; form-action 'none'",
        "style": files["css"],
        "script": files["js"],
        "counts": escape(_counts(evaluation)),
        "notice": _notice(evaluation),
        "tiles": _tiles(evaluation),
        "gates": gates_table(outcomes),
        "differences": differences_table(differences or {}),
        "plots": _plots(evaluation),
        "measures": measures_table(evaluation),
        "card": card_table(evaluation),
        "data": _inert(listing(evaluation)),
    }
    # One pass, so that braces in what is filled in are never filled themselves.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: filled[match[1]], files["html"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _inert(form: object) -> str:
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text.encode("utf-8", "backslashreplace")
        .decode()
        .translate(
            {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
        )
    )


def _counts(evaluation: Evaluation) -> str:
    counts, documents = evaluation.counts, evaluation.card.get("documents", 0)
    asked = f"{counts['questions']} questions ({counts['answerable']} answerable, {counts['unanswerable']} not)"
    became = f"{counts['answered']} answered, {counts['refused']} refused, {counts['errors']} failed"
    return f"{asked} over {documents} {'document' if documents == 1 else 'documents'}: {became}"


def _notice(evaluation: Evaluation) -> str:
    if not evaluation.errors:
        return ""
    first = evaluation.errors[0]
    kind, words = ("", "This run is incomplete: ") if not evaluation.complete else (" unsure", "")
    text = f"{words}{len(evaluation.errors)} questions failed, such as {first.question.id}: {first.error[:200]}"
    return f'<p class="notice{kind}">{escape(text)}</p>'


def _tiles(evaluation: Evaluation) -> str:
    return "".join(
        f'<div class="tile"><span>{escape(title)}</span><b>{m.value:.3f}</b>'
        f"<span>{m.low:.3f} to {m.high:.3f}</span></div>"
        for name, title in HEADLINES.items()
        if (m := evaluation.measures.get(name)) is not None
    )


def _plots(evaluation: Evaluation) -> str:
    steps = [
        Bar(title, m.value, f"{m.value:.0%}", m.low, m.high)
        for name, title in STEPS.items()
        if (m := evaluation.measures.get(name)) is not None
    ]
    risk = "Share wrong when only the surest answers are given; dashed: one in ten."
    languages, documents = _grouped(evaluation, "language"), _grouped(evaluation, "cluster")
    found = (
        ("Where answers are lost", bars("Funnel", steps), "How far a gold answer gets, step after step."),
        ("Risk and coverage", curve("Risk-coverage curve", evaluation.curve), risk),
        ("By language", bars("Accuracy by language", languages), "Right answers and due refusals."),
        ("By document", bars("Accuracy by document", documents), f"Most wrong answers first, {SHOWN} at most."),
        ("Slowest questions", _slowest(evaluation), "Seconds from question to whole answer."),
    )
    return "".join(
        f"<figure><h2>{title}</h2>{plot}<figcaption>{note}</figcaption></figure>" for title, plot, note in found if plot
    )


def _grouped(evaluation: Evaluation, by: str) -> list[Bar]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in evaluation.results:
        if "accuracy" in result.scores and not (by == "cluster" and result.question.cluster.startswith("question ")):
            groups[str(getattr(result.question, by))].append(result)
    ordered = sorted(groups, key=lambda name: (-sum(1 - r.scores["accuracy"] for r in groups[name]), name))
    rows = []
    for name in ordered[:SHOWN]:
        m = summarise([r.scores["accuracy"] for r in groups[name]], [r.question.cluster for r in groups[name]])
        rows.append(Bar(name, m.value, f"{m.value:.0%} of {m.n}", m.low, m.high))
    return rows


def _slowest(evaluation: Evaluation) -> str:
    told = evaluation.timings.get("seconds")
    if not isinstance(told, Mapping) or not told:
        return ""
    ordered = sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    questions = {result.question.id: result.question.question for result in evaluation.results}
    return bars(
        "Slowest questions", [Bar(str(questions.get(i, i)), s, f"{s:.2f} s") for i, s in ordered], ordered[0][1]
    )
