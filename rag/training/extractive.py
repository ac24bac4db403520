"""Fits the extractive backend's weights on question sets with spans.

    python -m rag.training.extractive SET_FOLDER... [--extra QUESTIONS.jsonl:SET_FOLDER ...]

A set folder holds corpus.jsonl.gz and questions.jsonl.gz. Writes the weights to
`rag/models/extractive.json` and prints for each set: how often the quoted sentence holds the answer, and balanced
accuracy of refusing when the answering document, or only the answering passage, is taken away. Weights are fitted on
one half of the documents; the figures are of the other half.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index import Collection, Document, Hit
from rag import extractive
from rag.chatbot import evidence
from rag.question import read_question

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """One question with one list of evidence: features (n, f), which sentences hold the answer, what was taken away."""

    name: str
    held: bool
    taken: str
    features: Array
    right: NDArray[np.bool_]
    tail: Array


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--extra", nargs="*", default=[])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--threshold", type=float, default=0.2)
    parser.add_argument("--out", type=Path, default=Path(extractive.__file__).parent / "models" / "extractive.json")
    arguments = parser.parse_args()
    items: list[Item] = []
    jobs = [(folder, folder / "questions.jsonl.gz", folder.name) for folder in arguments.sets]
    jobs += [
        (Path(extra.split(":")[1]), Path(extra.split(":")[0]), Path(extra.split(":")[0]).stem)
        for extra in arguments.extra
    ]
    opened: dict[Path, Collection] = {}
    for folder, questions, name in jobs:
        if folder not in opened:
            opened[folder] = Collection.in_memory()
            opened[folder].add(_documents(folder / "corpus.jsonl.gz"))
        items += _items(opened[folder], questions, name, arguments.questions)
    ranking = _fit_ranking([item for item in items if not item.held and item.taken == "nothing"])
    confidence = _fit_confidence([item for item in items if not item.held], ranking)
    form = {
        "threshold": arguments.threshold,
        "ranking": dict(zip(extractive.FEATURES, _rounded(ranking), strict=True)),
        "confidence": dict(zip(extractive.FEATURES + extractive.STANDING, _rounded(confidence), strict=True)),
    }
    arguments.out.write_text(json.dumps(form, indent=2) + "\n", encoding="utf-8")
    for name in dict.fromkeys(item.name for item in items):
        _report(name, [item for item in items if item.name == name and item.held], ranking, confidence)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _documents(path: Path) -> Iterator[Document]:
    for line in _lines(path):
        yield Document(str(line["id"]), str(line["text"]), str(line["title"]), language=str(line["lang"]))


def _items(collection: Collection, questions: Path, name: str, most: int) -> Iterator[Item]:
    asked = [q for q in _lines(questions) if q["answers"]]
    step = max(1, len(asked) // most)
    for question in asked[::step][:most]:
        golds = [(str(a["doc"]), int(a["start"]), int(a["end"])) for a in question["answers"]]  # type: ignore[attr-defined]
        held = zlib.crc32(golds[0][0].encode()) % 2 == 1
        found = collection.search(str(question["question"]), 40)
        for taken, hits in _lists(found, golds).items():
            if hits:
                yield _item(collection, str(question["question"]), hits, golds, name, held, taken)


def _lists(hits: list[Hit], golds: list[tuple[str, int, int]]) -> dict[str, list[Hit]]:
    def overlaps(hit: Hit) -> bool:
        span = hit.chunk.span
        return any(span.document_id == d and span.start < b and a < span.end for d, a, b in golds)

    documents = {d for d, _, _ in golds}
    return {
        "nothing": hits[:10],
        "document": [hit for hit in hits if hit.chunk.span.document_id not in documents][:10],
        "passage": [hit for hit in hits if not overlaps(hit)][:10],
    }


def _item(
    collection: Collection,
    question: str,
    hits: list[Hit],
    golds: list[tuple[str, int, int]],
    name: str,
    held: bool,
    taken: str,
) -> Item:
    renumbered = [Hit(hit.chunk, hit.score, rank) for rank, hit in enumerate(hits, start=1)]
    documents = {hit.chunk.span.document_id: collection.document(hit.chunk.span.document_id) for hit in hits}
    found = evidence(renumbered, documents)
    asked = read_question(question)
    features = extractive.sentence_features(asked, found)
    right = np.array(
        [any(e.span.document_id == d and e.span.start <= a and b <= e.span.end for d, a, b in golds) for e in found]
    )
    tail = extractive.confidence_features(asked, found, features, np.zeros(len(found)))[-2:]
    return Item(name, held, taken, features, right, tail)


def _fit_ranking(items: list[Item]) -> Array:
    usable = [item for item in items if item.right.any()]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for item in usable:
            scores = item.features @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            mass = shares[item.right].sum()
            total -= np.log(mass)
            slope += shares @ item.features - (shares * item.right / mass) @ item.features
        n = len(usable)
        return float(total / n + 1e-3 * weights @ weights), slope / n + 2e-3 * weights

    return np.asarray(minimize(loss, np.zeros(len(extractive.FEATURES)), jac=True, method="L-BFGS-B").x)


def _row(item: Item, ranking: Array) -> tuple[Array, bool]:
    scores = item.features @ ranking
    best = int(np.argmax(scores))
    shares = np.exp(scores - scores.max())
    return np.array([*item.features[best], shares[best] / shares.sum(), *item.tail]), bool(item.right[best])


def _fit_confidence(items: list[Item], ranking: Array) -> Array:
    pairs = [_row(item, ranking) for item in items]
    rows = np.array([row for row, _ in pairs])
    right = np.array([answered for _, answered in pairs])
    # As many answerable as unanswerable questions; the two ways to be unanswerable count alike.
    weight = np.array([{"nothing": 2.0}.get(item.taken, 1.0) for item in items])

    def loss(weights: Array) -> tuple[float, Array]:
        logits = rows @ weights
        chance = 1 / (1 + np.exp(-logits))
        value = np.sum(weight * (np.logaddexp(0, logits) - right * logits)) / weight.sum()
        return float(value + 1e-4 * weights @ weights), rows.T @ (
            weight * (chance - right)
        ) / weight.sum() + 2e-4 * weights

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def _report(name: str, items: list[Item], ranking: Array, confidence: Array) -> None:
    by: dict[str, list[tuple[float, bool]]] = {"nothing": [], "document": [], "passage": []}
    for item in items:
        row, right = _row(item, ranking)
        by[item.taken].append((float(1 / (1 + np.exp(-row @ confidence))), right))
    chances = {taken: np.array([chance for chance, _ in pairs]) for taken, pairs in by.items()}
    share = np.mean([answered for _, answered in by["nothing"]])
    reach = np.mean([item.right.any() for item in items if item.taken == "nothing"])
    line = f"{name:20} n={len(by['nothing'])} sentence right {share:.3f} (in the ten passages {reach:.3f})"
    for threshold in (0.15, 0.2, 0.25, 0.3):
        kept = float(np.mean(chances["nothing"] >= threshold))
        refused = [float(np.mean(chances[t] < threshold)) for t in ("document", "passage")]
        line += f"\n    threshold {threshold}: answers {kept:.3f}, refuses without document {refused[0]:.3f}, "
        line += f"passage {refused[1]:.3f}; balanced {(kept + refused[0]) / 2:.3f} / {(kept + refused[1]) / 2:.3f}"
    print(line)


def _rounded(weights: Array) -> list[float]:
    return [round(float(weight), 3) for weight in weights]


if __name__ == "__main__":
    main()
