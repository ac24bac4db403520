"""Opening and filling collections from the command line, with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from index import Changes, Collection, Document, OutdatedError, Skipped, expected, read, sync
from rag import evaluation
from ui.terminal import Screen, plain, say

DEFAULT = Path(".sourcier") / "collection"
"""Where `chat` and `ask` keep their collection."""


def path(given: str) -> Path:
    """Give a path from the command line. Raises ValueError for an empty one, which would be the current folder."""
    if not given:
        raise ValueError('expected the path of a file or folder, found an empty text; "." is the current folder')
    return Path(given)


def refuse_missing(paths: Sequence[Path]) -> None:
    """Raise FileNotFoundError for the first path where there is nothing, ValueError where there is nothing to read."""
    for one in paths:
        if not one.exists():
            raise FileNotFoundError(f"there is no file or folder {str(one)!r}")
    if paths and not expected(paths):
        next(read(paths), None)  # tells what was looked at


def home() -> Path:
    """Give the folder where `chat` and `ask` keep what belongs to the folder they are started in, made when missing."""
    folder = Path(".sourcier")
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


def examples(paths: Sequence[Path]) -> list[str]:
    """Give two questions to try in each language, out of question sets beside the documents; or none."""
    found: dict[str, list[str]] = {"fr": [], "en": []}
    for path in (path / "questions.jsonl" for path in paths):
        for question in evaluation.load(path).questions if path.is_file() else ():
            if question.answerable and question.language in found and question.question[:1].isupper():
                found[question.language].append(question.question)
    return [question for language in found for question in found[language][:2]]


def uploads(collection: Path | None) -> Path:
    """Give the folder, beside a collection, of the files that came in through the chat."""
    place = (collection or DEFAULT).absolute()
    return place.with_name(f"{place.name}-uploads")


def open_collection(
    paths: Sequence[Path] | None, collection: Path | None, embedder: str | None, *, quiet: bool = False
) -> Collection:
    """Open the collection to ask: the named one, or the one of this folder brought in step with `paths`.

    Raises ValueError when there is nothing to ask yet.
    """
    refuse_missing(paths or ())
    place = collection or DEFAULT
    if place.exists():
        opened = reopen(place, embedder, quiet=quiet)
    elif paths:
        opened = Collection.create(collection or home() / "collection", embedder=embedder or "default")
    elif collection is not None:
        raise FileNotFoundError(f"there is no collection in {place}: name the files and folders to make it from")
    else:
        raise ValueError("no documents yet: name files or folders, as in sourcier chat seeds/")
    if paths:
        kept = uploads(collection)
        also = [kept] if collection is None and any(kept.glob("[!.]*")) else []
        index_paths(opened, paths, also=also, only=collection is None, quiet=quiet)
    return opened


def reopen(place: Path, embedder: str | None = None, *, quiet: bool = False) -> Collection:
    """Open a collection; where its embedder has other weights by now, its vectors are made anew, and that is told."""
    try:
        opened = Collection.open(place, embedder=embedder)
        assert opened.embedder  # loaded now, so that one that can't be is told before the first question
    except OutdatedError:
        renewed = Collection.renew(place, embedder=embedder)
        if not quiet:
            number = f"{renewed} document{'' if renewed == 1 else 's'}"
            say(f"the embedder has changed: made the vectors of {number} anew", error=True)
        opened = Collection.open(place, embedder=embedder)
    return opened


def index_paths(
    collection: Collection, paths: Sequence[Path], *, also: Sequence[Path] = (), only: bool, quiet: bool = False
) -> tuple[Changes, list[Skipped]]:
    """Bring `collection` in step with `paths`, showing progress and, when something happened, a table of it.

    Files in `also` whose id one in `paths` has are left out, and told.
    """
    skipped: list[Skipped] = []
    console = Screen(stderr=True, quiet=quiet)
    with Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.completed} of about {task.total:.0f} documents, to go:"),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("", total=0 if progress.disable else expected([*paths, *also]))

        def advance(document: Document) -> None:
            progress.update(task, advance=1, description=document.id[-60:])

        changes = sync(collection, paths, also=also, only=only, on_skip=skipped.append, on_document=advance)
    if changes.added or changes.changed or changes.removed or skipped:
        console.print(_table(changes, skipped))
    return changes, skipped


def _table(changes: Changes, skipped: Sequence[Skipped]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name in ("added", "changed", "unchanged", "removed"):
        if found := getattr(changes, name):
            table.add_row(name, str(len(found)))
    for what in skipped:
        table.add_row("skipped", Text(plain(f"{what.path}: {what.reason}"), overflow="fold"))
    return table
