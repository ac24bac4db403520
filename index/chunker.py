"""Document -> chunks: whole sentences, ending where paragraphs end, each an exact slice of its document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from index import tokens
from index.document import Chunk, Document, Span
from index.sentence import paragraphs, sentences
from index.table import rows

CHUNKER_VERSION = 3
"""Raised whenever `chunk` cuts the same document otherwise; a collection remembers it."""

BUDGET = 200
"""The most tokens of the shipped encoding a chunk holds: about 850 characters of French, 900 of English."""

_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_FENCE = re.compile(r"(?m)^ {0,3}```")
_LONGEST_HEADER = 300
"""How much of a table's first row is kept, in characters."""
_HEADING_END = re.compile(r"[.!?…;:,»”\"')\]]$")


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch that stays together if it can: a paragraph, or a piece of one that is too long.

    `header` is the first row of the table that it is a later row of, empty where it is none.
    """

    start: int
    end: int
    tokens: int
    headings: tuple[str, ...]
    heading: bool
    header: str


def chunk(document: Document, *, budget: int = BUDGET, count: Callable[[str], int] = tokens.count) -> list[Chunk]:
    """Cut `document` into chunks of at most `budget` tokens, in order, covering every visible character once.

    Chunks end at paragraph ends; a paragraph over the budget is cut at sentence ends into pieces of like size, a
    sentence over it at words, a word over it anywhere. `headings` holds the headings in force, outermost first,
    and last the header of the table in whose rows the chunk begins.
    Raises ValueError when `budget` < 1.
    """
    if budget < 1:
        raise ValueError(f"expected a budget of at least 1 token, found {budget}")
    groups: list[list[_Block]] = []
    for block in _blocks(document.text, budget, count):
        if groups and _joins(groups[-1], block, budget):
            groups[-1].append(block)
        else:
            groups.append([block])
    return [_chunk(document, group) for group in groups]


def _joins(group: list[_Block], block: _Block, budget: int) -> bool:
    """Say whether `block` goes into the chunk that `group` makes so far."""
    if sum(b.tokens for b in group) + block.tokens > budget:
        return False
    return not block.heading or all(b.heading for b in group)


def _chunk(document: Document, group: list[_Block]) -> Chunk:
    span = Span(document.id, group[0].start, group[-1].end)
    headings, header = group[-1].headings, group[0].header
    return Chunk(span, document.quote(span), headings if not header or header in headings else (*headings, header))


def _blocks(text: str, budget: int, count: Callable[[str], int]) -> Iterable[_Block]:
    headings: list[tuple[int, str]] = []
    header = ""
    found = paragraphs(text)
    is_row = rows([text[start:end] for start, end in found])
    coded = _in_code(text, found)
    for index, (start, end) in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        plain = not (is_row[index] or coded[index])
        title = _heading(text, start, end, following, first=index == 0) if plain else None
        if title is not None:
            level, words = title
            headings = [kept for kept in headings if kept[0] < level] + [(level, words)]
        context = tuple(words for _, words in headings)
        row = is_row[index]
        above, header = (header if row else ""), ((header or text[start:end][:_LONGEST_HEADER]) if row else "")
        for low, high, size in _pieces(text, start, end, budget, count):
            yield _Block(low, high, size, context, title is not None, above)


def _in_code(text: str, found: Sequence[tuple[int, int]]) -> list[bool]:
    """Say of each paragraph whether it begins between the fences (```) of code; of none where one is left open."""
    fences = [len(_FENCE.findall(text[start:end])) for start, end in found]
    if not any(fences) or sum(fences) % 2:
        return [False] * len(fences)
    return [before % 2 == 1 for before in accumulate(fences, initial=0)][: len(fences)]


def _heading(
    text: str, start: int, end: int, following: tuple[int, int] | None, *, first: bool
) -> tuple[int, str] | None:
    """Give level and words of a heading: Markdown's, or a short line without a stop above a longer one."""
    line = text[start:end]
    if "\n" in line or "\r" in line or len(line) > 160:
        return None
    if match := _MARKDOWN_HEADING.fullmatch(line):
        return len(match.group(1)), match.group(2)
    if following is None or _HEADING_END.search(line) or not (line[0].isupper() or line[0].isdigit()):
        return None
    if following[1] - following[0] <= len(line) or not any(c.isalpha() for c in line):
        return None
    return (1 if first else 2), line


def _pieces(
    text: str, start: int, end: int, budget: int, count: Callable[[str], int]
) -> Iterable[tuple[int, int, int]]:
    """Give the paragraph whole, or in pieces of like size that end at sentence ends where it is over the budget."""
    size = count(text[start:end])
    if size <= budget:
        yield start, end, size
        return
    units = [
        (low, high, part)
        for a, b in sentences(text[start:end])
        for low, high, part in _halves(text, start + a, start + b, budget, count)
    ]
    total = sum(part for *_, part in units)
    aim = total / -(-total // budget)
    low, high, filled = units[0]
    done = 0
    for next_low, next_high, part in units[1:]:
        enough = filled + part / 2 > aim and done + filled < total - aim / 4
        if filled + part > budget or enough:
            yield low, high, filled
            done += filled
            low, filled = next_low, 0
        high = next_high
        filled += part
    yield low, high, filled


def _halves(
    text: str, start: int, end: int, budget: int, count: Callable[[str], int]
) -> Iterable[tuple[int, int, int]]:
    """Halve a sentence that is over the budget, at a space near its middle if there is one, until each part fits."""
    size = count(text[start:end])
    if size <= budget or end - start < 2:
        yield start, end, size
        return
    middle = (start + end) // 2
    reach = (end - start) // 4
    cut = text.rfind(" ", middle - reach, middle) + 1 or text.find(" ", middle, middle + reach) + 1 or middle
    yield from _halves(text, start, cut, budget, count)
    yield from _halves(text, cut, end, budget, count)
