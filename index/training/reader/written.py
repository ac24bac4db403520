"""Questions written to learn from, over documents written for it: everyday papers, and articles as of an encyclopedia.

`written/` beside this file holds them in the form of the product's own test sets: corpus.jsonl.gz and
questions.jsonl.gz. Those without an answer are asked of the document named in `of`, and look as if it held one.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.collection import Collection
from index.document import Document, Hit
from index.sentence import sentences
from index.training.reader.examples import Example, Kind, Span
from index.training.reader.misses import without

FOLDER = Path(__file__).parent / "written"

OTHERS = 8
"""Passages kept that a search puts beside the one that answers."""
SEEMING = 3
"""Passages kept of a document that only seems to answer."""
WHOLE = 0.6
"""The share of passages that answer which are read whole; of the others some sentences."""
HEADED = 0.75
"""The share of passages that are read under their document's title and their heading."""
CUT_OUT = 0.15
"""How often the passage comes once more, without the sentence that answers."""

Passage = tuple[str, str]
"""What a passage is read under, and its text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passage that answers it, and `span` in its text; where it is None, with those that seem to.

    `others` are passages that a search finds and that don't answer.
    """

    question: str
    passages: tuple[Passage, ...]
    span: Span | None
    others: tuple[Passage, ...]


def asked(folder: Path = FOLDER) -> list[Asked]:
    """Read the questions, each with what the product's own search finds for it in the documents of their language."""
    documents = {
        row["id"]: Document(row["id"], row["text"], row["title"], language=row["lang"])
        for row in _lines(folder / "corpus.jsonl.gz")
    }
    collection = Collection.in_memory()
    collection.add(documents.values())
    found = (_asked(row, documents, collection) for row in _lines(folder / "questions.jsonl.gz"))
    return [one for one in found if one]


def _asked(row: dict[str, Any], documents: dict[str, Document], collection: Collection) -> Asked | None:
    answer = row["answers"][0] if row["answers"] else None
    document = documents[answer["doc"] if answer else row["of"]]
    hits = collection.search(row["question"], 40, {"language": document.language})
    own = [hit for hit in hits if hit.chunk.span.document_id == document.id]

    def shown(these: Sequence[Hit]) -> tuple[Passage, ...]:
        titles = (documents[hit.chunk.span.document_id].title for hit in these)
        return tuple((_above(title, hit), hit.chunk.text) for title, hit in zip(titles, these, strict=True))

    if answer is None:
        rest = [hit for hit in hits if hit not in own]
        return Asked(row["question"], shown(own[:SEEMING]), None, shown(rest[: OTHERS // 2])) if own else None
    holding = [hit for hit in own if _holds(hit, answer)]
    if not holding:
        around = document.text[max(0, answer["start"] - 60) : answer["end"] + 60]
        again = collection.search(around, 40)
        holding = [hit for hit in again if hit.chunk.span.document_id == document.id and _holds(hit, answer)]
    if not holding:
        return None
    start = holding[0].chunk.span.start
    rest = [hit for hit in hits if not (hit in own and _holds(hit, answer))]
    span = (answer["start"] - start, answer["end"] - start)
    return Asked(row["question"], shown(holding[:1]), span, shown(rest[:OTHERS]))


def _holds(hit: Hit, answer: dict[str, Any]) -> bool:
    return bool(hit.chunk.span.start <= answer["start"] and answer["end"] <= hit.chunk.span.end)


def _above(title: str, hit: Hit) -> str:
    """Give what the product reads a passage under: see `rag.reader.context`."""
    return ", ".join(dict.fromkeys(part[:80].strip() for part in (title, *hit.chunk.headings[-1:]) if part.strip()))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Written:
    """Draws groups of examples, one question each."""

    def __init__(self, known: Sequence[Asked], draw: random.Random) -> None:
        self._known = known
        self._draw = draw

    def groups(self) -> Iterator[list[Example]]:
        """Give the examples of one question after another for ever, in another order each round."""
        while True:
            for one in self._draw.sample(self._known, len(self._known)):
                yield self.group(one)

    def group(self, one: Asked) -> list[Example]:
        """Give the examples of a question: the passage that answers and others, or those that seem to."""
        draw = self._draw
        if one.span is None:
            most = draw.choice((1, min(2, len(one.passages))))
            seeming = one.passages[:1] if most == 1 else draw.sample(one.passages, most)
            return [self._example(one.question, passage, None, Kind.NEAR_MISS) for passage in seeming]
        (passage,) = one.passages
        group = [self._example(one.question, *self._some(passage, one.span), Kind.ANSWERS)]
        for _ in range(2 if one.others else 0):
            other = one.others[min(int(draw.expovariate(0.45)), len(one.others) - 1)]
            group.append(self._example(one.question, other, None, Kind.OTHER))
        if draw.random() < CUT_OUT and (left := without(passage[1], one.span)):
            group.append(self._example(one.question, (passage[0], left), None, Kind.NEAR_MISS))
        return group

    def _example(self, question: str, passage: Passage, span: Span | None, kind: Kind) -> Example:
        above, text = passage
        before = f"{above} : " if above and self._draw.random() < HEADED else ""
        return Example(question, before + text, span and (span[0] + len(before), span[1] + len(before)), kind)

    def _some(self, passage: Passage, span: Span) -> tuple[Passage, Span]:
        """Keep the sentences of `span` and up to three on each side, or all."""
        above, text = passage
        found = sentences(text)
        if self._draw.random() < WHOLE or len(found) < 3:
            return passage, span
        low = max((n for n, (start, _) in enumerate(found) if start <= span[0]), default=0)
        high = max(low, next((n for n, (_, end) in enumerate(found) if end >= span[1]), len(found) - 1))
        low, high = max(0, low - self._draw.randrange(4)), min(len(found) - 1, high + self._draw.randrange(4))
        start, end = min(found[low][0], span[0]), max(found[high][1], span[1])
        return (above, text[start:end]), (span[0] - start, span[1] - start)
