"""The Embedder contract: texts in, unit vectors out; and how a name, a folder or an object becomes one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Texts -> float32 array of shape (len(texts), dimension), rows of unit length (a text without words may be zero).

    An embedder may also carry `name: str` and `fingerprint: str` (a hash of its weights); a collection remembers both.
    """

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what questions are to find."""
        ...


@runtime_checkable
class Embeddings(Protocol):
    """The shape of LangChain's `Embeddings`, so that any of them can be passed."""

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        ...

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        ...


EmbedderLike = str | os.PathLike[str] | Embedder | Embeddings
"""What collections take: "default", a model's name or folder, an Embedder, a LangChain Embeddings."""

_PROBE = "Paris 1849: the lighthouse, le phare"
_QUESTIONS = (
    "Who built the lighthouse at the harbour?", "Quel est le prix du blé en hiver ?",
    "How long does the surgery take?", "Combien de joueurs compte une équipe de rugby ?",
    "When was the treaty signed?", "Quelle est la capitale de la Mongolie ?",
    "Why do leaves turn red in autumn?", "Comment déclarer la perte d’un passeport ?",
)  # fmt: skip
_UNRELATED = (
    "Bread is baked at a high temperature after the dough has risen twice.",
    "La locomotive entre en gare avec vingt minutes de retard.",
    "The court held that the tenant had to leave the flat within a month.",
    "Les abeilles communiquent par des danses la direction des fleurs.",
    "Quarterly revenue rose by four percent thanks to software licences.",
    "Le violoniste accorde son instrument avant le concert.",
    "The glacier has retreated two kilometres since the first survey.",
    "Le vaccin est injecté dans le muscle de l’épaule.",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a collection remembers about the embedder that made its vectors.

    `chance` is the cosine that a question and a passage reach though they have nothing to do with each other.
    """

    name: str
    fingerprint: str
    dimension: int
    chance: float = 0.0

    def fits(self, other: Identity) -> bool:
        """Say whether both make the same vectors; a model that only moved to another folder still does."""
        if self.dimension != other.dimension:
            return False
        mine, others = (one.fingerprint.split(":", 1) for one in (self, other))
        if mine[0] == others[0] == "probe":
            near = [abs(float(a) - float(b)) for a, b in zip(mine[1].split(","), others[1].split(","), strict=True)]
            return self.name == other.name and max(near) <= 0.02
        return self.fingerprint == other.fingerprint


def identify(embedder: Embedder) -> Identity:
    """Tell an embedder by its name and weights; one that carries no fingerprint is told by what it makes of a text."""
    passages = embed(embedder, [_PROBE, *_UNRELATED])
    questions = embed(embedder, [_PROBE, *_QUESTIONS], questions=True)
    fingerprint = str(getattr(embedder, "fingerprint", "") or "")
    if not fingerprint:
        fingerprint = "probe:" + ",".join(f"{number:.3f}" for number in (*questions[0][:8], *passages[0][:8]))
    cosines = questions[1:] @ passages[1:].T
    chance = float(np.clip(cosines.mean() + 2 * cosines.std(), 0, 0.95))
    return Identity(name_of(embedder), fingerprint, passages.shape[1], round(chance, 3))


def name_of(embedder: Embedder) -> str:
    """Give the name an embedder carries, else that of its class."""
    return str(getattr(embedder, "name", "") or type(embedder).__qualname__)


def embed(embedder: Embedder, texts: Sequence[str], *, questions: bool = False) -> Vectors:
    """Give the vectors of `texts` scaled to unit length, shape (len(texts), dimension), and make sure they are sound.

    Raises ValueError when the embedder gives another number of rows, or numbers that are not finite.
    """
    vectors = np.asarray((embedder.embed_queries if questions else embedder.embed_passages)(texts), np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise ValueError(
            f"embedder {name_of(embedder)!r} should give {len(texts)} vectors, it gave an array of {vectors.shape}"
        )
    sound = np.isfinite(vectors).all(axis=1)
    if not sound.all():
        place = int(np.flatnonzero(~sound)[0])
        raise ValueError(
            f"embedder {name_of(embedder)!r} gave a vector with NaN or infinity for text {place + 1} of {len(texts)}: "
            f"{texts[place][:80]!r}"
        )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def load_embedder(embedder: EmbedderLike) -> Embedder:
    """Make an Embedder of a name, a folder or an object; models are read from the disk, never downloaded.

    Raises FileNotFoundError for a model that is not on the disk, TypeError for an object that embeds nothing.
    """
    if isinstance(embedder, (str, os.PathLike)):
        return _from_disk(os.fspath(embedder))
    if isinstance(embedder, Embedder):
        return embedder
    if isinstance(embedder, Embeddings):
        return LangChainEmbedder(embedder)
    raise TypeError(
        "expected an embedder's name or folder, an object with embed_queries and embed_passages, or a LangChain "
        f"Embeddings; found {type(embedder).__qualname__}"
    )


def _from_disk(name: str) -> Embedder:
    from index.static import StaticEmbedder

    if name == "default":
        return StaticEmbedder()
    folder = Path(name)
    listing = folder / "modules.json"
    if listing.is_file() and "StaticEmbedding" in listing.read_text(encoding="utf-8"):
        return StaticEmbedder(folder.resolve())
    from index.transformer import TransformerEmbedder

    return TransformerEmbedder(name)


class LangChainEmbedder:
    """An Embedder over a LangChain `Embeddings`, such as `OpenAIEmbeddings()`; named by its class and model."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        model = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
        self.name = type(embeddings).__name__ + (f":{model}" if isinstance(model, str) else "")

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""
        return np.array([self._embeddings.embed_query(text) for text in texts], np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what questions are to find."""
        return np.array(self._embeddings.embed_documents(list(texts)), np.float32)
