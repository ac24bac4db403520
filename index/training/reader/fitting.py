"""Train the reader.

    python -m index.training.reader.fitting WORK_FOLDER [--seconds 600] [--device cuda] [--workers 14]

WORK_FOLDER holds what `pruning` and `examples` wrote; reader.pt is written there every few minutes, and where
it is there already training goes on from it. Then `export` makes the model.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from index.training.reader.batches import Batch, collate, wide
from index.training.reader.descent import descend
from index.training.reader.examples import Examples, Item, Kind, read_items, rounds
from index.training.reader.model import ReaderNetwork
from index.training.reader.pruning import read_lexicon, unlimited
from index.training.reader.switching import choices

RATE = 2e-4
HEAD_RATE = 5.0
"""How much faster the new layers learn than the encoder."""
WARM = 200
GROUPS = 64
"""Questions a step."""
TOGETHER = 120
"""Texts read at once: of like length."""
RANKING, SPANS = 0.5, 1.0
"""What choosing among a question's passages, and placing the answer, count beside telling whether a passage answers."""
FRENCH = 2
"""How often a French question comes for each time an English one does: there are five times fewer."""

Read = tuple[torch.Tensor, torch.Tensor]
"""Start and end logits, (texts, pieces, 2), and log-odds of answering, (texts,)."""


class Drawn(IterableDataset[Batch]):
    """Batches for ever, each worker drawing its own."""

    def __init__(self, work: Path, known: Sequence[Item], *, seed: int) -> None:
        self._work, self._known, self._seed = work, known, seed

    def __iter__(self) -> Iterator[Batch]:
        """Draw them."""
        worker = get_worker_info()
        draw = random.Random(f"{self._seed} {worker.id if worker else 0}")  # noqa: S311
        tokenizer = unlimited(self._work / "tokenizer.json")
        lexicon = choices(read_lexicon(self._work / "lexicon.tsv.gz"))
        examples = Examples(self._known, lexicon, draw)
        weights = [FRENCH if item.language == "fr" and item.span else 1 for item in self._known]
        for numbers in rounds(len(self._known), GROUPS, weights, draw):
            yield collate(tokenizer, [examples.group(number) for number in numbers])


def fit(
    network: ReaderNetwork,
    loss: Callable[[], torch.Tensor],
    file: Path,
    *,
    seconds: float,
    rate: float = RATE,
    head_rate: float = HEAD_RATE,
    warm: int = WARM,
) -> None:
    """Lower the loss for so long, the rate rising for `warm` steps and falling to nothing; the state goes to `file`."""
    encoder = [each for name, each in network.named_parameters() if name.startswith("bert")]
    heads = [each for name, each in network.named_parameters() if not name.startswith("bert")]
    descend(
        [(encoder, 1), (heads, head_rate)],
        loss,
        seconds=seconds,
        rate=rate,
        warm=warm,
        decay=0.01,
        save=lambda: save(network, file),
    )
    save(network, file)


def save(network: ReaderNetwork, file: Path) -> None:
    """Write the state in one move."""
    torch.save(network.state_dict(), file.with_suffix(".new"))
    file.with_suffix(".new").replace(file)


def loss_of(network: ReaderNetwork, batch: Batch) -> torch.Tensor:
    """Give the loss of some texts."""
    return loss_from(read(network, batch), batch)


def loss_from(found: Read, batch: Batch) -> torch.Tensor:
    """Give the loss of what was read: does each passage answer, which best, where."""
    spans, answers = found
    batch = batch.on(spans.device)
    told = batch.kinds != Kind.RELATED
    loss = functional.binary_cross_entropy_with_logits(answers[told], (batch.kinds[told] == Kind.ANSWERS).float())
    if len(batch.rivals):
        there = answers[batch.rivals.clamp_min(0)].masked_fill(batch.rivals < 0, -1e4)
        loss = loss + RANKING * functional.cross_entropy(there, torch.zeros_like(batch.rivals[:, 0]))
    placed = batch.places[:, 0] >= 0
    if placed.any():
        for side in (0, 1):
            loss = loss + SPANS * functional.cross_entropy(spans[placed, :, side], batch.places[placed, side])
    return loss


def read(network: ReaderNetwork, batch: Batch, *, together: int = TOGETHER) -> Read:
    """Run the network over texts, so many of like length at once; give what it makes of each, in the order given."""
    device = next(network.parameters()).device
    order = torch.argsort(batch.lengths)
    parts = []
    with torch.autocast(device.type, torch.bfloat16):
        for first in range(0, len(order), together):
            rows = order[first : first + together]
            width = min(wide(int(batch.lengths[rows].max())), batch.ids.shape[1])
            ids, types = batch.ids[rows, :width].to(device), batch.types[rows, :width].to(device)
            mask = (torch.arange(width)[None] < batch.lengths[rows, None]).long().to(device)
            spans, answers = network(ids, types, mask)
            spans = spans.float().masked_fill((types == 0).unsqueeze(-1), -1e4)
            spans = functional.pad(spans, (0, 0, 0, batch.ids.shape[1] - width), value=-1e4)
            parts.append((spans, answers.float()))
    back = torch.argsort(order).to(device)
    spans, answers = (torch.cat(part)[back] for part in zip(*parts, strict=True))
    return spans, answers


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    add_arguments(parser)
    arguments = parser.parse_args()
    torch.backends.cuda.enable_cudnn_sdp(False)  # it would prepare for every shape anew
    torch.manual_seed(arguments.seed)
    network = ReaderNetwork(arguments.work / "encoder").to(arguments.device).train()
    file = arguments.work / "reader.pt"
    if file.exists():
        network.load_state_dict(torch.load(file, weights_only=True, map_location="cpu"))
    batches = drawn(arguments.work, workers=arguments.workers, seed=arguments.seed)
    fit(network, lambda: loss_of(network, next(batches)), file, seconds=arguments.seconds)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every training takes beside its folder."""
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--device", default="cpu", help='"cpu" or "cuda"')
    parser.add_argument("--workers", type=int, default=1, help="processes that draw what is read")
    parser.add_argument("--seed", type=int, default=0)


def drawn(work: Path, *, workers: int, seed: int) -> Iterator[Batch]:
    """Give batches for ever from the items in `work`, drawn by so many processes."""
    batches = Drawn(work, read_items(work / "items.jsonl.xz"), seed=seed)
    return iter(DataLoader(batches, batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None))


if __name__ == "__main__":
    main()
