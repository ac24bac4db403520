"""Train the reader on the taught encoder.

    python -m index.training.reader.fitting DATA_FOLDER WORK_FOLDER [--seconds 4800] [--threads 1]

WORK_FOLDER holds what `teaching` wrote; reader.pt is written there every few minutes, and where it is there already
training goes on from it. Then `export` makes the model.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from index.training.reader.descent import descend
from index.training.reader.examples import Example, Examples, Item, Kind, items, rounds
from index.training.reader.model import ReaderNetwork
from index.training.reader.switching import choices
from index.training.reader.teaching import padded, read_lexicon
from index.training.reader.vocabulary import unlimited

RATE = 1e-4
HEAD_RATE = 5.0
"""How much faster the new layers learn than the encoder."""
WARM = 200
GROUPS = 10
"""Questions a step."""
TOGETHER = 12
"""Passages read at once: of like length."""
LONGEST = 224
RANKING, SPANS = 0.5, 1.0
"""What choosing among a question's passages, and placing the answer, count beside telling whether a passage answers."""
FRENCH = 3
"""How often a French question comes for each time an English one does: there are five times fewer."""

Read = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Start and end logits (pieces,), log-odds of answering ()."""


def fit(network: ReaderNetwork, tokenizer: Tokenizer, known: Sequence[Item], examples: Examples, file: Path, *,
        seconds: float, seed: int = 0) -> None:  # fmt: skip
    """Train for so long, the rate rising for WARM steps and falling to nothing; the state goes to `file`."""
    weights = [FRENCH if item.language == "fr" and item.span else 1 for item in known]
    batches = rounds(len(known), GROUPS, weights, random.Random(seed))  # noqa: S311
    encoder = [each for name, each in network.named_parameters() if name.startswith("bert")]
    heads = [each for name, each in network.named_parameters() if not name.startswith("bert")]
    descend(
        [(encoder, 1), (heads, HEAD_RATE)],
        lambda: loss_of(network, tokenizer, [examples.group(number) for number in next(batches)]),
        seconds=seconds,
        rate=RATE,
        warm=WARM,
        decay=0.01,
        save=lambda: save(network, file),
    )
    save(network, file)


def save(network: ReaderNetwork, file: Path) -> None:
    """Write the state in one move."""
    torch.save(network.state_dict(), file.with_suffix(".new"))
    file.with_suffix(".new").replace(file)


def loss_of(network: ReaderNetwork, tokenizer: Tokenizer, groups: Sequence[Sequence[Example]]) -> torch.Tensor:
    """Give the loss of some questions: does each passage answer, which answers best, where the answer is."""
    flat = [example for group in groups for example in group]
    encoded = [encode(tokenizer, example) for example in flat]
    reads = read(network, [(ids, types) for ids, types, _ in encoded])
    answers = torch.stack([log_odds for _, _, log_odds in reads])
    kinds = torch.tensor([int(example.kind) for example in flat])
    told = kinds != Kind.RELATED
    loss = functional.binary_cross_entropy_with_logits(answers[told], (kinds[told] == Kind.ANSWERS).float())
    ranked, placed, first = [], [], 0
    for group in groups:
        rivals = [first + n for n, example in enumerate(group) if example.question == group[0].question]
        if len(rivals) > 1:
            ranked.append(functional.cross_entropy(answers[rivals][None], torch.tensor([0])))
        if (place := encoded[first][2]) is not None:
            sides = zip(reads[first][:2], place, strict=True)
            placed += [functional.cross_entropy(logits[None], torch.tensor([at])) for logits, at in sides]
        first += len(group)
    for weight, parts in ((RANKING, ranked), (SPANS, placed)):
        if parts:
            loss = loss + weight * torch.stack(parts).mean()
    return loss


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
        if types[at] == 1 and low < high and high > begin and low < end
    ]
    return ids, types, (inside[0], inside[-1]) if inside else None


def read(network: ReaderNetwork, texts: Sequence[tuple[list[int], list[int]]]) -> list[Read]:
    """Run the network over texts in groups of like length; give what it makes of each, in the order given."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at][0]))
    found: dict[int, Read] = {}
    for first in range(0, len(order), TOGETHER):
        here = order[first : first + TOGETHER]
        ids, mask = padded([texts[at][0] for at in here])
        types, _ = padded([texts[at][1] for at in here])
        with torch.autocast("cpu", torch.bfloat16):
            spans, answers = network(ids, types, mask)
        spans = spans.float().masked_fill((types == 0).unsqueeze(-1), -1e4)
        for row, at in enumerate(here):
            found[at] = (spans[row, :, 0], spans[row, :, 1], answers[row].float())
    return [found[at] for at in range(len(texts))]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("work", type=Path)
    parser.add_argument("--seconds", type=float, default=4800)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    known = [item for item in items(arguments.folder) if item.others]
    lexicon = choices(read_lexicon(arguments.work / "lexicon.tsv.gz"))
    examples = Examples(known, lexicon, random.Random(arguments.seed))  # noqa: S311
    # Attention written out trains a third faster on a processor than PyTorch's fused one, whose backward pass is slow.
    network = ReaderNetwork(arguments.work / "encoder", dropout=0.0, attention="eager").train()
    tokenizer = unlimited(arguments.work / "tokenizer.json")
    file = arguments.work / "reader.pt"
    if file.exists():
        network.load_state_dict(torch.load(file, weights_only=True))
    fit(network, tokenizer, known, examples, file, seconds=arguments.seconds, seed=arguments.seed)


if __name__ == "__main__":
    main()
