"""Hits -> answer without a language model: the sentences that the reader finds to answer, quoted, or nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import detect
from rag.answer import Citation, Statement
from rag.backend import Draft, Evidence, Message
from rag.candidate import Candidate, answer_words, candidates_of, readings
from rag.choice import choose
from rag.features import FEATURES, STANDING, confidence_features, sentence_features, texts_of
from rag.likeness import content_words
from rag.listing import listed, same_table
from rag.parts import parts
from rag.question import Question, read_question
from rag.sufficiency import unmentioned, unspoken

INSUFFICIENT = 0.1
"""The most confidence in an answer from evidence that lacks what the question names or asks for. Of right passages in
French and English question sets, 4 to 8 in 100 do, half of them by a name in another form."""
SURE = 0.7
"""From this confidence on, names that evidence in the other language lacks may be translated ones; figures may not."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature counts.

    `ranking` orders the sentences of one question's evidence, a softmax over their scores; `confidence` gives the
    log-odds that the best one answers; with a probability below `threshold` the answer is "not found".
    """

    ranking: NDArray[np.float64]
    confidence: NDArray[np.float64]
    threshold: float

    @classmethod
    def load(cls) -> Weights:
        """Read the shipped weights, which `rag/training/extractive.py` writes."""
        form = json.loads((Path(__file__).parent / "models" / "extractive.json").read_text(encoding="utf-8"))
        return cls(
            np.array([form["ranking"][name] for name in FEATURES]),
            np.array([form["confidence"][name] for name in FEATURES + STANDING]),
            form["threshold"],
        )


@dataclass(frozen=True, slots=True)
class ExtractiveBackend:
    """Answers with one to three sentences of the evidence, or a list, word for word; the shipped reader finds them."""

    weights: Weights = field(default_factory=Weights.load, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The backend's name."""
        return "extractive"

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Yield one complete draft: the best sentence and those close to it or its list; none below the threshold."""
        if not evidence or not content_words(question):  # "???" and "Who?" ask nothing
            yield Draft(complete=True, confidence=0.0)
            return
        drafts = {part: self._draft(part, evidence) for part in parts(question)}
        found = [draft for draft in drafts.values() if draft.statements]
        if not found:
            yield drafts.get(question) or self._draft(question, evidence)
            return
        without = [part for part, draft in drafts.items() if not draft.statements]
        yield Draft(
            tuple(dict.fromkeys(statement for draft in found for statement in draft.statements)),
            complete=True,
            confidence=min(draft.confidence or 0.0 for draft in found),
            details={"unanswered": without} if without else {},
        )

    def _draft(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """Answer a question that asks for one thing."""
        asked = read_question(question)
        candidates = candidates_of(asked, evidence, readings(question, evidence))
        features = sentence_features(asked, candidates)
        scores = features @ self.weights.ranking
        chosen = choose(asked, candidates, scores)
        if not chosen:
            return Draft(complete=True, confidence=0.0)
        known = confidence_features(asked, candidates, features, scores, chosen[0])
        logit = float(known @ self.weights.confidence)
        confidence = 1 / (1 + math.exp(-logit))
        cited = [candidates[row] for row in chosen]
        in_order = sorted(chosen) if set(chosen) <= same_table(candidates, chosen[0]) else chosen
        quotes = [_quote(asked, candidates[row]) for row in in_order]
        texts = texts_of(cited)
        missing = unmentioned(asked, texts)
        if confidence >= SURE and asked.language != detect(" ".join(texts)):
            missing = [name for name in missing if any(c.isdigit() for c in name)]
        if missing or unspoken(asked, quotes[0].citations[0].answering, texts):
            confidence = min(confidence, INSUFFICIENT)
        if confidence < self.weights.threshold:
            return Draft(complete=True, confidence=confidence)
        if rows := listed(asked, candidates, chosen[0]):
            quotes = [_quote(asked, candidates[row], marked=False) for row in rows]
        return Draft(tuple(quotes), complete=True, confidence=confidence)


def _quote(question: Question, candidate: Candidate, *, marked: bool = True) -> Statement:
    """Quote a sentence, with the words that answer; not `marked`, as an item of a list, only those of a cell."""
    item = candidate.item
    low, high = answer_words(question, candidate) if marked or candidate.cell else (0, 0)
    words = item.span.narrow(low, high) if low < high else None
    return Statement(item.text, (Citation(item.number, item.span, item.text, item.title, item.page, words),))
