"""Draft -> what may be shown of it: citations checked and numbered, finished statements verified, how sure it is."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from index import Document, Hit
from rag.answer import Answer, Citation, Statement, Verdict
from rag.backend import Draft
from rag.marker import unnumbered
from rag.verification import Verification, verify

_log = logging.getLogger(__name__)


def assembled(shown: Answer, draft: Draft, documents: Mapping[str, Document], *, judged: bool) -> Answer:
    """Turn a draft into what may be shown: citations checked and numbered, finished statements verified."""
    numbers: dict[object, int] = {}
    statements: list[Statement] = []
    for at, statement in enumerate(draft.statements):
        if not draft.complete and at == len(draft.statements) - 1:
            statements.append(Statement(statement.text))
            continue
        spans = {citation.span: each for citation in statement.citations if (each := _true(citation, documents))}
        citations = tuple(
            replace(citation, number=numbers.setdefault(span, len(numbers) + 1)) for span, citation in spans.items()
        )
        verdict, reason = _verified(statement.text, tuple(c.quote for c in citations), shown.language)
        statements.append(Statement(statement.text, citations, verdict, reason))
    found = bool(statements) and not (draft.complete and _nothing_stands(statements))
    sure = (
        _confidence(draft, statements, shown.hits if judged else ()) if found else _probability(draft.confidence or 0)
    )
    return replace(shown, statements=tuple(statements) if found else (), found=found, confidence=sure)


@lru_cache(maxsize=1024)
def _verified(statement: str, quotes: tuple[str, ...], language: str | None) -> Verification:
    """Verify a statement, without the number that its list gives it where that is not in its quotes.

    A streamed answer is verified draft by draft; what was finished in an earlier draft is not worked out again.
    """
    quoted = any(statement in quote for quote in quotes)
    return verify(statement if quoted else unnumbered(statement), quotes, language=language)


def _true(citation: Citation, documents: Mapping[str, Document]) -> Citation | None:
    """Give the citation as its document has it; None where its quote is not what stands at its span."""
    span, document = citation.span, documents.get(citation.span.document_id)
    if document is None or document.text[span.start : span.end] != citation.quote:
        _log.error("dropped a citation whose quote is not at %s", span)
        return None
    focus = citation.focus if citation.focus and span.contains(citation.focus) else None
    return replace(citation, title=document.title, page=document.page(span.start), focus=focus)


def _nothing_stands(statements: Sequence[Statement]) -> bool:
    """Say whether no statement has a source left: then the answer is "not found"."""
    return not any(statement.citations for statement in statements)


def _probability(given: float) -> float:
    """Give what a backend, which may be anybody's, says of its confidence as a number in 0..1; 0 for no number."""
    return 0.0 if math.isnan(given) else min(max(given, 0.0), 1.0)


def _confidence(draft: Draft, statements: Sequence[Statement], hits: Sequence[Hit]) -> float:
    """Give the backend's own confidence, else an estimate for what a model wrote: how surely it is right.

    It is the best score of a cited passage, which the reranker fits as the probability that a passage answers the
    question, times the share of the statements that their sources support; one that can't be checked counts half. Half
    stands in for the score where there is no reranker, or one whose scores are no probabilities. Not fitted on models'
    answers.
    """
    if draft.confidence is not None:
        return _probability(draft.confidence)
    checked = [statement for statement in statements if statement.verdict is not None]
    if not checked:
        return 0.0
    counts = {Verdict.SUPPORTED: 1.0, Verdict.CANNOT_CHECK: 0.5}
    supported = sum(counts.get(s.verdict, 0.0) for s in checked if s.verdict and s.citations) / len(checked)
    cited = [citation.span for statement in checked for citation in statement.citations]
    scores = [hit.score for hit in hits if any(hit.chunk.span.contains(span) for span in cited)]
    best = max(scores, default=0.5)
    return supported * (best if 0.0 <= best <= 1.0 else 0.5)
