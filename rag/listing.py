"""Lists in passages: what else belongs to an answer when a question asks for several things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import fold, paragraphs, rows
from rag.candidate import Candidate
from rag.likeness import best_matches
from rag.question import Kind, Question

MOST = 10
"""Items of a list that are quoted."""
SAME = 0.9
"""The cosine from which two words are one."""
_SHORT = 160
"""The most characters of an item without a mark."""
_FORMS = (
    ("mark", re.compile(r"(?:[-*•–—▪‣·]|\(?\d{1,3}[.)]|[a-z]\))\s")),
    ("pair", re.compile(r"[^.:]{2,60}[ \u00a0\u202f]?: ?\S")),
)
"""What makes an item of a line by itself: a bullet or a number, or a name before a colon."""
_SEVERAL = re.compile(
    r"\b(?:quel(?:le)?s (?:\w+ )?(?:sont|etaient|furent|seront)|quel(?:le)?s \w+s\b|qui sont|"
    r"tous les|toutes les|"
    r"(?:what|who|which) (?:are|were)|which (?:\w+ )?(?!was\b|is\b|has\b)\w+s\b|list\w*|enumer\w*)\b"
)


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
    places = paragraphs(chunk.text)
    lines = [chunk.text[start:end] for start, end in places]
    offset = candidates[best].item.span.start - chunk.span.start
    here = next(at for at, (_, end) in enumerate(places) if offset < end)
    found: set[int] = set()
    if announced := lines[here].endswith(":"):
        found = {here} | _list_at(lines, here + 1)
    elif several(question):
        found = _list_at(lines, here)
    inside = [chunk.span.narrow(*places[at]) for at in found]
    belonging = [
        row
        for row, candidate in enumerate(candidates)
        if candidate.item.hit.chunk.span == chunk.span
        and any(line.start <= candidate.item.span.start < line.end for line in inside)
    ]
    says = [candidates[row].says for row in belonging]
    if len(belonging) < 2 or (not announced and _alone(question, says, belonging.index(best))):
        return []
    return belonging[:MOST]


def _alone(question: Question, items: Sequence[str], best: int) -> bool:
    """Say whether one item of a list has a word of the question that no other has: only that one is asked for."""
    matches = best_matches(question.text, items) >= SAME
    return bool((matches[:, best] & (matches.sum(axis=1) == 1)).any())


def _list_at(lines: Sequence[str], here: int) -> set[int]:
    """Give the lines of the list that the line `here` is an item of; none when it is no item."""
    if here >= len(lines):
        return set()
    in_table = rows(lines)
    kinds = [
        "row" if in_table[at] else next((kind for kind, form in _FORMS if form.match(line)), "")
        for at, line in enumerate(lines)
    ]
    if not kinds[here]:
        begun = [at for at in range(here + 1) if at and lines[at - 1].endswith(":")]
        begun += [at for at in range(here + 1) if lines[at].endswith((",", ";"))][:1]
        return next((found for at in begun if here in (found := _unmarked(lines, at))), set())
    first = last = here
    while first and kinds[first - 1] == kinds[here]:
        first -= 1
    while last + 1 < len(kinds) and kinds[last + 1] == kinds[here]:
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
