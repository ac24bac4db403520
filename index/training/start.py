"""Vectors to start training from: a teacher's for English pieces, carried over to French by what translates what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.training.lexicon import Lexicon
from index.training.vocabulary import Bags

# Weight of a piece of frequency p: RARE / (RARE + p), after Arora et al., "A simple but tough-to-beat baseline for
# sentence embeddings" (2017).
RARE = 3e-4
# A share of noise keeps apart rare words to which the teacher gives nearly the same vector.
NOISE = 0.5


def teach(tokenizer: Tokenizer, teacher: Path) -> NDArray[np.float32]:
    """Embed every word piece by itself with the sentence-transformers model in the folder `teacher`."""
    from sentence_transformers import SentenceTransformer

    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    model = SentenceTransformer(str(teacher), device="cpu")
    vectors: NDArray[np.float32] = model.encode([piece.removeprefix("##") for piece, _ in pieces], batch_size=256)
    return vectors


def start(
    taught: NDArray[np.float32], french: Bags, english: Bags, lexicon: Lexicon, draw: np.random.Generator
) -> NDArray[np.float32]:
    """Give the first vectors, scaled to a root mean square of 1 before noise.

    A piece seen in French text takes, for that share of its occurrences, the mean of its English stand-ins.
    """
    size = len(taught)
    own = unit(taught - taught.mean(axis=0))
    counts = [np.bincount(bags.pieces, minlength=size) for bags in (french, english)]
    share = (counts[0] / np.maximum(counts[0] + counts[1], 1))[:, None]
    pieces, weights = lexicon
    carried = (own[pieces] * np.diff(weights, axis=1, prepend=0)[:, :, None]).sum(axis=1)
    mixed = np.where((pieces[:, 0] != np.arange(size))[:, None], share * carried + (1 - share) * own, own)
    mixed = unit(mixed - mixed.mean(axis=0))
    frequency = (counts[0] + counts[1]) / (counts[0].sum() + counts[1].sum())
    weight = (RARE / (RARE + frequency))[:, None]
    scaled = mixed * weight / np.sqrt(np.mean((mixed * weight) ** 2))
    noise = NOISE * weight * draw.standard_normal(scaled.shape)
    first: NDArray[np.float32] = (scaled + noise).astype(np.float32)
    return first


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to length 1."""
    scaled: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled
