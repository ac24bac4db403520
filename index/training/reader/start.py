"""The embeddings to start from: the teacher's for English pieces, carried over to French by what translates what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.training.alignment import translations
from index.training.reader.vocabulary import split

BEST = 5
"""Translations a piece's first vector is made of."""


def start(
    tokenizer: Tokenizer, teacher: Tokenizer, taught: NDArray[np.float32], pairs: Sequence[tuple[str, str]]
) -> NDArray[np.float32]:
    """Give one vector a piece, shape (pieces, dimension), from the teacher's embeddings and French-English pairs.

    The idea of WECHSEL (Minixhofer et al., 2022): a French piece begins as the mean of its translations, weighted by
    their probability; one that both languages use is a mixture, by how often each uses it.
    """
    known = teacher.get_vocab()
    pieces = tokenizer.get_vocab()
    own = np.zeros((len(pieces), taught.shape[1]), np.float32)
    for piece, number in pieces.items():
        parts = (
            [known[piece]] if piece in known else teacher.encode(piece.removeprefix("##"), add_special_tokens=False).ids
        )
        own[number] = taught[parts or [known["[UNK]"]]].mean(axis=0)
    french, english = (list(split(tokenizer, side)) for side in zip(*pairs, strict=True))
    counts = [_counts(side, pieces) for side in (french, english)]
    share = counts[0] / np.maximum(counts[0] + counts[1], 1)
    found = translations(french, english, rounds=4, least=0.03)
    by_piece: dict[str, list[tuple[float, int]]] = {}
    for left, right, forth, back in zip(found.left, found.right, found.forth, found.back, strict=True):
        if counts[1][pieces[right]] >= USED_IN_ENGLISH or left == right:
            by_piece.setdefault(left, []).append((float(np.sqrt(forth * back)), pieces[right]))
    first = own.copy()
    for piece, others in by_piece.items():
        best = sorted(others, reverse=True)[:BEST]
        weights = np.array([weight for weight, _ in best], np.float32)
        vectors = own[[number for _, number in best]]
        carried = (vectors * (weights / weights.sum())[:, None]).sum(axis=0)
        carried *= np.linalg.norm(vectors, axis=1).mean() / np.linalg.norm(carried)
        french_share = share[pieces[piece]] if piece in known else 1.0
        first[pieces[piece]] = french_share * carried + (1 - french_share) * own[pieces[piece]]
    return first


USED_IN_ENGLISH = 3
"""Occurrences on the English side that a translation must have."""


def _counts(texts: Sequence[Sequence[str]], pieces: dict[str, int]) -> NDArray[np.int64]:
    return np.bincount([pieces[token] for text in texts for token in text], minlength=len(pieces))
