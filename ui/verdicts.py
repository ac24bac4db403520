"""What `sourcier evaluate` says of robustness and of a judge, on the screen and beside the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from rag import evaluation
from ui.terminal import Screen

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

VOTES = 3
TOLD = ("accuracy", "f1", "ndcg@10", "span_success@5", "sentence_f1", "refused_answerable")


def show_robustness(variants: Mapping[str, evaluation.Variant], report: Path | None) -> None:
    """Print what worse questions cost, and write `robustness.json`."""
    console = Screen(highlight=False, soft_wrap=True, stderr=True)
    form: dict[str, object] = {}
    for name, variant in variants.items():
        rows = {}
        for measure, one in variant.differences.items():
            change = {"mean": one.mean.value, "low": one.mean.low, "high": one.mean.high, "n": one.mean.n}
            rows[measure] = {"base": one.base, "variant": one.run, **change, "lost": list(one.lost)}
            if measure in TOLD:
                text = f"{name}: {measure} {one.base:.3f} -> {one.run:.3f}, "
                console.print(Text(f"{text}{one.mean.value:+.3f} [{one.mean.low:+.3f}, {one.mean.high:+.3f}]"))
        form[name] = rows
    _write(report, "robustness.json", form)


def show_judgement(
    run: evaluation.Evaluation, model: BaseChatModel, labels: Mapping[str, bool], report: Path | None
) -> None:
    """Ask the judge, print what it found and how far to trust it, and write `judge.json` with every raw reply."""
    console = Screen(highlight=False, soft_wrap=True, stderr=True)
    asked = VOTES * sum(result.answer is not None for result in run.results)
    console.print(Text(f"asking the judge {asked} times"))
    found = evaluation.judge_answers(run, model, votes=VOTES, labels=labels)
    text = f"judge: {found.raw.value:.3f} right [{found.raw.low:.3f}, {found.raw.high:.3f}], {found.unparsed} unread"
    console.print(Text(text))
    if found.agreement is not None:
        console.print(Text(f"agreement with your {found.labelled} labels: kappa {found.agreement:.2f}"))
    if found.corrected is not None:
        m = found.corrected
        console.print(Text(f"corrected by your labels: {m.value:.3f} [{m.low:.3f}, {m.high:.3f}]"))
    if not labels:
        console.print(Text("without your labels (--labels FILE) a judge's figures cannot be trusted", style="yellow"))
    form = {
        "raw": [found.raw.value, found.raw.low, found.raw.high],
        "unparsed": found.unparsed,
        "labelled": found.labelled,
        "kappa": found.agreement,
        "corrected": found.corrected and [found.corrected.value, found.corrected.low, found.corrected.high],
        "votes": {vote.id: {"label": vote.label, "replies": list(vote.replies)} for vote in found.votes},
    }
    _write(report, "judge.json", form)


def _write(report: Path | None, name: str, form: object) -> None:
    if report is not None:
        text = json.dumps(form, ensure_ascii=False, indent=1, sort_keys=True)
        (report / name).write_text(text + "\n", encoding="utf-8")
