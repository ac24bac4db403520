"""Train the default embedder: a static bilingual model in the sentence-transformers format.

    python -m index.training.static DATA_FOLDER OUTPUT_FOLDER --work /tmp/train-static --teacher MINILM_FOLDER
    python -m index.training.static DATA_FOLDER OUTPUT_FOLDER --from index/models/static --steps 400 --rate 0.01

Each step takes one kind of pair (translations, questions, headings, parts of one passage), embeds both sides as the
mean of their pieces' vectors and asks that each finds its partner among the batch, in both directions (InfoNCE, van
den Oord et al. 2018; the loss of sentence-transformers' MultipleNegativesRankingLoss).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional

from index.language import detect
from index.training import corpus, vocabulary
from index.training.lexicon import Lexicon, align, substitutes
from index.training.reader.written import asked
from index.training.start import start, teach
from index.training.vocabulary import Bags, encode, joined

TEMPERATURE = 0.05
# The share of a question's pieces that are put into the other language.
SWITCHED = 0.8
# What the questions written for training count beside all others.
WRITTEN = 0.6
TRANSLATIONS = ("tatoeba", "general", "docs", "laws", "dictionary")


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of pair: `queries[i]` belongs to `passages[i]`; rows of one group are no negatives of each other.

    `share` of the steps, `batch` pairs a step. A `switched` task has part of its query's pieces put into the other
    language; a task without queries of its own (`crops`) takes a part of the passage as the query.
    """

    name: str
    queries: Bags
    passages: Bags
    groups: NDArray[np.int64]
    share: float
    batch: int
    switched: bool = False
    crops: bool = False


def tasks(folder: Path, tokenizer: Tokenizer, draw: np.random.Generator) -> list[Task]:
    """Read the data folder into tasks."""

    def task(name: str, rows: list[tuple[str, str]], share: float, batch: int, **kind: bool) -> Task:
        number_of: dict[str, int] = {}
        groups = np.array([number_of.setdefault(passage, len(number_of)) for _, passage in rows])
        queries, passages = (encode(tokenizer, [row[side] for row in rows]) for side in (0, 1))
        return Task(name, queries, passages, groups, share, batch, **kind)

    pairs = corpus.translation_pairs(folder)
    by_source: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        by_source.setdefault(pair.source, []).append((pair.french, pair.english))
    laws = by_source["laws"]
    laws = [laws[row] for row in draw.permutation(len(laws))[:100_000]]
    docs = [row for source in ("php_docs", "django_docs", "python_docs", "hf_course") for row in by_source[source]]
    general = by_source["wmt"] + by_source["stsb-mt"]
    known = corpus.questions(folder)
    titled = corpus.headings(folder)
    english_of = {pair.french: pair.english for pair in pairs if pair.source == "laws"}
    french_of = {pair.english: pair.french for pair in pairs if pair.source == "laws"}
    statutes = [row for row in titled if row.source == "laws-canada"]
    across = [
        (other[row.heading], row.passage[:1500])
        for row in statutes
        for other in (french_of if row.language == "en" else english_of,)
        if row.heading in other
    ]
    written: dict[str, list[tuple[str, str]]] = {"fr": [], "en": [], "across": []}
    for one in asked():
        if one.span:
            row, language = (one.question, one.passages[0][1]), detect(one.question)
            written[language if language == detect(row[1]) else "across"].append(row)
    last = {
        kind: task(f"written-{kind}", rows, WRITTEN * share, 512)
        for (kind, rows), share in zip(written.items(), (0.4, 0.4, 0.1), strict=True)
    }
    answers = {
        language: [(row.question, passage) for row in known if row.language == language for passage in around(row)]
        for language in ("fr", "en")
    }
    contexts = list(dict.fromkeys(row.context for row in known)) + [row.passage[:2000] for row in titled]
    questions = {
        language: task(f"questions-{language}", rows, share, batch)
        for (language, rows), share, batch in zip(answers.items(), (0.10, 0.17), (512, 768), strict=True)
    }
    return [
        task("tatoeba", by_source["tatoeba"], 0.06, 1024),
        task("general", general, 0.08, 1024),
        task("docs", docs, 0.06, 1024),
        task("laws", laws, 0.06, 1024),
        task("dictionary", [(row.french, row.english) for row in corpus.dictionary(folder)], 0.03, 1024),
        *questions.values(),
        replace(questions["fr"], name="switched-fr", share=0.07, switched=True),
        replace(questions["en"], name="switched-en", share=0.10, switched=True),
        task("headings", [(row.heading, row.passage[:1500]) for row in statutes], 0.05, 512),
        task("headings-across", across, 0.06, 512),
        task("news", [(row.heading, row.passage) for row in titled if row.source != "laws-canada"], 0.04, 512),
        *last.values(),
        replace(last["fr"], name="written-switched-fr", share=WRITTEN * 0.05, switched=True),
        replace(last["en"], name="written-switched-en", share=WRITTEN * 0.05, switched=True),
        task("crops", [("", context) for context in contexts], 0.12, 512, crops=True),
    ]


def around(row: corpus.Question) -> list[str]:
    """Give the context, and the part of it around the answer, as passages for a question."""
    start, end = max(row.start - 200, 0), row.start + len(row.answer) + 200
    near = row.context[row.context.rfind(" ", 0, start) + 1 : end].rpartition(" ")[0]
    return [row.context[:3000]] if len(row.context) < 600 else [row.context[:3000], near]


def crop(passages: Bags, draw: np.random.Generator) -> tuple[Bags, Bags]:
    """Cut 4 to 20 pieces out of each passage as its query; the rest stays the passage."""
    lengths = np.diff(passages.starts)
    sizes = np.minimum(draw.integers(4, 21, len(lengths)), lengths // 3)
    firsts = passages.starts[:-1] + (draw.random(len(lengths)) * (lengths - sizes + 1)).astype(np.int64)
    marks = np.zeros(len(passages.pieces) + 1, dtype=np.int64)
    np.add.at(marks, firsts, 1)
    np.add.at(marks, firsts + sizes, -1)
    inside = np.cumsum(marks[:-1]) > 0
    counts = np.concatenate([[0], np.cumsum(inside)])[passages.starts]
    return Bags(passages.pieces[inside], counts), Bags(passages.pieces[~inside], passages.starts - counts)


def switch(bags: Bags, lexicon: Lexicon, share: float, draw: np.random.Generator) -> Bags:
    """Put pieces into the other language, each with the probability `share`."""
    pieces, weights = lexicon
    chosen = (draw.random((len(bags.pieces), 1)) > weights[bags.pieces]).sum(axis=1).clip(max=pieces.shape[1] - 1)
    other = pieces[bags.pieces, chosen]
    return Bags(np.where(draw.random(len(other)) < share, other, bags.pieces).astype(np.int32), bags.starts)


def embed(weights: torch.Tensor, bags: Bags) -> torch.Tensor:
    """Give the unit vectors of texts."""
    rows = functional.embedding_bag(
        torch.from_numpy(bags.pieces.astype(np.int64)),
        weights,
        torch.from_numpy(bags.starts[:-1]),
        mode="mean",
    )
    return functional.normalize(rows, dim=1)


def loss_of(queries: torch.Tensor, passages: torch.Tensor, groups: NDArray[np.int64]) -> torch.Tensor:
    """Give the mean of both directions' cross entropy; rows of the same group are masked, the partner is not."""
    scores = queries @ passages.T / TEMPERATURE
    same = torch.from_numpy(groups[:, None] == groups[None, :])
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    partner = torch.arange(len(groups))
    return (functional.cross_entropy(scores, partner) + functional.cross_entropy(scores.T, partner)) / 2


def train(
    weights: torch.Tensor,
    kinds: list[Task],
    lexicons: tuple[Lexicon, Lexicon],
    *,
    steps: int,
    rate: float,
    seed: int,
    report: int = 200,
) -> torch.Tensor:
    """Train `weights` in place for so many steps, the rate falling to nothing, and give them back."""
    draw = np.random.default_rng(seed)
    weights.requires_grad_(True)
    optimiser = torch.optim.Adam([weights], lr=rate, fused=True)
    shares = np.array([kind.share for kind in kinds])
    begun = time.monotonic()
    losses: dict[str, list[float]] = {}
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, step / 100) * (1 - step / (steps + 1))
        kind = kinds[draw.choice(len(kinds), p=shares / shares.sum())]
        rows = np.unique(draw.integers(0, len(kind.queries), kind.batch))
        queries, passages = kind.queries.take(rows), kind.passages.take(rows)
        if kind.crops:
            queries, passages = crop(passages, draw)
        elif kind.switched:
            queries = switch(queries, lexicons[kind.name.endswith("en")], SWITCHED, draw)
        loss = loss_of(
            embed(weights, queries.thin(0.05, draw)), embed(weights, passages.thin(0.15, draw)), kind.groups[rows]
        )
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        losses.setdefault(kind.name, []).append(loss.item())
        if step % report == 0:
            means = {name: round(float(np.mean(some)), 2) for name, some in losses.items()}
            print(step, f"{time.monotonic() - begun:.0f} s", means, flush=True)
            losses.clear()
    return weights.detach()


def save(weights: NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write a folder that SentenceTransformer and StaticEmbedder load."""
    module = folder / "0_StaticEmbedding"
    module.mkdir(parents=True, exist_ok=True)
    weights[0] = 0
    save_file({"embedding.weight": weights.astype(np.float16)}, module / "model.safetensors")
    tokenizer.save(str(module / "tokenizer.json"), pretty=False)
    package = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "0_StaticEmbedding", "type": f"{package}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n")
    settings: dict[str, object] = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=2) + "\n")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("output", type=Path)
    parser.add_argument("--teacher", type=Path, help="a folder with all-MiniLM-L6-v2, to start from")
    parser.add_argument("--work", type=Path, help="keeps the vocabulary and the teacher's vectors")
    parser.add_argument("--from", type=Path, dest="known", help="instead: a folder of this form, to go on from")
    parser.add_argument("--size", type=int, default=36_000)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    draw = np.random.default_rng(arguments.seed)
    if (arguments.known is None) == (None in (arguments.teacher, arguments.work)):
        parser.error("expected either --teacher and --work, or --from")
    tokenizer, taught = _known(arguments.known) if arguments.known else _taught(arguments)
    kinds = tasks(arguments.folder, tokenizer, draw)
    print([(kind.name, len(kind.queries)) for kind in kinds], flush=True)
    translated = [kind for kind in kinds if kind.name in TRANSLATIONS]
    french, english = joined([kind.queries for kind in translated]), joined([kind.passages for kind in translated])
    to_english, to_french = align(french, english, tokenizer.get_vocab_size())
    lexicons = (substitutes(to_english), substitutes(to_french))
    weights = torch.from_numpy(taught if arguments.known else start(taught, french, english, lexicons[0], draw))
    print("start", time.strftime("%H:%M"), flush=True)
    trained = train(weights, kinds, lexicons, steps=arguments.steps, rate=arguments.rate, seed=arguments.seed)
    save(trained.numpy(), tokenizer, arguments.output)


def _known(folder: Path) -> tuple[Tokenizer, NDArray[np.float32]]:
    module = folder / "0_StaticEmbedding"
    vectors: NDArray[np.float32] = load_file(module / "model.safetensors")["embedding.weight"].astype(np.float32)
    return Tokenizer.from_file(str(module / "tokenizer.json")), vectors


def _taught(arguments: argparse.Namespace) -> tuple[Tokenizer, NDArray[np.float32]]:
    arguments.work.mkdir(parents=True, exist_ok=True)
    if not (learned := arguments.work / "tokenizer.json").exists():
        vocabulary.learn(list(corpus.texts(arguments.folder)), arguments.size).save(str(learned))
    tokenizer = Tokenizer.from_file(str(learned))
    if not (taught := arguments.work / "teacher.npy").exists():
        np.save(taught, teach(tokenizer, arguments.teacher))
    vectors: NDArray[np.float32] = np.load(taught)
    return tokenizer, vectors


if __name__ == "__main__":
    main()
