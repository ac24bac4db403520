"""The commands that make test sets: `sourcier questions suggest` and `sourcier questions review`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from index import Collection, read
from rag import evaluation
from ui.terminal import Screen, say

questions_app = typer.Typer(
    help="Draft questions from your documents, and accept or reject them.", no_args_is_help=True
)


@questions_app.command()
def suggest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders to draft from.")] = None,
    collection: Annotated[Path | None, typer.Option("--collection", help="Or a collection's folder.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Where to write the drafts.")] = Path("drafts.jsonl"),
    count: Annotated[int, typer.Option("--count", min=1, help="How many drafts at most.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Another seed drafts from other sentences.")] = 0,
    backend: Annotated[str | None, typer.Option("--backend", help="A model to word them: provider:model.")] = None,
) -> None:
    """Draft questions whose answers stand at known places; a person accepts or rejects them."""
    if out.exists():
        raise FileExistsError(f"{out} exists already: choose another file with --out")
    if bool(paths) == (collection is not None):
        raise ValueError("name either files and folders, or --collection DIR")
    model = evaluation.chat_model(backend) if backend else None
    if collection is None:
        drafts = evaluation.suggest(read(paths or []), count, seed=seed, model=model)
    else:
        with Collection.open(collection) as opened:
            drafts = evaluation.suggest(opened.documents(), count, seed=seed, model=model)
    if not drafts:
        raise ValueError("found no sentence to ask about: these documents hold no figure, year or name in a sentence")
    evaluation.write(out, drafts)
    say(f"{len(drafts)} drafts in {out}; go through them: sourcier questions review {out}")


@questions_app.command()
def review(
    drafts: Annotated[Path, typer.Argument(help="The drafts that `suggest` wrote.")],
    out: Annotated[Path, typer.Option("--out", help="Where accepted questions are added.")] = Path("questions.jsonl"),
) -> None:
    """Go through drafts one by one: accept, reword or reject. What is undecided stays a draft."""
    left = list(evaluation.load(drafts).questions)
    kept = list(evaluation.load(out).questions) if out.exists() else []
    console = Screen(highlight=False, soft_wrap=True)
    while left:
        draft = left[0]
        gold = ", ".join(answer.text for answer in draft.answers)
        console.print(Text(f"\n{draft.extra.get('sentence', '')}", style="dim"))
        console.print(Text(f"question: {draft.question}\nanswer:   {gold}"))
        choice = typer.prompt("accept, reword, reject or quit (a/w/r/q)", default="q").strip().lower()[:1]
        if choice not in ("a", "w", "r"):
            break
        if choice == "w":
            draft = replace(draft, question=typer.prompt("question"))
        if choice != "r":
            extra = {name: value for name, value in draft.extra.items() if name != "status"}
            kept.append(replace(draft, id=_next_id(kept), extra=extra))
            evaluation.write(out, kept)
        left = left[1:]
        evaluation.write(drafts, left)
    console.print(Text(f"{len(kept)} questions in {out}, {len(left)} drafts left in {drafts}"))


def _next_id(kept: list[evaluation.Question]) -> str:
    taken = {question.id for question in kept}
    return next(name for number in range(1, len(kept) + 2) if (name := f"q-{number:04}") not in taken)
