"""Gradient descent for so many seconds: the rate rises, then falls to nothing as time runs out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

SAVED_EVERY = 300.0

Part = tuple[Sequence[nn.Parameter], float]
"""Weights, and how fast they learn beside the others."""


def descend(
    parts: Sequence[Part],
    loss: Callable[[], torch.Tensor],
    *,
    seconds: float,
    rate: float,
    warm: int,
    decay: float = 0.0,
    save: Callable[[], None] = lambda: None,
) -> None:
    """Follow `loss()`, drawn anew each step, with AdamW; the rate rises to `rate` over `warm` steps.

    Gradients are cut to norm 1 over all parts. `save` is called every five minutes.
    """
    optimiser = torch.optim.AdamW(
        [{"params": weights} for weights, _ in parts], lr=rate, weight_decay=decay, betas=(0.9, 0.98), fused=True
    )
    begun = saved = time.monotonic()
    losses: list[float] = []
    while (done := (time.monotonic() - begun) / seconds) < 1:
        for group, (_, share) in zip(optimiser.param_groups, parts, strict=True):
            group["lr"] = rate * share * min(1, (len(losses) + 1) / warm) * (1 - done)
        here = loss()
        optimiser.zero_grad()
        torch.autograd.backward(here)
        nn.utils.clip_grad_norm_([each for weights, _ in parts for each in weights], 1.0)
        optimiser.step()
        losses.append(here.item())
        if len(losses) % 100 == 0:
            print(f"{len(losses)} {time.monotonic() - begun:.0f} s loss {np.mean(losses[-100:]):.3f}", flush=True)
        if time.monotonic() - saved > SAVED_EVERY:
            saved = time.monotonic()
            save()
