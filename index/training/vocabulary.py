"""The word pieces of the static model: learned on French and English, lower case, without accents or punctuation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

Numbers = NDArray[np.int64]


def learn(texts: Sequence[str], size: int) -> Tokenizer:
    """Learn `size` word pieces; piece 0 stands for what is unknown.

    Accents go because questions are often typed without them. Apostrophes part words, as all punctuation does:
    "l’été" is "l", "ete".
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))  # noqa: S106
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKD(),
            normalizers.StripAccents(),
            normalizers.Lowercase(),
            normalizers.Replace("œ", "oe"),
            normalizers.Replace("æ", "ae"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("removed"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=3, limit_alphabet=300, special_tokens=["[UNK]"], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    return tokenizer


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as word pieces, one after the other: text `i` is `pieces[starts[i]:starts[i + 1]]`."""

    pieces: NDArray[np.int32]
    starts: Numbers

    def __len__(self) -> int:
        """Give the number of texts."""
        return len(self.starts) - 1

    def take(self, rows: Numbers) -> Bags:
        """Give the texts of these numbers, in their order."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Bags(self.pieces[places], starts)

    def thin(self, share: float, draw: np.random.Generator) -> Bags:
        """Drop each piece with the probability `share`, so that no text hangs on a single word."""
        kept = draw.random(len(self.pieces)) >= share
        return Bags(self.pieces[kept], np.concatenate([[0], np.cumsum(kept)])[self.starts])


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Turn texts into word pieces, unknown ones left out."""
    parts: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    for first in range(0, len(texts), 10_000):
        encoded = tokenizer.encode_batch_fast(texts[first : first + 10_000], add_special_tokens=False)
        rows = [text.ids for text in encoded]
        lengths += map(len, rows)
        parts.append(np.fromiter(chain.from_iterable(rows), dtype=np.int32))
    pieces = np.concatenate(parts)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Bags(pieces[pieces > 0], np.concatenate([[0], np.cumsum(pieces > 0)])[starts])


def joined(parts: Sequence[Bags]) -> Bags:
    """Put texts one after the other."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return Bags(np.concatenate([part.pieces for part in parts]), np.concatenate([[0], np.cumsum(lengths)]))
