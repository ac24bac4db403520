"""A chat without a model: it quotes sentences of a given document, with true spans, the same way each time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from index import Chunk, Document, Hit, Span
from rag import Answer, BackendError, Citation, Statement, Verdict

SEED = Path(__file__).parents[2] / "seeds" / "000_3c70629ff31dc08d.txt"


def article() -> Document:
    text = SEED.read_text(encoding="utf-8")
    return Document(SEED.name, text, title=text.split("\n", 1)[0], language="fr")


class Shelf:
    """Documents by id, in memory."""

    def __init__(self, *documents: Document) -> None:
        self.held = {document.id: document for document in documents}

    def document(self, id: str, /) -> Document:
        return self.held[id]

    def documents(self, *, newest_first: bool = False) -> list[Document]:
        return list(self.held.values())[:: -1 if newest_first else 1]

    def original(self, id: str, /) -> Path | None:
        document = self.held[id]
        path = Path(document.source)
        same = path.is_file() and sha256(path.read_bytes()).hexdigest() == document.metadata.get("file_sha256")
        return path if same else None

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Whole documents, by how many of the query's words they hold."""
        asked = set(query.lower().split())
        found = sorted(self.held.values(), key=lambda one: -len(asked & set(one.text.lower().split())))
        return [hit(one, 0, len(one.text), rank) for rank, one in enumerate(found[:k], start=1)]

    def add(self, documents: Iterable[Document], /) -> None:
        self.held |= {document.id: document for document in documents}

    def remove(self, ids: Iterable[str], /) -> None:
        for one in ids:
            del self.held[one]


@dataclass(frozen=True)
class Scripted:
    name: str = "scripted"
    sends_to: str | None = None


def cite(document: Document, quote: str, number: int = 1, focus: str = "") -> Citation:
    start = document.text.index(quote)
    span = Span(document.id, start, start + len(quote))
    inner = None
    if focus:
        at = start + quote.index(focus)
        inner = Span(document.id, at, at + len(focus))
    return Citation(number, span, quote, document.title, document.page(start), inner)


def hit(document: Document, start: int, end: int, rank: int = 1) -> Hit:
    return Hit(Chunk(Span(document.id, start, end), document.text[start:end], (document.title,)), 1.0 / rank, rank)


@dataclass
class ScriptedBot:
    """Says what `answers` holds for a question, else refuses; "slow" questions take a while, "fail" ones fail."""

    collection: Shelf
    answers: Mapping[str, Answer] = field(default_factory=dict)
    backend: Scripted = field(default_factory=Scripted)
    pause: float = 0.0
    heard: list[tuple[str, int, object]] = field(default_factory=list)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filter: Mapping[str, object] | None = None,
        hits_first: bool = False,
    ) -> Iterator[Answer]:
        self.heard.append((question, len(history), filter))
        if "model fails" in question:
            raise BackendError("the model answered 503 <b>busy</b>")
        if "breaks" in question:
            raise RuntimeError("a secret detail")
        if "forever" in question:
            for count in range(1, 2000):
                time.sleep(0.02)
                yield Answer(question, (Statement(f"Word {count}"),), found=True)
        document = self.collection.documents()[0]
        length = len(document.text)
        refusal = Answer(
            question,
            hits=(hit(document, 0, min(400, length)), hit(document, length // 2, min(length, length // 2 + 400), 2)),
            language="fr" if question.startswith("Qui") else "en",
        )
        final = self.answers.get(question, refusal)
        if hits_first and "long reading" in question:
            yield Answer(question, hits=final.hits)
            time.sleep(0.3)
        for count in range(1, len(final.statements)):
            time.sleep(self.pause)
            yield Answer(
                question, (*final.statements[: count - 1], Statement(final.statements[count].text[:12])), found=True
            )
        time.sleep(self.pause)
        yield final


FRENCH_QUESTION = "Combien Nvidia investit-il dans Anthropic ?"
FRENCH_QUOTE = (
    "En parallèle, Nvidia investit jusqu’à 10 milliards de dollars dans Anthropic, "
    "et Microsoft ajoute 5 milliards supplémentaires."
)
MIXED_QUESTION = "Summarise the deal"


def seed_bot(pause: float = 0.0) -> ScriptedBot:
    document = article()
    investment = cite(document, FRENCH_QUOTE, 1, "10 milliards de dollars")
    receipt = {"backend": {"name": "scripted"}, "embedder": {"name": "hashing"}, "collection": {"generation": 3}}
    french = Answer(
        FRENCH_QUESTION,
        (Statement(FRENCH_QUOTE, (investment,), Verdict.SUPPORTED, "every fact is in the source"),),
        (hit(document, investment.span.start, investment.span.end),),
        found=True,
        confidence=0.9,
        language="fr",
        receipt=receipt,
    )
    cloud = cite(document, "Amazon reste le fournisseur cloud principal d’Anthropic", 2)
    mixed = Answer(
        MIXED_QUESTION,
        (
            Statement("Nvidia invests up to 10 billion dollars.", (investment,), Verdict.SUPPORTED, "facts agree"),
            Statement(
                "Microsoft adds 6 billion more.",
                (investment,),
                Verdict.ALTERED,
                "6 billion: the source says 5 milliards",
            ),
            Statement("Amazon stays the main cloud provider.", (cloud,), Verdict.CANNOT_CHECK, "wording not covered"),
            Statement("This changes everything.", (), Verdict.CANNOT_CHECK, "no source"),
        ),
        (hit(document, investment.span.start, investment.span.end),),
        found=True,
        confidence=0.6,
        language="en",
        receipt=receipt,
    )
    return ScriptedBot(Shelf(document), {FRENCH_QUESTION: french, MIXED_QUESTION: mixed}, pause=pause)
