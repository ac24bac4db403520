"""The Reranker contract: the hits of a question in a better order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index import Hit


class Reranker(Protocol):
    """Reads a question beside each hit and orders the hits anew."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Give the same hits, best first, with the reranker's scores and ranks from 1; [] for []."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by name or folder. Reads only what is on this machine's disk already."""

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
        order = sorted(range(len(hits)), key=lambda row: (-float(scores[row]), row))
        return [replace(hits[row], score=float(scores[row]), rank=rank) for rank, row in enumerate(order, start=1)]


def load_reranker(reranker: str | Reranker | None) -> Reranker | None:
    """Give the reranker that `reranker` names: "default" and None leave the collection's order as it is."""
    if reranker is None or reranker == "default":
        return None
    return CrossEncoderReranker(reranker) if isinstance(reranker, str) else reranker
