"""What `sourcier` can be told to do: arguments in, summary out, nothing else."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from index import Collection, detect
from rag import Answer, BackendError, Chatbot, Statement, cited, contrary, likeliest, load_backend, table_headers
from ui.evaluate import BAD_INPUT, INCOMPLETE, evaluate_command
from ui.indexing import examples, home, index_paths, open_collection, path, refuse_missing, reopen, uploads
from ui.keeping import feedback_app, users_app
from ui.manage import backup, check, list_command, models_app, purge, remove, repair, replay_command, rollback, stats
from ui.messages import WORDS, preferred, verdict_name
from ui.questions import questions_app
from ui.terminal import Lines, Screen, leave, say, write_json
from ui.told import Told, told
from ui.users import list_users

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answers from your own documents, with the exact source of every sentence.",
)


def _version(asked: bool) -> None:
    if asked:
        say(f"sourcier {version('sourcier')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take what goes before a command."""


Paths = Annotated[
    list[Path] | None, typer.Argument(parser=path, help="Files and folders to read; none: what was read last.")
]
Home = Annotated[
    Path | None,
    typer.Option("--collection", parser=path, help="Its folder, made when missing; none: .sourcier here."),
]
BackendName = Annotated[str, typer.Option("--backend", help="extractive, or provider:model such as ollama:llama3.2.")]
BackendNames = Annotated[
    list[str] | None, typer.Option("--backend", help="As for `ask`; given several times, people choose on the page.")
]
EmbedderName = Annotated[str | None, typer.Option("--embedder", help="default, or a sentence-transformers model.")]
RerankerName = Annotated[str, typer.Option("--reranker", help="default, none, or a cross-encoder's name or folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in French or English.")],
    paths: Paths = None,
    collection: Home = None,
    backend: BackendName = "extractive",
    embedder: EmbedderName = None,
    reranker: RerankerName = "default",
    as_json: AsJson = False,
) -> None:
    """Answer one question, with the sources."""
    if not question.strip():
        raise ValueError("expected a question, found an empty text: type what you want to know")
    loaded = load_backend(backend)  # before the documents are read, which may take long
    with open_collection(paths, collection, embedder, quiet=as_json) as opened:
        bot = Chatbot(opened, backend=loaded, reranker=reranker)
        words = WORDS[detect(question)]
        said = told(question, opened.documents(), words, extractive=bot.backend.name == "extractive")
        if said is not None:
            _tell(question, said, as_json)
            return
        _say_what_leaves(bot)
        try:
            answer = bot.ask(question)
        except BackendError as error:  # told at the end, in one line, below what the documents say without the model
            if as_json:
                write_json({"error": str(error)})
            else:
                say(words.quoted_instead, "yellow")
                _show(bot.quoting().ask(question), ())
            raise
        if as_json:
            write_json(answer.to_dict())
        else:
            _show(answer, contrary(answer, opened.document))


@app.command()
def chat(
    paths: Paths = None,
    collection: Home = None,
    backend: BackendNames = None,
    embedder: EmbedderName = None,
    reranker: RerankerName = "default",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0: any.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    users: Annotated[Path | None, typer.Option(help="A file made by `sourcier users add`: people sign in.")] = None,
    proxy_header: Annotated[str | None, typer.Option(help="The header in which a proxy names who signed in.")] = None,
    allowed_host: Annotated[list[str] | None, typer.Option(help="A further name browsers reach this by.")] = None,
) -> None:
    """Open the web chat."""
    from ui.server import check_port, serve

    language = preferred(os.environ.get("LANG", ""))
    check_port(host, port, language)
    if users is not None:
        list_users(users)
    loaded = [load_backend(name) for name in dict.fromkeys(backend or ["extractive"])]
    with open_collection(paths, collection, embedder) as opened:
        bot, *others = (Chatbot(opened, backend=each, reranker=reranker) for each in loaded)
        for each in (bot, *others):
            _say_what_leaves(each)
        serve(
            bot,
            others=others,
            host=host,
            port=port,
            conversations=home() / "conversations.sqlite",
            uploads=uploads(collection),
            examples=examples(paths or ()),
            language=language,
            users=users,
            proxy_header=proxy_header,
            allowed_hosts=allowed_host or (),
            open_browser=browser,
            on_ready=lambda address: say(f"{address}  (Ctrl-C ends it)"),
        )


@app.command("index")
def index_command(
    paths: Annotated[list[Path], typer.Argument(parser=path, help="Files and folders to read.")],
    collection: Annotated[
        Path, typer.Option("--collection", parser=path, help="The collection's folder, made when missing.")
    ],
    embedder: EmbedderName = None,
    as_json: AsJson = False,
) -> None:
    """Read files and folders into a collection; only what changed is embedded."""
    if collection.is_file():
        raise ValueError(f"{collection} is a file: name the collection's folder")
    existing = collection.exists() and any(collection.iterdir())
    try:
        refuse_missing(paths)
    except ValueError as error:
        if not existing:
            raise
        raise ValueError(
            f"{error}\nAn empty folder may be a disk that is not there: what {collection} holds of it stays. Take "
            f"documents out with: sourcier remove {collection} ID"
        ) from error
    with reopen(collection, embedder, quiet=as_json) if existing else _new(collection, embedder) as opened:
        changes, skipped = index_paths(opened, paths, only=False, quiet=as_json)
    if not as_json and changes.unchanged and not (changes.added or changes.changed or changes.removed):
        say(f"nothing new; unchanged: {len(changes.unchanged)}")
    if as_json:
        form = {name: list(getattr(changes, name)) for name in ("added", "changed", "unchanged", "removed")}
        write_json({**form, "skipped": {s.path: s.reason for s in skipped}})
    if skipped:
        raise typer.Exit(4)


def _new(collection: Path, embedder: str | None) -> Collection:
    """Make a collection, or open the one that another program makes at the same time."""
    try:
        return Collection.create(collection, embedder=embedder or "default")
    except FileExistsError:
        if not (collection / "CURRENT").exists():
            raise
        return reopen(collection, embedder)


for command in (stats, check, repair, rollback, backup, purge, remove):
    app.command()(command)
app.command("list")(list_command)
app.command("evaluate")(evaluate_command)
app.command("replay")(replay_command)
app.add_typer(questions_app, name="questions")
app.add_typer(models_app, name="models")
app.add_typer(users_app, name="users")
app.add_typer(feedback_app, name="feedback")


def _say_what_leaves(bot: Chatbot) -> None:
    """Tell the person when a question and passages go to another host."""
    place = getattr(bot.backend, "sends_to", None)
    if place:
        words = WORDS[preferred(os.environ.get("LANG", ""))]
        say(words.leaves_host.format(backend=place), "yellow", error=True)


def _tell(question: str, said: Told, as_json: bool) -> None:
    """Print what is said to something that is no question of fact; as JSON, an answer that found nothing."""
    if as_json:
        write_json(Answer(question, language=said.words.language).to_dict())
        return
    say(said.sentence)
    for document in said.documents:
        say(f"  {document.title or document.id}  ({document.id})")


def _show(answer: Answer, others: Sequence[Statement]) -> None:
    words = WORDS["fr" if answer.language == "fr" else "en"]
    console = Screen(highlight=False, soft_wrap=True)
    if not answer.found:
        console.print(Text(answer.text, style="bold"))
        if answer.hits:
            console.print(Text(f"\n{words.nearest}", style="dim"))
        for hit in answer.hits[:3]:
            span = likeliest(answer.searched or answer.question, hit)
            start = span.start - hit.chunk.span.start
            console.print(Text(f"  {span.document_id} [{span.start}:{span.end}]", style="dim"))
            console.print(Text(f"    {' '.join(hit.chunk.text[start : start + len(span)].split())}"))
        return
    for statement, header in zip(answer.statements, table_headers(answer), strict=True):
        if header:
            console.print(Text(header, style="dim"))
        line = Text(statement.text + "".join(f"[{c.number}]" for c in statement.citations))
        verdict = verdict_name(statement, words)
        reason = "" if verdict == words.quoted else statement.reason
        line.append(f"  ({': '.join(filter(None, (verdict, reason)))})", style="dim")
        console.print(line)
    for part in answer.unanswered:
        console.print(Text(words.unanswered.format(question=part), style="yellow"))
    if answer.stopped:
        console.print(Text(words.stopped, style="yellow"))
    if others:
        console.print(Text(f"\n{words.disagree}", style="bold yellow"))
    for statement in others:
        line = Text(statement.text + "".join(f"[{c.number}]" for c in statement.citations))
        console.print(line.append(f"  ({statement.reason})", style="dim"))
    console.print(Text(f"\n{words.sources}", style="bold"))
    for citation in cited((*answer.statements, *others)):
        span = citation.span
        page = f", p. {citation.page}" if citation.page else ""
        console.print(Text(f"  [{citation.number}] {citation.title}{page}"))
        console.print(Text(f"      {span.document_id} [{span.start}:{span.end}]", style="dim"))
        quote = Text(f"      « {citation.quote} »")
        if citation.focus is not None:
            start = 8 + citation.focus.start - span.start
            quote.stylize("bold underline", start, start + len(citation.focus))
        console.print(quote)


def run() -> None:
    """Run the command; a fault that a person can mend is told in one line, exit code 2."""
    log = logging.StreamHandler()
    log.setFormatter(Lines("%(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[log])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        leave()
    except (OSError, ValueError, KeyError, ImportError, BackendError) as error:
        message = error.args[0] if isinstance(error, KeyError) and error.args else error
        if isinstance(error, BackendError) and preferred(os.environ.get("LANG", "")) == "fr":
            message = error.french or message
        if isinstance(error, OSError) and error.strerror:
            message = error.strerror if error.filename is None else f"{error.strerror}: {error.filename}"
        say(f"sourcier: {message}", "red", error=True)
        sys.exit(INCOMPLETE if isinstance(error, BackendError) else BAD_INPUT)
