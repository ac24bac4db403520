"""A run in the forms of other tools, so that they can check us: RAGAS JSON Lines, TREC run and qrels."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.retrieval import document_run
from rag.evaluation.testset import Question


def ragas(evaluation: Evaluation) -> str:
    """Give one JSON line a question with the field names of RAGAS' single-turn samples."""
    return "".join(json.dumps(_sample(result), ensure_ascii=False) + "\n" for result in evaluation.results)


def trec_run(evaluation: Evaluation) -> str:
    """Give the documents retrieved for every question: "question Q0 document rank score tag", best first.

    A blank in an id becomes %20, since the format knows none.
    """
    tag = _word(str(evaluation.card.get("system", "sourcier")))
    lines = []
    for result in evaluation.results:
        ranked = document_run(result.answer.hits if result.answer else ())
        for rank, (document, score) in enumerate(ranked.items(), 1):
            lines.append(f"{_word(result.question.id)} Q0 {_word(document)} {rank} {score:g} {tag}\n")
    return "".join(lines)


def trec_qrels(questions: Sequence[Question]) -> str:
    """Give which documents are relevant: "question 0 document grade"."""
    return "".join(
        f"{_word(question.id)} 0 {_word(document)} {grade}\n"
        for question in questions
        for document, grade in question.grades.items()
    )


def _sample(result: Result) -> dict[str, object]:
    question, hits = result.question, (result.answer.hits if result.answer else ())
    return {
        "user_input": question.question,
        "response": result.answer.text if result.answer else "",
        "retrieved_contexts": [hit.chunk.text for hit in hits],
        "retrieved_context_ids": [hit.chunk.span.document_id for hit in hits],
        "reference": question.texts[0] if question.texts else "",
        "reference_contexts": list(question.texts),
        "reference_context_ids": list(question.grades),
        "id": question.id,
        "lang": question.language,
    }


def _word(text: str) -> str:
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in text)
