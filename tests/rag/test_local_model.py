"""A real model in this process: a Llama with random weights, made here, asked through transformers."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from rag.backend import BackendError, Message
from rag.backends import load
from rag.generative import GenerativeBackend
from rag.inprocess import InProcessChatModel, load_model
from tests.rag.material import ARTICLE, evidence_of

QUESTION = "Combien Nvidia investit-il ?"
TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}<assistant>"

WITHOUT_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
"""As the templates of Gemma and of the first Mistrals begin."""


def make_model(folder: Path, positions: int, template: str = TEMPLATE) -> None:
    """Save a two-layer Llama of some 200,000 random weights and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = {token: number for number, token in enumerate(["<s>", "</s>", *alphabet])}
    raw = Tokenizer(models.BPE(tokens, []))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    make_tokenizer: Any = PreTrainedTokenizerFast
    tokenizer = make_tokenizer(tokenizer_object=raw, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = template
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


def asked(folder: Path, **settings: object) -> GenerativeBackend:
    made = load(f"huggingface:{folder}", interval=0.0, **settings)
    assert isinstance(made, GenerativeBackend)
    return made


@pytest.mark.slow
def test_what_was_read_and_written_is_counted_and_why_it_ended(tmp_path: Path) -> None:
    make_model(tmp_path, 16_384)
    details = list(asked(tmp_path, answer_tokens=30).stream(QUESTION, evidence_of(ARTICLE), []))[-1].details
    assert details["answer_tokens"] == 30
    assert details["stopped"] == "length"
    assert int(str(details["prompt_tokens"])) > 1000  # a token a byte


@pytest.mark.slow
def test_a_template_without_a_system_role_gets_the_rules_in_the_first_turn(tmp_path: Path) -> None:
    make_model(tmp_path, 16_384, WITHOUT_SYSTEM + TEMPLATE)
    history = [Message("user", "Qui investit ?"), Message("assistant", "Nvidia.")]
    drafts = list(asked(tmp_path, answer_tokens=30).stream(QUESTION, evidence_of(ARTICLE), history))
    assert drafts[-1].complete
    assert drafts[-1].details["answer_tokens"] == 30


@pytest.mark.slow
def test_a_prompt_longer_than_the_model_is_halved_then_refused(tmp_path: Path) -> None:
    make_model(tmp_path, 3000)
    with pytest.raises(BackendError, match="the passages are too long for it"):
        list(asked(tmp_path, answer_tokens=2500, context_tokens=8000).stream(QUESTION, evidence_of(ARTICLE), []))


@pytest.mark.slow
def test_a_model_that_nobody_listens_to_stops(tmp_path: Path) -> None:
    make_model(tmp_path, 16_384)
    stream = load_model(tmp_path, answer_tokens=8000, deadline=600.0).stream([HumanMessage("Quoi ?")])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    end = time.monotonic() + 10
    while any(thread.name == "sourcier-model" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
def test_asked_at_once_it_says_what_it_streams(tmp_path: Path) -> None:
    make_model(tmp_path, 16_384)
    model = load_model(tmp_path, answer_tokens=12, deadline=60.0)
    turns = [SystemMessage("Réponds."), HumanMessage("Qui ?"), AIMessage("Nvidia."), HumanMessage("Combien ?")]
    assert isinstance(model, InProcessChatModel)
    assert model.invoke(turns).text == "".join(chunk.text for chunk in model.stream(turns))


@pytest.mark.slow
def test_a_model_that_was_taught_no_turns_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path, 2048)
    (tmp_path / "chat_template.jinja").unlink()
    with pytest.raises(ValueError, match="has no chat template"):
        load(f"huggingface:{tmp_path}")
