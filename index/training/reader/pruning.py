"""Cut a multilingual encoder down to the word pieces that French and English need.

    python -m index.training.reader.pruning DATA_FOLDER WORK_FOLDER --encoder E5_FOLDER

E5_FOLDER holds multilingual-e5-small (config.json, model.safetensors, tokenizer.json). Writes tokenizer.json, encoder/
and lexicon.tsv.gz to WORK_FOLDER: what a French word is in English, for `switching`. Leaving out what other languages
use makes a model several times smaller and loses nothing in these two (Abdaoui, Pradel and Sigel, "Load What You Need:
Smaller Versions of Multilingual BERT", 2020).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from index.language import fold
from index.training import corpus
from index.training.alignment import Translations, translations

SIZE = 48_000
"""Pieces that stay: all that the text uses, then those of Latin letters that are likeliest anywhere, for names."""
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_LATIN = re.compile("\u2581?[A-Za-z\u00c0-\u024f]+")
_LETTERS = re.compile("\u2581?[\\x20-\u024f\u0370-\u03ff\u1e00-\u1eff\u2000-\u22ff]?")
"""Latin and Greek letters, punctuation, currencies and signs stay however rare, each alone or at a word's beginning."""
_WORD = re.compile(r"\w+")
LONGEST_PAIR = 400
"""Characters of a pair's French that the lexicon is learned from."""


def unlimited(file: Path) -> Tokenizer:
    """Read a tokenizer that neither cuts nor fills up."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def counts(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """Count how often `texts` use each piece, by its number."""
    found: Counter[int] = Counter()
    left = iter(texts)
    while batch := list(islice(left, 20_000)):
        for one in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            found.update(one.ids)
    return found


def prune(tokenizer: Tokenizer, used: Counter[int], size: int = SIZE) -> tuple[Tokenizer, list[int]]:
    """Give the tokenizer with the `size` pieces that stay (more where more are used), and what number each had before.

    A pair of texts is <s> a </s> b </s>, the second of type 1.
    """
    written: dict[str, Any] = json.loads(tokenizer.to_str())
    vocabulary = written["model"]["vocab"]
    staying = {
        number
        for number, (piece, _) in enumerate(vocabulary)
        if piece in SPECIAL or used[number] or _LETTERS.fullmatch(piece)
    }
    latin = [n for n, (piece, _) in enumerate(vocabulary) if n not in staying and _LATIN.fullmatch(piece)]
    likeliest = sorted(latin, key=lambda number: -vocabulary[number][1])
    kept = sorted(staying.union(likeliest[: max(0, size - len(staying))]))
    numbers = {vocabulary[old][0]: new for new, old in enumerate(kept)}
    written["model"]["vocab"] = [vocabulary[old] for old in kept]
    written["model"]["unk_id"] = numbers["<unk>"]
    special = [one for one in written["added_tokens"] if one["content"] in SPECIAL]
    written["added_tokens"] = [{**one, "id": numbers[one["content"]]} for one in special]
    begin, end = ({"SpecialToken": {"id": name, "type_id": 0}} for name in ("<s>", "</s>"))
    first, second = ({"Sequence": {"id": name, "type_id": at}} for at, name in enumerate("AB"))
    last = {"SpecialToken": {"id": "</s>", "type_id": 1}}
    written["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [begin, first, end],
        "pair": [begin, first, end, second, last],
        "special_tokens": {name: {"id": name, "ids": [numbers[name]], "tokens": [name]} for name in ("<s>", "</s>")},
    }
    return Tokenizer.from_str(json.dumps(written)), kept


def save_lexicon(table: Translations, file: Path) -> None:
    """Write French word, English word and both probabilities, a line each."""
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        for row in zip(table.left, table.right, table.forth, table.back, strict=True):
            lines.write("{}\t{}\t{:.4f}\t{:.4f}\n".format(*row))


def read_lexicon(file: Path) -> list[tuple[str, str, float, float]]:
    """Read what `save_lexicon` wrote."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(french, english, float(forth), float(back)) for french, english, forth, back in rows]


def _texts(folder: Path) -> Iterator[str]:
    """Give all the training text there is."""
    for pair in corpus.translation_pairs(folder):
        yield from (pair.french, pair.english)
    asked = corpus.questions(folder)
    yield from (row.question for row in asked)
    yield from sorted({row.context for row in asked})
    for row in corpus.headings(folder):
        yield from (row.heading, row.passage)


def lexicon_of(folder: Path) -> Translations:
    """Learn from the data which French word is which English one."""
    pairs = [*corpus.some_pairs(folder, num_laws=90_000), *corpus.dictionary(folder)]
    short = [(pair.french, pair.english) for pair in pairs if len(pair.french) < LONGEST_PAIR]
    return translations(*([_WORD.findall(fold(pair[side])) for pair in short] for side in (0, 1)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("work", type=Path)
    parser.add_argument("--encoder", type=Path, required=True, help="a folder with multilingual-e5-small")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    whole = unlimited(arguments.encoder / "tokenizer.json")
    tokenizer, kept = prune(whole, counts(whole, _texts(arguments.folder)))
    tokenizer.save(str(arguments.work / "tokenizer.json"), pretty=False)
    encoder = BertModel.from_pretrained(arguments.encoder, add_pooling_layer=False)
    padding = tokenizer.token_to_id("<pad>")
    words = encoder.embeddings.word_embeddings
    words.weight = nn.Parameter(words.weight.detach()[torch.tensor(kept)])
    words.num_embeddings, words.padding_idx = len(kept), padding
    encoder.config.vocab_size = len(kept)
    encoder.config.pad_token_id = padding
    encoder.save_pretrained(arguments.work / "encoder")
    save_lexicon(lexicon_of(arguments.folder), arguments.work / "lexicon.tsv.gz")
    print(f"{len(kept)} pieces of {whole.get_vocab_size()} stay")


if __name__ == "__main__":
    main()
