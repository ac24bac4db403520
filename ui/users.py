"""Who may sign in: names and hashed passwords in a file, sessions in memory, and patience against guessing."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path

SESSION_SECONDS = 12 * 3600
"""How long a session lasts."""
TRIES = 5
"""Tries to sign in that one address has per minute."""
MINIMUM = 10
"""Characters that a password needs at least."""

_COST = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in; an editor may also add and remove documents."""

    name: str
    editor: bool = False


def add_user(path: str | Path, name: str, password: str, *, editor: bool = False) -> None:
    """Keep a user and the scrypt hash of a password in the file at `path`, replacing who had that name.

    Raises ValueError for an empty name or a password of fewer than 10 characters.
    """
    name = name.strip()
    if not name or not name.isprintable() or len(name) > 80:
        raise ValueError(f"expected a name of 1 to 80 printable characters, found {name!r}")
    if len(password) < MINIMUM:
        raise ValueError(f"the password has {len(password)} characters; choose one of at least {MINIMUM}")
    held = _load(Path(path)) if Path(path).exists() else {}
    salt = secrets.token_bytes(16)
    held[name] = {"salt": salt.hex(), "hash": _hash(password, salt), "editor": editor}
    _store(Path(path), held)


def remove_user(path: str | Path, name: str) -> None:
    """Forget a user. Raises KeyError for a name that is not in the file."""
    held = _load(Path(path))
    del held[name]
    _store(Path(path), held)


def list_users(path: str | Path) -> list[User]:
    """Give every user in the file, by name."""
    return [User(name, bool(entry["editor"])) for name, entry in sorted(_load(Path(path)).items())]


class Door:
    """Signs people in and remembers them for a while. Reads the file at each try, so changes take effect at once."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[str, str, float]] = {}
        self._tries: defaultdict[str, deque[float]] = defaultdict(deque)

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Give a new session's token (256 random bits), or None: wrong, unknown, or too many tries from `address`."""
        if not self._may_try(address):
            return None
        entry = _load(self.path).get(name)
        salt = bytes.fromhex(str(entry["salt"])) if entry else b"\0" * 16
        given = _hash(password, salt)
        if entry is None or not hmac.compare_digest(given, str(entry["hash"])):
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = time.monotonic()
            self._sessions = {key: held for key, held in self._sessions.items() if held[2] > now}
            self._sessions[token] = (name, given, now + SESSION_SECONDS)
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def user(self, token: str) -> User | None:
        """Give who holds this session; None when it is unknown or over, or its user is gone or has a new password."""
        with self._lock:
            name, hashed, until = self._sessions.get(token, ("", "", 0.0))
        if until <= time.monotonic():
            return None
        entry = _load(self.path).get(name)
        return User(name, bool(entry["editor"])) if entry and entry["hash"] == hashed else None

    def _may_try(self, address: str) -> bool:
        with self._lock:
            now = time.monotonic()
            tries = self._tries[address]
            while tries and tries[0] < now - 60:
                tries.popleft()
            if len(tries) >= TRIES:
                return False
            tries.append(now)
            return True


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST).hex()


def _load(path: Path) -> dict[str, dict[str, object]]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"could not read the users in {path}: {error}; make it with `sourcier users add`") from error
    if not isinstance(held, dict):
        raise ValueError(f"{path} is not a file of users")
    return held


def _store(path: Path, held: dict[str, dict[str, object]]) -> None:
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(held, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
