"""evaluate: a system and a test set in, figures with intervals out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from index import Document, Span
from rag.answer import Answer
from rag.evaluation.card import card, documents_hash, testset_hash, timings
from rag.evaluation.formats import load
from rag.evaluation.measures import (
    answer_scores,
    citation_scores,
    definitions,
    failed,
    funnel_scores,
    lost_at,
    refusal_scores,
)
from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.overall import curve, overall
from rag.evaluation.report import write_report
from rag.evaluation.retrieval import retrieval_scores
from rag.evaluation.run import Asker, Record, run
from rag.evaluation.statistics import Measurement, summarise
from rag.evaluation.testset import Question, unique


class Library(Protocol):
    """What holds documents; a `Collection` is one."""

    def documents(self) -> Iterable[Document]:
        """Give all documents."""
        ...


System = Asker | Callable[[str], Answer]


def evaluate(
    system: System,
    questions: str | Path | Sequence[Question],
    *,
    collection: Library | None = None,
    documents: Iterable[Document] = (),
    k: int = 10,
    report: str | Path | None = None,
    seed: int = 0,
    name: str = "",
    on_record: Callable[[Record], None] | None = None,
) -> Evaluation:
    """Give the figures of a system on a test set: every measure with its 95 % interval, every failure counted.

    `system` is a `Chatbot`, or any callable from a question to an `Answer`, so that any pipeline can be compared.
    `questions` is a path (see `load`) or questions. `collection`, by default the chatbot's, or else `documents` say
    what citations are checked against. `k` is how many hits count. With `report`, a folder, the run is kept there as
    it goes (a killed one is taken up again) and `run.json`, `timings.json`, `report.html`, `report.md` and
    `junit.xml` are written. `seed` fixes the intervals, `name` is how the report calls the system.

    Raises ValueError for questions that are none, share an id or do not read, and for a `report` folder with an
    unfinished run of something else. A question that fails is a result: it scores the worst of every measure.
    """
    if k < 1:
        raise ValueError(f"expected k of at least 1, found {k}")
    items = unique(load(questions).questions if isinstance(questions, str | Path) else questions)
    if collection is None:
        collection = getattr(system, "collection", None)
    known = list(documents) if collection is None else list(collection.documents())
    identity = (len(known), documents_hash(known))
    ask = partial(system.ask, k=k) if hasattr(system, "ask") else system
    name = name or _name(system)
    log = Path(report) / "answers.jsonl" if report else None
    parts = (getattr(system, "backend", None), getattr(system, "reranker", None), getattr(collection, "embedder", None))
    fingerprint = " ".join([testset_hash(items), identity[1], name, f"k={k}", *map(_identity, parts)])
    records = run(ask, items, log=log, fingerprint=fingerprint, on_record=on_record)
    evaluation = assess(items, records, {document.id: document for document in known}, k=k, seed=seed)
    answers = [record.answer for record in records if record.answer is not None]
    about = card(items, answers, name=name, documents=identity, k=k, seed=seed)
    evaluation = replace(evaluation, card=about, timings=timings(records))
    if report:
        write_report(evaluation, Path(report))
    return evaluation


def assess(
    questions: Sequence[Question],
    records: Sequence[Record],
    documents: Mapping[str, Document],
    *,
    k: int = 10,
    seed: int = 0,
) -> Evaluation:
    """Score records that were made elsewhere; one record a question, in the same order."""
    hits = {record.id: record.answer.hits for record in records if record.answer is not None}
    retrieved = retrieval_scores(hits, questions, k)
    order = definitions(k)
    results = []
    for question, record in zip(questions, records, strict=True):
        if record.answer is None:
            results.append(Result(question, None, record.error, failed(question, k), "error"))
            continue
        places = [hit.chunk.span for hit in record.answer.hits if hit.rank <= k]
        found = {
            **retrieved.get(question.id, {}),
            **answer_scores(question, record.answer),
            **citation_scores(question, record.answer, documents),
            **funnel_scores(question, record.answer, places, _prompted(record.answer, places)),
            **refusal_scores(question, record.answer),
        }
        scores = {measure: found[measure] for measure in order if measure in found}
        results.append(Result(question, record.answer, "", scores, lost_at(scores)))
    measures = {**_means(results, order, seed), **overall(results, seed)}
    return Evaluation(measures, tuple(results), {}, curve(results))


def _means(results: Sequence[Result], order: Iterable[str], seed: int) -> dict[str, Measurement]:
    found = {}
    for measure in order:
        scored = [result for result in results if measure in result.scores]
        if scored:
            values = [result.scores[measure] for result in scored]
            found[measure] = summarise(values, [result.question.cluster for result in scored], seed)
    return found


def _prompted(answer: Answer, places: Sequence[Span]) -> list[Span]:
    """Give the spans that the backend was given: as its receipt tells ([document id, start, end]), else the chunks."""
    backend = answer.receipt.get("backend")
    told = backend.get("prompt_spans") if isinstance(backend, Mapping) else None
    return [Span(*span) for span in told] if isinstance(told, list | tuple) else list(places)


def _identity(part: object) -> str:
    told = getattr(part, "fingerprint", "") or getattr(part, "name", "") or type(part).__name__
    return str(told)


def _name(system: System) -> str:
    backend = getattr(getattr(system, "backend", None), "name", "")
    return str(backend or getattr(system, "__name__", "") or type(system).__name__)
