"""JSON Lines corpora: one document a line, with `id` or `_id`, `text`, and maybe `title`, `lang` and other fields."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from index.document import Document, Skipped
from index.readers.file import check
from index.readers.text import title

LONGEST_LINE = 100_000_000
"""The longest line read, in bytes; a file may have any number of lines."""

FAULTS_TOLD = 10
"""How many lines that can't be read are told one by one."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
    list: "a list",
    dict: "an object",
}


def read(path: Path, document_id: str) -> Iterator[Document | Skipped]:
    """Give the documents of a JSON Lines file, other fields as metadata; for a bad line, what is wrong with it."""
    faults = 0
    with path.open("rb") as lines:
        check(lines.read(8), path.suffix.lower())
        lines.seek(0)
        number = 0
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            try:
                if len(line) > LONGEST_LINE:
                    while line and not line.endswith(b"\n"):
                        line = lines.readline(LONGEST_LINE)
                    raise ValueError(f"line {number} is longer than {LONGEST_LINE // 1_000_000} MB")
                if line.strip():
                    yield _document(_decode(line, number), number, path)
            except ValueError as error:
                faults += 1
                if faults <= FAULTS_TOLD:
                    yield Skipped(str(path), str(error))
    if faults > FAULTS_TOLD:
        yield Skipped(str(path), f"{faults - FAULTS_TOLD} more of its {number} lines can't be read either")


def _decode(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"line {number} is not UTF-8: {error.reason} at byte {error.start} of the line") from error


def _finite(number: str) -> float:
    """Give a number that a collection can store: JSON knows no NaN, and nothing as large as 1e400 has a value."""
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is not a finite number; write null where there is none")
    return value


def _document(line: str, number: int, path: Path) -> Document:
    try:
        fields = json.loads(line, parse_constant=_finite, parse_float=_finite)
        if "\\ud" in line or "\\uD" in line:  # halves of surrogate pairs, which no file could hold
            fields = json.loads(_SURROGATE.sub("\ufffd", json.dumps(fields, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError(f'line {number}: expected an object such as {{"id": "a", "text": "…"}}, found {line[:40]!r}')
    name = "id" if "id" in fields else "_id"
    if name not in fields or "text" not in fields:
        raise ValueError(f"line {number}: expected the fields id and text, found {', '.join(fields) or 'none'}"[:300])
    identifier, text = fields[name], fields["text"]
    if not isinstance(text, str):
        raise ValueError(f"line {number}: expected text in the field text, found {_KINDS[type(text)]}")
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        raise ValueError(f"line {number}: expected text in the field {name}, found {_KINDS[type(identifier)]}")
    if identifier == "":
        raise ValueError(f"line {number}: the field {name} is empty")
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
