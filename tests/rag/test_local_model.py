"""A real model in this process: a Llama with random weights, made here, asked through transformers and LangChain."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from rag.backend import BackendError
from rag.backends import load
from tests.rag.material import ARTICLE, evidence_of

TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}<assistant>"


def make_model(folder: Path, positions: int) -> None:
    """Save a two-layer Llama of some 200,000 random weights and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = {token: number for number, token in enumerate(["<s>", "</s>", *alphabet])}
    raw = Tokenizer(models.BPE(tokens, []))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokens), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=positions, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_local_model_answers_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "OMP_NUM_THREADS", "1")
    make_model(tmp_path, 16_384)

    def refuse(*_: object) -> None:
        raise AssertionError("a local model went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    backend = load(f"huggingface:{tmp_path}", answer_tokens=60, context_tokens=4096, deadline=120.0)
    assert backend.name == f"huggingface:{tmp_path}"
    evidence = evidence_of(ARTICLE)
    try:
        drafts = list(backend.stream("Combien Nvidia investit-il ?", evidence, []))
    except BackendError as error:
        pytest.fail(str(error))
    assert drafts[-1].complete
    assert drafts[-1].details["answer_tokens"]
    spans = {each.span for each in evidence}
    assert all(c.span in spans for draft in drafts for s in draft.statements for c in s.citations)
