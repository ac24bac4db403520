"""The training data as plain tuples: translation pairs, questions with their contexts, headings with their passages.

A data folder holds `pairs_fr_en.tsv.xz` (French, English, source), `qa_fr.jsonl.gz` and `qa_en.jsonl.gz` (`question`,
`context`, `answer`, `start`), `title_passage.jsonl.gz` (`query`, `context_title`, `passage`, `lang`, `src`) and
`dict_fr_en.tsv.gz` (French, English, source).
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple


class Pair(NamedTuple):
    """The same content in French and in English."""

    french: str
    english: str
    source: str


class Question(NamedTuple):
    """A question and the passage that answers it; `start` counts characters of `context`."""

    question: str
    context: str
    answer: str
    start: int
    language: str
    source: str


class Heading(NamedTuple):
    """A heading or summary and the passage below it; `title` is the document's, often empty."""

    heading: str
    title: str
    passage: str
    language: str
    source: str


def translation_pairs(folder: Path) -> list[Pair]:
    """Read the sentence pairs."""
    with lzma.open(folder / "pairs_fr_en.tsv.xz", "rt", encoding="utf-8") as lines:
        return [Pair(*line.rstrip("\n").split("\t")) for line in lines]


def some_pairs(folder: Path, *, num_laws: int, seed: int = 0) -> list[Pair]:
    """Read the sentence pairs with only `num_laws` of those from statutes, drawn by `seed`."""
    pairs = translation_pairs(folder)
    laws = [pair for pair in pairs if pair.source == "laws"]
    drawn = random.Random(seed).sample(laws, min(num_laws, len(laws)))  # noqa: S311
    return [pair for pair in pairs if pair.source != "laws"] + drawn


def dictionary(folder: Path) -> list[Pair]:
    """Read the dictionary entries."""
    with gzip.open(folder / "dict_fr_en.tsv.gz", "rt", encoding="utf-8") as lines:
        return [Pair(*line.rstrip("\n").split("\t")) for line in lines]


def questions(folder: Path) -> list[Question]:
    """Read the questions of both languages."""
    return [
        Question(row["question"], row["context"], row["answer"], row["start"], language, row["src"])
        for language in ("fr", "en")
        for row in _json_lines(folder / f"qa_{language}.jsonl.gz")
    ]


def headings(folder: Path) -> list[Heading]:
    """Read the headings with their passages."""
    return [
        Heading(row["query"], row.get("context_title") or "", row["passage"], row["lang"], row["src"])
        for row in _json_lines(folder / "title_passage.jsonl.gz")
    ]


def texts(folder: Path, *, num_laws: int = 60_000, seed: int = 0) -> Iterator[str]:
    """Give texts of both languages for learning a vocabulary, with `num_laws` of the statute pairs, drawn by `seed`.

    Statutes are two thirds of the pairs; taken whole they would fill the vocabulary with their own words.
    """
    for pair in some_pairs(folder, num_laws=num_laws, seed=seed):
        yield pair.french
        yield pair.english
    asked = questions(folder)
    yield from (row.question for row in asked)
    yield from sorted({row.context for row in asked})
    yield from (row.passage for row in headings(folder) if row.source != "laws-canada")
    for pair in dictionary(folder):
        yield f"{pair.french}\n{pair.english}"


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
