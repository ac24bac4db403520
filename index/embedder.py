"""The Embedder contract: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


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
