"""Lists in passages: what else belongs to an answer when a question asks for several things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import cells, fold, is_item, paragraphs, rows, table_at
from rag.candidate import Candidate
from rag.likeness import best_matches
from rag.question import Kind, Question
from rag.table import SAME, named

MOST = 20
"""Items of the longest list that is quoted."""
_SHORT = 160
"""The most characters of an item without a mark."""
_PAIR = re.compile(r"[^.:\n]{2,60}:[ \u00a0\u202f](?:(?![.!?]\s)[^\n]){1,100}")
"""A name, a colon, and what goes with it, in one sentence."""
_SEVERAL = re.compile(
    r"\b(?:quel(?:le)?s (?:\w+ )?(?:sont|etaient|furent|seront)|quel(?:le)?s \w+s\b|qui sont|enumer\w+|"
    r"(?:what|who|which) (?:are|were)|what \w+s are|which (?!was|is|has|does)\w*[^su\W]s\b(?! (?:is|was|has|does)\b)|"
    r"which \w{3,}[^aiosu\W]s does\b|"
    r"list(?:e[rz]?)?(?:[ -](?:all|the|les|moi|tous|toutes|them)))\b"
)


_OPEN = re.compile(
    r"\b(?:que|qu|what|which|quel(?:le)?)\b.*\b(?:faut|dois|doit|devons|devez|doivent|peu[tx]|peuvent|must|need|needs|"
    r"should|can|may|have to|has to|requir\w+|mandatory|obligatoires?|necessaires?|exigee?s?|demandee?s?|comprend|"
    r"includes?)\b"
)
"""What is required, allowed or part of something: a list that a line announces answers that whole."""


def several(question: Question) -> bool:
    """Say whether a question asks for more than one thing.

    >>> from rag.question import read_question
    >>> several(read_question("Quels sont les risques ?")), several(read_question("Quel est le risque ?"))
    (True, False)
    """
    return question.kind is not Kind.DATE and _SEVERAL.search(fold(question.text)) is not None


def listed(question: Question, candidates: Sequence[Candidate], best: int) -> list[int]:
    """Give the rows of `candidates` that stand in one list with `best`, in order; [] when only that one is asked for.

    A line that announces a list ("Les risques sont :") brings the list with it, whatever is asked.
    """
    chunk = candidates[best].item.hit.chunk
    places, here = _paragraph(candidates[best])
    found: set[int] = set()
    announced = question.kind in (Kind.OTHER, Kind.REASON) and candidates[best].item.text.endswith(":")
    if announced:
        found = _list_at(chunk.text, places, here + 1)
    elif several(question) or (question.kind is Kind.OTHER and _OPEN.search(fold(question.text))):
        found = _list_at(chunk.text, places, here)
        if not (several(question) or _announcing(chunk.text, places, found)):
            return []
    inside = [chunk.span.narrow(*places[at]) for at in found]
    belonging = [
        row
        for row, candidate in enumerate(candidates)
        if candidate.item.hit.chunk.span == chunk.span
        and (row == best or any(line.start <= candidate.item.span.start < line.end for line in inside))
    ]
    if not 1 < len(belonging) <= MOST:
        return []
    said = [candidates[row].says for row in belonging]
    if first := min(found, default=0):
        said.append(chunk.text[slice(*places[first - 1])])  # what the line above names, no item has alone
    only = named(question.text, said)[belonging.index(best)]
    if only and (line := _announcing(chunk.text, places, found)):
        above, own = (best_matches(question.text, [line, candidates[best].says]) >= SAME).sum(axis=0)
        only = above <= own  # "What are the safety items everyone must wear?" is after more than the safety glasses
    return belonging if announced or not only else []


def same_table(candidates: Sequence[Candidate], best: int) -> set[int]:
    """Give the rows of `candidates` that stand in one table with `best`; none where that is no row of one."""
    chunk = candidates[best].item.hit.chunk
    places, here = _paragraph(candidates[best])
    lines = [chunk.text[start:end] for start, end in places]
    if not (rows(lines)[here] and cells(lines[here])):
        return set()
    table = {chunk.span.narrow(*places[at]) for at in range(*table_at(lines, here))}
    return {row for row, candidate in enumerate(candidates) if candidate.item.span in table}


def _paragraph(candidate: Candidate) -> tuple[list[tuple[int, int]], int]:
    """Give the paragraphs of a candidate's passage, and which of them it stands in."""
    chunk = candidate.item.hit.chunk
    places = paragraphs(chunk.text)
    offset = candidate.item.span.start - chunk.span.start
    return places, next(at for at, (_, end) in enumerate(places) if offset < end)


def _announcing(text: str, places: Sequence[tuple[int, int]], found: set[int]) -> str:
    """Give the line with a colon above a list; "" where there is none."""
    line = text[slice(*places[first - 1])] if (first := min(found, default=0)) else ""
    return line if line.endswith(":") else ""


def _list_at(text: str, places: Sequence[tuple[int, int]], here: int) -> set[int]:
    """Give the paragraphs of the list that the one `here` is an item of; none when it is no item."""
    if here >= len(places):
        return set()
    lines = [text[start:end] for start, end in places]
    if rows(lines)[here]:
        return set(range(*table_at(lines, here)))
    marked = is_item(lines[here])
    if not marked and not _PAIR.fullmatch(lines[here]):
        begun = [at for at in range(here + 1) if at and lines[at - 1].endswith(":")]
        begun += [at for at in range(here + 1) if lines[at].endswith((",", ";"))][:1]
        return next((found for at in begun if here in (found := _unmarked(lines, at))), set())

    def goes_on(at: int, beside: int) -> bool:
        if marked:  # "2." goes on with "3.", not with a bullet
            return is_item(lines[at]) and lines[at][0].isalnum() == lines[beside][0].isalnum()
        low, high = places[min(at, beside)][1], places[max(at, beside)][0]
        return _PAIR.fullmatch(lines[at]) is not None and text.count("\n", low, high) < 2

    first = last = here
    while first and goes_on(first - 1, first):
        first -= 1
    while last + 1 < len(lines) and goes_on(last + 1, last):
        last += 1
    return set(range(first, last + 1))


def _unmarked(lines: Sequence[str], first: int) -> set[int]:
    """Give a list without bullets: short lines that end with a comma, a semicolon or a word, and a last one."""
    last = first
    while last + 1 < len(lines) and len(lines[last + 1]) <= _SHORT:
        here, following = lines[last][-1:], lines[last + 1][-1:]
        if here not in ",;" and not (here.isalnum() and following.isalnum()):
            break
        last += 1
    return set(range(first, last + 1))
