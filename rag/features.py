"""What is known of a sentence as an answer to a question, and of the best one beside the rest: numbers to weigh."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index import detect, fold, terms
from rag.candidate import Candidate
from rag.focus import MEASURES, fits_kind, holds_kind
from rag.likeness import best_matches, content_words, embedder, weights
from rag.question import Kind, Question
from rag.reader import shipped
from rag.sufficiency import MENTIONED
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

_STOP = re.compile(r"[.!?…»”\"')\]]\s*$")


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
    named = _name_rows(question)
    rows = []
    for at, candidate in enumerate(candidates):
        passage = candidate.item.hit.chunk.span
        held, language = around[:, columns[passage]], languages[passage]
        across = float(question.language != language)
        likely = candidate.place[0]
        known = {
            "place": likely / 5,
            "placed": math.exp(likely),
            "answers": candidate.reading.answers / 3,
            "rank": 1 / candidate.item.hit.rank,
            "words": float(weight @ matches[:, at]),
            "words_around": float(weight @ held),
            "weakest": float(held.min(initial=1.0)),
            "cosine": float(cosines[at]),
            **_lacks(question, candidate.says),
            "names": float(held[named].min(initial=1.0)),
            "heading": float(is_heading(candidate)),
            "length": math.log(1 + len(terms(candidate.says, language))) / 4,
            "across": across,
            "cosine_across": across * float(cosines[at]),
        }
        rows.append([known[name] for name in FEATURES])
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def is_heading(candidate: Candidate) -> bool:
    """Say whether it is a line without a stop: a heading, or an item of a list."""
    return _STOP.search(candidate.item.text) is None


def _lacks(question: Question, sentence: str) -> dict[str, float]:
    """Say, as 0 or 1 each, what a sentence lacks of the kind of answer that is asked for: see `FEATURES`."""
    holds = holds_kind(question, sentence)
    fits = fits_kind(question, sentence)
    amount = question.kind is Kind.AMOUNT
    return {
        "no_amount": float(amount and not holds),
        "no_measure": float(amount and question.counted in MEASURES and not fits),
        "no_count": float(amount and question.counted not in ("", *MEASURES) and not fits),
        "no_date": float(question.kind is Kind.DATE and not fits),
        "no_name": float(question.kind in (Kind.PERSON, Kind.PLACE) and not holds),
    }


def confidence_features(
    question: Question,
    candidates: Sequence[Candidate],
    features: NDArray[np.float64],
    scores: NDArray[np.float64],
    best: int,
) -> NDArray[np.float64]:
    """Give the features of the candidate `best` and how it stands among the rest, (len(FEATURES + STANDING),)."""
    shares = np.exp(scores - scores.max())
    whole = best_matches(question.text, ["\n".join(texts_of(candidates))])
    missing = 1 - float(whole[_name_rows(question)].min(initial=1.0))
    passages = {candidate.item.hit.chunk.span: candidate.passage for candidate in candidates}
    most, *others = sorted((reading.answers / 3 for reading in passages.values()), reverse=True)
    lead = most - (others[0] if others else 0.0)
    candidate = candidates[best]
    above = (candidate.item.title, *candidate.item.hit.chunk.headings)
    away = best_matches(question.text, ["\n".join((candidate.says, *above))])[:, 0] < MENTIONED
    alone = shipped().read(question.text, [(candidate.context, candidate.says)])[0]
    known = {
        "share": float(shares[best] / shares.sum()),
        "most": most,
        "lead": lead,
        "missing": missing,
        "names_away": float(away[_name_rows(question)].sum()),
        "words_away": float(away.mean()) if len(away) else 0.0,
        "covered": coverage(question.text, [candidate.says, *above]),
        "alone": alone.answers / 3,
        "constant": 1.0,
    }
    return np.array([*features[best], *(known[name] for name in STANDING)])


def texts_of(candidates: Sequence[Candidate]) -> list[str]:
    """Give the passages with their titles and headings, each once."""
    return list(dict.fromkeys(map(_with_context, candidates)))


def _with_context(candidate: Candidate) -> str:
    item = candidate.item
    return "\n".join((item.title, *item.hit.chunk.headings, item.hit.chunk.text))


def _name_rows(question: Question) -> list[int]:
    """Give which of the question's content words are names or figures."""
    return [row for row, word in enumerate(content_words(question.text)) if fold(word) in question.names]
