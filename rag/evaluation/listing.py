"""Evaluation -> the data behind the report's list of questions, each passage once."""

from __future__ import annotations

from collections.abc import Callable

from index import Hit, Span
from rag.answer import Citation
from rag.evaluation.outcome import Evaluation, Result

ROOM = 3_000_000
"""Characters of passages that a report holds; past it they are left out, so that the page stays below 5 MB."""

SCORES = (
    "em", "f1", "short_f1", "contains", "citation_precision", "citation_recall", "citation_f1", "sentence_f1",
    "verbatim_rate", "rr@10", "ndcg@10", "span_rr@10",
)  # fmt: skip

STEPS = {
    "retrieved": "not retrieved",
    "prompted": "not given to the backend",
    "cited": "not cited",
    "answered": "cited but not answered",
    "error": "failed",
}


def listing(evaluation: Evaluation) -> dict[str, object]:
    """Give what the page's script lists: plain values, passages shared between questions, scores in one order."""
    passages: list[dict[str, object]] = []
    places: dict[Span, int] = {}
    room = ROOM

    def passage(hit: Hit) -> int:
        nonlocal room
        span = hit.chunk.span
        if span not in places:
            places[span] = len(passages)
            room -= len(hit.chunk.text)
            passages.append({**_place(span), "text": hit.chunk.text if room >= 0 else None})
        return places[span]

    questions = [_question(result, passage) for result in evaluation.results]
    return {
        "questions": questions,
        "passages": passages,
        "scores": list(SCORES),
        "steps": STEPS,
        "languages": sorted({result.question.language for result in evaluation.results}),
    }


def _question(result: Result, passage: Callable[[Hit], int]) -> dict[str, object]:
    question, answer = result.question, result.answer
    right = result.scores.get("accuracy")
    return {
        "id": question.id,
        "question": question.question,
        "language": question.language,
        "answerable": question.answerable,
        "golds": [{"text": gold.text, **(_place(gold.span) if gold.span else {})} for gold in question.answers],
        "state": "error" if result.error else "unjudged" if right is None else "right" if right else "wrong",
        "lost": result.lost_at,
        "error": result.error,
        "found": bool(answer and answer.found),
        "confidence": round(answer.confidence, 3) if answer else None,
        "statements": [
            {"text": s.text, "verdict": s.verdict, "reason": s.reason, "numbers": [c.number for c in s.citations]}
            for s in (answer.statements if answer else ())
        ],
        "citations": [_citation(citation) for citation in (answer.citations if answer else ())],
        "hits": [passage(hit) for hit in (answer.hits if answer else ())],
        "scores": [round(result.scores[name], 3) if name in result.scores else None for name in SCORES],
    }


def _citation(citation: Citation) -> dict[str, object]:
    focus = None if citation.focus is None else [citation.focus.start, citation.focus.end]
    told = {"number": citation.number, "quote": citation.quote, "title": citation.title, "page": citation.page}
    return {**told, **_place(citation.span), "focus": focus or [0, 0]}


def _place(span: Span) -> dict[str, object]:
    return {"doc": span.document_id, "start": span.start, "end": span.end}
