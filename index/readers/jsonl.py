"""JSON Lines corpora: one document a line, with `id` or `_id`, `text`, and maybe `title`, `lang` and other fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from index.document import Document
from index.readers.text import title


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the documents of a JSON Lines file; other fields become metadata. Raises ValueError naming the line."""
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _document(line, number, path)


def _document(line: str, number: int, path: Path) -> Document:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError(f'line {number}: expected an object such as {{"id": "a", "text": "…"}}, found {line[:40]!r}')
    identifier = fields.get("id", fields.get("_id"))
    text = fields.get("text")
    if not isinstance(identifier, str | int) or identifier == "" or not isinstance(text, str):
        raise ValueError(f"line {number}: expected the fields id and text, found {', '.join(fields) or 'none'}")
    language = fields.get("lang", fields.get("language"))
    known = {"id", "_id", "text", "title", "lang", "language"}
    return Document(
        id=str(identifier),
        text=text,
        title=str(fields.get("title") or "") or title(text, str(identifier)),
        source=f"{path}:{number}",
        language=language if language in ("fr", "en") else None,
        metadata={key: value for key, value in fields.items() if key not in known},
    )
