"""Plain text and Markdown: the decoded file, line ends kept, Markdown raw."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.document import Document
from index.readers.file import load

_MARKDOWN = MarkdownIt("commonmark")
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?=\S)(\"|'|)(.*\S)\1[ \t]*$", re.MULTILINE | re.IGNORECASE)
_MAYBE_HEADING = re.compile(r"^[ >]*(?:#{1,6}\s|=+[ \t]*$|-+[ \t]*$|```|~~~)", re.MULTILINE)
_TITLE_WITHIN = 100_000
"""How far into a Markdown file its first heading is looked for, in characters."""
_VISIBLE_LINE = re.compile(r"\S.*")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WESTERN = frozenset("éèêëàâäçîïôöùûüÿœæÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆñÑßáíóúÁÍÓÚ«»’‘“”…–—€°\u00a0•")
_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{1,40})", re.IGNORECASE)
_WEB_CHARSETS = re.compile(
    r"iso-?8859-\d+|windows-125\d|cp125\d|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5|koi8-[ru]|macintosh"
)


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the one document of a text file. Raises ValueError when it is empty or not text."""
    text = decode(load(path))
    if not text.strip():
        raise ValueError("the file is empty")
    markdown = path.suffix.lower() in (".md", ".markdown")
    yield Document(document_id, text, title(text, path.stem, markdown=markdown), str(path))


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 or UTF-32, by their mark or without, else Windows' or Mac's Western encoding; drop the mark.

    Bytes that are wrong in an otherwise good UTF-8 file are read as Windows-1252. Raises ValueError
    for what is not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    unmarked = _unmarked(data)
    if unmarked is not None:
        return _marked(data, unmarked)
    if b"\0" in data:
        raise ValueError("this is a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _western(data, error)


def decode_html(data: bytes) -> str:
    """Decode a web page: by its mark, as UTF-8, by the encoding it declares, else like any text."""
    declared = _CHARSET.search(data[:4096]) or _XML_ENCODING.match(data[:300])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    if _WEB_CHARSETS.fullmatch(name) and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            # Browsers, too, read iso-8859-1 as Windows-1252; what the encoding does not know becomes U+FFFD.
            return data.decode("cp1252" if name in ("iso-8859-1", "iso8859-1") else name, "replace")
    return decode(data)


def title(text: str, otherwise: str, *, markdown: bool = False) -> str:
    """Give the first heading or the first line of `text`, at most 200 characters; `otherwise` when it has none.

    With `markdown` what its front matter calls `title` comes first, and a heading is what Markdown takes for one.
    """
    if markdown:
        text = re.sub("\r\n?", "\n", text[:_TITLE_WITHIN])
        if front := _FRONT.match(text):
            if named := _FRONT_TITLE.search(front.group(1)):
                return named.group(2)[:200]
            text = text[front.end() :]
        if found := _first_heading(text):
            return found[:200]
    first = _VISIBLE_LINE.search(text)
    lines = first.group()[:1000].splitlines() if first else []
    return lines[0].strip()[:200] if lines else otherwise


def _first_heading(text: str) -> str:
    """Give the first heading of Markdown, else the first line that is not code; nothing where that is plain."""
    if not _MAYBE_HEADING.search(text):
        return ""
    tokens: list[Token] = []
    _MARKDOWN.block.parse(text.replace("\0", "\ufffd"), _MARKDOWN, {}, tokens)
    content = {token.type: following.content for token, following in reversed([*pairwise(tokens)])}
    words = content.get("heading_open") or content.get("paragraph_open", "").partition("\n")[0]
    return " ".join(words.split())


def _marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _western(data, error)
        raise ValueError(f"the text is damaged: {error.reason} in {encoding.upper()} at byte {error.start}") from error


def _unmarked(data: bytes) -> str | None:
    """Give the UTF-16 or UTF-32 a text is obviously in, from where its zero bytes stand; None when it is not."""
    start = data[:4000]
    for width, order, zeros in (
        (4, "utf-32-le", (1, 2, 3)),
        (4, "utf-32-be", (0, 1, 2)),
        (2, "utf-16-le", (1,)),
        (2, "utf-16-be", (0,)),
    ):
        lanes = [start[lane::width] for lane in range(width)]
        if len(data) % width or not lanes[-1]:
            continue
        empty = [lane.count(0) / len(lane) for lane in lanes]
        if all(empty[lane] > 0.6 for lane in zeros) and not any(empty[k] for k in range(width) if k not in zeros):
            return order
    return None


def _western(data: bytes, error: UnicodeDecodeError) -> str:
    """Decode what is not UTF-8 through and through."""
    head, tail = data[: error.start], data[error.start :]
    if error.reason == "unexpected end of data" and (len(tail) > 1 or not head.isascii()):
        # Cut inside its last character; but one byte alone may be an accented letter in another encoding.
        return head.decode("utf-8") + (tail.decode("cp1252") if len(tail) == 1 and tail >= b"\xe0" else "\ufffd")
    good = len(_UTF8_SEQUENCE.findall(data))
    if good:
        mended = data.decode("utf-8", "windows-1252-instead")
        odd = sum(1 for place in mended if place == "\ufffd")
        wrong = len(data) - len(data.decode("utf-8", "ignore").encode())
        if wrong <= good and not odd:
            return mended
    choices = []
    for encoding in ("cp1252", "mac_roman"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        high = [character for character in text if character > "\x7f"]
        if len(high) > 20 and len(high) > 0.4 * len(text):
            continue  # no language of Western Europe has so many accents
        choices.append((sum(character in _WESTERN for character in high) / len(high), encoding == "cp1252", text))
    best = max(choices, default=None)
    if best is None or best[0] < 0.5 or (not best[1] and best[0] < 0.9):
        raise ValueError(
            "the text is in an encoding that could not be told "
            f"(not UTF-8: {error.reason} at byte {error.start}): save it as UTF-8"
        )
    return best[2]


def _windows_instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252-instead", _windows_instead)
