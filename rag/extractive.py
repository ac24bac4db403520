"""Hits -> answer without a language model: the best sentences of the best passages, quoted, or nothing."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index import Embedder, Span, detect, fold, terms, words
from rag.answer import Citation, Statement
from rag.backend import Draft, Evidence, Message
from rag.focus import focus, holds_kind
from rag.question import Question, read_question

FEATURES = (
    "sentence",  # share of the question's terms in the sentence, each weighted by how rare it is among the evidence
    "window",  # the same over the sentence and its two neighbours
    "passage",  # the same over the whole passage and its headings
    "pairs",  # share of the question's neighbouring terms that are neighbours in the sentence
    "cosine",  # embedded question and sentence
    "kind",  # 1 when the sentence holds the kind of thing asked for, as words the question lacks
    "names",  # share of the question's names and figures in the passage or its title
    "retrieval",  # the passage's score over the best passage's
    "first",  # 1 for sentences of the first passage
    "heading",  # 1 for a line without a stop: a heading, or an item of a list
    "length",  # log of the number of words
    "across",  # 1 when question and passage are in different languages
    "cosine_across",  # the cosine, then
    "sentence_across",  # the share of terms, then
)
"""What is known of a sentence as an answer, each about 0..1; `rag/training/extractive.py` fits the weights."""

RANKING = np.zeros(len(FEATURES))
"""Weights that order the sentences: a softmax over one question's evidence, fitted on held-aside question sets."""

CONFIDENCE = np.zeros(len(FEATURES) + 3)
"""Weights of the probability that the best sentence answers: its features, its share of the softmax, the terms and
names of the question that no passage holds, and a constant."""

THRESHOLD = 0.5
"""Below this confidence the answer is "not found"."""


@dataclass(frozen=True, slots=True)
class ExtractiveBackend:
    """Answers with one to three sentences of the evidence, word for word; no model but the collection's embedder."""

    embedder: Embedder
    threshold: float = THRESHOLD

    @property
    def name(self) -> str:
        """The backend's name."""
        return "extractive"

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Yield one complete draft: the best sentences in the order of the source, or none below the threshold."""
        if not evidence:
            yield Draft(complete=True, confidence=0.0)
            return
        asked = read_question(question)
        features = sentence_features(asked, evidence, self.embedder)
        scores = features @ RANKING
        chosen = _choose(evidence, features, scores)
        confidence = _confidence(asked, evidence, features, scores)
        if confidence < self.threshold:
            yield Draft(complete=True, confidence=confidence)
            return
        yield Draft(tuple(_quote(asked, evidence[row]) for row in chosen), complete=True, confidence=confidence)


def sentence_features(question: Question, evidence: Sequence[Evidence], embedder: Embedder) -> NDArray[np.float64]:
    """Give an array of shape (sentences, len(FEATURES)): what is known of each sentence as an answer to `question`."""
    passages: dict[Span, str] = {}
    for item in evidence:
        passages[item.hit.chunk.span] = detect(item.hit.chunk.text)
    found = [set(terms(item.text, passages[item.hit.chunk.span])) for item in evidence]
    order = [terms(item.text, passages[item.hit.chunk.span]) for item in evidence]
    whole = {
        item.hit.chunk.span: set(
            terms(
                " \n".join((item.title, *item.hit.chunk.headings, item.hit.chunk.text)), passages[item.hit.chunk.span]
            )
        )
        for item in evidence
    }
    folded = {
        item.hit.chunk.span: _word_set(" ".join((item.title, *item.hit.chunk.headings, item.hit.chunk.text)))
        for item in evidence
    }
    rarity = _rarity(found)
    vectors = embedder.embed_queries([question.text]), embedder.embed_passages([item.text for item in evidence])
    cosines = vectors[1] @ vectors[0][0]
    best = max(item.hit.score for item in evidence) or 1.0
    rows = []
    for at, item in enumerate(evidence):
        span = item.hit.chunk.span
        asked = question.terms[passages[span]]
        near = set().union(
            *(found[i] for i in (at - 1, at, at + 1) if 0 <= i < len(evidence) and evidence[i].hit is item.hit)
        )
        rows.append(
            (
                _share(asked, found[at], rarity),
                _share(asked, near, rarity),
                _share(asked, whole[span], rarity),
                _pair_share(asked, order[at]),
                float(cosines[at]),
                float(holds_kind(question, item.text)),
                sum(name in folded[span] for name in question.names) / max(len(question.names), 1),
                item.hit.score / best,
                float(item.hit.rank == 1),
                float(not re.search(r"[.!?…»”\"')\]]\s*$", item.text)),
                math.log(1 + len(words(item.text))) / 4,
            )
        )
        across = float(question.language != passages[span])
        rows[-1] += (across, across * rows[-1][4], across * rows[-1][0])
    return np.array(rows, dtype=np.float64)


def confidence_features(
    question: Question, evidence: Sequence[Evidence], features: NDArray[np.float64], scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give an array of shape (len(FEATURES) + 3,): the best sentence's features and how it stands among the rest."""
    best = int(np.argmax(scores))
    shares = np.exp(scores - scores.max())
    seen = set().union(*(_word_set(f"{item.title} {item.hit.chunk.text}") for item in evidence))
    missing = sum(name not in seen for name in question.names) / max(len(question.names), 1)
    return np.array([*features[best], float(shares[best] / shares.sum()), missing, 1.0])


def _confidence(
    question: Question, evidence: Sequence[Evidence], features: NDArray[np.float64], scores: NDArray[np.float64]
) -> float:
    logit = float(confidence_features(question, evidence, features, scores) @ CONFIDENCE)
    return 1 / (1 + math.exp(-logit))


def _choose(evidence: Sequence[Evidence], features: NDArray[np.float64], scores: NDArray[np.float64]) -> list[int]:
    """Pick the best sentence and up to two more that come close; the best passage's first, then source order."""
    order = sorted(range(len(evidence)), key=lambda row: (-scores[row], row))
    chosen = [order[0]]
    for row in order[1:6]:
        if len(chosen) < 3 and scores[row] > scores[order[0]] - CLOSE and not features[row][FEATURES.index("heading")]:
            chosen.append(row)
    return sorted(chosen, key=lambda row: (evidence[row].hit.rank != evidence[order[0]].hit.rank, row))


CLOSE = 0.4
"""How near the best score another sentence must come to be quoted too."""


def _quote(question: Question, item: Evidence) -> Statement:
    found = focus(question, item.text)
    marked = item.span.narrow(*found) if found else None
    return Statement(item.text, (Citation(item.number, item.span, item.text, item.title, item.page, marked),))


def _rarity(found: Sequence[set[str]]) -> dict[str, float]:
    """Give each term's weight by how few of the sentences hold it, as in BM25's inverse document frequency."""
    frequency = Counter(term for held in found for term in held)
    return {term: math.log(1 + (len(found) - n + 0.5) / (n + 0.5)) for term, n in frequency.items()}


def _share(asked: Sequence[str], held: set[str], rarity: dict[str, float]) -> float:
    unseen = max(rarity.values(), default=1.0)
    weights = [(rarity.get(term, unseen), term in held) for term in asked]
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, holds in weights if holds) / total if total else 0.0


def _pair_share(asked: Sequence[str], order: Sequence[str]) -> float:
    wanted = {frozenset(pair) for pair in pairwise(asked)}
    near = {frozenset(pair) for gap in (1, 2) for pair in zip(order, order[gap:], strict=False)}
    return len(wanted & near) / len(wanted) if wanted else 0.0


def _word_set(text: str) -> set[str]:
    return {fold(text[a:b]) for a, b in words(text)}
