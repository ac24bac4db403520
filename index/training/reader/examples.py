"""What the reader learns from: each question with a passage that answers, others that don't, and near misses.

    python -m index.training.reader.examples DATA_FOLDER WORK_FOLDER

Writes items.jsonl.xz to WORK_FOLDER: the questions, each with the passages that a search puts beside its own.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from index.collection import Collection
from index.document import Document
from index.embedder import load_embedder
from index.language import fold
from index.sentence import sentences
from index.training import corpus
from index.training.reader.misses import Misses, is_stop_word, without
from index.training.reader.switching import Choices, switch

Span = tuple[int, int]

BUDGETS = (300, 450, 600, 800, 900)
"""Characters of a passage, as chunks have them."""
TITLED = 0.4
"""The share of passages read under a title, here the name they mention most."""
NEAR_MISS = 0.65
"""The share of questions that get a near miss; of four, three by another question, one by a sentence gone."""
INFORMAL = 0.6
"""The share of questions over reviews and forum posts that is kept."""
HEADINGS = 4_000
SWITCHES = {"en": (0.50, 0.68, 0.80), "fr": (0.72, 0.88, 0.97)}
"""Up to which draw nothing, the question, the passage is put into the other language; beyond, both are."""
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?:\s(?:de |of |du |d')?[A-ZÀ-Þ][\w'-]+)*")


class Kind(IntEnum):
    """What a passage is to a question."""

    RELATED = -1  # a heading's own passage, or another's: it is ranked, but answers nothing
    OTHER = 0
    ANSWERS = 1
    NEAR_MISS = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A question, or a heading where `span` is None, its passage, and passages that a search puts beside it."""

    question: str
    language: str
    passage: str
    span: Span | None
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage to read; `span` holds the answer, half-open characters of `passage`."""

    question: str
    passage: str
    span: Span | None
    kind: Kind


def items(folder: Path, *, seed: int = 3) -> list[Item]:
    """Read questions and headings, and search for passages that look like an answer without holding it."""
    draw = random.Random(seed)  # noqa: S311
    asked = [
        row
        for row in corpus.questions(folder)
        if not row.source.endswith(("amazon_reviews", "reddit")) or draw.random() < INFORMAL
    ]
    titled = [row for row in corpus.headings(folder) if len(row.heading) > 15]
    titled = draw.sample(titled, min(HEADINGS, len(titled)))
    contexts = {(row.language, row.context) for row in asked} | {(row.language, row.passage[:1500]) for row in titled}
    collection = Collection.in_memory()
    collection.add(Document(f"{n}", text, language=language) for n, (language, text) in enumerate(sorted(contexts)))

    def others(query: str, language: str, passage: str, answer: str) -> tuple[str, ...]:
        hits = collection.search(query, 14, {"language": language})
        return tuple(
            hit.chunk.text
            for hit in hits
            if (fold(answer) not in fold(hit.chunk.text) if answer else hit.chunk.text not in passage)
        )[:8]

    return [
        Item(
            row.question,
            row.language,
            row.context,
            (row.start, row.start + len(row.answer)),
            others(row.question, row.language, row.context, row.answer),
        )
        for row in asked
    ] + [
        Item(row.heading, row.language, row.passage[:1500], None, others(row.heading, row.language, row.passage, ""))
        for row in titled
    ]


def save_items(found: Sequence[Item], file: Path) -> None:
    """Write them, one a line."""
    with lzma.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in found)


def read_items(file: Path) -> list[Item]:
    """Read what `save_items` wrote."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Item(**{**row, "span": row["span"] and tuple(row["span"]), "others": tuple(row["others"])}) for row in rows]


class Examples:
    """Draws groups of examples, one question each, that are never twice the same."""

    def __init__(self, known: Sequence[Item], lexicon: dict[str, Choices], draw: random.Random) -> None:
        self._items = known
        self._lexicon = lexicon
        self._draw = draw
        questions = [(item.question if item.span else "", item.language) for item in known]
        self._misses = Misses(questions, load_embedder("default"), draw)

    def group(self, number: int) -> list[Example]:
        """Give the examples of one item: first its own passage, then others, then perhaps a near miss."""
        item, draw = self._items[number], self._draw
        budget = draw.choice(BUDGETS)
        passage, span = self._window(item.passage, item.span, budget)
        chance = draw.random()
        bounds = SWITCHES[item.language]
        asks_across = bounds[0] <= chance < bounds[1] or chance >= bounds[2]
        reads_across = chance >= bounds[1]
        titled = draw.random() < TITLED

        def asked(question: str) -> str:
            return switch(question, self._lexicon[item.language], draw, None)[0] if asks_across else question

        def shown(text: str, place: Span | None = None, named_by: str = "") -> tuple[str, Span | None]:
            name = title(named_by or text) if titled else ""
            if name:
                text = f"{name} : {text}"
                place = place and (place[0] + len(name) + 3, place[1] + len(name) + 3)
            return switch(text, self._lexicon[item.language], draw, place) if reads_across else (text, place)

        question = asked(item.question)
        group = [Example(question, *shown(passage, span, item.passage), Kind.ANSWERS if span else Kind.RELATED)]
        for _ in range(1 if span else 2):
            if item.others:
                other = item.others[min(int(draw.expovariate(0.5)), len(item.others) - 1)]
                text, _ = shown(self._window(other, None, budget)[0])
                group.append(Example(question, text, None, Kind.OTHER if span else Kind.RELATED))
        if span and item.span and draw.random() < NEAR_MISS:
            if draw.random() < 0.75:
                if missed := self._misses.question(number, item.question, item.language, passage):
                    text, _ = shown(passage, None, item.passage)
                    group.append(Example(asked(missed), text, None, Kind.NEAR_MISS))
            else:
                left = without(item.passage, item.span)
                if left and fold(item.passage[slice(*item.span)]) not in fold(left):
                    text, _ = shown(self._window(left, None, budget)[0], None, item.passage)
                    group.append(Example(question, text, None, Kind.NEAR_MISS))
        return group

    def _window(self, text: str, span: Span | None, budget: int) -> tuple[str, Span | None]:
        """Cut whole sentences around `span`, or anywhere, to some `budget` characters; give them and the span there."""
        found = _sentences(text)
        if not found:
            return text, span
        if span:
            low = next((n for n, (_, end) in enumerate(found) if end > span[0]), 0)
            high = max(low, next((n for n, (_, end) in enumerate(found) if end >= span[1]), len(found) - 1))
        else:
            low = high = self._draw.randrange(len(found))
        growing = True
        while growing:
            before = low > 0 and found[high][1] - found[low - 1][0] <= budget
            after = high < len(found) - 1 and found[high + 1][1] - found[low][0] <= budget
            growing = before or after
            if before and (not after or self._draw.random() < 0.5):
                low -= 1
            elif after:
                high += 1
        begin, end = found[low][0], found[high][1]
        if span is None:
            return text[begin:end], None
        begin, end = min(begin, span[0]), max(end, span[1])
        return text[begin:end], (span[0] - begin, span[1] - begin)


@lru_cache(maxsize=50_000)
def _sentences(text: str) -> tuple[Span, ...]:
    return tuple(sentences(text))


@lru_cache(maxsize=50_000)
def title(text: str) -> str:
    """Give the name that `text` mentions most, if it stands twice or has several words; else nothing.

    >>> title("Ada Lovelace naît en 1815. Ada Lovelace écrit.")
    'Ada Lovelace'
    """
    names = Counter(match.group() for match in _NAME.finditer(text) if not is_stop_word(match.group()))
    name, count = next(iter(names.most_common(1)), ("", 0))
    return name if count > 1 or " " in name else ""


def rounds(size: int, batch: int, weights: Sequence[int], draw: random.Random) -> Iterator[list[int]]:
    """Give batches of item numbers for ever; in each round item n comes `weights[n]` times."""
    while True:
        order = [number for number in range(size) for _ in range(weights[number])]
        draw.shuffle(order)
        for first in range(0, len(order) - batch + 1, batch):
            yield order[first : first + batch]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("work", type=Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    save_items([item for item in items(arguments.folder) if item.others], arguments.work / "items.jsonl.xz")


if __name__ == "__main__":
    main()
