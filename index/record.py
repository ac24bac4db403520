"""A document as it is stored: a checked line with what is known of it, and its text in UTF-8."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from index.document import Chunk, Document
from index.files import DamagedError

_EMPTY: dict[str, Any] = {"title": "", "source": "", "metadata": {}, "page_starts": [], "headings": [()]}


def record(document: Document, chunks: Sequence[Chunk]) -> bytes:
    """Give the line that stores a document besides its text.

    Raises ValueError when its metadata is not made of what JSON knows: text, numbers, booleans, None, lists, dicts.
    """
    fields = {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "language": document.language,
        "metadata": dict(document.metadata),
        "page_starts": list(document.page_starts),
        "sha256": document.sha256,
        "headings": list(dict.fromkeys(c.headings for c in chunks)),
        "bytes": len(encode(document.text)),
    }
    fields = {name: value for name, value in fields.items() if value != _EMPTY.get(name, fields)}
    try:
        line = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the metadata of document {document.id!r} can't be stored ({error}); "
            "use text, finite numbers, booleans, None, lists and dicts"
        ) from error
    body = encode(line)
    return b"%s\t%s\n" % (body, _checksum(body))


def same(stored: Mapping[str, Any], document: Document) -> bool:
    """Say whether a record is that of exactly this document: text, title, metadata and all."""
    given = read_record(record(document, ()))
    return all(stored[name] == given[name] for name in given if name != "headings")


def read_record(line: bytes) -> dict[str, Any]:
    """Read what `record` gave. Raises DamagedError for a line whose checksum differs."""
    body, _, check = line.rstrip(b"\n").rpartition(b"\t")
    if check != _checksum(body):
        raise DamagedError(f"a stored record is damaged: {line[:80]!r}")
    found: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"))
    return {**_EMPTY, **found}


def stored_document(line: bytes, text: bytes) -> Document:
    """Make a document of its record and its text. Raises DamagedError when either is not as it was stored."""
    found = read_record(line)
    if hashlib.sha256(text).hexdigest() != found["sha256"]:
        raise DamagedError(f"the stored text of document {found['id']!r} is damaged: its checksum differs")
    return Document(
        id=found["id"],
        text=text.decode("utf-8", "surrogatepass"),
        title=found["title"],
        source=found["source"],
        language=found["language"],
        metadata=dict(found["metadata"]),
        page_starts=tuple(found["page_starts"]),
    )


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=6).hexdigest().encode()


def encode(text: str) -> bytes:
    """Give a text in UTF-8; lone surrogates, which a text may hold, come back as they were."""
    return text.encode("utf-8", "surrogatepass")
