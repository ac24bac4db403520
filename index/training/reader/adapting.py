"""Go on training a reader with the questions written for it, beside those it knows.

    python -m index.training.reader.adapting READER_FOLDER OUTPUT_FOLDER [--seconds 2800]

READER_FOLDER is what `fitting` or `distilling` left. OUTPUT_FOLDER gets reader.pt and what else `export` takes: the
mean of the weights before and after, which reads the new kind about as well and forgets less of the known one
(Wortsman and others, "Robust fine-tuning of zero-shot models", 2022).
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import nn
from transformers.models.bert.modeling_bert import BertSelfAttention

from index.training.reader.batches import Batch, collate
from index.training.reader.examples import Examples, read_items, rounds
from index.training.reader.fitting import fit, loss_from, read, save
from index.training.reader.model import ReaderNetwork, trained
from index.training.reader.pruning import read_lexicon, unlimited
from index.training.reader.switching import choices
from index.training.reader.written import Written, asked

RATE = 6e-5
HEAD_RATE = 2.0
"""How much faster the heads learn than the encoder."""
WARM = 30
TOGETHER = 16
"""Texts read at once: what two cores keep near them."""
KNOWN, WRITTEN = 12, 20
"""Questions a step: of those it knows, of those written for it."""
AFTER = 0.6
"""What the weights after training count in the mean."""
FRENCH = 3
"""How often a known French question comes for each English one."""


def drawn(folder: Path, *, seed: int) -> Iterator[Batch]:
    """Give batches for ever."""
    draw = random.Random(seed)  # noqa: S311
    tokenizer = unlimited(folder / "tokenizer.json")
    known = read_items(folder / "items.jsonl.xz")
    examples = Examples(known, choices(read_lexicon(folder / "lexicon.tsv.gz")), draw)
    weights = [FRENCH if item.language == "fr" and item.span else 1 for item in known]
    written = Written(asked(), draw).groups()
    for numbers in rounds(len(known), KNOWN, weights, draw):
        yield collate(tokenizer, [*map(examples.group, numbers), *islice(written, WRITTEN)])


def for_processors(folder: Path) -> ReaderNetwork:
    """Read a network as it is trained quickest without a graphics card: nothing dropped inside of attention."""
    network = trained(folder, dropout=0.1, attention="eager").train()
    for module in network.modules():
        if isinstance(module, BertSelfAttention):
            module.dropout = nn.Dropout(0.0)
    return network


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seconds", type=float, default=2800)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    network = for_processors(arguments.reader)
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    arguments.output.mkdir(parents=True, exist_ok=True)
    network.bert.save_pretrained(arguments.output / "encoder")
    for name in ("tokenizer.json", "items.jsonl.xz", "lexicon.tsv.gz"):
        shutil.copyfile(arguments.reader / name, arguments.output / name)
    batches = drawn(arguments.reader, seed=arguments.seed)

    def loss() -> torch.Tensor:
        batch = next(batches)
        return loss_from(read(network, batch, together=TOGETHER), batch)

    file = arguments.output / "reader.pt"
    fit(network, loss, file, seconds=arguments.seconds, rate=RATE, head_rate=HEAD_RATE, warm=WARM)
    after = network.state_dict()
    network.load_state_dict({name: torch.lerp(old, after[name], AFTER) for name, old in before.items()})
    save(network, file)


if __name__ == "__main__":
    main()
