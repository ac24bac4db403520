"""JSON Lines corpora: one document a line, with `id` or `_id`, `text`, and maybe `title`, `lang` and other fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from index.document import Document
from index.readers.file import check
from index.readers.text import title

LONGEST_LINE = 100_000_000
"""The longest line read, in bytes; a file may have any number of lines."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the documents of a JSON Lines file; other fields become metadata. Raises ValueError naming the line."""
    with path.open("rb") as lines:
        check(lines.read(8), path.suffix.lower())
        lines.seek(0)
        number = 0
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise ValueError(f"line {number} is longer than {LONGEST_LINE // 1_000_000} MB")
            if line.strip():
                yield _document(_decode(line, number), number, path)


def _decode(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"line {number} is not UTF-8: {error.reason} at byte {error.start} of the line") from error


def _document(line: str, number: int, path: Path) -> Document:
    try:
        fields = json.loads(line)
        if "\\ud" in line or "\\uD" in line:  # halves of surrogate pairs, which no file could hold
            fields = json.loads(_SURROGATE.sub("\ufffd", json.dumps(fields, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError(f'line {number}: expected an object such as {{"id": "a", "text": "…"}}, found {line[:40]!r}')
    identifier = fields.get("id", fields.get("_id"))
    text = fields.get("text")
    if not isinstance(identifier, str | int) or identifier == "" or not isinstance(text, str):
        raise ValueError(f"line {number}: expected the fields id and text, found {', '.join(fields) or 'none'}"[:300])
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
