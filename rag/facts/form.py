"""What two texts may differ in and still be the same: a normal form with a way back to the characters, and tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index import fold

PERMITTED = (
    "kind and number of spaces (no-break, thin, tab, line end)",
    'quote marks (« », “ ”, „, ", single or double)',
    "apostrophes (' ’ ʼ ′)",
    "hyphens, dashes and the minus sign",
    "invisible characters (soft hyphen, zero-width, byte order mark, variation selectors)",
    "upper and lower case",
    "composed and decomposed accents",
    "compatibility forms (ligatures, full-width digits, subscripts), save superscripts and fractions",
)
"""The differences of form that never change a verdict; everything else is content."""

_ALIKE = {
    **dict.fromkeys('«»“”„‟‹›″"', '"'),
    **dict.fromkeys("'’‘‚‛ʼ′`´", "'"),
    **dict.fromkeys("-‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("…", "."),
    **dict.fromkeys("⁄∕", "/"),
}


class Token(NamedTuple):
    """A word, number or sign of a text: its letters as written, folded, and its half-open place in the original."""

    raw: str
    norm: str
    start: int
    end: int
    glued: bool
    """Whether it follows the token before it without a space."""

    @property
    def is_word(self) -> bool:
        """Whether it starts with a letter."""
        return self.raw[0].isalpha()

    @property
    def is_number(self) -> bool:
        """Whether it starts with a decimal digit."""
        return self.raw[0].isdecimal()


def normal(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Give `text` in its normal form (case kept) and, for each character of that form, its half-open place in `text`.

    >>> normal("L’été : 10 000 €")[0]
    "L'été : 10 000 €"
    """
    form: list[str] = []
    origins: list[tuple[int, int]] = []
    if text.isascii() and text.isprintable():
        return _ascii(text)
    for start, cluster in _clusters(text):
        for character in _plain(cluster):
            if character == " " and form and form[-1] == " ":
                continue
            form.append(character)
            origins.append((start, start + len(cluster)))
    return "".join(form), origins


_SPACES = re.compile(r"  +")


def _ascii(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Give the normal form of plain text, where only runs of spaces and the back quote differ."""
    origins = [(start, start + 1) for start in range(len(text))]
    for run in reversed(list(_SPACES.finditer(text))):
        del origins[run.start() + 1 : run.end()]
    return _SPACES.sub(" ", text).replace("`", "'"), origins


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or not unicodedata.combining(text[position]):
            yield start, text[start:position]
            start = position


@lru_cache(maxsize=10_000)
def _plain(cluster: str) -> str:
    first = cluster[0]
    if first in _ALIKE:
        return _ALIKE[first]
    if first.isspace():
        return " "
    if unicodedata.category(first) == "Cf" or "\ufe00" <= first <= "\ufe0f":
        return ""
    if _is_protected(first):
        return cluster
    return "".join(_ALIKE.get(c, " " if c.isspace() else c) for c in unicodedata.normalize("NFKC", cluster))


_TOKEN = re.compile(
    r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])(?:[.,]\d+)?"  # 10 000,5
    r"|\d+(?:[.,']\d+)*"
    r"|(?:[A-Z]\.-?){2,}"  # J.-C., U.S.
    r"|[^\W\d_](?:[^\W_])*"
    r"|\S"
)
_DOTTED = re.compile(r"[.\-]")


def _is_protected(character: str) -> bool:
    return unicodedata.decomposition(character).startswith(("<super>", "<fraction>"))


@lru_cache(maxsize=100_000)
def _folded(raw: str) -> str:
    return "".join(c if _is_protected(c) else fold(c) for c in raw)


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[Token, ...]:
    """Give the tokens of `text`, with their offsets in `text` itself.

    >>> [t.norm for t in tokens("L’accord : 10 000 € !")]
    ['l', "'", 'accord', ':', '10 000', '€', '!']
    """
    form, origins = normal(text)
    found = []
    last = -1
    for match in _TOKEN.finditer(form):
        raw = match.group()
        if raw[0].isalpha() and "." in raw:
            raw = _DOTTED.sub("", raw)
        start, end = origins[match.start()][0], origins[match.end() - 1][1]
        found.append(Token(raw, _folded(raw), start, end, match.start() == last))
        last = match.end()
    return tuple(found)
