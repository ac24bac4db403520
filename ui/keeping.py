"""The commands around the chat: who may sign in, and what people said of its answers."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ui.conversations import Conversations
from ui.feedback import collect
from ui.terminal import say
from ui.users import add_user, list_users, remove_user

users_app = typer.Typer(help="Who may sign in to the chat.", no_args_is_help=True)
feedback_app = typer.Typer(help="What people said of the answers.", no_args_is_help=True)

Users = Annotated[Path, typer.Option("--users", help="The file that holds them.")]
USERS = Path("users.json")


@users_app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    users: Users = USERS,
    editor: Annotated[bool, typer.Option("--editor", help="May also add and remove documents.")] = False,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
    ] = "",
) -> None:
    """Let somebody sign in; an existing name gets the new password."""
    add_user(users, name, password, editor=editor)
    say(f"{name} may sign in: sourcier chat --users {users}")


@users_app.command("remove")
def remove_command(name: Annotated[str, typer.Argument(help="The name.")], users: Users = USERS) -> None:
    """Let somebody sign in no more."""
    try:
        remove_user(users, name)
    except KeyError as error:
        raise ValueError(f"there is no user {name!r} in {users}") from error


@users_app.command("list")
def list_command(users: Users = USERS) -> None:
    """Name everybody who may sign in."""
    for user in list_users(users):
        say(f"{user.name}{'  (editor)' if user.editor else ''}")


@feedback_app.command()
def export(
    target: Annotated[Path, typer.Argument(help="The test set to write, JSON Lines.")],
    conversations: Annotated[Path, typer.Option("--conversations", help="The chat's file.")] = Path(".sourcier")
    / "conversations.sqlite",
) -> None:
    """Turn thumbs into a test set for `sourcier evaluate`; what they leave open is listed."""
    if not conversations.is_file():
        raise FileNotFoundError(f"there are no conversations in {conversations}: name the file with --conversations")
    with closing(Conversations(conversations)) as opened:
        found = collect(opened.rated())
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in found.questions]
    target.write_text("".join(lines), encoding="utf-8")
    say(f"{len(lines)} questions written to {target}")
    for turn in found.undecided:
        say(f"left open ({turn.reason}): {turn.answer.question}")
