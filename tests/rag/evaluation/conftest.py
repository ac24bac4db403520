"""A small library with known answers, and a system whose answers are written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index import Chunk, Document, Hit, Span
from rag.answer import Answer, Citation, Statement, Verdict
from rag.evaluation import Gold, Question

PHARE = "Le phare de Kermorvan fut bâti en 1849. Il mesure 20 mètres 🗼 et ne se visite pas."
MILL = "The mill was built in 1702. It burned down in 1911."
DOCUMENTS = (Document("phare.txt", PHARE, title="Phare", language="fr"), Document("mill.txt", MILL, language="en"))


def place(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(document.id, start, start + len(words))


def gold(document: Document, words: str) -> Gold:
    return Gold(words, place(document, words))


def hit(document: Document, rank: int = 1, words: str | None = None) -> Hit:
    span = place(document, document.text if words is None else words)
    return Hit(Chunk(span, document.quote(span)), 1.0 / rank, rank)


def answer(question: Question, document: Document, words: str, confidence: float = 0.9) -> Answer:
    """Answer with one stretch of a document, cited exactly, after retrieving that document and then the other."""
    cited = Citation(1, place(document, words), words)
    other = next(one for one in DOCUMENTS if one != document)
    statement = Statement(words, (cited,), Verdict.SUPPORTED)
    return Answer(question.question, (statement,), (hit(document), hit(other, 2)), True, confidence, question.language)


QUESTIONS = (
    Question(
        "q1", "Quand fut bâti le phare ?", "fr", True, (gold(DOCUMENTS[0], "1849"), gold(DOCUMENTS[0], "en 1849"))
    ),
    Question("q2", "Combien mesure le phare ?", "fr", True, (gold(DOCUMENTS[0], "20 mètres"),)),
    Question("q3", "When did the mill burn down?", "en", True, (gold(DOCUMENTS[1], "1911"),)),
    Question("q4", "Who owns the mill?", "en", False),
)


@pytest.fixture
def questions() -> tuple[Question, ...]:
    return QUESTIONS


@pytest.fixture
def documents() -> tuple[Document, ...]:
    return DOCUMENTS


@pytest.fixture
def system() -> Callable[[str], Answer]:
    """Right on q1, wrong place on q2, the exact words on q3, a refusal on q4."""
    q1, q2, q3, q4 = QUESTIONS
    phare, mill = DOCUMENTS
    given = {
        q1.question: answer(q1, phare, "Le phare de Kermorvan fut bâti en 1849.", 0.8),
        q2.question: answer(q2, mill, "The mill was built in 1702.", 0.3),
        q3.question: answer(q3, mill, "1911", 0.9),
        q4.question: Answer(q4.question, (), (hit(mill),), False, 0.1, "en"),
    }
    return lambda question: given[question]
