"""Answers of other pipelines, so that LangChain, LlamaIndex or anything else is judged by the same measures."""

from __future__ import annotations

from collections.abc import Sequence

from index import Chunk, Hit, Span, detect, sentences
from rag.answer import Answer, Statement
from rag.verification import verify


def answer_from(
    question: str, text: str, passages: Sequence[tuple[str, int, str]] = (), *, confidence: float = 1.0
) -> Answer:
    """Give the `Answer` of a pipeline that gives plain text and the passages it read, best first.

    A passage is (document id, offset of its first character in the document, its text); LangChain's splitters keep
    the offset as `start_index` when told to. An empty text is a refusal. Such an answer cites nothing. Raises
    ValueError for an offset below 0, which is how splitters say that they lost it.

    >>> answer = answer_from("When?", "In 1849.", [("phare.txt", 120, "It was built in 1849.")])
    >>> answer.found, answer.hits[0].chunk.span
    (True, Span(document_id='phare.txt', start=120, end=141))
    """
    statements = []
    for start, end in sentences(text):
        verdict, reason = verify(text[start:end], ())
        statements.append(Statement(text[start:end].strip(), (), verdict, reason))
    hits = tuple(
        Hit(Chunk(Span(document, start, start + len(passage)), passage), 1.0 / rank, rank)
        for rank, (document, start, passage) in enumerate(passages, 1)
    )
    return Answer(question, tuple(statements), hits, bool(statements), confidence, detect(question))
