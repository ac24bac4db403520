"""Fits the weights of the default reranker and of the extractive backend on question sets with spans.

    python -m rag.training.extractive SET_FOLDER... [--extra QUESTIONS.jsonl:SET_FOLDER ...]

A set folder holds corpus.jsonl.gz and questions.jsonl.gz; questions in a file NAME-near.jsonl count as NAME's. Writes
`rag/models/reranker.json` and `rag/models/extractive.json`, and prints for each set: how often a passage with the
answer is first and in five, how often the best sentence holds the answer, the F1 of the words it marks, and balanced
accuracy of refusing when the answering document, or only the answering passage, is taken away, or where a set has
questions without an answer. Weights are fitted on one half of the documents; the figures are of the other half.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index import Collection, Document, Hit, Span
from rag import extractive, reranker
from rag.candidate import Candidate, answer_words, candidates_of
from rag.chatbot import evidence
from rag.choice import choose
from rag.evaluation import f1, normalise
from rag.features import FEATURES, STANDING, confidence_features, sentence_features
from rag.question import Question, read_question
from rag.reader import Reading, context, shipped

Array = NDArray[np.float64]
MODELS = Path(extractive.__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was found for it, and what the reader makes of that.

    `lists` has the hits with "nothing" taken away, and without the answer's "document" and "passage"; or those of a
    question that is "unanswerable" as it is.
    """

    name: str
    question: Question
    golds: list[tuple[str, int, int]]
    words: list[str]
    held: bool
    lists: dict[str, list[Hit]]
    read: dict[Span, Reading]
    documents: dict[str, Document]


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its candidates: features (n, f), which of them hold the answer, what was taken away.

    `f1` is that of the words marked in each.
    """

    one: Asked
    taken: str
    candidates: list[Candidate]
    features: Array
    right: NDArray[np.bool_]
    f1: Array


@dataclass(frozen=True, slots=True)
class Judged:
    """An item's best sentence: what is known of it, and whether it holds the answer.

    `known` is None where no sentence answers as asked; `f1` is that of the words marked.
    """

    item: Item
    known: Array | None
    right: bool
    f1: float


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--extra", nargs="*", default=[])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--threshold", type=float, default=0.21)
    arguments = parser.parse_args()
    jobs = [(folder, folder / "questions.jsonl.gz", folder.name) for folder in arguments.sets]
    for extra in arguments.extra:
        file, folder = map(Path, extra.split(":"))
        jobs.append((folder, file, file.stem.removesuffix("-near")))
    opened: dict[Path, Collection] = {}
    asked: list[Asked] = []
    for folder, questions, name in jobs:
        if folder not in opened:
            opened[folder] = Collection.in_memory()
            opened[folder].add(_documents(folder / "corpus.jsonl.gz"))
        asked += _asked(opened[folder], questions, name, arguments.questions)
        print(f"read {name}", flush=True)
    order = _fit_order([one for one in asked if not one.held])
    names = (*reranker.FEATURES, "constant")
    _write(MODELS / "reranker.json", dict(zip(names, _rounded(order), strict=True)))
    items = [_item(one, taken, order) for one in asked for taken in one.lists]
    ranking = _fit_ranking([item for item in items if not item.one.held and item.taken == "nothing"])
    judged = [_judged(item, ranking) for item in items]
    confidence = _fit_confidence([best for best in judged if not best.item.one.held])
    _write(
        MODELS / "extractive.json",
        {
            "threshold": arguments.threshold,
            "ranking": dict(zip(FEATURES, _rounded(ranking), strict=True)),
            "confidence": dict(zip(FEATURES + STANDING, _rounded(confidence), strict=True)),
        },
    )
    for name in dict.fromkeys(one.name for one in asked):
        _report_order(name, [one for one in asked if one.name == name and one.held], order)
        _report([best for best in judged if best.item.one.name == name and best.item.one.held], confidence)


def _write(file: Path, form: Mapping[str, object]) -> None:
    file.write_text(json.dumps(form, indent=2) + "\n", encoding="utf-8")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _documents(path: Path) -> Iterator[Document]:
    for line in _lines(path):
        yield Document(str(line["id"]), str(line["text"]), str(line["title"]), language=str(line["lang"]))


def _asked(collection: Collection, questions: Path, name: str, most: int) -> Iterator[Asked]:
    drawn = list(_lines(questions))
    random.Random(7).shuffle(drawn)  # noqa: S311
    answered = [line for line in drawn if line["answers"]][:most]
    for line in answered + [line for line in drawn if not line["answers"]][: most // 2]:
        answers: list[dict[str, object]] = line["answers"]  # type: ignore[assignment]
        golds = [(str(a["doc"]), int(str(a["start"])), int(str(a["end"]))) for a in answers]
        found = collection.search(str(line["question"]), 60)
        lists = {taken: hits for taken, hits in _lists(found, golds).items() if hits}
        hits = {hit.chunk.span: hit for kept in lists.values() for hit in kept}
        documents = {span.document_id: collection.document(span.document_id) for span in hits}
        passages = [(context(documents[s.document_id].title, h.chunk.headings), h.chunk.text) for s, h in hits.items()]
        read = dict(zip(hits, shipped().read(str(line["question"]), passages), strict=True))
        held = zlib.crc32((golds[0][0] if golds else str(line["id"])).encode()) % 2 == 1
        words = [str(a["text"]) for a in answers]
        yield Asked(name, read_question(str(line["question"])), golds, words, held, lists, read, documents)


def _lists(hits: list[Hit], golds: list[tuple[str, int, int]]) -> dict[str, list[Hit]]:
    def overlaps(hit: Hit) -> bool:
        span = hit.chunk.span
        return any(span.document_id == d and span.start < b and a < span.end for d, a, b in golds)

    if not golds:
        return {"unanswerable": hits[: reranker.FURTHER]}
    documents = {d for d, _, _ in golds}
    return {
        "nothing": hits[: reranker.FURTHER],
        "document": [hit for hit in hits if hit.chunk.span.document_id not in documents][: reranker.FURTHER],
        "passage": [hit for hit in hits if not overlaps(hit)][: reranker.FURTHER],
    }


def _holds(span: Span, golds: list[tuple[str, int, int]]) -> bool:
    return any(span.document_id == d and span.start <= a and b <= span.end for d, a, b in golds)


def _fit_order(asked: list[Asked]) -> Array:
    """Fit which of a question's passages hold the answer, and the constant that makes of a score a probability."""
    pairs = []
    for one in asked:
        if hits := one.lists.get("nothing", [])[: reranker.DEPTH]:
            features = reranker.hit_features(hits, [one.read[hit.chunk.span] for hit in hits])
            pairs.append((features, np.array([_holds(hit.chunk.span, one.golds) for hit in hits])))
    weights = _softmax_fit(pairs)
    scores = np.concatenate([features @ weights for features, _ in pairs])
    right = np.concatenate([held for _, held in pairs])

    def loss(constant: Array) -> float:
        return float(np.mean(np.logaddexp(0, scores + constant[0]) - right * (scores + constant[0])))

    weights[-1] = float(minimize(loss, np.zeros(1), method="L-BFGS-B").x[0])
    return weights


def _ordered(one: Asked, taken: str, order: Array) -> list[Hit]:
    def read(hits: Sequence[Hit]) -> list[Reading]:
        return [one.read[hit.chunk.span] for hit in hits]

    return reranker.ordered(one.lists[taken], reranker.probabilities(one.lists[taken], read, order))


def _item(one: Asked, taken: str, order: Array) -> Item:
    candidates = candidates_of(one.question, evidence(_ordered(one, taken, order)[:10], one.documents), one.read)
    features = sentence_features(one.question, candidates)
    right = np.array([_holds(each.item.span, one.golds) for each in candidates])
    marked = [each.item.text[slice(*answer_words(one.question, each))] for each in candidates]
    first = candidates[0].item.span.document_id
    language = one.documents[first].language or one.question.language
    scored = [f1(words, one.words, partial(normalise, language=language)) if one.words else 0.0 for words in marked]
    return Item(one, taken, candidates, features, right, np.array(scored))


def _judged(item: Item, ranking: Array) -> Judged:
    scores = item.features @ ranking
    chosen = choose(item.one.question, item.candidates, scores)
    if not chosen:
        return Judged(item, None, right=False, f1=0.0)
    best = chosen[0]
    known = confidence_features(item.one.question, item.candidates, item.features, scores, best)
    return Judged(item, known, bool(item.right[best]), float(item.f1[best]))


def _fit_ranking(items: list[Item]) -> Array:
    return _softmax_fit([(item.features, item.right) for item in items])


def _softmax_fit(pairs: list[tuple[Array, NDArray[np.bool_]]]) -> Array:
    """Fit weights that put the most of a softmax over each list on its right rows; lists without any don't count."""
    usable = [(features, right) for features, right in pairs if right.any()]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for features, right in usable:
            scores = features @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            mass = shares[right].sum()
            total -= np.log(mass)
            slope += shares @ features - (shares * right / mass) @ features
        n = len(usable)
        return float(total / n + 1e-3 * weights @ weights), slope / n + 2e-3 * weights

    return np.asarray(minimize(loss, np.zeros(usable[0][0].shape[1]), jac=True, method="L-BFGS-B").x)


def _fit_confidence(judged: list[Judged]) -> Array:
    usable = [(best.known, best.right, best.item.taken) for best in judged if best.known is not None]
    rows, right = np.array([known for known, _, _ in usable]), np.array([held for _, held, _ in usable])
    # As many answerable as unanswerable questions; the two ways to be unanswerable count alike.
    weight = np.array([2.0 if taken == "nothing" else 1.0 for _, _, taken in usable])

    def loss(weights: Array) -> tuple[float, Array]:
        logits = rows @ weights
        chance = 1 / (1 + np.exp(-logits))
        value = np.sum(weight * (np.logaddexp(0, logits) - right * logits)) / weight.sum()
        return float(value + 1e-2 * weights @ weights), rows.T @ (
            weight * (chance - right)
        ) / weight.sum() + 2e-2 * weights

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def _report_order(name: str, asked: list[Asked], order: Array) -> None:
    found = [
        [_holds(hit.chunk.span, one.golds) for hit in _ordered(one, "nothing", order)]
        for one in asked
        if "nothing" in one.lists
    ]
    first, five = (np.mean([any(held[:k]) for held in found]) for k in (1, 5))
    print(f"{name}: n={len(found)}, passage with the answer first {first:.3f}, in five {five:.3f}")


def _report(judged: list[Judged], confidence: Array) -> None:
    by: dict[str, list[float]] = {}
    for best in judged:
        chance = 0.0 if best.known is None else float(1 / (1 + np.exp(-best.known @ confidence)))
        by.setdefault(best.item.taken, []).append(chance)
    chances = {taken: np.array(found) for taken, found in by.items()}
    whole = [best for best in judged if best.item.taken == "nothing"]
    share, marked = np.mean([best.right for best in whole]), np.mean([best.f1 for best in whole])
    print(f"    best sentence right {share:.3f}, words marked in it F1 {marked:.3f}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        kept = float(np.mean(chances["nothing"] >= threshold))
        line = f"    threshold {threshold}: answers {kept:.3f}"
        for taken in sorted(set(chances) - {"nothing"}):
            refused = float(np.mean(chances[taken] < threshold))
            line += f", {taken}: refuses {refused:.3f}, balanced {(kept + refused) / 2:.3f}"
        print(line)


def _rounded(weights: Array) -> list[float]:
    return [round(float(weight), 3) for weight in weights]


if __name__ == "__main__":
    main()
