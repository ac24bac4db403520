"""The default embedder: one vector a word piece, summed and scaled to unit length. numpy and tokenizers, no torch."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.embedder import Vectors

SHIPPED = Path(__file__).parent / "models" / "static"
# One batch: enough for the tokenizer's threads, and at most some 40 MB of gathered rows.
BATCH_CHARACTERS = 100_000


class StaticEmbedder:
    """An Embedder over a static model in the sentence-transformers format; None takes the one shipped with us.

    `name` is "default" for the shipped model and the folder's path for another; `dimension` is the length of a vector.
    Reads folders whose `modules.json` begins with a StaticEmbedding; the whole text counts, however long it is.
    Raises FileNotFoundError when a file of the model is missing, ValueError when the folder holds another kind.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.name = "default" if folder is None else os.fspath(folder)
        module = _module(SHIPPED if folder is None else Path(folder))
        self._weights_file = module / "model.safetensors"
        # As a string, for the tokenizers library takes no path, and read here so that a missing file says its name.
        self._tokenizer = Tokenizer.from_str((module / "tokenizer.json").read_text(encoding="utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        tensors = load_file(self._weights_file)
        if "embedding.weight" not in tensors:
            raise ValueError(f"expected a tensor embedding.weight in {self._weights_file}, found {sorted(tensors)}")
        self._rows: NDArray[np.floating] = tensors["embedding.weight"]
        if len(self._rows) < self._tokenizer.get_vocab_size():
            raise ValueError(
                f"{self._weights_file} has {len(self._rows)} rows for {self._tokenizer.get_vocab_size()} word pieces"
            )
        self.dimension = int(self._rows.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the weights and the tokenizer, as 64 hexadecimal digits; worked out when first asked for."""
        digest = hashlib.sha256(self._weights_file.read_bytes())
        digest.update((self._weights_file.parent / "tokenizer.json").read_bytes())
        return digest.hexdigest()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: float32, shape (len(texts), dimension), rows of unit length or zero (no known word)."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what questions are to find; the same vectors as for questions."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for numbers, pieces in _batches(texts):
            np.add.at(sums, numbers, self._sums(pieces))
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        np.divide(sums, norms, out=sums, where=norms > 0)
        return sums

    def _sums(self, texts: Sequence[str]) -> Vectors:
        ids = [encoded.ids for encoded in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        used, places = np.unique(np.fromiter(chain.from_iterable(ids), np.int64), return_inverse=True)
        rows = self._rows[used].astype(np.float32)  # each once, for turning half precision into single costs the most
        start = 0
        for number, row in enumerate(ids):
            if row:
                np.add.reduce(rows.take(places[start : start + len(row)], axis=0), axis=0, out=sums[number])
                start += len(row)
        return sums


def _module(folder: Path) -> Path:
    """Find the folder of the StaticEmbedding among the modules of a sentence-transformers model."""
    listing = folder / "modules.json"
    try:
        modules = json.loads(listing.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no model in {folder}: {listing.name} is missing") from error
    kind, path = modules[0]["type"], modules[0]["path"]
    if not kind.endswith(".StaticEmbedding"):
        raise ValueError(
            f"expected a StaticEmbedding in {listing}, found {kind}; load it as a sentence-transformers model"
        )
    return folder / str(path)


def _batches(texts: Sequence[str]) -> Iterator[tuple[list[int], list[str]]]:
    """Give the texts in batches of about BATCH_CHARACTERS, with their numbers; a longer text comes in pieces."""
    numbers: list[int] = []
    pieces: list[str] = []
    room = BATCH_CHARACTERS
    for number, text in enumerate(texts):
        for piece in _pieces(text):
            numbers.append(number)
            pieces.append(piece)
            room -= len(piece)
            if room <= 0:
                yield numbers, pieces
                numbers, pieces, room = [], [], BATCH_CHARACTERS
    if pieces:
        yield numbers, pieces


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces of at most BATCH_CHARACTERS, at a space where there is one."""
    # The tokenizer takes no lone surrogates.
    text = text.encode("utf-8", "replace").decode("utf-8")
    cuts = [0]
    while len(text) - cuts[-1] > BATCH_CHARACTERS:
        end = cuts[-1] + BATCH_CHARACTERS
        space = text.rfind(" ", cuts[-1], end)
        cuts.append(space if space > cuts[-1] else end)
    for start, end in pairwise([*cuts, len(text)]):
        yield text[start:end]
