"""The commands that look after a collection and the models."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

import index
from index import Collection
from rag import Chatbot, available, replay
from ui.terminal import Screen, say, write_json

Folder = Annotated[Path, typer.Argument(help="The collection's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]

models_app = typer.Typer(help="The models that can be used, and fetching one.", invoke_without_command=True)


def stats(collection: Folder, as_json: AsJson = False) -> None:
    """Say what a collection holds; all that is known of it with --json."""
    with Collection.open(collection) as opened:
        found = opened.stats()
    if as_json:
        write_json(asdict(found))
        return
    told = {
        "documents": f"{found.documents:,}",
        "passages": f"{found.chunks:,}",
        "size": f"{found.size / 1e6:,.1f} MB",
        "embedder": found.embedder.name,
        "generation": f"{found.generation:,}",
    }
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in told.items():
        table.add_row(name, Text(value))
    Screen(highlight=False).print(table)


def list_command(collection: Folder, as_json: AsJson = False) -> None:
    """List the documents of a collection: their ids, as `remove` takes them, and titles."""
    with Collection.open(collection) as opened:
        found = [{"id": one.id, "title": one.title, "source": one.source} for one in opened.documents()]
    if as_json:
        write_json(found)
        return
    for one in found:
        say(one["id"] if one["title"] in ("", one["id"]) else f"{one['id']}  ({one['title']})")


def remove(
    collection: Folder,
    ids: Annotated[list[str], typer.Argument(help="Ids of documents, as `ask` and the chat show them.")],
) -> None:
    """Take documents out of a collection; from then on they are neither found nor cited."""
    with Collection.open(collection) as opened:
        changes = opened.remove(ids)
    say(f"removed {len(changes.removed)}: {', '.join(changes.removed)}")


def check(collection: Folder) -> None:
    """Compare every file of a collection with its checksum; exit code 1 when something is wrong."""
    faults = index.check(collection)
    for fault in faults:
        say(fault)
    if faults:
        say(f"mend it with: sourcier repair {collection}")
        raise typer.Exit(1)
    say("every file is as it was written")


def repair(collection: Folder) -> None:
    """Make a damaged collection sound again from its texts; what is damaged is put aside, never deleted."""
    done = index.repair(collection)
    say(f"{done.segments} segments made anew, {done.documents} documents in them")
    for lost in done.lost:
        say(f"lost, index it again: {lost}")
    if done.unnamed:
        say(f"lost without a name: {done.unnamed} documents; index their folders again")
    for name in done.originals:
        say(f"its file is damaged or not there, its text is whole: {name}")
    if done.fallback is not None:
        say(f"no copy of the newest manifest can be read: went back to generation {done.fallback}")
        say(f"what was removed since is back in it; found again in other files: {len(done.recovered)} documents")
        for name in done.recovered:
            say(f"found again, remove it if it had been removed: {name}")


def rollback(collection: Folder) -> None:
    """Undo the last commit; what it removed stays removed."""
    say(f"generation {index.rollback(collection)} is in force")


def purge(collection: Folder) -> None:
    """Erase the last bytes of removed and replaced documents."""
    say(f"{index.purge(collection):,} bytes erased")


def backup(collection: Folder, target: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Copy a collection, checked on the way, to a new folder."""
    say(f"{index.backup(collection, target):,} bytes written to {target}")


def replay_command(
    receipt: Annotated[Path, typer.Argument(help="What `ask --json` printed, or its receipt alone.")],
    collection: Annotated[Path, typer.Option("--collection", help="The collection's folder.")],
) -> None:
    """Ask again what a receipt tells of, and say what differs; exit code 1 when something does."""
    try:
        form = json.loads(receipt.read_text(encoding="utf-8"))
        told = form.get("receipt", form)
        backend = told["backend"]["name"]
        reranker = told["reranker"] and told["reranker"]["name"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{receipt} holds no receipt: expected what sourcier ask --json prints") from error
    with Collection.open(collection) as opened:
        differences = replay(told, Chatbot(opened, backend=backend, reranker=reranker))
    for difference in differences:
        say(difference)
    if differences:
        raise typer.Exit(1)
    say("the same answer")


@models_app.callback()
def models(context: typer.Context) -> None:
    """List the backends and say which can be used now."""
    if context.invoked_subcommand is not None:
        return
    table = Table(box=None, pad_edge=False)
    for title in ("backend", "can be used", "how"):
        table.add_column(title)
    for name, installed in available().items():
        how = "nothing to set up" if name == "extractive" else f"--backend {name}:MODEL"
        table.add_row(name, "yes" if installed else "no", how if installed else f"pip install 'sourcier[{name}]'")
    console = Screen(highlight=False)
    console.print(table)
    console.print(
        "\nembedder: default (shipped), or any sentence-transformers model on this machine: --embedder NAME"
        "\nreranker: default (the shipped reader), or any cross-encoder on this machine: --reranker NAME"
        "\nBoth are fetched with: sourcier models pull NAME"
        "\nFor French and English: embedder BAAI/bge-m3, reranker BAAI/bge-reranker-v2-m3; both want a graphics card"
    )


@models_app.command()
def pull(name: Annotated[str, typer.Argument(help="A model's name on the Hugging Face hub.")]) -> None:
    """Fetch an embedder or a reranker from the Hugging Face hub, now and only now."""
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if constants.HF_HUB_OFFLINE:
        raise ValueError("HF_HUB_OFFLINE is set: unset it to fetch a model")
    try:
        place = snapshot_download(name, ignore_patterns=["*.bin", "*.pt", "*.h5", "*.msgpack", "*.onnx", "openvino/*"])
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise ValueError(f"could not fetch {name!r} from the Hugging Face hub: {error}") from error
    say(f"{name} is in {place}")
