"""Any sentence-transformers model as an Embedder; the library and torch are imported at the first text."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedder import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_log = logging.getLogger(__name__)
_BATCH = 32


class TransformerEmbedder:
    """An Embedder over a sentence-transformers model, given by its folder or by the name it was downloaded under.

    Runs in bfloat16 where the processor computes it natively (AMX, AVX-512 BF16): about twice as fast, its vectors
    at a cosine of .998 and more to those of full precision. Says in the log when texts are longer than the
    model reads. Raises FileNotFoundError when the model is not on this machine; nothing is ever downloaded.
    """

    def __init__(self, name: str) -> None:
        folder = Path(name)
        if folder.is_dir():
            self.name = str(folder.resolve())
            self._folder = folder.resolve()
        else:
            self.name = name
            self._folder = _downloaded(name)
        if not (self._folder / "config.json").is_file() and not (self._folder / "modules.json").is_file():
            raise FileNotFoundError(
                f"no model in {self._folder}: expected modules.json or config.json, as sentence-transformers saves them"
            )

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the weights, the tokenizer and the prompts, as 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.suffix in (".safetensors", ".bin", ".json", ".txt", ".model") and path.is_file():
                digest.update(str(path.relative_to(self._folder)).encode())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    @cached_property
    def _model(self) -> SentenceTransformer:
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ImportError(
                "a sentence-transformers model needs that library: pip install sentence-transformers"
            ) from error

        computes = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
        native = computes and not torch.cuda.is_available()
        kwargs = {"dtype": torch.bfloat16} if native else {}
        return SentenceTransformer(str(self._folder), local_files_only=True, model_kwargs=kwargs)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, with the model's prompt for them where it has one."""
        return np.asarray(self._model.encode_query(list(texts), batch_size=_BATCH, show_progress_bar=False), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what questions are to find, with the model's prompt for it where it has one."""
        self._warn(texts)
        return np.asarray(
            self._model.encode_document(list(texts), batch_size=_BATCH, show_progress_bar=False), np.float32
        )

    def _warn(self, texts: Sequence[str]) -> None:
        limit, tokenizer = self._model.max_seq_length, self._model.tokenizer
        if limit is None or not texts:
            return
        sizes = [len(ids) for ids in tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]
        long = sum(size > limit for size in sizes)
        if long:
            _log.warning(
                "%s reads %d tokens of a text; %d of %d chunks are longer (up to %d): "
                "their ends are not in their vectors",
                self.name, limit, long, len(texts), max(sizes),
            )  # fmt: skip


def _downloaded(name: str) -> Path:
    """Find a model in the Hugging Face cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise FileNotFoundError(
            f"embedder {name!r} is neither a folder nor a model on this machine; "
            f"`sourcier models pull {name}` downloads a model of that name"
        ) from error
