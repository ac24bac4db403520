"""Opening and filling collections from the command line, with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from index import Changes, Collection, Document, Skipped, sync

HOME = Path(".sourcier") / "collection"
"""Where `chat` and `ask` keep the collection of the folder they are started in."""


def open_collection(
    paths: Sequence[Path] | None, collection: Path | None, embedder: str | None, *, quiet: bool = False
) -> Collection:
    """Open the collection to ask: the named one, or the one of this folder brought in step with `paths`.

    Raises ValueError when there is nothing to ask yet.
    """
    if collection is not None:
        if not collection.exists():
            raise FileNotFoundError(
                f"there is no collection in {collection}: make it with sourcier index PATH --collection {collection}"
            )
        opened = Collection.open(collection, embedder=embedder)
        if paths:
            index_paths(opened, paths, only=False, quiet=quiet)
        return opened
    if not paths and not HOME.exists():
        raise ValueError("no documents yet: name files or folders, as in sourcier chat seeds/")
    if paths:
        missing = next((path for path in paths if not path.exists()), None)
        if missing is not None:
            raise FileNotFoundError(f"there is no file or folder {str(missing)!r}")
    if HOME.exists():
        opened = Collection.open(HOME, embedder=embedder)
    else:
        HOME.parent.mkdir(exist_ok=True)
        (HOME.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        opened = Collection.create(HOME, embedder=embedder or "default")
    if paths:
        index_paths(opened, paths, only=True, quiet=quiet)
    return opened


def index_paths(
    collection: Collection, paths: Sequence[Path], *, only: bool, quiet: bool = False
) -> tuple[Changes, list[Skipped]]:
    """Bring `collection` in step with `paths`, showing progress and, when something happened, a table of it."""
    skipped: list[Skipped] = []
    console = Console(stderr=True, quiet=quiet)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.completed} documents"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("", total=None)

        def advance(document: Document) -> None:
            progress.update(task, advance=1, description=document.id[-60:])

        changes = sync(collection, paths, only=only, on_skip=skipped.append, on_document=advance)
    if changes.added or changes.changed or changes.removed or skipped:
        console.print(_table(changes, skipped))
    return changes, skipped


def _table(changes: Changes, skipped: Sequence[Skipped]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name in ("added", "changed", "unchanged", "removed"):
        if found := getattr(changes, name):
            table.add_row(name, str(len(found)))
    for what in skipped:
        table.add_row("skipped", Text(f"{what.path}: {what.reason}"))
    return table
