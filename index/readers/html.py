"""Web pages through Beautiful Soup: the text a reader came for, a line a block. Runs in the child process only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from index.readers.scripts import LOWERED, LOWERED_END, RAISED, RAISED_END, settle

_DROPPED = frozenset(
    "script style noscript template nav footer aside iframe object embed svg canvas head dialog "
    "button select input textarea audio video map math del s strike".split()
)
_ROLES = frozenset("navigation banner contentinfo complementary search alert dialog menu menubar".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|\bline-through\b", re.IGNORECASE)
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_TABLE = _ROWS | {"thead", "tbody", "tfoot", "caption", "colgroup"}
_PARTING = frozenset(
    "address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr main menu nav ol p pre section summary table ul".split()
)
_ENDS = {
    **dict.fromkeys(_CELLS, (_CELLS | {"caption"}, frozenset({"table", "tr"}))),
    "tr": (_ROWS | {"caption"}, frozenset({"table"})),
    **dict.fromkeys(("thead", "tbody", "tfoot"), (_TABLE, frozenset({"table"}))),
    "li": (frozenset({"li", "p"}), frozenset({"ul", "ol", "menu", *_CELLS})),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd", "p"}), frozenset({"dl", *_CELLS}))),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    **dict.fromkeys(
        _PARTING, (frozenset({"p"}), _PARTING - {"p"} | {"button", "caption", "object", "template", *_CELLS})
    ),
}
"""A tag that opens -> which open ones it ends, and the tags beyond which none is looked for."""
_SHIFTED = {"sup": (RAISED, RAISED_END), "sub": (LOWERED, LOWERED_END)}
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html legend li main menu ol p pre section summary table tbody tfoot thead tr ul".split()
)
_LINES = frozenset("li dt dd tr summary".split())
_ARTICLES = ("article", "main")
_TITLED = ("h1", *_ARTICLES)
_WORDED = ("h2", "p", *_TITLED)
_LAYOUT = ("h1", "h2", "h3", "h4", "table", "ul", "ol", *_ARTICLES)  # a table cell with these is no cell of data
_BULLET, _ITEM_END = "\0", "\1"
_INVISIBLE = dict.fromkeys(map(ord, f"{_BULLET}{_ITEM_END}{RAISED}{RAISED_END}{LOWERED}{LOWERED_END}\u00ad"))
_SPACES = re.compile(r"[ \t\n\r\f]+")


_DEEPEST = 200
"""Open tags that are looked through for one that ends."""


class _Page(BeautifulSoup):
    """A page whose tags end where browsers end them; the parser alone nests an unclosed cell into the one before."""

    def handle_starttag(self, name: str, *rest: Any, **named: Any) -> Tag | None:  # noqa: ANN401 - handed on as it came
        ends, bounds = _ENDS.get(name, ((), ()))
        kept = len(self.tagStack)
        if any(self.open_tag_counter[end] for end in ends):
            top = len(self.tagStack) - 1
            for depth in range(top, max(0, top - _DEEPEST), -1):
                if self.tagStack[depth].name in bounds:
                    break
                kept = depth if self.tagStack[depth].name in ends else kept
        while len(self.tagStack) > kept:
            self.handle_endtag(self.tagStack[-1].name)
        return super().handle_starttag(name, *rest, **named)


def extract(data: bytes) -> dict[str, object]:
    """Give `text` and `title` of a web page in UTF-8. Raises ValueError when it holds no text."""
    soup = _Page(data.decode("utf-8", "replace"), "html.parser")
    heading = soup.find("h1")
    name = soup.find("title")
    title = _line(heading) or _line(name)
    text = _text(soup)
    if not text:
        raise ValueError("the web page holds no text: it may need a browser to show it; save it there as PDF")
    return {"text": text, "page_starts": (), "title": title[:200]}


def _line(tag: PageElement | None) -> str:
    return " ".join(_text(tag).split()) if isinstance(tag, Tag) else ""


def _text(soup: Tag) -> str:
    """Give the text with blank lines between blocks, list items marked, and the cells of a row in one line.

    Below a row of titles a line is drawn.
    """
    laid_out = _around(soup, _LAYOUT)
    parts: list[str] = []
    preformatted = cells = 0
    rows: set[int] = set()
    for step, node in _walk(soup):
        if not isinstance(node, Tag):
            words = str(node).translate(_INVISIBLE)
            parts.append(words if preformatted else _SPACES.sub(" ", words))
        elif node.name in ("td", "th") and id(node) not in laid_out:
            cells += step
            if step > 0:
                parts.append(" | " if id(node.parent) in rows else "")
                rows.add(id(node.parent))
        elif node.name in _SHIFTED:
            parts.append(_SHIFTED[node.name][step < 0])
        else:
            if step < 0 and node.name == "tr" and (columns := _heads(node)):
                parts.append("\n" + " | ".join(["---"] * columns))
            preformatted += step if node.name == "pre" else 0
            before, after = _margins(node.name)
            margin = before if step > 0 else after
            parts.append(" " if cells and margin else margin)
    text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", settle("".join(parts))))
    text = re.sub(rf"{_BULLET}\s*{_ITEM_END}", "", text).replace(_ITEM_END, "")
    text = re.sub(rf"{_BULLET}\s*", "- ", re.sub(rf"{_BULLET}\s*(?={_BULLET})", "", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _heads(row: Tag) -> int:
    """Give how many columns a row gives titles to: all its cells are titles, none empty, and others follow."""
    cells = row.find_all(_CELLS, recursive=False)
    if len(cells) < 2 or any(cell.name == "td" or not cell.get_text(strip=True) for cell in cells):
        return 0
    table = row.find_parent("table")
    return len(cells) if table is not None and table.find("tr") is row and table.find("td") is not None else 0


def _walk(soup: Tag) -> Iterator[tuple[int, Tag | NavigableString]]:
    """Give what a reader came for: (1, tag) where it opens, (-1, tag) where it closes, (0, string).

    Left out is what surrounds the text and what a browser does not show. Without recursion, for any depth of nesting.
    """
    titled, worded = _around(soup, _TITLED), _around(soup, _WORDED)
    opened: list[Tag] = []
    dropped: Tag | None = None
    articles = raised = 0
    for node in soup.descendants:
        while opened and node.parent is not opened[-1]:
            tag = opened.pop()
            articles -= tag.name in _ARTICLES
            raised -= tag.name == "sup"
            if dropped is None:
                yield -1, tag
            dropped = None if tag is dropped else dropped
        if isinstance(node, Tag):
            opened.append(node)
            articles += node.name in _ARTICLES
            raised += node.name == "sup"
            if dropped is None:
                page_header = node.name == "header" and not articles and id(node) not in titled
                bare_form = node.name == "form" and id(node) not in worded  # some pages stand whole in one form
                note = raised and _is_note(node)
                dropped = node if page_header or bare_form or note or _is_boilerplate(node) else None
            if dropped is None:
                yield 1, node
        elif dropped is None and isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield 0, node


def _around(soup: Tag, names: Sequence[str]) -> set[int]:
    """Give the identities of the tags that have one of `names` somewhere inside."""
    found: set[int] = set()
    for tag in soup.find_all(names):
        for parent in tag.parents:
            if id(parent) in found:
                break
            found.add(id(parent))
    return found


def _is_boilerplate(tag: Tag) -> bool:
    if tag.name in _DROPPED or tag.get("role") in _ROLES or tag.get("aria-hidden") == "true":
        return True
    return tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style") or "")) is not None


def _is_note(tag: Tag) -> bool:
    """Say whether a tag inside a `sup`, or that `sup` itself, is the link to a note."""
    link = tag.parent if tag.name == "sup" else tag
    if link is None or link.name != "a" or "#" not in str(link.get("href")):
        return False
    return link is tag or len(link.contents) == 1


def _margins(name: str) -> tuple[str, str]:
    """Give what to write before and after a tag's text."""
    if name in _LINES:
        return ("\n" + _BULLET, _ITEM_END + "\n") if name == "li" else ("\n", "\n")
    return ("\n", "") if name == "br" else ("\n\n", "\n\n") if name in _BLOCKS else ("", "")
