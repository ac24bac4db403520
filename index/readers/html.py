"""Web pages through Beautiful Soup: the text a reader came for, a line a block. Runs in the child process only."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

_DROPPED = (
    "script style noscript template nav footer aside iframe object embed svg canvas head dialog "
    "button select input textarea audio video map math"
).split()
_KEPT_INSIDE = ["article", "main"]
_ROLES = frozenset("navigation banner contentinfo complementary search alert dialog menu menubar".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html legend li main menu ol p pre section summary table tbody tfoot thead tr ul".split()
)
_CLOSE = frozenset("li dt dd tr summary".split())
_SPACES = re.compile(r"[ \t\n\r\f]+")


def extract(data: bytes) -> dict[str, object]:
    """Give `text` and `title` of a web page in UTF-8. Raises ValueError when it holds no text."""
    soup = BeautifulSoup(data.decode("utf-8", "replace"), "html.parser")
    heading = soup.find("h1")
    name = soup.find("title")
    title = _line(heading) or _line(name)
    text = _text(_without_boilerplate(soup))
    if not text:
        raise ValueError("the web page holds no text: it may need a browser to show it; save it there as PDF")
    return {"text": text, "page_starts": (), "title": title[:200]}


def _line(tag: PageElement | None) -> str:
    return " ".join(tag.get_text(" ").split()) if isinstance(tag, Tag) else ""


def _without_boilerplate(soup: BeautifulSoup) -> BeautifulSoup:
    """Take out what surrounds the text (menus, footers, forms, scripts) and what a browser would not show."""
    for tag in soup.find_all(True):
        if not tag.decomposed and _is_boilerplate(tag):
            tag.decompose()
    return soup


def _is_boilerplate(tag: Tag) -> bool:
    if tag.name in _DROPPED or tag.get("role") in _ROLES or tag.get("aria-hidden") == "true":
        return True
    if tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style") or "")):
        return True
    if tag.name == "header":
        return tag.find_parent(_KEPT_INSIDE) is None and tag.find(["h1", *_KEPT_INSIDE]) is None
    # Some servers wrap the whole page in one form.
    return tag.name == "form" and tag.find(["h1", "h2", "p", *_KEPT_INSIDE]) is None


def _text(soup: BeautifulSoup) -> str:
    """Give the text with blank lines between blocks; walks without recursion, so any depth of nesting will do."""
    parts: list[str] = []
    open_tags: list[Tag] = []
    preformatted = 0
    for node in soup.descendants:
        while open_tags and node.parent is not open_tags[-1]:
            tag = open_tags.pop()
            preformatted -= tag.name == "pre"
            parts.append(_end(tag.name))
        if isinstance(node, Tag):
            parts.append(_start(node, parts))
            open_tags.append(node)
            preformatted += node.name == "pre"
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            words = str(node).replace("\u00ad", "")
            parts.append(words if preformatted else _SPACES.sub(" ", words))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parts))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"  +", " ", text)).strip()


def _start(tag: Tag, parts: list[str]) -> str:
    if tag.name == "br":
        return "\n"
    if tag.name in ("td", "th") and tag.find_previous_sibling(("td", "th")) is not None:
        return " | "
    if tag.name == "li":
        return "\n- "
    return "" if tag.name not in _BLOCKS else "\n" if tag.name in _CLOSE else "\n\n"


def _end(name: str) -> str:
    return "" if name not in _BLOCKS else "\n" if name in _CLOSE else "\n\n"
