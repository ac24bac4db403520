"""What a report folder holds: the page, the run as JSON, a summary in Markdown, JUnit, and the times apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from rag.evaluation.comparison import Difference
from rag.evaluation.exports import ragas, trec_qrels, trec_run
from rag.evaluation.gate import Outcome
from rag.evaluation.outcome import Evaluation, to_json
from rag.evaluation.page import HEADLINES, page

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_report(
    evaluation: Evaluation,
    folder: Path,
    outcomes: Sequence[Outcome] = (),
    differences: Mapping[str, Difference] | None = None,
) -> None:
    """Write an evaluation to a folder, each file whole or not at all.

    `run.json` is the same, byte for byte, for equal runs; what may differ is in `timings.json`. `report.html` is for
    people, `report.md` for a pull request, `junit.xml` for a build server; `ragas.jsonl`,
    `run.trec` and `qrels.trec` are for checking the figures with other tools.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "run.json": to_json(evaluation.to_dict()),
        "timings.json": to_json(evaluation.timings),
        "report.html": page(evaluation, outcomes, differences),
        "report.md": markdown(evaluation, outcomes, differences),
        "junit.xml": junit(evaluation, outcomes),
        "ragas.jsonl": ragas(evaluation),
        "run.trec": trec_run(evaluation),
        "qrels.trec": trec_qrels([result.question for result in evaluation.results]),
    }.items():
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        part.replace(folder / name)


def markdown(
    evaluation: Evaluation, outcomes: Sequence[Outcome] = (), differences: Mapping[str, Difference] | None = None
) -> str:
    """Give a summary for a pull request: gates first, then the main figures and what changed."""
    counts = evaluation.counts
    state = "" if evaluation.complete else " — **incomplete**"
    out = [f"## Evaluation of {_cell(str(evaluation.card.get('system', '')))}{state}", ""]
    told = ("questions", "answered", "refused", "errors")
    out += [", ".join(f"{counts[name]} {name}" for name in told) + ".", ""]
    if outcomes:
        out += ["| gate | | why |", "|---|---|---|"]
        out += [f"| {_cell(o.gate)} | {'passed' if o.passed else '**failed**'} | {_cell(o.reason)} |" for o in outcomes]
        out.append("")
    out += ["| measure | value | 95 % interval | n |", "|---|---|---|---|"]
    for name in HEADLINES:
        if name in evaluation.measures:
            m = evaluation.measures[name]
            out.append(f"| {name} | {m.value:.3f} | {m.low:.3f} to {m.high:.3f} | {m.n} |")
    tested = [one for one in (differences or {}).values() if one.p is not None]
    if tested:
        out += [
            "",
            "| measure | base | this run | difference | p (Holm) | won / tied / lost |",
            "|---|---|---|---|---|---|",
        ]
        out += [
            f"| {d.measure} | {d.base:.3f} | {d.run:.3f} | {d.mean.value:+.3f} [{d.mean.low:+.3f}, {d.mean.high:+.3f}] "
            f"| {d.p:.4f} | {len(d.gained)} / {d.ties} / {len(d.lost)} |"
            for d in tested
        ]
    failed = [f"- `{_cell(r.question.id)}`: {_cell(r.error[:200])}" for r in evaluation.errors[:20]]
    return "\n".join([*out, *(["", "Failed questions:", "", *failed] if failed else [])]) + "\n"


def junit(evaluation: Evaluation, outcomes: Sequence[Outcome] = ()) -> str:
    """Give JUnit XML: a gate that did not pass is a failure, a question that failed an error.

    A wrong answer is listed as skipped with the step where it was lost: only gates decide about a build.
    """
    root = ElementTree.Element("testsuites", name=_xml(f"evaluation of {evaluation.card.get('system', '')}"))
    gates = ElementTree.SubElement(
        root,
        "testsuite",
        name="gates",
        tests=str(len(outcomes)),
        failures=str(sum(not o.passed for o in outcomes)),
        errors="0",
        skipped="0",
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(gates, "testcase", classname="gates", name=_xml(outcome.gate))
        if not outcome.passed:
            ElementTree.SubElement(case, "failure", message=_xml(outcome.reason))
    wrong = [r for r in evaluation.results if not r.error and r.scores.get("accuracy") == 0.0]
    questions = ElementTree.SubElement(
        root,
        "testsuite",
        name="questions",
        tests=str(len(evaluation.results)),
        failures="0",
        errors=str(len(evaluation.errors)),
        skipped=str(len(wrong)),
    )
    for result in evaluation.results:
        case = ElementTree.SubElement(questions, "testcase", classname="questions", name=_xml(result.question.id))
        if result.error:
            ElementTree.SubElement(case, "error", message=_xml(result.error))
        elif result.scores.get("accuracy") == 0.0:
            ElementTree.SubElement(
                case, "skipped", message=_xml(f"wrong answer, lost: {result.lost_at or 'in answering'}")
            )
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_\[\]|<>~#!@])", r"\\\1", flat.replace("&", "&amp;"))


def _xml(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)
