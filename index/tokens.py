"""Counting tokens with tiktoken, offline: a French and English byte-level encoding whose ranks are shipped."""

from __future__ import annotations

import binascii
from functools import cache
from pathlib import Path

import tiktoken

# A word keeps the space before it and the apostrophe after it, so that "l'eau" is "l'" + "eau". Every run is bounded:
# a file without a single space must cost no more than prose.
PATTERN = (
    r" ?[\p{L}\p{M}]{1,40}['’]?"
    r"| ?\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{M}\p{N}]{1,16}"
    r"|[^\S\r\n]{0,40}[\r\n]{1,40}"
    r"|\s{1,40}(?!\S)"
    r"|\s{1,40}"
)
RANKS = Path(__file__).parent / "models" / "tokens.tiktoken"


@cache
def encoding() -> tiktoken.Encoding:
    """Give the shipped encoding, made on the first call and kept; it has no special tokens."""
    # Parsed here because tiktoken's own loader keeps a copy in the temporary folder and never looks at the file again.
    fields = RANKS.read_bytes().split()
    ranks = dict(zip(map(binascii.a2b_base64, fields[::2]), map(int, fields[1::2]), strict=True))
    return tiktoken.Encoding("sourcier", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def count(text: str) -> int:
    """Give the number of tokens in `text`.

    >>> count("")
    0
    """
    return len(encoding().encode_ordinary(text))
