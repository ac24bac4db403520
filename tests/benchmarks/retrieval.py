"""Hit rates of BM25, the embedder and their fusion on question sets, with the paired difference to BM25.

    python tests/benchmarks/retrieval.py SETS [NAME…] [--questions 500] [--embedder default]

SETS is a folder with a folder a set: `corpus.jsonl.gz` (id, title, text, lang) and `questions.jsonl.gz` (the product's
test-set form). A hit is a chunk that holds the whole of an answer; where a set marks no answers, a chunk of `doc_id`,
searched among the documents in `target_lang`. The interval is a bootstrap over questions, 95 %.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from index import Collection, Document, Hit
from index.embedder import embed, load_embedder
from index.hybrid import Weights, search

SYSTEMS = {"BM25": Weights(1, 1), "embedder": Weights(0, 0), "fusion": Weights()}
SEED = 7


def main() -> None:
    """Print one row a set and system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("names", nargs="*", default=["piaf-heldout", "squad1-extra", "afriqa-fr", "laws-xl"])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--embedder", default="default")
    arguments = parser.parse_args()
    print("| set | chunks | questions | system | hit@1 | hit@5 | hit@1 against BM25 | hit@5 against BM25 | ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.names:
        measure(arguments.sets / name, arguments.questions, arguments.embedder)


def measure(folder: Path, limit: int, embedder: str) -> None:
    """Print the rows of one set."""
    questions = [q for q in lines(folder / "questions.jsonl.gz") if q.get("answerable", True)]
    random.Random(SEED).shuffle(questions)
    questions = questions[:limit]
    made = load_embedder(embedder)
    collection = Collection.in_memory(embedder=made)
    collection.add(
        Document(d["id"], d["text"], d.get("title") or "", language=d.get("lang"))
        for d in lines(folder / "corpus.jsonl.gz")
    )
    snapshot = collection._store.snapshot()
    vectors = embed(made, [q["question"] for q in questions], questions=True)
    outcomes: dict[str, np.ndarray] = {}
    for system, weights in SYSTEMS.items():
        rows = []
        started = time.perf_counter()
        for question, vector in zip(questions, vectors, strict=True):
            where = {"language": question["target_lang"]} if "target_lang" in question else None
            hits = search(snapshot, question["question"], vector, 5, where, weights=weights)
            right = [answers(hit, question) for hit in hits]
            rows.append((any(right[:1]), any(right)))
        spent = (time.perf_counter() - started) / len(questions) * 1000
        outcomes[system] = np.array(rows, float)
        means = outcomes[system].mean(axis=0)
        against = [interval(outcomes[system][:, k] - outcomes["BM25"][:, k]) for k in (0, 1)]
        print(
            f"| {folder.name} | {snapshot.num_chunks} | {len(questions)} | {system} | {means[0]:.3f} | {means[1]:.3f} "
            f"| {against[0]} | {against[1]} | {spent:.1f} |",
            flush=True,
        )


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def answers(hit: Hit, question: dict[str, Any]) -> bool:
    """Say whether a hit holds the whole of an answer."""
    span = hit.chunk.span
    if not question["answers"]:
        return bool(span.document_id == question["doc_id"])
    return any(
        span.document_id == a["doc"] and span.start <= a["start"] and a["end"] <= span.end for a in question["answers"]
    )


def interval(differences: Sequence[float] | np.ndarray) -> str:
    """Give the mean of paired differences and its 95 % bootstrap interval."""
    values = np.asarray(differences)
    source = np.random.default_rng(SEED)
    means = values[source.integers(0, len(values), (5000, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
