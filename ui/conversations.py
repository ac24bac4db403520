"""Conversations kept in SQLite: each turn with its whole answer, so that citations survive a reload."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import fold
from rag import Answer, Statement

TITLE_LENGTH = 80
"""Characters of the first question that name a new conversation."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL);
CREATE INDEX IF NOT EXISTS conversation_by_owner ON conversation (owner, updated);
CREATE TABLE IF NOT EXISTS turn (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, outcome TEXT NOT NULL,
    created REAL NOT NULL, thumb INTEGER, reason TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '',
    contrary TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS turn_by_conversation ON turn (conversation, position);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's id (128 random bits), its title, and when it was last added to (seconds since the epoch)."""

    id: str
    title: str
    updated: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer. `outcome` is "finished" or "stopped"; `thumb` is 1, -1 or None.

    `contrary` are sentences of other documents that the answer was seen to disagree with when it was given.
    """

    id: str
    answer: Answer
    outcome: str = "finished"
    thumb: int | None = None
    reason: str = ""
    comment: str = ""
    contrary: tuple[Statement, ...] = ()


def new_id() -> str:
    """Give 128 random bits as 22 characters that can stand in an address."""
    return secrets.token_urlsafe(16)


def _holds(text: str, words: str) -> bool:
    """Say whether `text` has each of some folded words."""
    folded = fold(text)
    return all(word in folded for word in words.split())


def _said(question: str, answer: str) -> str:
    """Give what a page shows of a turn: the question, and the sentences of the answer."""
    try:
        return f"{question} {Answer.from_dict(_loaded(answer)).text}"
    except (ValueError, KeyError, TypeError):  # a damaged one is found by its question
        return question


class Conversations:
    """All conversations of one chat; each belongs to an owner, and nobody else can read or change it.

    Safe to use from threads. `path` is a file, or ":memory:" to forget everything at the end.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._database.create_function("holds", 2, _holds, deterministic=True)
        self._database.create_function("said", 2, _said, deterministic=True)
        if str(path) != ":memory:":
            Path(path).chmod(0o600)
        with self._lock:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.executescript(_SCHEMA)
            if "contrary" not in {row[1] for row in self._database.execute("PRAGMA table_info(turn)")}:
                self._database.execute("ALTER TABLE turn ADD COLUMN contrary TEXT NOT NULL DEFAULT ''")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def turns(self, conversation: str, owner: str) -> list[Turn]:
        """Give the turns of a conversation, oldest first; none when it is not this owner's or does not exist."""
        rows = self._rows(
            "SELECT turn.id, answer, outcome, thumb, reason, comment, contrary FROM turn JOIN conversation "
            "ON conversation.id = turn.conversation WHERE conversation.id = ? AND owner = ? ORDER BY position",
            (conversation, owner),
        )
        return [_turn(row) for row in rows]

    def append(
        self,
        conversation: str,
        owner: str,
        answer: Answer,
        outcome: str = "finished",
        contrary: Sequence[Statement] = (),
    ) -> tuple[str, str]:
        """Keep one turn and give (conversation id, turn id); an unknown id starts a conversation under it.

        An empty id, or one that is another owner's, starts a conversation under a new id.
        """
        now, turn = time.time(), new_id()
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            known = self._database.execute("SELECT owner FROM conversation WHERE id = ?", (conversation,)).fetchone()
            if not known or known[0] != owner:
                conversation = new_id() if known or not conversation else conversation
                title = " ".join(answer.question.split())[:TITLE_LENGTH]
                self._database.execute(
                    "INSERT INTO conversation VALUES (?, ?, ?, ?, ?)", (conversation, owner, title, now, now)
                )
            (position,) = self._database.execute(
                "SELECT COALESCE(MAX(position), 0) + 1 FROM turn WHERE conversation = ?", (conversation,)
            ).fetchone()
            form = json.dumps(answer.to_dict(), ensure_ascii=False, default=str)
            self._database.execute(
                "INSERT INTO turn (id, conversation, position, question, answer, outcome, created, contrary) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (turn, conversation, position, answer.question, form, outcome, now, _written(contrary)),
            )
            self._database.execute("UPDATE conversation SET updated = ? WHERE id = ?", (now, conversation))
        return conversation, turn

    def owned(self, owner: str, containing: str = "", limit: int = 200) -> list[Conversation]:
        """Give this owner's conversations, newest first; with `containing`, those that have each of its words.

        In the title, or all in one turn; accents and capitals make no difference.
        """
        wanted = fold(containing)
        rows = self._rows(
            "SELECT id, title, updated FROM conversation WHERE owner = ? AND (holds(title, ?) OR EXISTS "
            "(SELECT 1 FROM turn WHERE turn.conversation = conversation.id AND holds(said(question, answer), ?))) "
            "ORDER BY updated DESC LIMIT ?",
            (owner, wanted, wanted, limit),
        )
        return [Conversation(str(row[0]), str(row[1]), float(str(row[2]))) for row in rows]

    def named(self, conversation: str, owner: str) -> Conversation | None:
        """Give a conversation; None when it is not this owner's or does not exist."""
        rows = self._rows(
            "SELECT id, title, updated FROM conversation WHERE id = ? AND owner = ?", (conversation, owner)
        )
        return next((Conversation(str(row[0]), str(row[1]), float(str(row[2]))) for row in rows), None)

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """Give a conversation another title. Raises KeyError when it is not this owner's, ValueError when empty."""
        title = " ".join(title.split())[: TITLE_LENGTH * 2]
        if not title:
            raise ValueError("a conversation needs a title")
        self._change("UPDATE conversation SET title = ? WHERE id = ? AND owner = ?", (title, conversation, owner))

    def delete(self, conversation: str, owner: str) -> None:
        """Forget a conversation and its turns. Raises KeyError when it is not this owner's."""
        self._change("DELETE FROM conversation WHERE id = ? AND owner = ?", (conversation, owner))

    def rate(self, turn: str, owner: str, thumb: int | None, reason: str = "", comment: str = "") -> None:
        """Keep a thumb (1, -1, None to take it back), a reason and a comment. KeyError when not this owner's turn."""
        if thumb not in (1, -1, None):
            raise ValueError(f"a thumb is 1, -1 or None, found {thumb!r}")
        self._change(
            "UPDATE turn SET thumb = ?, reason = ?, comment = ? WHERE id = ? AND conversation IN "
            "(SELECT id FROM conversation WHERE owner = ?)",
            (thumb, reason[:80], comment[:2000], turn, owner),
        )

    def rated(self) -> list[Turn]:
        """Give every turn that carries a thumb, whoever gave it, oldest first."""
        rows = self._rows(
            "SELECT id, answer, outcome, thumb, reason, comment, contrary FROM turn WHERE thumb IS NOT NULL "
            "ORDER BY created",
            (),
        )
        return [_turn(row) for row in rows]

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def _change(self, query: str, values: tuple[object, ...]) -> None:
        with self._lock:
            if self._database.execute(query, values).rowcount == 0:
                raise KeyError("no such conversation")


def _turn(row: tuple[Any, ...]) -> Turn:
    identifier, form, outcome, thumb, reason, comment, contrary = row
    others = Answer.from_dict(_loaded(contrary)).statements if contrary else ()
    return Turn(identifier, Answer.from_dict(_loaded(form)), outcome, thumb, reason, comment, others)


def _written(contrary: Sequence[Statement]) -> str:
    """Give statements in the form of an answer, the one form that is versioned; empty for none."""
    return json.dumps(Answer("", tuple(contrary), found=True).to_dict(), ensure_ascii=False) if contrary else ""


def _loaded(form: object) -> Mapping[str, object]:
    loaded = json.loads(str(form))
    if not isinstance(loaded, dict):
        raise ValueError("not the form of an answer")
    return loaded
