"""Learn byte-level BPE ranks from French and English text and write them as `index/models/tokens.tiktoken` is read.

python -m index.training.tokens DATA_FOLDER index/models/tokens.tiktoken
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from index.tokens import PATTERN
from index.training.corpus import texts


def learn(folder: Path, num_ranks: int) -> list[bytes]:
    """Give the tokens as bytes, lowest rank first: the 256 single bytes, then one per merge in the order learned."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=num_ranks, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), max_token_length=16
    )
    tokenizer.train_from_iterator(texts(folder), trainer)
    bytes_of = byte_alphabet()
    ordered = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [bytes(bytes_of[character] for character in token) for token, _ in ordered]


def byte_alphabet() -> dict[str, int]:
    """Map each character of the byte-level alphabet to its byte.

    Printable Latin-1 characters stand for themselves, the other bytes for the characters from U+0100 on, in order.
    """
    alphabet = set(pre_tokenizers.ByteLevel.alphabet())
    own = {chr(byte): byte for byte in range(256) if chr(byte) in alphabet}
    others = [byte for byte in range(256) if byte not in own.values()]
    return own | {chr(0x100 + index): byte for index, byte in enumerate(others)}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("output", type=Path)
    parser.add_argument("--ranks", type=int, default=24_000)
    arguments = parser.parse_args()
    ranks = learn(arguments.folder, arguments.ranks)
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for rank, token in enumerate(ranks))
    arguments.output.write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main()
