"""The Reranker contract: the hits of a question in a better order; and how a name becomes one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import Collection, Hit
from rag.reader import UNREADABLE, Reading, context, shipped

DEPTH = 16
"""How many hits a reranker chooses from; beyond them few passages that answer are found."""
FURTHER = 32
"""How many the default chooses from where none of the first `DEPTH` seems to answer."""
DOUBT = 0.1
"""The probability that a passage answers below which it doesn't seem to."""

FEATURES = (
    "answers",  # the reader's log-odds that the passage answers
    "place",  # the log-probability of the likeliest place of the answer in it
    "retrieval",  # the hit's score over the best hit's
)
"""What the default reranker knows of a hit; `rag/training/extractive.py` fits the weights."""


class Reranker(Protocol):
    """Reads a question beside each hit and orders the hits anew.

    It may carry `depth: int`, the number of hits it wants to choose from where fewer were asked for.
    """

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Give the same hits, best first, with the reranker's scores and ranks from 1; [] for []."""
        ...


class ReaderReranker:
    """The default: the shipped reader reads each hit below its document's title, and says how surely it answers.

    Scores lie in 0..1. Hits after the first `DEPTH` are read only where none of those seems to answer; else they stay
    behind them, in the order they came in.
    """

    name = "default"
    depth = FURTHER

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the reader's weights."""
        return shipped().fingerprint

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """What each feature counts, and last a constant."""
        form = json.loads((Path(__file__).parent / "models" / "reranker.json").read_text(encoding="utf-8"))
        return np.array([form[name] for name in (*FEATURES, "constant")])

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Order `hits` by how surely they answer, ties by the order they came in."""
        if not hits:
            return []
        titles: dict[str, str] = {}
        for identifier in {hit.chunk.span.document_id for hit in hits}:
            with suppress(KeyError):  # another thread may have removed it since
                titles[identifier] = self._collection.document(identifier).title

        def read(some: Sequence[Hit]) -> list[Reading]:
            passages = [
                (context(titles.get(hit.chunk.span.document_id, ""), hit.chunk.headings), hit.chunk.text)
                for hit in some
            ]
            return shipped().read(question, passages)

        return ordered(hits, probabilities(hits, read, self.weights))


def probabilities(
    hits: Sequence[Hit], read: Callable[[Sequence[Hit]], list[Reading]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give how surely each of `hits`, best first, answers, in 0..1; one that isn't read has the least of those read."""
    readings = read(hits[:DEPTH])
    found = _logistic(hit_features(hits, readings) @ weights)
    if found.max() < DOUBT and len(hits) > DEPTH:
        readings += read(hits[DEPTH:])
        found = _logistic(hit_features(hits, readings) @ weights)
    return np.pad(found, (0, len(hits) - len(found)), constant_values=found.min())


def hit_features(hits: Sequence[Hit], read: Sequence[Reading]) -> NDArray[np.float64]:
    """Give what is known of each hit that is read, and a one: shape (readings, len(FEATURES) + 1)."""
    best = max(hit.score for hit in hits) or 1.0
    return np.array(
        [
            (reading.answers, (reading.best(0, len(hit.chunk.text)) or (UNREADABLE,))[0], hit.score / best, 1.0)
            for hit, reading in zip(hits, read, strict=False)
        ]
    )


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by name or folder. Reads only what is on this machine's disk already."""

    depth = DEPTH

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(model, local_files_only=True)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"the reranker {model!r} is neither a folder nor a model on this machine; fetch it first: "
                f"sourcier models pull {model}"
            ) from error
        self.name = model

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Order `hits` by the model's score for (question, chunk), ties by the order they came in."""
        if not hits:
            return []
        scores = self._model.predict([(question, hit.chunk.text) for hit in hits], show_progress_bar=False)
        return ordered(hits, np.asarray(scores, np.float64))


def load_reranker(reranker: str | Reranker | None, collection: Collection) -> Reranker | None:
    """Give the reranker that `reranker` names; None, or "none", leaves the collection's order as it is.

    Raises ValueError for anything else that is no reranker.
    """
    if reranker is None or reranker == "none":
        return None
    if reranker == "default":
        return ReaderReranker(collection)
    if isinstance(reranker, str) and reranker:
        return CrossEncoderReranker(reranker)
    if isinstance(reranker, str) or not callable(getattr(reranker, "rerank", None)):
        raise ValueError(
            f'expected "default", None, a cross-encoder\'s name or an object with rerank, found {reranker!r}'
        )
    return reranker


def ordered(hits: Sequence[Hit], scores: NDArray[np.float64]) -> list[Hit]:
    """Give `hits` with these scores, best first, ties in the order they came in, ranks from 1."""
    order = sorted(range(len(hits)), key=lambda row: (-float(scores[row]), row))
    return [replace(hits[row], score=float(scores[row]), rank=rank) for rank, row in enumerate(order, start=1)]


def _logistic(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return found
