"""Hits -> answer without a language model: the sentences that the reader finds to answer, quoted, or nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import Span, cells, detect, fold, terms
from rag.answer import Citation, Statement
from rag.backend import Draft, Evidence, Message
from rag.candidate import Candidate, answer_words, candidates_of, readings
from rag.focus import MEASURES, fits_kind, holds_kind
from rag.likeness import best_matches, content_words, embedder, weights
from rag.listing import MOST, listed, same_table
from rag.parts import parts
from rag.question import Kind, Question, read_question
from rag.ranges import beside
from rag.reader import shipped
from rag.sufficiency import MENTIONED, answers_kind, mislabelled, other_days, unmentioned, unspoken
from rag.verification import coverage

FEATURES = (
    "place",  # the log-probability that the reader gives to the likeliest answer in the sentence
    "placed",  # the same as a probability
    "answers",  # the reader's log-odds that the passage answers
    "rank",  # 1 for the first passage, 1/2 for the second ...
    "words",  # the question's words against their nearest in the sentence, weighted by how rare they are among them all
    "words_around",  # the same over the whole passage, its title and headings
    "weakest",  # the word of the question that its passage holds least
    "cosine",  # embedded question and sentence
    "no_amount",  # 1 when an amount is asked for and the sentence holds none that the question lacks
    "no_measure",  # 1 when none is in the unit asked for: money, time, per cent
    "no_count",  # 1 when none is of the noun that is counted
    "no_date",  # 1 when a date, or a year, is asked for and the sentence holds none
    "no_name",  # 1 when a person or a place is asked for and the sentence holds no name
    "names",  # the name or figure of the question that its passage and title hold least
    "heading",  # 1 for a line without a stop: a heading, or an item of a list
    "length",  # log of the number of terms
    "across",  # 1 when question and passage are in different languages
    "cosine_across",  # the cosine, then
)
"""What is known of a sentence as an answer, each about 0..1; `rag/training/extractive.py` fits the weights."""

STANDING = (
    "share",  # the best sentence's share of a softmax over the scores
    "most",  # the highest log-odds that a passage answers
    "lead",  # by how much it leads the second
    "missing",  # how far the name or figure of the question that all passages hold least is from being there
    "names_away",  # the names and figures of the question that stand neither in the best sentence nor above it
    "words_away",  # the share of its words that don't
    "covered",  # the share of its words and facts that do, as the verifier finds them
    "alone",  # the reader's log-odds that the best sentence answers by itself, below its title
    "constant",  # 1
)
"""What is known of the best sentence beside its features."""

CLOSE = 1.0
"""How near the best score another sentence must come to be quoted too."""

INSUFFICIENT = 0.1
"""The most confidence in an answer from evidence that lacks what the question names or asks for. Of right passages in
French and English question sets, 4 to 8 in 100 do, half of them by a name in another form."""
SURE = 0.7
"""From this confidence on, names that evidence in the other language lacks may be translated ones; figures may not."""

_STOP = re.compile(r"[.!?…»”\"')\]]\s*$")


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
        chosen = choose(asked, candidates, features, scores)
        if not chosen:
            return Draft(complete=True, confidence=0.0)
        known = confidence_features(asked, candidates, features, scores, chosen[0])
        logit = float(known @ self.weights.confidence)
        confidence = 1 / (1 + math.exp(-logit))
        cited = [candidates[row] for row in chosen]
        in_order = sorted(chosen) if set(chosen) <= same_table(candidates, chosen[0]) else chosen
        quotes = [_quote(asked, candidates[row]) for row in in_order]
        texts = _texts(cited)
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


def sentence_features(question: Question, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """Give an array of shape (candidates, len(FEATURES)): what is known of each as an answer to `question`."""
    embed = embedder().embed_passages
    passages = {candidate.item.hit.chunk.span: candidate for candidate in candidates}
    columns = {span: column for column, span in enumerate(passages)}
    languages = {span: detect(candidate.item.hit.chunk.text) for span, candidate in passages.items()}
    says = [candidate.says for candidate in candidates]
    cosines = embed(says) @ embed([question.text])[0]
    matches = best_matches(question.text, says)
    around = best_matches(question.text, [_with_context(candidate) for candidate in passages.values()])
    weight = weights(matches)
    named = name_rows(question)
    rows = []
    for at, candidate in enumerate(candidates):
        passage = candidate.item.hit.chunk.span
        held, language = around[:, columns[passage]], languages[passage]
        across = float(question.language != language)
        likely = candidate.place[0]
        rows.append(
            (
                likely / 5,
                math.exp(likely),
                candidate.reading.answers / 3,
                1 / candidate.item.hit.rank,
                float(weight @ matches[:, at]),
                float(weight @ held),
                float(held.min(initial=1.0)),
                float(cosines[at]),
                *_lacks(question, candidate.says),
                float(held[named].min(initial=1.0)),
                float(not _STOP.search(candidate.item.text)),
                math.log(1 + len(terms(candidate.says, language))) / 4,
                across,
                across * float(cosines[at]),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def _lacks(question: Question, sentence: str) -> tuple[float, float, float, float, float]:
    """Say, as 0 or 1 each, what a sentence lacks of the kind of answer that is asked for: see `FEATURES`."""
    holds = holds_kind(question, sentence)
    fits = fits_kind(question, sentence)
    amount = question.kind is Kind.AMOUNT
    return (
        float(amount and not holds),
        float(amount and question.counted in MEASURES and not fits),
        float(amount and question.counted not in ("", *MEASURES) and not fits),
        float(question.kind is Kind.DATE and not fits),
        float(question.kind in (Kind.PERSON, Kind.PLACE) and not holds),
    )


def confidence_features(
    question: Question,
    candidates: Sequence[Candidate],
    features: NDArray[np.float64],
    scores: NDArray[np.float64],
    best: int,
) -> NDArray[np.float64]:
    """Give the features of the candidate `best` and how it stands among the rest, (len(FEATURES + STANDING),)."""
    shares = np.exp(scores - scores.max())
    whole = best_matches(question.text, ["\n".join(_texts(candidates))])
    missing = 1 - float(whole[name_rows(question)].min(initial=1.0))
    passages = {candidate.item.hit.chunk.span: candidate.passage for candidate in candidates}
    most, *others = sorted((reading.answers / 3 for reading in passages.values()), reverse=True)
    lead = most - (others[0] if others else 0.0)
    candidate = candidates[best]
    above = (candidate.item.title, *candidate.item.hit.chunk.headings)
    away = best_matches(question.text, ["\n".join((candidate.says, *above))])[:, 0] < MENTIONED
    alone = shipped().read(question.text, [(candidate.context, candidate.says)])[0]
    standing = (
        float(shares[best] / shares.sum()),
        most,
        lead,
        missing,
        float(away[name_rows(question)].sum()),
        float(away.mean()) if len(away) else 0.0,
        coverage(question.text, [candidate.says, *above]),
        alone.answers / 3,
        1.0,
    )
    return np.array([*features[best], *standing])


def _texts(candidates: Sequence[Candidate]) -> list[str]:
    """Give the passages with their titles and headings, each once."""
    return list(dict.fromkeys(map(_with_context, candidates)))


def _with_context(candidate: Candidate) -> str:
    item = candidate.item
    return "\n".join((item.title, *item.hit.chunk.headings, item.hit.chunk.text))


def name_rows(question: Question) -> list[int]:
    """Give which of the question's content words are names or figures."""
    return [row for row, word in enumerate(content_words(question.text)) if fold(word) in question.names]


def choose(
    question: Question, candidates: Sequence[Candidate], features: NDArray[np.float64], scores: NDArray[np.float64]
) -> list[int]:
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
    rows = sorted(same_table(candidates, order[0]).intersection(close))
    if others := [row for row in rows if row != order[0] and not _told_apart(question, candidates, order[0], row)]:
        return [order[0], *others][:MOST]
    chosen = [order[0]]
    for row in close[1:6]:
        new = all(candidates[row].item.text != candidates[other].item.text for other in chosen)
        if len(chosen) < 3 and new and not features[row][FEATURES.index("heading")]:
            chosen.append(row)
    rank = candidates[order[0]].item.hit.rank
    return sorted(chosen, key=lambda row: (row != order[0], candidates[row].item.hit.rank != rank, row))


def _told_apart(question: Question, candidates: Sequence[Candidate], best: int, other: int) -> bool:
    """Say whether the label of `best` has a word of the question that the other row lacks, and not the other way."""
    texts = [candidates[row].item.text for row in (best, other)]
    same = best_matches(question.text, [text[slice(*cells(text)[0])] for text in texts]) >= MENTIONED
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


def _quote(question: Question, candidate: Candidate, *, marked: bool = True) -> Statement:
    """Quote a sentence, with the words that answer; not `marked`, as an item of a list, only those of a cell."""
    item = candidate.item
    low, high = answer_words(question, candidate) if marked or candidate.cell else (0, 0)
    words = item.span.narrow(low, high) if low < high else None
    return Statement(item.text, (Citation(item.number, item.span, item.text, item.title, item.page, words),))
