"""A tiny network is trained, distilled, exported and read with, all through the real code."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from index.training.alignment import translations
from index.training.reader.batches import Batch, collate
from index.training.reader.distilling import pupil_of, taught_loss
from index.training.reader.examples import Example, Examples, Item, Kind, read_items, save_items
from index.training.reader.export import export, loud
from index.training.reader.fitting import fit, loss_of, read, save
from index.training.reader.model import ReaderNetwork, trained
from index.training.reader.pruning import SPECIAL, counts, prune, save_lexicon
from index.training.reader.restoring import restore
from index.training.reader.switching import choices
from rag.reader import Reader

pytestmark = pytest.mark.slow

TRIES = 20
"""How often training goes on for some seconds more, on a machine that has little time for it."""
PASSAGES = [
    f"The lighthouse of {name} was built in {year}." for name, year in zip("ABCDEFGH", range(1801, 1809), strict=True)
]
ITEMS = [
    Item(f"When was {name} built?", "en", text, (len(text) - 5, len(text) - 1), ("The harbour is deep.",))
    for name, text in zip("ABCDEFGH", PASSAGES, strict=True)
]


def tokenizer() -> Tokenizer:
    texts = [*PASSAGES, *(item.question for item in ITEMS), "The harbour is deep."]
    words = sorted({f"▁{word}" for text in texts for word in re.findall(r"\w+", text)} | {"▁", ".", "?", *"ABCDEFGH"})
    base = Tokenizer(models.Unigram([(piece, -1.0) for piece in (*SPECIAL, *words)], unk_id=3, byte_fallback=False))
    base.normalizer, base.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
    base.add_special_tokens(list(SPECIAL))
    return prune(base, counts(base, texts))[0]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So small a network gains nothing from more, and on a busy machine each would wait for the others."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    made = tokenizer()
    made.save(str(tmp_path / "tokenizer.json"))
    save_items(ITEMS * 8, tmp_path / "items.jsonl.xz")
    save_lexicon(translations([["le"]] * 2, [["the"]] * 2), tmp_path / "lexicon.tsv.gz")
    shape = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=12,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(tmp_path / "encoder")
    return tmp_path


@pytest.fixture
def batch(work: Path) -> Batch:
    examples = Examples(ITEMS, choices([]), random.Random(0))
    groups = [examples.group(number) for number in range(len(ITEMS))]
    return collate(Tokenizer.from_file(str(work / "tokenizer.json")), groups)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.training.reader.fitting.RATE", 3e-3)  # so small a network learns nothing at the real one
    monkeypatch.setattr("index.training.reader.fitting.WARM", 5)


def test_a_batch_says_what_each_text_is(batch: Batch) -> None:
    assert (batch.places[batch.kinds == Kind.ANSWERS] > 0).all()
    assert (batch.places[batch.kinds != Kind.ANSWERS] == -1).all()
    assert (batch.kinds[batch.rivals[:, 0]] == Kind.ANSWERS).all()
    assert batch.lengths.tolist() == (batch.types.sum(1) + (batch.ids * (1 - batch.types) > 0).sum(1) + 1).tolist()


@pytest.mark.usefixtures("quick")
def test_training_lowers_the_loss_and_the_export_reads_as_the_network(work: Path, batch: Batch) -> None:
    network = ReaderNetwork(work / "encoder", dropout=0.0).train()
    before = loss_of(network, batch).item()
    batches = repeat(batch)
    for _ in range(TRIES):
        fit(network, lambda: loss_of(network, next(batches)), work / "reader.pt", seconds=8)
        if (after := loss_of(network, batch).item()) < before - 0.1:
            break
    assert after < before - 0.1
    pieces = Tokenizer.from_file(str(work / "tokenizer.json"))
    question, passage = ITEMS[0].question, PASSAGES[0]
    alone = collate(pieces, [[Example(question, passage, None, Kind.OTHER)]])
    with torch.no_grad():
        spans, answers = read(network.eval(), alone)
    for full, tolerance in ((True, 0.05), (False, 0.4)):
        export(work, work / "out", full=full)
        (reading,) = Reader(work / "out").read(question, [("", passage)])
        assert reading.answers == pytest.approx(answers.item(), abs=tolerance)
        expected = torch.log_softmax(spans[0, alone.types[0] == 1, 0][:-1], 0).numpy()  # the last piece is </s>
        np.testing.assert_allclose(reading.starts, expected, atol=tolerance)


@pytest.mark.parametrize(("full", "apart"), [(True, 0.0), (False, 1 / 127)])
def test_training_can_go_on_from_what_was_exported(work: Path, full: bool, apart: float) -> None:
    network = ReaderNetwork(work / "encoder")
    for weights in network.parameters():
        weights.data += 0.01 * torch.randn_like(weights)  # the exporter stores what is equal once
    save(network, work / "reader.pt")
    export(work, work / "out", full=full)
    restore(work / "out", work / "again", heads=4)
    again = trained(work / "again").state_dict()
    assert again.keys() == network.state_dict().keys()
    for name, weights in network.state_dict().items():
        rounded = apart if weights.dim() == 2 else 0.0
        if name.endswith("_embeddings.weight"):
            rounded = 1 / 127
        torch.testing.assert_close(again[name], weights, rtol=0, atol=rounded * weights.abs().max().item() + 1e-7)


@pytest.mark.usefixtures("quick")
def test_a_pupil_of_fewer_layers_comes_to_read_as_its_teacher(work: Path, batch: Batch) -> None:
    teacher = ReaderNetwork(work / "encoder", dropout=0.0).eval()
    pupil = pupil_of(teacher, work / "pupil" / "encoder", layers=8, dropout=0.0).train()
    assert len(teacher.bert.encoder.layer) == 12
    assert len(pupil.bert.encoder.layer) == 8
    before = taught_loss(pupil, [teacher], batch).item()
    for _ in range(TRIES):
        fit(pupil, lambda: taught_loss(pupil, [teacher], batch), work / "pupil" / "reader.pt", seconds=6)
        if (after := taught_loss(pupil, [teacher], batch).item()) < before - 0.05:
            break
    assert after < before - 0.05
    again = ReaderNetwork(work / "pupil" / "encoder")
    again.load_state_dict(torch.load(work / "pupil" / "reader.pt", weights_only=True))


def test_layers_that_take_large_numbers_are_told(work: Path, batch: Batch) -> None:
    network = ReaderNetwork(work / "encoder")
    assert loud(network, [batch]) == []
    network.bert.encoder.get_parameter("layer.3.intermediate.dense.bias").data[5] = 30.0
    assert loud(network, [batch]) == [3]


def test_items_are_read_as_they_were_written(tmp_path: Path) -> None:
    found = [*ITEMS, Item("Un titre", "fr", "Le phare.", None, ())]
    save_items(found, tmp_path / "items.jsonl.xz")
    assert read_items(tmp_path / "items.jsonl.xz") == found
