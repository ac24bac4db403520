"""What a page sends along with a question."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_ID = re.compile(r"[\w-]{22}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What goes with a question: its conversation, what to ask (nothing: all), whose answer, how much of it.

    `documents` are ids, `folders` beginnings of ids; the page lets people choose the one or the other.
    """

    conversation: str = ""
    documents: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    backend: str = ""
    short: bool = False

    @property
    def filter(self) -> dict[str, object] | None:
        """The documents or folders as a search's filter."""
        if self.documents:
            return {"document_id": list(self.documents)}
        return {"folder": list(self.folders)} if self.folders else None

    @classmethod
    def read(cls, form: str) -> Wish:
        """Read the page's JSON, its keys the names of the fields; what doesn't fit is left out."""
        try:
            given = json.loads(form or "{}")
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(given, dict):
            return cls()
        conversation = str(given.get("conversation", ""))
        known = conversation if _ID.fullmatch(conversation) else ""
        documents, folders = _texts(given.get("documents")), _texts(given.get("folders"))
        return cls(known, documents, folders, str(given.get("backend", "")), given.get("short") is True)


def _texts(given: object) -> tuple[str, ...]:
    fits = isinstance(given, list) and all(isinstance(one, str) for one in given)
    return tuple(map(sound, given)) if fits and isinstance(given, list) else ()


def sound(text: str) -> str:
    """Give `text` with "?" for halves of characters, which JSON may hold but no file, index or page.

    >>> sound("caf" + chr(0xD800))
    'caf?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
