"""The network: an encoder, where an answer starts and ends, and whether the passage answers at all."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BertModel


class ReaderNetwork(nn.Module):
    """Takes piece numbers, types (0 question, 1 passage) and mask, each (texts, pieces).

    Gives logits of start and end, (texts, pieces, 2), and log-odds that the passage answers, (texts,).
    """

    def __init__(self, encoder: Path, *, dropout: float = 0.1, attention: str = "sdpa") -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            encoder,
            add_pooling_layer=False,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            attn_implementation=attention,
        )
        size = self.bert.config.hidden_size
        self.span = nn.Linear(size, 2)
        self.pool = nn.Linear(2 * size, size)
        self.ans = nn.Linear(size, 1)

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Read question and passage together."""
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weight).sum(1) / weight.sum(1)
        pooled = torch.tanh(self.pool(torch.cat([states[:, 0], mean], 1)))
        return self.span(states), self.ans(pooled)[:, 0]


def trained(folder: Path, *, dropout: float = 0.0, attention: str = "sdpa") -> ReaderNetwork:
    """Read the network that `fitting` or `distilling` left in `folder`, wherever it was trained."""
    network = ReaderNetwork(folder / "encoder", dropout=dropout, attention=attention)
    network.load_state_dict(torch.load(folder / "reader.pt", weights_only=True, map_location="cpu"))
    return network
