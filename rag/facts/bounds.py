"""What limits a quantity: "up to", « au moins », "nearly"."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from rag.facts.form import Token
from rag.facts.tables import lines


class Bound(StrEnum):
    """How a quantity is limited."""

    EXACT = ""
    AT_MOST = "at most"
    AT_LEAST = "at least"
    LESS = "less than"
    MORE = "more than"
    ABOUT = "about"
    NEARLY = "nearly"
    WITHIN = "within"


_LINKS = {
    "fr": frozenset("a au aux de des du les la le l ' - d un une en ses leurs son sur pour par".split()),
    "en": frozenset("a an the of to by at in for its their -".split()),
}
_MOST_LINKS = 3
_MOST_SKIPPED = 3
_ENDS = frozenset(". , ; : ( )".split())


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, str], dict[tuple[str, ...], Bound]]:
    """Give, per language and side, the bounds by their words."""
    read: dict[tuple[str, str], dict[tuple[str, ...], Bound]] = {}
    for line in lines("bounds"):
        head, _, phrases = line.partition(": ")
        language, side, bound = head.split()
        for phrase in phrases.split("|"):
            spaced = phrase.replace("'", " ' ").replace("-", " - ")
            read.setdefault((language, side), {})[tuple(spaced.split())] = Bound[bound]
    return read


def bound_around(tokens: Sequence[Token], start: int, end: int, language: str) -> tuple[Bound, int, int]:
    """Give the bound of the quantity at `tokens[start:end]`, and where the quantity starts and ends with it.

    A bounding phrase is looked for right before, over a few linking words, then right after.
    """
    before, after = _phrases()[language, "before"], _phrases()[language, "after"]
    exceeding = _exceeding(tokens, start)
    if exceeding is not None:
        return exceeding[0], exceeding[1], end
    for links in range(_MOST_LINKS + 1):
        at = start - links
        if at < 0 or (links and tokens[at].norm not in _LINKS[language]):
            break
        for length in range(5, 0, -1):
            if at - length >= 0:
                bound = before.get(tuple(token.norm for token in tokens[at - length : at]))
                if bound is not None and not _is_negated(tokens, at - length, language):
                    return bound, at - length, end
                if bound is not None:
                    return _NEGATED.get(bound, bound), at - length - 1, end
    for skipped in range(_MOST_SKIPPED):
        if skipped and end + skipped <= len(tokens) and tokens[end + skipped - 1].norm in _ENDS:
            break
        for length in range(3, 0, -1):
            bound = after.get(tuple(token.norm for token in tokens[end + skipped : end + skipped + length]))
            beyond = end + skipped + length
            if bound is not None and not (beyond < len(tokens) and tokens[beyond].norm in _COMPARED):
                return bound, start, end if skipped else beyond
    return Bound.EXACT, start, end


_COMPARED = frozenset("de d que qu than".split())
"""Words after which « et plus » opens something else: « sept granges et plus de 2 000 brebis »."""
_NEGATION_REACH = 3
_EXCEEDING = ("depass", "exced", "exceed")


def _exceeding(tokens: Sequence[Token], start: int) -> tuple[Bound, int] | None:
    """Read « dépassent parfois », « ne dépasseront pas », "will not exceed" before a quantity, and where it starts."""
    for at in range(start - 1, max(-1, start - _MOST_LINKS - 2), -1):
        if tokens[at].norm.startswith(_EXCEEDING):
            opening = max(0, at - _NEGATION_REACH)
            found = [p for p in range(opening, at) if tokens[p].norm in ("ne", "n", "not", "cannot", "sans", "without")]
            return (Bound.AT_MOST, found[0]) if found else (Bound.MORE, at)
        if tokens[at].norm in _ENDS or tokens[at].is_number:
            return None
    return None


_NEGATED = {Bound.MORE: Bound.AT_MOST, Bound.LESS: Bound.AT_LEAST}


def _is_negated(tokens: Sequence[Token], at: int, language: str) -> bool:
    return at > 0 and tokens[at - 1].norm in {"fr": ("pas",), "en": ("no", "not")}[language]
