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
_CLOSED = (
    rf"est-ce|y[’' ]?a[- ]t[-’' ]il|peut-on|puis-je|dois-je|doit-on|faut[- ]il"
    rf"|(?:is|are){BLANK}+there|(?:can|do|must|may){BLANK}+(?:i|we|you)"
)
"""What opens a question that asks for yes or no."""
_ASKING = (
    rf"(?:(?:à|au|aux|de|du|d[’']|en|dans|par|pour|avec|chez|depuis|jusqu[’']à|c[’']est|at|by|for|from|in|on|since|to"
    rf"|until|with){BLANK}*)?(?P<word>quel(?:le)?s?|combien|quand|où|pourquoi|comment|qui|qu[’']est"
    rf"|how|when|where|why|what|who|whom|which|{_CLOSED})\b"
)
_BARE = re.compile(r"(?:how|when|where|why|what|who|which|quand|où|comment|combien|pourquoi)$", re.IGNORECASE)
"""A question word that goes with what comes after: "Who decides when and where it is held?"."""
_WORD = re.compile(r"\w+")
_PHRASE = re.compile(rf"{_ASKING}(?:{BLANK}+[\w-]+)?{BLANK}*\??", re.IGNORECASE)
"""What is asked for, without what is asked about it: « Dans quel cas »."""
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
    if not 1 < len(pieces) <= MOST or _PHRASE.fullmatch(pieces[0]) or not all(map(_is_whole, pieces)):
        return [question]
    ending = question[len(unmarked(question, "?")) :]
    first, *others = [piece if piece.endswith("?") else f"{piece}{ending}" for piece in pieces]
    return [first, *(_completed(other, first) for other in others)]


def _completed(part: str, first: str) -> str:
    """Give a part with what it takes from the first one: always, where it asks for yes or no, or for how long."""
    if _LENGTH.match(part):  # "How many books may I borrow and for how long?"
        return f"{_MANY.sub('', unmarked(first, '?'))} {part}"
    if re.match(_CLOSED, part, re.IGNORECASE):
        return _AND.sub("", standalone(f"et {part}", [Message("user", first)]))
    return standalone(part, [Message("user", first)])


_LENGTH = re.compile(rf"(?:pour{BLANK}+combien|for{BLANK}+how)\b", re.IGNORECASE)
_MANY = re.compile(rf"^(?:combien{BLANK}+d(?:e{BLANK}+|[’'])|how{BLANK}+many{BLANK}+)", re.IGNORECASE)
_AND = re.compile(rf"\bet{BLANK}+(?={_CLOSED})", re.IGNORECASE)


def _is_whole(piece: str) -> bool:
    """Say whether a part asks something: it has some words, and no question word at its end that goes on after it."""
    return len(_WORD.findall(piece)) >= _FEWEST and not _BARE.search(piece)


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
