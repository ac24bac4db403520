"""Lines of a PDF's pages -> running text: wrapped lines joined, hyphens and ligatures repaired, glyphs kept track of.

What is stored is what a reader would type off the page. `Flow.glyphs` says for each character which glyph it came
from, so that a span of the text can be shown on the page by arithmetic.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.readers.running import Line, without_running_lines

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_HYPHENS = "\x02-\u2010\u00ad"
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LAST_LETTERS = re.compile(r"([^\W\d_]+)$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_BULLET = re.compile(r"[•‣▪●○◦■□]|[-–—]\s|\(?\d{1,3}[.)]\s")
_STOPS = '.!?…:;»”"'

# Kept where no other place of the document shows the word whole: after or before these a hyphen belongs to the word.
_BEFORE_HYPHEN = frozenset(
    "arrière au avant belle beau bien celle celles celui ceux ci contre demi dix est ex grand grande "
    "haut hors là lui mi moi nord non nous ouest par peut petit petite porte presque quasi quatre rendez sans "
    "semi sous soi sud toi trente vice vingt vis quarante cinquante soixante "
    "all cross high low long mid off one part self short two well".split()
)
_AFTER_HYPHEN = frozenset(
    "il elle ils elles on je tu vous nous ce ci là le la les lui leur moi toi y en même mêmes t à dessus dessous delà "
    "être même vis based free in like off to up".split()
)


@dataclass(frozen=True, slots=True)
class Flow:
    """The running text, where each page starts in it, and for each character its glyph on that page (-1: none)."""

    text: str
    page_starts: tuple[int, ...]
    glyphs: array[int]


@dataclass(slots=True)
class _Block:
    """Neighbouring lines of one column and size: its edges, and its smallest step from line to line."""

    left: float
    right: float
    pitch: float
    lines: int = 1


def flow(pages: Sequence[Sequence[Line]]) -> Flow:
    """Give the running text of `pages`, page by page, in the order the lines come in.

    A line end is a wrap where the next word would not have fitted; then it becomes a space. Hyphens that wrapping
    made are dropped, those of compound words stay: the document's own words decide, then the rules of the language.
    """
    kept = without_running_lines(pages)
    words = _words(kept)
    parts: list[str] = []
    glyphs = array("i")
    starts: list[int] = []
    previous: tuple[Line, _Block] | None = None
    for lines in kept:
        fresh = True
        for line, block in _blocks(lines):
            text, origins = _clean(line)
            if not text:
                continue
            if previous is not None:
                cut, joint = _joint(*previous, line, block, words, fresh=fresh)
                if cut:
                    parts[-1] = parts[-1][:-cut]
                    del glyphs[-cut:]
                parts.append(joint)
                glyphs.extend([-1] * len(joint))
            if fresh:
                starts.append(len(glyphs))
                fresh = False
            parts.append(text)
            glyphs.extend(origins)
            previous = (line, block)
        if fresh:
            starts.append(-1)
    end = len(glyphs)
    for number in range(len(starts) - 1, -1, -1):  # an empty page starts where the next one does
        end = starts[number] = starts[number] if starts[number] >= 0 else end
    return Flow("".join(parts), tuple(starts), glyphs)


def _clean(line: Line) -> tuple[str, list[int]]:
    """Give the line's visible text and origins: ligatures spelled out, a last hyphen as "-", no control characters."""
    characters: list[str] = []
    origins: list[int] = []
    last = len(line.text.rstrip()) - 1
    for place, (character, glyph) in enumerate(zip(line.text, line.glyphs, strict=True)):
        if character in _LIGATURES:
            spelled = _LIGATURES[character]
        elif place == last and character in _HYPHENS:
            spelled = "-"
        else:
            spelled = " " if character == "\t" else "" if _INVISIBLE.match(character) else character
        characters += spelled
        origins += [glyph] * len(spelled)
    low, high = 0, len(characters)
    while low < high and characters[low].isspace():
        low += 1
    while high > low and characters[high - 1].isspace():
        high -= 1
    return "".join(characters[low:high]), origins[low:high]


def _blocks(lines: Sequence[Line]) -> Iterable[tuple[Line, _Block]]:
    """Give each line with the block it stands in."""
    found: list[tuple[Line, _Block]] = []
    for line in lines:
        if found and _same_block(found[-1][0], line):
            above, block = found[-1]
            block.left, block.right = min(block.left, line.left), max(block.right, line.right)
            block.pitch = min(block.pitch, above.bottom - line.bottom)
            block.lines += 1
        else:
            block = _Block(line.left, line.right, 3 * line.size)
        found.append((line, block))
    for line, block in found:
        if block.lines < 6:  # too few to show how wide the column is: ask the lines like it on the page
            block.right = max([block.right, *(other.right for other in lines if _same_column(line, other))])
    return found


def _same_column(line: Line, other: Line) -> bool:
    alike = abs(other.size - line.size) <= 0.15 * max(other.size, line.size)
    return alike and other.upright and -4 * line.size < other.left - line.left < line.size


def _same_block(above: Line, line: Line) -> bool:
    step = above.bottom - line.bottom
    return (
        above.upright
        and line.upright
        and abs(above.size - line.size) <= 0.12 * max(above.size, line.size)
        and 0.5 * line.size < step < 2.5 * line.size
        and line.left < above.right
        and above.left < line.right
    )


def _joint(
    above: Line, over: _Block, line: Line, block: _Block, words: Counter[str], *, fresh: bool
) -> tuple[int, str]:
    """Give how many characters to take back (a hyphen) and what to put between two lines."""
    goes_on = over is block or _continues(above, line, fresh=fresh)
    if goes_on and (head := above.text.rstrip()) and head[-1] in _HYPHENS and len(head) > 1:
        hyphen = _hyphen(head, line.text.lstrip(), words)
        if hyphen is not None:
            return (0, "") if hyphen else (1, "")
    if over is not block:
        return 0, " " if goes_on else "\n\n"
    if above.bottom - line.bottom > 1.3 * block.pitch:
        return 0, "\n\n"
    return 0, " " if _wrapped(above, line, block) else "\n"


def _continues(above: Line, line: Line, *, fresh: bool) -> bool:
    """Say whether a sentence runs on from one column or page to the next."""
    turned = fresh or line.bottom > above.top
    alike = abs(above.size - line.size) <= 0.12 * max(above.size, line.size)
    first, last = line.text.lstrip()[:1], above.text.rstrip()[-1:]
    return turned and alike and above.upright and line.upright and first.islower() and last not in _STOPS


def _wrapped(above: Line, line: Line, block: _Block) -> bool:
    """Say whether the line end between two lines of a block is a wrap, not meant."""
    if _BULLET.match(line.text.lstrip()):
        return False
    if above.right + 0.3 * line.size + line.word < block.right:
        return False
    indented = line.left > block.left + 0.6 * line.size and above.left <= block.left + 0.6 * line.size
    return not (indented and above.text.rstrip()[-1:] in _STOPS)


def _hyphen(head: str, tail: str, words: Counter[str]) -> bool | None:
    """Say whether the hyphen that ends `head` belongs to the word (True), to the wrapping (False) or neither (None)."""
    if head[-1] == "\u00ad":
        return False
    before, after = _LAST_LETTERS.search(head[:-1]), _FIRST_LETTERS.match(tail)
    if before is None or after is None:
        return True if head[-2].isalnum() and tail[:1].isalnum() else None
    first, second = before.group().lower(), after.group().lower()
    whole, compound = words[first + second], words[f"{first}-{second}"]
    if whole != compound:
        return compound > whole
    if not after.group()[0].islower():
        return True
    if head[-1] == "\u2010":  # typesetting programs put this one in by themselves
        return False
    return first in _BEFORE_HYPHEN or second in _AFTER_HYPHEN


def _words(pages: Iterable[Iterable[Line]]) -> Counter[str]:
    """Count the words that stand whole inside a line, compounds also part by part."""
    counts: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            text, _ = _clean(line)
            found = [match.group().lower() for match in _WORD.finditer(text)]
            if text.endswith("-") and found:
                found.pop()
            for word in found:
                counts[word] += 1
                parts = re.split("[-’']", word)
                counts.update(f"{a}-{b}" for a, b in pairwise(parts) if f"{a}-{b}" in word)
                if "-" not in word:
                    counts.update(parts[1:])
    return counts
