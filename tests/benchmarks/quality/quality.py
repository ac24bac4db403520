"""Quality on question sets: passages found, answers cited, words marked, refusals; what each part adds.

    python tests/benchmarks/quality/quality.py SETS --out FOLDER [--questions 200] [--minilm FOLDER] [NAME…]

SETS holds a folder a set: corpus.jsonl.gz and questions.jsonl.gz (the product's test-set form). Beside each set stand
our own questions over it, in questions/: in the other language (-en, -fr), and near misses that nothing answers
(-near). Only documents count that `rag/training/extractive.py` does not fit weights on, unless `--all` is given.
`--minilm` is a sentence-transformers model's folder to compare with. Prints two tables in Markdown, and writes them to
FOLDER/results.md, with one line a question and system in FOLDER/results.jsonl. Intervals are 95 %, questions on one
document counting as one cluster, as `sourcier evaluate` makes them.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[3]))

from index import Collection, Document, Hit, Span, detect
from index.embedder import embed
from index.hybrid import Weights, search
from rag import Answer, Chatbot
from rag.evaluation import Question, evaluate, load
from rag.evaluation.statistics import Measurement, summarise
from rag.evaluation.testset import lines

OWN = Path(__file__).parent / "questions"
SETS = ("piaf-heldout", "squad1-extra", "afriqa-fr", "clapnq-dev")
SEED = 20
Finder = Callable[[str], Sequence[Hit]]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("names", nargs="*", default=SETS)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--minilm", type=Path)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    found, answered = [], []
    with (arguments.out / "results.jsonl").open("w", encoding="utf-8") as log:
        for name in arguments.names:
            folder = arguments.sets / name
            collection = _filled(folder, "default")
            other = _filled(folder, str(arguments.minilm)) if arguments.minilm else None
            for title, questions in _questions(folder, arguments.questions, everything=arguments.all):
                here = [question for question in questions if question.answerable]
                if here:
                    found += list(_finding(title, here, collection, other, log))
                answered.append(_answering(title, questions, collection, log))
    most = arguments.questions
    versions = ", ".join(f"{name} {version(name)}" for name in ("faiss-cpu", "numpy", "onnxruntime"))
    lines_of = [
        f"{date.today()}, Python {platform.python_version()}, {versions}; at most {most} a set.",
        "",
        "| questions | n | system | first | in five |",
        "|---|---|---|---|---|",
        *found,
        "",
        "| questions | n | cited sentence holds the answer | F1 of the words marked | refused wrongly "
        "| balanced, document absent | balanced, passage absent | unanswerable | refused |",
        "|---|---|---|---|---|---|---|---|---|",
        *answered,
    ]
    (arguments.out / "results.md").write_text("\n".join(lines_of) + "\n", encoding="utf-8")
    print("\n".join(lines_of))


def _filled(folder: Path, embedder: str) -> Collection:
    collection = Collection.in_memory(embedder=embedder)
    collection.add(
        Document(row["id"], row["text"], row["title"] or "", language=row["lang"])
        for _, row in lines(folder / "corpus.jsonl.gz")
    )
    return collection


def _questions(folder: Path, most: int, *, everything: bool) -> Iterator[tuple[str, list[Question]]]:
    """Give the set's questions with our near misses, then ours in the other language: at most `most` with an answer.

    And at most half as many without one.
    """
    near = OWN / f"{folder.name}-near.jsonl"
    across = [file for file in sorted(OWN.glob(f"{folder.name}-*.jsonl")) if file != near]
    for files in [[folder / "questions.jsonl.gz", near], *([file] for file in across)]:
        questions = [question for file in files if file.exists() for question in load(file).questions]
        questions = [question for question in questions if everything or _held(question)]
        random.Random(SEED).shuffle(questions)
        with_answer = [question for question in questions if question.alternatives][:most]
        without = [question for question in questions if not question.answerable][: max(most // 2, 1)]
        yield (folder.name if len(files) == 2 else files[0].stem), with_answer + without


def _held(question: Question) -> bool:
    """Say whether no weight is fitted on a question: told by its document, or by its id where it has no answer."""
    golds = [span.document_id for spans in question.alternatives for span in spans]
    return zlib.crc32((golds or [question.id])[0].encode()) % 2 == 1


def _finding(
    title: str, questions: Sequence[Question], collection: Collection, other: Collection | None, log: TextIO
) -> Iterator[str]:
    bot = Chatbot(collection)
    systems: dict[str, Finder] = {
        "BM25": partial(_found, collection, Weights(1, 1), translated=False),
        **({"all-MiniLM-L6-v2": partial(_found, other, Weights(0, 0), translated=False)} if other else {}),
        "BM25, question translated": partial(_found, collection, Weights(1, 1)),
        "with the embedder": partial(_found, collection, Weights()),
        "with the reader": bot.retrieve,
    }
    for system, find in systems.items():
        evaluation = evaluate(
            lambda question, find=find: Answer(question, hits=tuple(find(question)), language=detect(question)),
            questions,
            collection=collection,
        )
        for result in evaluation.results:
            scores = {name: result.scores[f"span_{name}"] for name in ("success@1", "success@5")}
            _log(log, title, system, result.question, scores)
        first, five = (evaluation.measures[f"span_success@{k}"] for k in (1, 5))
        yield f"| {title} | {first.n} | {system} | {_shown(first)} | {_shown(five)} |"
        print(title, system, _shown(first), _shown(five), file=sys.stderr, flush=True)


def _found(collection: Collection, weights: Weights, question: str, *, translated: bool = True) -> list[Hit]:
    vector = embed(collection.embedder, [question], questions=True)[0]
    with nullcontext() if translated else patch("index.translation.tables", dict):
        return search(collection._store.snapshot(), question, vector, 10, weights=weights)


class _Without:
    """A collection whose searches leave some hits out."""

    def __init__(self, collection: Collection, kept: Callable[[Hit], bool]) -> None:
        self._collection = collection
        self._kept = kept

    def __getattr__(self, name: str) -> object:
        return getattr(self._collection, name)

    def search(self, query: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give the best hits that are kept."""
        found = [hit for hit in self._collection.search(query, 4 * k, filter) if self._kept(hit)][:k]
        return [replace(hit, rank=rank) for rank, hit in enumerate(found, start=1)]


def _answering(title: str, questions: Sequence[Question], collection: Collection, log: TextIO) -> str:
    evaluation = evaluate(Chatbot(collection), questions, collection=collection)
    columns: dict[str, list[float]] = {name: [] for name in ("held", "f1", "refused", "document", "passage", "due")}
    clusters: dict[str, list[str]] = {name: [] for name in columns}
    for result in evaluation.results:
        question, answer = result.question, result.answer
        if answer is None:
            raise RuntimeError(result.error)
        if not question.answerable:
            scores = {"due": float(not answer.found)}
        else:
            golds = [span for spans in question.alternatives for span in spans]
            documents = {span.document_id for span in golds}
            absent = _refuses(question, collection, lambda hit, d=documents: hit.chunk.span.document_id not in d)
            near = _refuses(question, collection, lambda hit, g=golds: not any(_overlap(hit, span) for span in g))
            scores = {
                "held": float(any(c.span.contains(span) for c in answer.citations for span in golds)),
                "f1": result.scores["short_f1"],
                "refused": float(not answer.found),
                "document": (answer.found + absent) / 2,
                "passage": (answer.found + near) / 2,
            }
        for name, value in scores.items():
            columns[name].append(value)
            clusters[name].append(question.cluster)
        _log(log, title, "default", question, scores)
    shown = {name: _shown(summarise(values, clusters[name])) if values else "" for name, values in columns.items()}
    print(title, shown, file=sys.stderr, flush=True)
    cells = [shown[name] for name in ("held", "f1", "refused", "document", "passage")]
    return (
        f"| {title} | {len(columns['held'])} | " + " | ".join([*cells, str(len(columns["due"])), shown["due"]]) + " |"
    )


def _refuses(question: Question, collection: Collection, kept: Callable[[Hit], bool]) -> bool:
    return not Chatbot(_Without(collection, kept)).ask(question.question).found  # type: ignore[arg-type]


def _overlap(hit: Hit, span: Span) -> bool:
    place = hit.chunk.span
    return place.document_id == span.document_id and place.start < span.end and span.start < place.end


def _log(log: TextIO, title: str, system: str, question: Question, scores: Mapping[str, float]) -> None:
    log.write(json.dumps({"set": title, "system": system, "id": question.id, **scores}, ensure_ascii=False) + "\n")
    log.flush()


def _shown(measured: Measurement) -> str:
    return f"{measured.value:.3f} [{measured.low:.3f}, {measured.high:.3f}]"


if __name__ == "__main__":
    main()
