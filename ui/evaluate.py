"""The commands for evaluators: `sourcier evaluate` and `sourcier questions`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from index import Collection, Document
from rag import Chatbot, evaluate, evaluation
from ui.indexing import reopen
from ui.terminal import Screen, say, write_json
from ui.verdicts import show_judgement, show_robustness

FAILED, INCOMPLETE, BAD_INPUT = 1, 3, 2
HEADLINES = (
    "accuracy", "f1", "em", "ndcg@10", "span_success@5", "citation_precision", "citation_recall", "citation_f1",
    "sentence_f1", "verbatim_rate", "dangling_rate", "statements_cited", "supported_rate", "altered_rate",
    "refusal_precision", "refusal_recall", "auroc_right", "aurc", "coverage_at_90",
)  # fmt: skip


def evaluate_command(
    testset: Annotated[Path, typer.Argument(help="Questions: our JSON Lines, SQuAD, BEIR, CSV, or an export.")],
    collection: Annotated[Path | None, typer.Option("--collection", help="The collection's folder.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="The folder to write the report to.")] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option("--gate", help='A condition: "citation_f1>=0.80", "delta f1>=-0.01 vs run.json".'),
    ] = None,
    compare: Annotated[Path | None, typer.Option("--compare", help="The run.json to compare with.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Look for faults in the test set, and ask nothing.")] = False,
    backend: Annotated[str, typer.Option("--backend", help="extractive, or provider:model.")] = "extractive",
    reranker: Annotated[str, typer.Option("--reranker", help="default, none, or a cross-encoder.")] = "default",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Ask again without accents, in capitals, with typos, translated.")
    ] = False,
    judge: Annotated[str | None, typer.Option("--judge", help="Let a model judge too: provider:model.")] = None,
    labels: Annotated[Path | None, typer.Option("--labels", help="Your labels, to correct the judge by.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many passages are read and judged.")] = 10,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the intervals.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run's figures as one JSON object.")] = False,
) -> None:
    """Ask a set of questions and judge the answers, every figure with its interval.

    Exit codes: 0 passed, 1 a gate failed, 2 bad input or a faulty set, 3 interrupted or over 1 % of questions failed.
    """
    with ExitStack() as stack:
        opened = None if collection is None else stack.enter_context(_open(collection, renewing=not check))
        if check:
            _check(testset, opened, as_json)
            return
        if opened is None:
            raise ValueError(
                "name the documents to ask: --collection DIR, made with sourcier index PATH --collection DIR"
            )
        gates = [evaluation.parse(text, k) for text in gate or []]
        base = None if compare is None else evaluation.read_run(compare)
        for one in gates:
            if one.base:
                evaluation.read_run(one.base)
        bot = Chatbot(opened, backend=backend, reranker=reranker)
        questions = evaluation.load(testset).questions
        _refuse_other_documents(questions, opened)
        _warn_of_faults(testset, opened)
        known = evaluation.read_labels(labels) if labels else {}
        model = evaluation.chat_model(judge) if judge else None
        run = _run(bot, questions, report, k, seed)
        variants = evaluation.robustness(bot, questions, run, k=k, seed=seed) if robustness else {}
    form = run.to_dict()
    differences = None if base is None else evaluation.compare(base, form, seed)
    outcomes = [evaluation.judge(one, form) for one in gates]
    if report is not None:
        evaluation.write_report(run, report, outcomes, differences)
    if variants:
        show_robustness(variants, report)
    if model is not None:
        show_judgement(run, model, known, report)
    if as_json:
        told = {name: form[name] for name in ("card", "complete", "counts", "measures")}
        told["gates"] = [{"gate": o.gate, "passed": o.passed, "reason": o.reason} for o in outcomes]
        write_json(told)
    else:
        _show(run, outcomes, differences or {}, report)
    if not run.complete:
        raise typer.Exit(INCOMPLETE)
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(FAILED)


def _open(folder: Path, *, renewing: bool) -> Collection:
    if not folder.exists():
        raise FileNotFoundError(
            f"there is no collection in {folder}: make it with sourcier index PATH --collection {folder}"
        )
    return reopen(folder) if renewing else Collection.open(folder)


def _check(testset: Path, collection: Collection | None, as_json: bool) -> None:
    documents: dict[str, Document] | None = None
    if collection is not None:
        documents = {document.id: document for document in collection.documents()}
    faults = evaluation.lint(testset, documents)
    if as_json:
        write_json({"faults": [str(fault) for fault in faults]})
    else:
        for fault in faults:
            say(str(fault))
        seen = "" if documents is not None else " (name --collection DIR to check the places of the answers too)"
        say(f"{len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}{seen}")
    if faults:
        raise typer.Exit(BAD_INPUT)


def _refuse_other_documents(questions: tuple[evaluation.Question, ...], collection: Collection) -> None:
    """Raise ValueError when the collection holds none of the documents that the answers stand in."""
    named = {gold.span.document_id for question in questions for gold in question.answers if gold.span is not None}
    named |= {document for question in questions for document in question.relevant}
    if named and not named & {document.id for document in collection.documents()}:
        raise ValueError(
            f"the collection holds none of the {len(named)} documents that the answers stand in, such as "
            f"{min(named)!r}: index them first, or name another collection"
        )


def _warn_of_faults(testset: Path, collection: Collection) -> None:
    faults = evaluation.lint(testset, {document.id: document for document in collection.documents()})
    if faults:
        text = f"{len(faults)} faults in the test set, such as {faults[0]}; see them all with --check"
        say(text, "yellow", error=True)


def _run(
    bot: Chatbot, questions: tuple[evaluation.Question, ...], report: Path | None, k: int, seed: int
) -> evaluation.Evaluation:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Screen(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("asking", total=len(questions))
        try:
            return evaluate(bot, questions, report=report, k=k, seed=seed, on_record=lambda _: progress.advance(task))
        except KeyboardInterrupt:
            again = "run again to continue" if report else "with --report a run can be continued"
            console.print(Text(f"interrupted: {again}", style="yellow"))
            raise typer.Exit(INCOMPLETE) from None


def _show(
    run: evaluation.Evaluation,
    outcomes: list[evaluation.Outcome],
    differences: dict[str, evaluation.Difference],
    report: Path | None,
) -> None:
    console = Screen(highlight=False, soft_wrap=True)
    counts = run.counts
    console.print(Text(", ".join(f"{value} {name}" for name, value in counts.items())))
    table = Table(box=None, pad_edge=False)
    table.add_column("measure")
    for title in ("value", "95 % interval", "n"):
        table.add_column(title, justify="right")
    for name in HEADLINES:
        if name in run.measures:
            m = run.measures[name]
            table.add_row(name, f"{m.value:.3f}", f"{m.low:.3f} to {m.high:.3f}", str(m.n))
    console.print(table)
    tested = [one for one in differences.values() if one.p is not None]
    for one in tested:
        change = f"{one.mean.value:+.3f} [{one.mean.low:+.3f}, {one.mean.high:+.3f}]"
        record = f"{len(one.gained)} won, {one.ties} tied, {len(one.lost)} lost"
        console.print(Text(f"{one.measure}: {one.base:.3f} -> {one.run:.3f}, {change}, p {one.p:.4f}; {record}"))
    for failed in run.errors[:5]:
        console.print(Text(f"failed: {failed.question.id}: {failed.error[:200]}", style="red"))
    for outcome in outcomes:
        style, word = ("green", "passed") if outcome.passed else ("red", "FAILED")
        console.print(Text(f"{word}: {outcome.gate}: {outcome.reason}", style=style))
    if not run.complete:
        console.print(Text(f"incomplete: {counts['errors']} of {counts['questions']} questions failed", style="red"))
    if report is not None:
        console.print(Text(f"report: {report / 'report.html'}"))
