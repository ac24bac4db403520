"""Which sentences answer: the best that can, those of its table that come as close, and up to two more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index import Span, cells
from rag.candidate import Candidate
from rag.features import is_heading
from rag.likeness import best_matches
from rag.listing import MOST, same_table
from rag.question import Kind, Question
from rag.ranges import beside, case_of
from rag.sufficiency import MENTIONED, answers_kind, mislabelled, other_days

CLOSE = 1.0
"""How near the best score another sentence must come to be quoted too."""


def choose(question: Question, candidates: Sequence[Candidate], scores: NDArray[np.float64]) -> list[int]:
    """Pick the best candidate that can answer as asked, and up to two more that come close; [] when none can.

    Of a table, all rows that come close. The best one comes first, then its passage's, in order.
    """
    out = _out_of_range(question, candidates)
    able = [
        row
        for row, candidate in enumerate(candidates)
        if row not in out
        and not _heads(question, candidate)
        and answers_kind(question, candidate.says)
        and not other_days(question, candidate.says)
        and not mislabelled(
            question, (candidate.says, *reversed(candidate.item.hit.chunk.headings), candidate.item.title)
        )
    ]
    if not able:
        return []
    order = sorted(able, key=lambda row: (-scores[row], row))
    close = [row for row in order if scores[row] > scores[order[0]] - CLOSE]
    if others := _undecided(question, candidates, order[0], able, close):
        return [order[0], *others][:MOST]
    chosen = [order[0]]
    for row in close[1:6]:
        new = all(candidates[row].item.text != candidates[other].item.text for other in chosen)
        if len(chosen) < 3 and new and not is_heading(candidates[row]):
            chosen.append(row)
    rank = candidates[order[0]].item.hit.rank
    return sorted(chosen, key=lambda row: (row != order[0], candidates[row].item.hit.rank != rank, row))


def _undecided(
    question: Question, candidates: Sequence[Candidate], best: int, able: Sequence[int], close: Sequence[int]
) -> list[int]:
    """Give the other rows of the table of `best` that may be meant as well: as close ones, or each for a case as it."""
    rows = [row for row in sorted(same_table(candidates, best).intersection(able)) if row != best]
    others = [row for row in rows if row in close and not _told_apart(question, candidates, best, row)]
    if not others:
        return []
    case = case_of(_label(candidates[best]))
    return [row for row in rows if row in others or (case and case_of(_label(candidates[row])) == case)]


def _label(candidate: Candidate) -> str:
    """Give the first cell of a row."""
    text = candidate.item.text
    return text[slice(*cells(text)[0])]


def _told_apart(question: Question, candidates: Sequence[Candidate], best: int, other: int) -> bool:
    """Say whether the label of `best` has a word of the question that the other row lacks, and not the other way."""
    same = best_matches(question.text, [_label(candidates[row]) for row in (best, other)]) >= MENTIONED
    return bool((same[:, 0] & ~same[:, 1]).any() and not (same[:, 1] & ~same[:, 0]).any())


def _out_of_range(question: Question, candidates: Sequence[Candidate]) -> set[int]:
    """Give the candidates that leave out a figure of the question that another in their passage has a range for."""
    passages: dict[Span, list[int]] = {}
    for row, candidate in enumerate(candidates):
        passages.setdefault(candidate.item.hit.chunk.span, []).append(row)
    out: set[int] = set()
    for passage in passages.values():
        left = beside(question.text, [candidates[row].says for row in passage])
        out.update(row for row, other in zip(passage, left, strict=True) if other)
    return out


def _heads(question: Question, candidate: Candidate) -> bool:
    """Say whether it is a heading that tells hardly more than the question: what is asked for stands below it."""
    if question.kind is not Kind.OTHER or candidate.says not in candidate.item.hit.chunk.headings:
        return False
    return int((best_matches(candidate.says, [question.text]) < MENTIONED).sum()) <= 1
