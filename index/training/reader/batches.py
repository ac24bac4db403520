"""What is read in one step, as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import torch
from tokenizers import Tokenizer

from index.training.reader.examples import Example

LONGEST = 288
"""Pieces of a text that are read, the question's included."""


class Batch(NamedTuple):
    """Questions with passages."""

    ids: torch.Tensor
    """Piece numbers, (texts, pieces)."""
    types: torch.Tensor
    """0 for the question, 1 for the passage, (texts, pieces)."""
    lengths: torch.Tensor
    """Pieces of each text, (texts,)."""
    kinds: torch.Tensor
    """What each passage is to its question, a `Kind`, (texts,)."""
    places: torch.Tensor
    """First and last piece of the answer, -1 where there is none, (texts, 2)."""
    rivals: torch.Tensor
    """For each question asked of several passages their rows, the right one first, then -1, (questions, most)."""

    def on(self, device: torch.device) -> Self:
        """Give it on `device`."""
        return type(self)(*(part.to(device, non_blocking=True) for part in self))


def collate(tokenizer: Tokenizer, groups: Sequence[Sequence[Example]]) -> Batch:
    """Lay out questions, each with its passages."""
    flat = [example for group in groups for example in group]
    texts = [encode(tokenizer, example) for example in flat]
    lengths = torch.tensor([len(ids) for ids, _, _ in texts])
    ids, types = (torch.zeros((len(texts), wide(int(lengths.max()))), dtype=torch.long) for _ in range(2))
    for row, (pieces, kinds, _) in enumerate(texts):
        ids[row, : len(pieces)], types[row, : len(pieces)] = torch.tensor(pieces), torch.tensor(kinds)
    rivals, first = [], 0
    for group in groups:
        rows = [first + n for n, example in enumerate(group) if example.question == group[0].question]
        if len(rows) > 1:
            rivals.append(rows)
        first += len(group)
    most = max(map(len, rivals), default=1)
    return Batch(
        ids,
        types,
        lengths,
        torch.tensor([int(example.kind) for example in flat]),
        torch.tensor([place or (-1, -1) for _, _, place in texts]),
        torch.tensor([rows + [-1] * (most - len(rows)) for rows in rivals], dtype=torch.long).reshape(-1, most),
    )


def wide(pieces: int) -> int:
    """Give how many pieces texts are filled up to: few widths, for a graphics card prepares for each anew."""
    return -(-pieces // 32) * 32


def encode(tokenizer: Tokenizer, example: Example) -> tuple[list[int], list[int], tuple[int, int] | None]:
    """Give pieces, types, and the first and last piece of the answer; None where none of it is left."""
    encoded = tokenizer.encode(example.question, example.passage)
    ids, types = encoded.ids[:LONGEST], encoded.type_ids[:LONGEST]
    if example.span is None:
        return ids, types, None
    begin, end = example.span
    inside = [
        at
        for at, (low, high) in enumerate(encoded.offsets[:LONGEST])
        if types[at] == 1 and low < high and high > begin and low < end and example.passage[low:high].strip()
    ]
    return ids, types, (inside[0], inside[-1]) if inside else None
