"""A tiny network is taught, trained, exported and read with, all through the real code."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from index.training.corpus import Pair
from index.training.reader.examples import Example, Examples, Item, Kind
from index.training.reader.export import export
from index.training.reader.fitting import encode, fit, loss_of, read
from index.training.reader.model import ReaderNetwork
from index.training.reader.switching import choices
from index.training.reader.teaching import lesson, teach
from index.training.reader.vocabulary import SPECIAL, learn
from rag.reader import Reader

pytestmark = pytest.mark.slow

PASSAGES = [
    f"The lighthouse of {name} was built in {year}." for name, year in zip("ABCDEFGH", range(1801, 1809), strict=True)
]
ITEMS = [
    Item(f"When was {name} built?", "en", text, (len(text) - 5, len(text) - 1), ("The harbour is deep.",))
    for name, text in zip("ABCDEFGH", PASSAGES, strict=True)
]


def tokenizer() -> Tokenizer:
    texts = [*PASSAGES, *(item.question for item in ITEMS), "the harbour is deep le phare"]
    words = {word for text in texts for word in re.findall(r"\w+|[.?]", text.lower())}
    base = Tokenizer(
        models.WordPiece({word: n for n, word in enumerate([*SPECIAL, *sorted(words)])}, unk_token="[UNK]")
    )
    base.normalizer, base.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    return learn(["le phare"] * 5, texts * 3, base)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    made = tokenizer()
    made.save(str(tmp_path / "tokenizer.json"))
    shape = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=6,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(tmp_path / "encoder")
    return tmp_path


def test_training_lowers_the_loss_and_the_export_reads_as_the_network(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.training.reader.fitting.RATE", 3e-3)  # so small a network learns nothing at the real one
    monkeypatch.setattr("index.training.reader.fitting.WARM", 5)
    pieces = Tokenizer.from_file(str(work / "tokenizer.json"))
    network = ReaderNetwork(work / "encoder").train()
    examples = Examples(ITEMS, choices([]), random.Random(0))
    groups = [examples.group(number) for number in range(len(ITEMS))]
    before = loss_of(network, pieces, groups).item()
    fit(network, pieces, ITEMS * 2, Examples(ITEMS * 2, choices([]), random.Random(0)), work / "reader.pt", seconds=6)
    assert loss_of(network, pieces, groups).item() < before - 0.1
    for full, tolerance in ((True, 0.05), (False, 0.4)):
        export(work, work / "out", full=full)
        (reading,) = Reader(work / "out").read(ITEMS[0].question, [("", PASSAGES[0])])
        ids, types, _ = encode(pieces, Example(ITEMS[0].question, PASSAGES[0], None, Kind.OTHER))
        with torch.no_grad():
            starts, _, answers = read(network.train(False), [(ids, types)])[0]
        assert reading.answers == pytest.approx(answers.item(), abs=tolerance)
        inside = torch.tensor(types) == 1
        expected = torch.log_softmax(starts[inside][:-1], 0).numpy()  # the last piece is [SEP]
        np.testing.assert_allclose(reading.starts, expected, atol=tolerance)


def test_the_encoder_is_taught_word_by_word(work: Path) -> None:
    pieces = Tokenizer.from_file(str(work / "tokenizer.json"))
    known = {("le", "the"): 0.5, ("phare", "lighthouse"): 0.6}
    found = lesson(Pair("le phare", "the lighthouse", "x"), pieces, pieces, known)
    assert found is not None
    assert [(link[:2], link[2:]) for link in sorted(found.links)] == [((1, 2), (1, 2)), ((2, 3), (2, 3))]
    assert lesson(Pair("le phare", "deep harbour", "x"), pieces, pieces, known) is None
    teacher = BertModel.from_pretrained(work / "encoder", add_pooling_layer=False)
    pupil = BertModel.from_pretrained(work / "encoder", add_pooling_layer=False).train()

    def distance() -> float:
        with torch.no_grad():
            mine = pupil(input_ids=torch.tensor([found.french])).last_hidden_state
            theirs = teacher(input_ids=torch.tensor([found.teacher])).last_hidden_state
        return float((mine - theirs)[0, 1:3].norm())

    before = distance()
    teach(pupil, teacher, [found] * 100, seconds=4)
    assert distance() < before - 0.1
