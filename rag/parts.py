"""A question that asks for several things -> a question for each, to be found and answered by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from index import Hit, Span
from rag.backend import Message
from rag.followup import standalone
from rag.topic import BLANK, unmarked

MOST = 3
"""Parts of a question at most; one with more is taken whole."""
_FEWEST = 3
"""The words that a part has at least."""
_ASKING = (
    rf"(?:(?:à|au|aux|de|du|d[’']|en|dans|par|pour|avec|chez|depuis|jusqu[’']à|at|by|for|from|in|on|since|to|until|with){BLANK}*)?"
    r"(?P<word>quel(?:le)?s?|combien|quand|où|pourquoi|comment|qui|qu[’']est|how|when|where|why|what|who|whom|which)\b"
)
_JOINT = re.compile(rf"(?:,?{BLANK}+(?:et|and)|;){BLANK}+(?={_ASKING})", re.IGNORECASE)
_COMMA = re.compile(rf",{BLANK}+(?={_ASKING})", re.IGNORECASE)
_BEGINS = re.compile(_ASKING, re.IGNORECASE)


def parts(question: str) -> list[str]:
    """Give the questions that `question` is made of, each so that it stands alone; [question] where it asks one thing.

    >>> parts("How much does a plot cost and how long is the waiting list?")
    ['How much does a plot cost?', 'how long is the waiting list?']
    >>> parts("Quand et où le traité a-t-il été signé ?")
    ['Quand et où le traité a-t-il été signé ?']
    """
    if not _BEGINS.match(question):
        return [question]
    joints = [joint for joint in _JOINT.finditer(question) if _is_new(question, joint)]
    if not joints:
        return [question]
    listed = [comma for comma in _COMMA.finditer(question, 0, joints[0].start()) if _is_new(question, comma)]
    cuts = [(0, 0), *(joint.span() for joint in (*listed, *joints))]
    ends = [*(start for start, _ in cuts[1:]), len(question)]
    pieces = [question[begin:end].strip() for (_, begin), end in zip(cuts, ends, strict=True)]
    if not 1 < len(pieces) <= MOST or any(len(piece.split()) < _FEWEST for piece in pieces):
        return [question]
    ending = question[len(unmarked(question, "?")) :]
    first, *others = [piece if piece.endswith("?") else f"{piece}{ending}" for piece in pieces]
    return [first, *(standalone(other, [Message("user", first)]) for other in others)]


def together(found: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """Give the `k` best of the hits found for each part, as many for each, in the order of their scores."""
    if len(found) == 1:
        return list(found[0])
    best: dict[Span, Hit] = {}
    for hit in (hit for ranked in zip_longest(*found) for hit in ranked if hit):
        if len(best) < k or hit.chunk.span in best:
            known = best.get(hit.chunk.span, hit)
            best[hit.chunk.span] = max(known, hit, key=lambda each: each.score)
    ordered = sorted(best.values(), key=lambda hit: -hit.score)
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]


def _is_new(question: str, joint: re.Match[str]) -> bool:
    """Say whether the question word after a joint asks, rather than goes on with a clause that it began before."""
    opened = _BEGINS.match(question)
    after = opened.end() if opened else 0
    return not re.search(rf"\b{re.escape(joint.group('word'))}\b", question[after : joint.start()], re.IGNORECASE)
