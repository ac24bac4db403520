"""Answers of the default backend on question sets with spans: right sentences, and refusals right and wrong.

    python tests/benchmarks/answers.py SET_FOLDER... [--extra QUESTIONS.jsonl:SET_FOLDER ...] [--questions 150]

A set folder holds corpus.jsonl.gz and questions.jsonl.gz. A question counts as right when one of the cited sentences
holds a whole gold span. "without document" asks it again with the documents of its answers taken out of what is
found, "without passage" with only the passages that overlap an answer taken out. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from index import Collection, Document, Hit
from rag import Answer, Chatbot


class Without:
    """A collection whose searches leave some hits out."""

    def __init__(self, collection: Collection, kept: Callable[[Hit], bool]) -> None:
        self._collection = collection
        self._kept = kept

    def __getattr__(self, name: str) -> object:
        return getattr(self._collection, name)

    def search(self, query: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give the best hits that are kept."""
        found = [hit for hit in self._collection.search(query, 3 * k, filter) if self._kept(hit)][:k]
        return [replace(hit, rank=rank) for rank, hit in enumerate(found, start=1)]


def main() -> None:
    """Print one row a set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--extra", nargs="*", default=[])
    parser.add_argument("--questions", type=int, default=150)
    arguments = parser.parse_args()
    jobs = [(folder, folder / "questions.jsonl.gz") for folder in arguments.sets]
    jobs += [(Path(extra.split(":")[1]), Path(extra.split(":")[0])) for extra in arguments.extra]
    print("| questions | n | cited sentence holds the answer | refused wrongly | refuses without document | passage |")
    print("|---|---|---|---|---|---|")
    opened: dict[Path, Collection] = {}
    for folder, questions in jobs:
        if folder not in opened:
            opened[folder] = Collection.in_memory()
            opened[folder].add(_documents(folder / "corpus.jsonl.gz"))
        name = folder.name if questions.parent == folder else questions.stem
        print(f"| {name} | {_row(opened[folder], questions, arguments.questions)} |", flush=True)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _documents(path: Path) -> Iterator[Document]:
    for line in _lines(path):
        yield Document(line["id"], line["text"], line["title"], language=line["lang"])


def _row(collection: Collection, questions: Path, most: int) -> str:
    asked = [question for question in _lines(questions) if question["answers"]]
    asked = asked[:: max(1, len(asked) // most)][:most]
    right = refused = absent = near = 0
    for question in asked:
        golds = [(a["doc"], a["start"], a["end"]) for a in question["answers"]]
        documents = {doc for doc, _, _ in golds}
        answer = Chatbot(collection).ask(question["question"])
        right += _holds(answer, golds)
        refused += not answer.found
        absent += _refuses(collection, question, lambda hit, d=documents: hit.chunk.span.document_id not in d)
        near += _refuses(collection, question, lambda hit, g=golds: not _overlaps(hit, g))
    return f"{len(asked)} | " + " | ".join(_share(count, len(asked)) for count in (right, refused, absent, near))


def _refuses(collection: Collection, question: Mapping[str, Any], kept: Callable[[Hit], bool]) -> bool:
    return not Chatbot(Without(collection, kept)).ask(question["question"]).found  # type: ignore[arg-type]


def _holds(answer: Answer, golds: list[tuple[str, int, int]]) -> bool:
    spans = [citation.span for citation in answer.citations]
    return any(s.document_id == d and s.start <= a and b <= s.end for s in spans for d, a, b in golds)


def _overlaps(hit: Hit, golds: list[tuple[str, int, int]]) -> bool:
    span = hit.chunk.span
    return any(span.document_id == d and span.start < b and a < span.end for d, a, b in golds)


def _share(count: int, n: int) -> str:
    interval = binomtest(count, n).proportion_ci(method="wilson")
    return f"{count / n:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


if __name__ == "__main__":
    main()
