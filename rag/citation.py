"""Generated text and its evidence -> statements with spans. Pure arithmetic on offsets: no place is searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Span, sentences, terms, words
from rag.answer import Citation, Statement
from rag.backend import Evidence
from rag.marker import Mark, half_written, marks, unnumbered
from rag.proof import language_of, proof, terms_of

STEP = 64
"""Text is cut every `STEP` characters, so that the result depends on the text, not on how it arrived."""
LOOKAHEAD = 24
"""Characters that must follow a sentence before it is final: a marker or a lower-case word may still join it."""
GAP = 25
"""Characters between two words that still belong to one stretch."""

_LEADING = re.compile(r"(?:\s*(?:[-*•–—▪‣·]|#{1,6}|>|\|)\s+)+|\s*```\w*\s*")
_VISIBLE = re.compile(r"\w")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\S)```\w*")
_TWICE = re.compile(r"(?<=\w\.)\.(?=[\s»”\"')]*$)")
"""The full stop after a marker that itself followed one, as in `Super Smash Bros. [13].`"""
_TIGHT = re.compile(r"[^\S\n]+$")
_JOINT = re.compile(r"[^\S\n]*(?:[,;&–-]|[,;]?[^\S\n]*(?:et|and)(?=[^\S\n]))?[^\S\n]*")
"""What stands between the markers of one list: "[1], [2] and [3]"."""
_JOINT_BEGUN = re.compile(r"[^\S\n]*(?:[,;&–-]|[,;]?[^\S\n]*(?:et?|an?d?))?[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Cited:
    """What has been cut out of a growing text: finished statements, the one being written, markers that led nowhere.

    `consumed` is how many characters the finished statements took; `seen` the last step that was looked at; `fenced`
    says whether a block of code is open there.
    """

    statements: tuple[Statement, ...] = ()
    unfinished: str = ""
    dropped: int = 0
    consumed: int = 0
    seen: int = 0
    fenced: bool = False


def cite(text: str, evidence: Sequence[Evidence], *, complete: bool = False, after: Cited | None = None) -> Cited:
    """Give the statements of `text` as far as it is written, each with the evidence that proves it (`proof`).

    Call it again with the longer text and `after` the earlier result: finished statements stay as they were, and the
    outcome is the same however the text was dealt out. A marker of an unknown number is dropped and counted; which
    of the others stand is for `proof`.
    """
    state = after or Cited()
    by_number = {each.number: each for each in evidence}
    while (seen := _next(state)) <= len(text):
        state = _advance(replace(state, seen=seen), text[:seen], by_number, last=False)
    if complete:
        return replace(_advance(state, text, by_number, last=True), unfinished="")
    shown, _ = _strip(text, state, by_number, last=False)
    return replace(state, unfinished=_tidy(shown).strip())


def _next(state: Cited) -> int:
    """Give where to look next: the longer nothing came to an end, the later, or a sentence costs its square."""
    return state.seen + max(STEP, (state.seen - state.consumed) // 8 // STEP * STEP)


def citation(evidence: Evidence, statement: str) -> Citation:
    """Give the citation of one evidence sentence: its span, its characters, and the part that `statement` takes."""
    marked = focus(statement, evidence.text, language_of(evidence.hit.chunk.text))
    return Citation(
        evidence.number,
        evidence.span,
        evidence.text,
        evidence.title,
        evidence.page,
        None if marked is None else evidence.span.narrow(*marked),
    )


def focus(statement: str, source: str, language: str) -> tuple[int, int] | None:
    """Give the stretch of `source` with most of the terms of `statement` close together, as half-open offsets.

    None when that is nearly all of it, or no more than one word that is no number.

    >>> source = "En parallèle, Nvidia investit 10 milliards, ce que personne n'avait vu venir depuis des années."
    >>> source[slice(*focus("Nvidia investit 10 milliards.", source, "fr"))]
    'Nvidia investit 10 milliards'
    """
    wanted = set(terms_of(statement, language))
    runs: list[list[tuple[int, int, str]]] = []
    for start, end in words(source):
        term = next(iter(terms(source[start:end], language)), "")
        if term not in wanted:
            continue
        if runs and start - runs[-1][-1][1] <= GAP:
            runs[-1].append((start, end, term))
        else:
            runs.append([(start, end, term)])
    if not runs:
        return None
    best = max(runs, key=lambda run: (len({term for _, _, term in run}), -run[0][0]))
    start, end = best[0][0], best[-1][1]
    tells = len({term for _, _, term in best}) > 1 or best[0][2][0].isdigit()
    return (start, end) if tells and end - start < 0.8 * len(source) else None


def _advance(state: Cited, text: str, by_number: dict[int, Evidence], *, last: bool) -> Cited:
    """Move what is final from the unread part of `text` into the state's statements."""
    shown, placed = _strip(text, state, by_number, last=last)
    cuts = sentences(shown)
    final = len(cuts) if last else sum(len(shown) - start >= LOOKAHEAD for start, _ in cuts[1:])
    if not final:
        return state
    owner = [_owner(mark, shown, cuts) for mark in placed]
    statements = list(state.statements)
    dropped = state.dropped
    for position, (start, end) in enumerate(cuts[:final]):
        own = [mark for mark, at in zip(placed, owner, strict=True) if at == position]
        body = _tidy(shown[start:end])
        dropped += sum(mark.dropped for mark in own)
        if not _VISIBLE.search(body):
            dropped += sum(len(mark.numbers) for mark in own)
            continue
        named = _once([by_number[number] for mark in own for number in mark.numbers])
        said = unnumbered(body)
        found = proof(said, named, list(by_number.values()))
        statements.append(Statement(body, tuple(citation(each, said) for each in found)))
    if last:
        dropped += sum(mark.dropped for mark, at in zip(placed, owner, strict=True) if at is None)
        return replace(state, statements=tuple(statements), dropped=dropped, consumed=len(text))
    kept = [mark.start for mark, at in zip(placed, owner, strict=True) if at is not None and at >= final]
    consumed = min([_raw(cuts[final][0], state.consumed, placed), *kept])
    fenced = state.fenced ^ (text.count("```", state.consumed, consumed) % 2 == 1)
    return replace(state, statements=tuple(statements), dropped=dropped, consumed=consumed, fenced=fenced)


def _once(named: Sequence[Evidence]) -> list[Evidence]:
    """Leave out what was named before, also by another number: passages may overlap."""
    found: dict[Span, Evidence] = {}
    for each in named:
        found.setdefault(each.span, each)
    return list(found.values())


_LONGEST_JOINT = 20


def _strip(text: str, state: Cited, by_number: dict[int, Evidence], *, last: bool) -> tuple[str, list[Mark]]:
    """Give the unread part of `text` without its markers, and the markers, each at its place in that part.

    A marker that is only half written is held back, and at the end of the text dropped; so is, for as long as another
    marker may follow, what joins two of them.
    """
    end = half_written(text, state.consumed)
    found = marks(text[:end], state.consumed, by_number, fenced=state.fenced)
    pieces: list[str] = []
    length, position = 0, state.consumed
    placed: list[Mark] = []
    for mark in found:
        piece = text[position : mark.start]
        if placed and len(piece) < _LONGEST_JOINT and _JOINT.fullmatch(piece):
            piece = ""
        elif not text[mark.end : min(mark.end + 1, end)].isalnum():
            piece = _TIGHT.sub("", piece)
        pieces.append(piece)
        length += len(piece)
        placed.append(replace(mark, place=length))
        position = mark.end
    tail = text[position:end]
    if placed and not last and len(tail) < _LONGEST_JOINT and _JOINT_BEGUN.fullmatch(tail):
        tail = ""
    if last and end < len(text):
        placed.append(Mark(end, len(text), (), 1, False, length + end - position))
    return "".join([*pieces, tail]), placed


def _owner(mark: Mark, shown: str, cuts: Sequence[tuple[int, int]]) -> int | None:
    """Give the position of the sentence that `mark` belongs to: the one it follows, or on a line it opens, precedes."""
    before = [position for position, (start, _) in enumerate(cuts) if start < mark.place]
    following = [position for position, (_, end) in enumerate(cuts) if end > mark.place]
    if following and (mark.leads or not before):
        return following[0]
    return before[-1] if before else None


def _raw(place: int, consumed: int, placed: Sequence[Mark]) -> int:
    """Turn a place in the stripped text back into an offset of the text itself."""
    raw, shown = consumed, 0
    for mark in placed:
        if mark.place > place:
            break
        raw, shown = mark.end, mark.place
    return raw + place - shown


def _tidy(text: str) -> str:
    """Drop the list bullet, heading signs and emphasis of Markdown; put a sentence on one line."""
    plain = _EMPHASIS.sub("", _LEADING.sub("", text, count=1) if _LEADING.match(text) else text)
    return _TWICE.sub("", " ".join(plain.split("\n")))
