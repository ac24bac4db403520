"""Train a reader to read as several trained ones do together, with as many layers or fewer.

    python -m index.training.reader.distilling PUPIL_FOLDER TEACHER_FOLDER... [--layers 12] [--device cuda]

PUPIL_FOLDER gets encoder/, reader.pt and what else `export` takes. The pupil begins as its first teacher,
from whose folder the examples are drawn, and learns from the mean of all their log-odds beside what is true (Hinton,
Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015).
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from index.training.reader.batches import Batch
from index.training.reader.fitting import add_arguments, drawn, fit, loss_from, read
from index.training.reader.model import ReaderNetwork, trained

KEPT = {12: tuple(range(12)), 8: (0, 1, 3, 4, 6, 7, 9, 11)}
"""The layers of a teacher that a pupil of so many begins with."""
TRUE = 0.5
"""What the truth counts beside the teachers."""


def pupil_of(teacher: ReaderNetwork, folder: Path, *, layers: int, dropout: float = 0.05) -> ReaderNetwork:
    """Give a network with some layers and the heads of `teacher`; its encoder is written to `folder`."""
    every = teacher.bert.encoder.layer
    teacher.bert.encoder.layer = nn.ModuleList(every[number] for number in KEPT[layers])
    teacher.bert.config.num_hidden_layers = layers
    teacher.bert.save_pretrained(folder)
    pupil = ReaderNetwork(folder, dropout=dropout)
    pupil.load_state_dict(teacher.state_dict())
    teacher.bert.encoder.layer = every
    teacher.bert.config.num_hidden_layers = len(every)
    return pupil


def taught_loss(pupil: ReaderNetwork, teachers: Sequence[ReaderNetwork], batch: Batch) -> torch.Tensor:
    """Give how far the pupil is from what its teachers say together and from the truth."""
    with torch.no_grad():
        heard = zip(*(read(teacher, batch) for teacher in teachers), strict=True)
        spans, answers = (torch.stack(part).mean(0) for part in heard)
    found = read(pupil, batch)
    loss = TRUE * loss_from(found, batch)
    for side in (0, 1):
        mine, theirs = (part[:, :, side].log_softmax(1) for part in (found[0], spans))
        loss = loss + functional.kl_div(mine, theirs, log_target=True, reduction="batchmean")
    return loss + functional.binary_cross_entropy_with_logits(found[1], answers.sigmoid())


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pupil", type=Path)
    parser.add_argument("teachers", type=Path, nargs="+")
    parser.add_argument("--layers", type=int, choices=sorted(KEPT), default=12)
    add_arguments(parser)
    arguments = parser.parse_args()
    torch.backends.cuda.enable_cudnn_sdp(False)  # it would prepare for every shape anew
    torch.manual_seed(arguments.seed)
    arguments.pupil.mkdir(parents=True, exist_ok=True)
    teachers = [trained(folder).to(arguments.device).eval() for folder in arguments.teachers]
    pupil = pupil_of(teachers[0], arguments.pupil / "encoder", layers=arguments.layers).to(arguments.device).train()
    for name in ("tokenizer.json", "items.jsonl.xz", "lexicon.tsv.gz"):
        shutil.copyfile(arguments.teachers[0] / name, arguments.pupil / name)
    batches = drawn(arguments.teachers[0], workers=arguments.workers, seed=arguments.seed)
    loss = lambda: taught_loss(pupil, teachers, next(batches))  # noqa: E731
    fit(pupil, loss, arguments.pupil / "reader.pt", seconds=arguments.seconds)


if __name__ == "__main__":
    main()
