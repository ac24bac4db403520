"""Measure an embedder alone on development sets: passages found, passages in the other language, translations, STS.

    python -m index.training.measure DEV_FOLDER [MODEL_FOLDER]

A question set is a folder with `corpus.jsonl.gz` and `questions.jsonl.gz`. Chunks end at a paragraph or a sentence and
hold about 800 characters; a hit is a chunk that holds a whole answer span, or lies inside one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from index.embedder import Embedder
from index.static import StaticEmbedder

CHUNK_CHARACTERS = 800
BREAK = re.compile(r"\n+|(?<=[.!?…»])\s+")


def cut(text: str) -> list[tuple[int, int]]:
    """Cut a text into half-open spans of at most about 800 characters, ending at a line or sentence end."""
    ends = [match.end() for match in BREAK.finditer(text)] + [len(text)]
    spans: list[tuple[int, int]] = []
    start = last = 0
    for end in ends:
        if end - start > CHUNK_CHARACTERS and last > start:
            spans.append((start, last))
            start = last
        last = end
    return [*spans, (start, len(text))] if start < len(text) else spans


def hits(embedder: Embedder, folder: Path, num_questions: int = 500) -> dict[str, float]:
    """Give hit@1, hit@5 and the number of questions of a set with answer spans."""
    chunks = [
        (row["id"], start, end, row["text"][start:end])
        for row in json_lines(folder / "corpus.jsonl.gz")
        for start, end in cut(row["text"])
    ]
    asked = spread([row for row in json_lines(folder / "questions.jsonl.gz") if row["answers"]], num_questions)
    order = ranking(embedder, [row["question"] for row in asked], [text for *_, text in chunks], 5)
    found = np.array(
        [
            [
                any(holds(chunks[n][:3], (answer["doc"], answer["start"], answer["end"])) for answer in row["answers"])
                for n in best
            ]
            for row, best in zip(asked, order, strict=True)
        ]
    )
    return {"hit@1": float(found[:, 0].mean()), "hit@5": float(found.any(axis=1).mean()), "n": len(asked)}


def holds(chunk: tuple[str, int, int], answer: tuple[str, int, int]) -> bool:
    """Say whether a chunk holds the whole answer, or is wholly part of a longer one."""
    return chunk[0] == answer[0] and (
        (chunk[1] <= answer[1] and answer[2] <= chunk[2]) or (answer[1] <= chunk[1] and chunk[2] <= answer[2])
    )


def across(embedder: Embedder, folder: Path) -> dict[str, float]:
    """Give hit@1 and hit@5 of notes in one language whose section is to be found among those of the other."""
    rows = list(json_lines(folder / "corpus.jsonl.gz"))
    asked = list(json_lines(folder / "questions.jsonl.gz"))
    found = []
    for language in ("fr", "en"):
        corpus = [row for row in rows if row["lang"] == language]
        notes = [row for row in asked if row["target_lang"] == language]
        order = ranking(embedder, [row["question"] for row in notes], [row["text"] for row in corpus], 5)
        found += [[corpus[n]["id"] == note["doc_id"] for n in best] for note, best in zip(notes, order, strict=True)]
    table = np.array(found)
    return {"hit@1": float(table[:, 0].mean()), "hit@5": float(table.any(axis=1).mean()), "n": len(table)}


def translations(embedder: Embedder, file: Path) -> dict[str, float]:
    """Give how often a sentence's translation is its nearest neighbour, in both directions."""
    rows = tsv(file)
    similarity = embedder.embed_queries([row[0] for row in rows]) @ embedder.embed_passages([row[1] for row in rows]).T
    right = np.arange(len(rows))
    return {
        "fr->en": float((similarity.argmax(axis=1) == right).mean()),
        "en->fr": float((similarity.argmax(axis=0) == right).mean()),
        "n": len(rows),
    }


def similarity(embedder: Embedder, file: Path) -> dict[str, float]:
    """Give the Spearman correlation of cosine and human score."""
    rows = tsv(file)
    first, second = (embedder.embed_queries([row[column] for row in rows]) for column in (0, 1))
    cosines = (first * second).sum(axis=1)
    return {"spearman": float(stats.spearmanr(cosines, [float(row[2]) for row in rows]).statistic), "n": len(rows)}


def measure(embedder: Embedder, dev: Path, num_questions: int = 500) -> dict[str, dict[str, float]]:
    """Run every measure on the sets below `dev`."""
    found = {
        name: hits(embedder, dev / name, num_questions)
        for name in ("piaf-heldout", "afriqa-fr", "squad1-extra", "clapnq-dev", "cnil-faq")
    }
    found["laws-xl"] = across(embedder, dev / "laws-xl")
    found["flores200"] = translations(embedder, dev / "bitext" / "flores200-dev.tsv.gz")
    for language in ("fr", "en"):
        found[f"stsb-{language}"] = similarity(embedder, dev / "sts" / f"stsb-{language}-dev.tsv.gz")
    return found


def ranking(embedder: Embedder, queries: Sequence[str], passages: Sequence[str], k: int) -> NDArray[np.int64]:
    """Give for each query the numbers of its `k` nearest passages, best first."""
    scores = embedder.embed_queries(queries) @ embedder.embed_passages(passages).T
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def spread(rows: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Take at most `count` rows, evenly spaced."""
    return [rows[len(rows) * number // count] for number in range(count)] if len(rows) > count else list(rows)


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def tsv(path: Path) -> list[list[str]]:
    """Read a compressed file of tab-separated columns."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", type=Path)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--questions", type=int, default=500)
    arguments = parser.parse_args()
    for name, figures in measure(StaticEmbedder(arguments.model), arguments.dev, arguments.questions).items():
        print(f"{name:14}", *(f"{key} {value:.3f}" if key != "n" else f"n {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
