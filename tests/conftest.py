"""A small French and English corpus with known answers, and an embedder that needs no model."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from index import Collection, Document

# A first example may read word lists; how long that takes says something about the machine, nothing about the code.
settings.register_profile("plain", deadline=None)
settings.load_profile("plain")


class HashingEmbedder:
    """Each word is a direction of its own; texts that share words are near. No training, no files."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        self.dimension = dimension
        self.name = name
        self.fingerprint = f"hashing {dimension}"
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages, and note which were asked for."""
        self.embedded.extend(texts)
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
                vectors[row, digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)


DOCUMENTS = (
    Document(
        "phares/kermorvan.txt",
        "Le phare de Kermorvan\n\nLe phare de Kermorvan a été construit en 1849. Il mesure 20 mètres de haut. "
        "Il ne se visite pas.\n\nSa lumière porte à 22 milles. L’électricité y est arrivée en 1994.",
        "Le phare de Kermorvan",
        "phares/kermorvan.txt",
        "fr",
        {"year": 1849, "region": "Bretagne"},
    ),
    Document(
        "phares/eddystone.txt",
        "Eddystone lighthouse\n\nThe Eddystone lighthouse stands on dangerous rocks south of Rame Head. "
        "John Smeaton built the third tower in 1759. It was 18 metres tall.",
        "Eddystone lighthouse",
        "phares/eddystone.txt",
        "en",
        {"year": 1759, "region": "Devon"},
    ),
    Document(
        "affaires/nvidia.txt",
        "Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic. Microsoft investit 5 milliards. "
        "Anthropic s’engage à acheter 30 milliards de dollars de capacité à Microsoft. "
        "Amazon reste le premier fournisseur de Claude Sonnet 4.5.",
        "L’accord entre Nvidia et Anthropic",
        "affaires/nvidia.txt",
        "fr",
        {"year": 2025},
    ),
    Document(
        "cooking/ratatouille.md",
        "# Ratatouille\n\nCut the aubergines, the courgettes and the peppers. Fry them in olive oil.\n\n"
        "## Timing\n\nLet everything simmer for 45 minutes. 🍆 Serve cold the next day.",
        "Ratatouille",
        "cooking/ratatouille.md",
        "en",
        {"year": 2020, "tags": ["vegetables"]},
    ),
)

QUESTIONS = (
    ("Quand le phare de Kermorvan a-t-il été construit ?", "phares/kermorvan.txt", "1849"),
    ("Combien Microsoft investit-il dans Anthropic ?", "affaires/nvidia.txt", "5 milliards"),
    ("Who built the third tower of Eddystone?", "phares/eddystone.txt", "John Smeaton"),
    ("How many minutes must it simmer?", "cooking/ratatouille.md", "45 minutes"),
    ("How much does Nvidia invest in Anthropic?", "affaires/nvidia.txt", "10 milliards"),
)


@pytest.fixture
def embedder() -> HashingEmbedder:
    """A fresh hashing embedder."""
    return HashingEmbedder()


@pytest.fixture
def make_embedder() -> type[HashingEmbedder]:
    """The hashing embedder's class, for tests that want several."""
    return HashingEmbedder


@pytest.fixture
def documents() -> list[Document]:
    """Four documents, two in French and two in English."""
    return list(DOCUMENTS)


@pytest.fixture
def questions() -> tuple[tuple[str, str, str], ...]:
    """Questions with the id of the document that answers and the answer's words."""
    return QUESTIONS


@pytest.fixture(params=["memory", "folder"])
def collection(request: pytest.FixtureRequest, tmp_path: Path, embedder: HashingEmbedder) -> Iterator[Collection]:
    """An empty collection, in memory and in a folder."""
    if request.param == "memory":
        with Collection.in_memory(embedder=embedder) as made:
            yield made
    else:
        with Collection.create(tmp_path / "library", embedder=embedder) as made:
            yield made
