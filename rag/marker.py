"""The markers of a generated text, [3] and its kin, <sup>3</sup>: where they stand and which numbers they name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rag.backend import Evidence

WIDEST = 12
"""Numbers that one range may span; "[1-9999]" names nothing."""

_LABEL = (
    r"(?:(?:sources?|passages?|phrases?|sentences?|documents?|docs?|r[ée]f(?:erence|érence)?|note|n[°o])[\s.:]*|S)?"
)
_ITEM = rf"{_LABEL}[#^]?\d{{1,4}}(?:\s*[-–—]\s*[#^]?\d{{1,4}})?"
_SEPARATOR = r"(?:\s*(?:[,;&]|\bet\b|\band\b)\s*|\s+)"
_INNER = re.compile(rf"\s*{_ITEM}(?:{_SEPARATOR}{_ITEM})*\s*(?:†.*)?", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*[-–—]\s*[#^]?(\d+))?")
_LIKE = re.compile(rf"\s*{_LABEL}[\s\d,;:.#^–—-]*\d[\s\d,;:.#^–—-]*(?:†.*)?", re.IGNORECASE)
_BRACKETS = re.compile(
    r"(?:<sup>\s?)?(?:\[\[?([^\[\]【】\n]{1,80})\]\]?(?:\([^()\s]*\))?|【([^\[\]【】\n]{1,80})】)(?:\s?</sup>)?",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<sup>\s?(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\s?</sup>", re.IGNORECASE)
_POWER = re.compile(r"(?:\d|(?<![^\W\d_])[a-zµ]{1,2})\s?$", re.IGNORECASE)
"""What a raised number is a power of: 10, m, km."""
_SPACED = re.compile(r"[^\S\n]*" + _BRACKETS.pattern, re.IGNORECASE)
_PARENTHESES = re.compile(r"\((\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\)")
_HALF = re.compile(
    r"(?:\[\[?|【)([^\[\]【】\n]{0,80})\]?$|\[\[?[^\[\]【】\n]{1,80}\]\]?\([^()\s]*$"
    r"|<su?p?$|<sup>[^<\n]{0,80}(?:</?s?u?p?)?$",
    re.IGNORECASE,
)
_HALF_INNER = re.compile(rf"\s*(?:[a-zéèê°]{{0,10}}[\s.:]*)?[\s\d,;:.#^–—-]*(?:†.*)?|{_INNER.pattern}", re.IGNORECASE)
_CODE = re.compile(r"```.*?(?:```|\Z)|(?<!`)`[^`\n]+`(?!`)", re.DOTALL)
_BULLET = re.compile(r"\s*(?:[-*•–—▪‣·>]|\d{1,2}[.)])?\s*")
_LISTED = re.compile(r"\A\s*\d{1,2}[.)]\s+(?=\S)")
_CONTEXT = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker at `text[start:end]`, the known numbers it names and how many it names in vain.

    `leads` says that it opens its line and so belongs to the sentence after it; `place` is where it stands once the
    markers are taken out.
    """

    start: int
    end: int
    numbers: tuple[int, ...]
    dropped: int
    leads: bool
    place: int = 0


def marks(text: str, start: int, evidence: Mapping[int, Evidence], *, fenced: bool = False) -> list[Mark]:
    """Give the markers of `text` from `start` on, in order; `fenced` says that a block of code is open there.

    A marker inside code is code; one that an evidence sentence itself has after the same words is part of the quote.
    """
    code = _code(text, start, fenced)
    sources = [" ".join(each.text.split()) for each in evidence.values() if re.search(r"[\[【(<]", each.text)]
    found: list[Mark] = []
    candidates = (match for pattern in (_BRACKETS, _PARENTHESES, _RAISED) for match in pattern.finditer(text, start))
    for match in sorted(candidates, key=re.Match.start):
        inner = next(group for group in match.groups() if group is not None)
        if match.re is _PARENTHESES and not _cites(match, inner, evidence):
            continue
        if match.re is _RAISED and _POWER.search(text[max(0, match.start() - 4) : match.start()]):
            continue
        if not _LIKE.fullmatch(inner) and not _INNER.fullmatch(inner):
            continue
        if any(low <= match.start() < high for low, high in code) or _quoted(match, sources):
            continue
        numbers, dropped = numbers_of(inner, evidence)
        found.append(Mark(match.start(), match.end(), numbers, dropped, _leads(text, match, found)))
    return found


def numbers_of(inner: str, known: Collection[int]) -> tuple[tuple[int, ...], int]:
    """Give the known numbers that the inside of a marker names, and how many it names in vain.

    >>> numbers_of("1, 3-4, 99", {1, 2, 3, 4})
    ((1, 3, 4), 1)
    """
    if not _INNER.fullmatch(inner):
        return (), 1
    numbers: list[int] = []
    dropped = 0
    for match in _RANGE.finditer(inner.split("†")[0]):
        low = int(match.group(1))
        high = int(match.group(2) or low)
        if low in known and high in known and low <= high < low + WIDEST:
            numbers += [number for number in range(low, high + 1) if number in known]
        else:
            dropped += 1
    return tuple(dict.fromkeys(numbers)), dropped


def unnumbered(text: str) -> str:
    """Give a sentence without the number that its list gives it, which is none of its facts.

    >>> unnumbered("1. The mill employs 120 people."), unnumbered("2) 3 people came."), unnumbered("3.5 million.")
    ('The mill employs 120 people.', '3 people came.', '3.5 million.')
    """
    return _LISTED.sub("", text)


def half_written(text: str, start: int) -> int:
    """Give the offset where a marker that is only half written begins, else the length of `text`."""
    match = _HALF.search(text, max(start, len(text) - 200))
    if match is None or (match.group(1) is not None and not _HALF_INNER.fullmatch(match.group(1))):
        return len(text)
    if match.group().endswith("]") and match.group(1) and not match.group().startswith("[["):
        return len(text)
    return match.start()


def without_markers(text: str) -> str:
    """Give `text` without anything that looks like a marker: numbers of an earlier answer mean nothing in the next."""
    return _SPACED.sub(lambda m: "" if _marker_like(m) else m.group(), _RAISED.sub("", text))


def _marker_like(match: re.Match[str]) -> bool:
    inner = match.group(1) or match.group(2)
    return bool(_INNER.fullmatch(inner) or _LIKE.fullmatch(inner))


def _code(text: str, start: int, fenced: bool) -> list[tuple[int, int]]:
    ranges = []
    if fenced:
        close = text.find("```", start)
        ranges.append((start, len(text) if close < 0 else close + 3))
        start = ranges[0][1]
    return [*ranges, *(match.span() for match in _CODE.finditer(text, start))]


def _cites(match: re.Match[str], inner: str, evidence: Mapping[int, Evidence]) -> bool:
    """Say whether a number in round brackets is a marker: known, and standing at the end of a sentence."""
    numbers, dropped = numbers_of(inner, evidence)
    if dropped or not numbers:
        return False
    before = match.string[: match.start()].rstrip()
    after = match.string[match.end() : match.end() + 2]
    if not before or before[-1].isdigit():  # "article 5 (3)" is a place in a law
        return False
    if before[-1] in ".!?…":
        return after[:1] in ("", " ", "\n")
    return before[-1] not in "\n" and bool(re.match(r"[.!?](?:\s|$)|\n|$", after))


def _quoted(match: re.Match[str], sources: list[str]) -> bool:
    before = " ".join(match.string[max(0, match.start() - 4 * _CONTEXT) : match.start()].split())[-_CONTEXT:]
    if len(before.strip()) < _CONTEXT // 2:
        return False
    glued = match.string[match.start() - 1 : match.start()].isspace()
    literal = before + (" " if glued else "") + match.group()
    return any(literal in source for source in sources)


def _leads(text: str, match: re.Match[str], earlier: list[Mark]) -> bool:
    """Say whether the line of `match` opens with a marker that text follows."""
    line = text.rfind("\n", 0, match.start()) + 1
    bullet = _BULLET.match(text, line)
    opening = bullet.end() if bullet else line
    first = next((mark for mark in earlier if mark.start >= line), None)
    if first is not None:
        return first.leads and first.start == opening
    rest = text[match.end() :].split("\n", 1)[0]
    rest = _RAISED.sub("", _BRACKETS.sub("", rest))
    return match.start() == opening and bool(re.search(r"\w", rest))
