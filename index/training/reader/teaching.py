"""Teach the encoder French: each word should come out as its translation does of the English teacher.

    python -m index.training.reader.teaching DATA_FOLDER WORK_FOLDER --teacher MINILM_FOLDER [--seconds 1300]

Writes tokenizer.json, lexicon.tsv.gz and encoder/ there. The sentence's mean is taught too: knowledge distillation
across languages (Reimers and Gurevych, "Making Monolingual Sentence Embeddings Multilingual", 2020), here word by word.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch import nn
from torch.nn import functional
from transformers import BertModel

from index.training import corpus
from index.training.alignment import Translations, translations
from index.training.reader.descent import descend
from index.training.reader.start import start
from index.training.reader.vocabulary import learn, unlimited, words

TAKEN = {
    "laws": 12_000,
    "tatoeba": 70_000,
    "php_docs": 10_000,
    "django_docs": 8_000,
    "python_docs": 10_000,
    "wmt": 18_000,
    "stsb-mt": 10_000,
    "hf_course": 1_500,
}
"""Sentence pairs by source: everyday language more than statutes and manuals."""
LONGEST = 330
"""Characters of a sentence; in pieces, MOST_PIECES."""
MOST_PIECES = 96
BATCH = 48
RATE = 1e-3
ENCODER_SHARE = 0.3
"""The rate of the layers beside that of the embeddings, which have most to learn."""
ENGLISH = 0.15
"""The share of steps that keep English where the teacher has it."""
LAYERS = ((3, 0.5), (6, 1.0))
"""Which layers are taught, and what each counts."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A pair: the pupil's French and English pieces, the teacher's English ones, and which stretches answer which.

    A link is (first, last + 1) in the pupil's pieces, then in the teacher's.
    """

    french: list[int]
    english: list[int]
    teacher: list[int]
    links: list[tuple[int, int, int, int]]
    same: list[tuple[int, int, int, int]]


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


def lesson(
    pair: corpus.Pair, pupil: Tokenizer, teacher: Tokenizer, known: Mapping[tuple[str, str], float]
) -> Lesson | None:
    """Line up the words of a pair: each with its likeliest translation, where that holds in both directions.

    None where too few words are sure of a partner, or a side is too long.
    """
    french, english, taught = pupil.encode(pair.french), pupil.encode(pair.english), teacher.encode(pair.english)
    if max(len(french.ids), len(taught.ids)) > MOST_PIECES:
        return None
    left, right, own = _stretches(french), _stretches(taught), _stretches(english)
    if len(right) != len(own):
        return None
    said = [_word(pupil, pair.french, french, stretch) for stretch in left]
    heard = [_word(pupil, pair.english, taught, stretch) for stretch in right]
    scores = {
        (a, b): chance * (1 - 0.5 * abs(a / len(said) - b / len(heard)))
        for a, word in enumerate(said)
        for b, other in enumerate(heard)
        if (chance := known.get((word, other), 0.5 if word == other and _telling(word) else 0.0))
    }
    best_of_left, best_of_right = {}, {}
    for (a, b), _ in sorted(scores.items(), key=lambda item: item[1]):
        best_of_left[a], best_of_right[b] = b, a
    links = [(*left[a], *right[b]) for a, b in best_of_left.items() if best_of_right[b] == a]
    if len(links) < max(2, 0.25 * min(len(left), len(right))):
        return None
    same = [(*own[at], *right[at]) for at in range(len(right))]
    return Lesson(french.ids, english.ids, taught.ids, links, same)


def _stretches(encoded: Encoding) -> list[tuple[int, int]]:
    """Give the half-open stretch of pieces of each word, in order."""
    found: dict[int, tuple[int, int]] = {}
    for at, word in enumerate(encoded.word_ids):
        if word is not None:
            found[word] = (found.get(word, (at, at))[0], at + 1)
    return list(found.values())


def _word(tokenizer: Tokenizer, text: str, encoded: Encoding, stretch: tuple[int, int]) -> str:
    begin, end = encoded.offsets[stretch[0]][0], encoded.offsets[stretch[1] - 1][1]
    return str(tokenizer.normalizer.normalize_str(text[begin:end]))


def _telling(word: str) -> bool:
    """Say whether a word that both sides hold surely stands for itself: a figure, punctuation, a longer word."""
    return len(word) > 3 or not word.isalpha()


def teach(pupil: BertModel, teacher: BertModel, lessons: Sequence[Lesson], *, seconds: float, seed: int = 0) -> None:
    """Train `pupil` in place for so long, the rate falling to nothing."""
    draw = random.Random(seed)  # noqa: S311
    named = list(pupil.named_parameters())
    words_of = [weights for name, weights in named if "word_embeddings" in name]
    layers = [weights for name, weights in named if "word_embeddings" not in name]
    batches = _batches(lessons, draw)
    descend(
        [(words_of, 1), (layers, ENCODER_SHARE)],
        lambda: _loss(pupil, teacher, next(batches), english=draw.random() < ENGLISH),
        seconds=seconds,
        rate=RATE,
        warm=100,
    )


def _loss(pupil: BertModel, teacher: BertModel, batch: Sequence[Lesson], *, english: bool) -> torch.Tensor:
    """Give how far the pupil's words and sentences are from the teacher's, relative to their length."""
    own, own_mask = padded([one.english if english else one.french for one in batch])
    theirs, their_mask = padded([one.teacher for one in batch])
    links = [one.same if english else one.links for one in batch]
    with torch.autocast("cpu", torch.bfloat16):
        with torch.no_grad():
            aim = teacher(input_ids=theirs, attention_mask=their_mask, output_hidden_states=True).hidden_states
        got = pupil(input_ids=own, attention_mask=own_mask, output_hidden_states=True).hidden_states
    mine = _means([[link[:2] for link in row] for row in links], own.shape[1])
    other = _means([[link[2:] for link in row] for row in links], theirs.shape[1])
    loss = torch.zeros(())
    for layer, weight in LAYERS:
        a = torch.sparse.mm(mine, got[layer].float().flatten(0, 1))
        b = torch.sparse.mm(other, aim[layer].float().flatten(0, 1))
        loss = loss + weight * ((a - b).pow(2).sum(1) / b.pow(2).sum(1).clamp_min(1)).mean()
    sentences = [
        (states[-1].float() * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        for states, mask in ((got, own_mask), (aim, their_mask))
    ]
    return loss + (1 - functional.cosine_similarity(*sentences)).mean()


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the rows filled up with zeros to the longest, and the mask of what is theirs."""
    numbers = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
    for at, row in enumerate(rows):
        numbers[at, : len(row)] = torch.tensor(row)
    return numbers, (numbers != 0).long()


def _means(stretches: Sequence[Sequence[Sequence[int]]], width: int) -> torch.Tensor:
    """Give the matrix that takes the mean of each stretch of pieces, over all texts laid one after the other."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    number = 0
    for text, found in enumerate(stretches):
        for first, end in found:
            rows += [number] * (end - first)
            columns += range(text * width + first, text * width + end)
            values += [1 / (end - first)] * (end - first)
            number += 1
    places = torch.tensor([rows, columns])
    return torch.sparse_coo_tensor(
        places, torch.tensor(values), (number, len(stretches) * width), check_invariants=False
    )


def _batches(lessons: Sequence[Lesson], draw: random.Random) -> Iterator[list[Lesson]]:
    """Give batches of like length for ever, every lesson once a round."""
    while True:
        order = draw.sample(lessons, len(lessons))
        for first in range(0, len(order), BATCH * 40):
            near = sorted(order[first : first + BATCH * 40], key=lambda one: len(one.french))
            batches = [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
            draw.shuffle(batches)
            yield from batches


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("work", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="a folder with all-MiniLM-L6-v2")
    parser.add_argument("--seconds", type=float, default=1300)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    arguments.work.mkdir(parents=True, exist_ok=True)
    pairs = corpus.some_pairs(arguments.folder, num_laws=90_000)
    random.Random(1).shuffle(pairs)  # noqa: S311
    theirs = unlimited(arguments.teacher / "tokenizer.json")
    pupil_pieces = learn(*_texts(arguments.folder, pairs), theirs)
    pupil_pieces.save(str(arguments.work / "tokenizer.json"), pretty=False)
    short = [
        (one.french, one.english) for one in (*pairs, *corpus.dictionary(arguments.folder)) if len(one.french) < 400
    ]
    lexicon = translations(*([words(pupil_pieces, pair[side]) for pair in short] for side in (0, 1)))
    save_lexicon(lexicon, arguments.work / "lexicon.tsv.gz")
    teacher = BertModel.from_pretrained(arguments.teacher, add_pooling_layer=False)
    pupil = BertModel.from_pretrained(
        arguments.teacher,
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",  # a third quicker to train on a processor
    )
    taught = teacher.embeddings.word_embeddings.weight.detach().numpy()
    first = start(pupil_pieces, theirs, taught, [pair for pair in short if max(map(len, pair)) < 300][:260_000])
    pupil.embeddings.word_embeddings = nn.Embedding(len(first), first.shape[1], padding_idx=0)
    pupil.embeddings.word_embeddings.weight = nn.Parameter(torch.from_numpy(first))
    pupil.config.vocab_size = len(first)
    known = {
        (left, right): float(forth * back)
        for left, right, forth, back in zip(lexicon.left, lexicon.right, lexicon.forth, lexicon.back, strict=True)
    }
    taken = dict.fromkeys(TAKEN, 0)
    lessons = []
    for pair in pairs:
        if taken[pair.source] < TAKEN[pair.source] and 8 < min(map(len, pair[:2])) <= max(map(len, pair[:2])) < LONGEST:
            taken[pair.source] += 1
            lessons.append(lesson(pair, pupil_pieces, theirs, known))
    teach(pupil.train(), teacher, [one for one in lessons if one], seconds=arguments.seconds)
    pupil.save_pretrained(arguments.work / "encoder")


def _texts(folder: Path, pairs: Sequence[corpus.Pair]) -> tuple[list[str], list[str]]:
    """Give French and English text to learn pieces on; statutes' passages stay out, their pairs are many."""
    asked = corpus.questions(folder)
    titled = [row for row in corpus.headings(folder) if row.source != "laws-canada"]
    found = []
    for language, sentences in (("fr", [pair.french for pair in pairs]), ("en", [pair.english for pair in pairs])):
        here = [row for row in asked if row.language == language]
        passages = [row.passage for row in titled if row.language == language]
        found.append([*sentences, *(row.question for row in here), *sorted({row.context for row in here}), *passages])
    return found[0], found[1]


if __name__ == "__main__":
    main()
