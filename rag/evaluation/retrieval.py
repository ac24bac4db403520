"""Retrieval measures at three levels, each computed by trec_eval through ir_measures.

A *document* counts when the test set says so. A *chunk* counts when it holds at least half of a gold span, at the
*span* level when it holds a gold span whole. A gold place that no retrieved chunk holds stays in the ideal ranking as
one missed item, so recall and nDCG need no list of all chunks and a run can be judged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index import Hit, Span
from rag.evaluation.citations import merge, shared
from rag.evaluation.testset import Question

HALF, WHOLE = 0.5, 1.0

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]


def names(k: int) -> dict[str, str]:
    """Give our names of the measures -> those of ir_measures, for a cutoff k >= 1."""
    cutoffs = sorted({cutoff for cutoff in (1, 3, 5, k) if cutoff <= k})
    success = {f"success@{cutoff}": f"Success@{cutoff}" for cutoff in cutoffs}
    return {**success, f"recall@{k}": f"R@{k}", f"rr@{k}": f"RR@{k}", f"ndcg@{k}": f"nDCG@{k}"}


def document_run(hits: Sequence[Hit]) -> dict[str, float]:
    """Give document ids -> scores: each document at its best chunk's place in the ranking.

    The scores are negated ranks, since trec_eval would order equal scores by id and not as the system did.
    """
    ordered = dict.fromkeys(hit.chunk.span.document_id for hit in sorted(hits, key=lambda hit: hit.rank))
    return {document: float(-rank) for rank, document in enumerate(ordered, 1)}


def chunk_run(hits: Sequence[Hit], question: Question, share: float) -> tuple[dict[str, float], dict[str, int]]:
    """Give the run and the qrels of one question, where a chunk counts when it holds `share` of a gold span."""
    spans = [span for gold in question.alternatives for span in gold]
    run: dict[str, float] = {}
    relevant: dict[str, int] = {}
    found: set[Span] = set()
    for hit in sorted(hits, key=lambda hit: hit.rank):
        place = hit.chunk.span
        key = f"{place.document_id}:{place.start}-{place.end}"
        if key in run:
            continue
        run[key] = float(-len(run) - 1)
        held = [span for span in spans if shared([place], [span]) >= share * len(span)]
        if held:
            relevant[key] = 1
            found.update(held)
    for place in merge(spans):
        if not any(place.contains(span) for span in found):
            relevant[f"missed {place.document_id}:{place.start}-{place.end}"] = 1
    return run, relevant


def measure(runs: Run, qrels: Qrels, k: int) -> dict[str, dict[str, float]]:
    """Give question id -> measure -> value for every question in `qrels`; one that retrieved nothing gets zeros."""
    import ir_measures

    judged = [question for question, documents in qrels.items() if any(documents.values())]
    if not judged:
        return {}
    by_measure = {str(ir_measures.parse_measure(theirs)): ours for ours, theirs in names(k).items()}
    wanted = [ir_measures.parse_measure(name) for name in by_measure]
    run: Run = {}
    relevant: Qrels = {}
    for number, question in enumerate(judged):
        # trec_eval reads ids as C strings, and crashes on some: it gets numbers, in the ids' order, as ties follow it.
        retrieved = runs.get(question) or {"": 0.0}  # it leaves out a question without documents
        label = {name: f"{at:09}" for at, name in enumerate(sorted({*qrels[question], *retrieved}))}
        run[f"{number}"] = {label[name]: score for name, score in retrieved.items()}
        relevant[f"{number}"] = {label[name]: grade for name, grade in qrels[question].items()}
    values: dict[str, dict[str, float]] = {question: dict.fromkeys(names(k), 0.0) for question in judged}
    for metric in ir_measures.iter_calc(wanted, relevant, run):
        values[judged[int(metric.query_id)]][by_measure[str(metric.measure)]] = float(metric.value)
    return values


def retrieval_scores(
    hits: Mapping[str, Sequence[Hit]], questions: Sequence[Question], k: int
) -> dict[str, dict[str, float]]:
    """Give question id -> measure -> value at the document level ("ndcg@10"), chunk and span level ("span_ndcg@10").

    Questions that no document is relevant to are left out.
    """
    best = {q.id: [hit for hit in hits.get(q.id, ()) if hit.rank <= k] for q in questions}
    values: dict[str, dict[str, float]] = {q.id: {} for q in questions if q.grades}
    documents = measure({q.id: document_run(best[q.id]) for q in questions}, {q.id: q.grades for q in questions}, k)
    for question, scores in documents.items():
        values[question].update(scores)
    placed = [q for q in questions if q.alternatives]
    for level, share in (("chunk", HALF), ("span", WHOLE)):
        pairs = {q.id: chunk_run(best[q.id], q, share) for q in placed}
        runs, qrels = {name: pair[0] for name, pair in pairs.items()}, {name: pair[1] for name, pair in pairs.items()}
        for question, scores in measure(runs, qrels, k).items():
            values[question].update({f"{level}_{name}": value for name, value in scores.items()})
    return values
