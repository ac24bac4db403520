"""How long an evaluation takes beside the answering: searching, measures and intervals, and the memory for them.

    python tests/benchmarks/evaluation_speed.py FOLDER... [--questions 1000] [--chunks 10000]

Each FOLDER holds corpus.jsonl.gz and questions.jsonl.gz. The system under test only retrieves and cites the first
sentence of what it finds, so that all measures have something to count. Goal: 1,000 questions over 10,000 chunks in
under 60 s with the default embedder, and 10,000 recorded answers judged in under 60 s and 1 GB.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from pathlib import Path

from index import Collection, Document, sentences
from rag import Answer, Citation, Statement, Verdict
from rag.evaluation import Record, assess, evaluate, load
from rag.evaluation.testset import lines


def main() -> None:
    """Index, evaluate, judge ten thousand, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--chunks", type=int, default=10_000)
    chosen = parser.parse_args()
    collection = Collection.in_memory()
    begin = time.perf_counter()
    for folder in chosen.folders:
        left = chosen.chunks - collection.stats().chunks
        corpus = [_document(folder, form) for _, form in lines(folder / "corpus.jsonl.gz")]
        while corpus and left > 0:
            collection.add(corpus[:50])
            corpus, left = corpus[50:], chosen.chunks - collection.stats().chunks
    chunks = collection.stats().chunks
    print(f"{chunks} chunks indexed in {time.perf_counter() - begin:.1f} s")
    known = {document.id for document in collection.documents()}
    questions = [q for folder in chosen.folders for q in _questions(folder) if known.issuperset(q.grades)]
    questions = questions[: chosen.questions]

    def retrieve(question: str) -> Answer:
        return _answer(question, collection)

    begin = time.perf_counter()
    for question in questions:
        collection.search(question.question, k=10)
    searched = time.perf_counter() - begin
    begin = time.perf_counter()
    evaluation = evaluate(retrieve, questions, collection=collection)
    whole = time.perf_counter() - begin
    answering = sum(evaluation.timings["seconds"].values())  # type: ignore[attr-defined]
    spent = f"search {searched:.1f} s; evaluate {whole:.1f} s, of it answering {answering:.1f} s"
    print(f"{len(questions)} questions: {spent}")
    for name in ("ndcg@10", "success@1", "span_success@5", "sentence_f1"):
        m = evaluation.measures[name]
        print(f"  {name:16} {m.value:.3f} [{m.low:.3f}, {m.high:.3f}]")
    records = [
        Record(f"{copy:03} {result.question.id}", result.answer)
        for copy in range(-(-10_000 // len(questions)))
        for result in evaluation.results
    ][:10_000]
    asked = {result.question.id: result.question for result in evaluation.results}
    repeated = [replace(asked[record.id[4:]], id=record.id) for record in records]
    documents = {document.id: document for document in collection.documents()}
    begin = time.perf_counter()
    assess(repeated, records, documents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(records)} recorded answers judged in {time.perf_counter() - begin:.1f} s; peak memory {peak:.0f} MB")


def _document(folder: Path, form: dict[str, str]) -> Document:
    return Document(f"{folder.name}/{form['id']}", form["text"], form["title"])


def _questions(folder: Path) -> list:  # type: ignore[type-arg]
    found = []
    for question in load(folder / "questions.jsonl.gz").questions:
        golds = tuple(
            replace(gold, span=replace(gold.span, document_id=f"{folder.name}/{gold.span.document_id}"))
            for gold in question.answers
            if gold.span is not None
        )
        found.append(replace(question, answers=golds, relevant={}))
    return [question for question in found if question.answerable]


def _answer(question: str, collection: Collection) -> Answer:
    hits = collection.search(question, k=10)
    if not hits:
        return Answer(question)
    chunk = hits[0].chunk
    span = chunk.span.narrow(*next(iter(sentences(chunk.text)), (0, len(chunk.text))))
    quote = chunk.text[: span.end - chunk.span.start][span.start - chunk.span.start :]
    statement = Statement(quote, (Citation(1, span, quote),), Verdict.SUPPORTED)
    return Answer(question, (statement,), tuple(hits), True, 0.5)


if __name__ == "__main__":
    main()
