"""Plain text and Markdown: the decoded file, line ends kept, Markdown raw."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from index.document import Document

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the one document of a text file. Raises ValueError when it is empty or not text."""
    text = decode(path.read_bytes())
    if not text.strip():
        raise ValueError("the file is empty")
    yield Document(document_id, text, title(text, path.stem, markdown=path.suffix.lower() != ".txt"), str(path))


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 or UTF-32 by their mark, else UTF-8, else Windows' Western encoding; the mark is dropped.

    Raises ValueError for what is not text.
    """
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    for mark, encoding in marks:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\0" in data:
        raise ValueError("this is a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            raise ValueError(
                f"the text is neither UTF-8 nor Windows-1252 ({error.reason} at byte {error.start})"
            ) from error


def title(text: str, otherwise: str, *, markdown: bool = False) -> str:
    """Give the first heading or the first line of `text`, at most 200 characters; `otherwise` when it has none."""
    if markdown and (heading := _HEADING.search(text)):
        return heading.group(1)[:200]
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first[:200] or otherwise
