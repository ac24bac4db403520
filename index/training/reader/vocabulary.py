"""The reader's word pieces: those of its English teacher that English text uses, and as many learned on French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
NUM_FRENCH = 20_000
USED = 3
"""How often English text must use a piece of the teacher's for it to stay."""


def learn(french: Sequence[str], english: Sequence[str], teacher: Tokenizer) -> Tokenizer:
    """Learn the pieces: lower case, without accents, punctuation kept; a pair of texts is [CLS] a [SEP] b [SEP].

    English text falls into nearly the same pieces as for the teacher, so what the teacher knows of them holds.
    """
    learner = _tokenizer({"[UNK]": 0})
    trainer = trainers.WordPieceTrainer(
        vocab_size=NUM_FRENCH, min_frequency=4, limit_alphabet=200, special_tokens=["[UNK]"], show_progress=False
    )
    learner.train_from_iterator(french, trainer)
    used = Counter(piece for pieces in split(teacher, english) for piece in pieces)
    letters = {piece for piece in teacher.get_vocab() if len(piece.removeprefix("##")) == 1 and piece.isascii()}
    pieces = {piece for piece, count in used.items() if count >= USED} | letters | set(learner.get_vocab())
    ordered = [*SPECIAL, *sorted(pieces - set(SPECIAL))]
    tokenizer = _tokenizer({piece: number for number, piece in enumerate(ordered)})
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, ordered.index(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def unlimited(file: Path) -> Tokenizer:
    """Read a tokenizer that neither cuts nor fills up."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def split(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[list[str]]:
    """Give each text as its pieces."""
    piece_of = {number: piece for piece, number in tokenizer.get_vocab().items()}
    for first in range(0, len(texts), 20_000):
        for encoded in tokenizer.encode_batch_fast(texts[first : first + 20_000], add_special_tokens=False):
            yield [piece_of[number] for number in encoded.ids]  # the fast way fills in no tokens


def words(tokenizer: Tokenizer, text: str) -> list[str]:
    """Give the words of `text` as the tokenizer parts them, normalised, without punctuation."""
    parted = tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text))
    return [word for word, _ in parted if word.isalnum()]


def _tokenizer(pieces: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=60))  # noqa: S106
    replaced = [normalizers.Replace(old, new) for old, new in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("’", "'"))]
    tokenizer.normalizer = normalizers.Sequence([*replaced, normalizers.BertNormalizer(strip_accents=True)])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer
