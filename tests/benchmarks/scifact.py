"""BM25 with Lucene's settings on BEIR's SciFact, through our readers, our analysis and our measures.

    python tests/benchmarks/scifact.py FOLDER

FOLDER holds corpus.jsonl(.gz), questions.jsonl(.gz) or queries.jsonl, and the qrels of BEIR's test split. Published
for BM25 over title and text with k1 0.9 and b 0.4 (Anserini's regression): nDCG@10 0.6789. Ends with an error when the
figure is off by more than 0.01.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import bm25s

from index import terms
from rag.evaluation import load
from rag.evaluation.formats import qrels
from rag.evaluation.retrieval import measure, names
from rag.evaluation.statistics import summarise
from rag.evaluation.testset import lines

PUBLISHED = 0.6789
DEPTH = 100


def main() -> None:
    """Index, search, measure, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    corpus = next(path for path in sorted(folder.glob("corpus.jsonl*")))
    documents = [(str(form.get("_id") or form["id"]), f"{form['title']} {form['text']}") for _, form in lines(corpus)]
    questions = load(next(path for path in sorted(folder.glob("que*.jsonl*")))).questions
    grades = qrels(next(path for path in sorted(folder.glob("**/qrels*dev*")) or sorted(folder.glob("**/test.tsv"))))
    begin = time.perf_counter()
    retriever = bm25s.BM25(method="lucene", k1=0.9, b=0.4)
    retriever.index([terms(text, "en") for _, text in documents], show_progress=False)
    run = {}
    for question in questions:
        found, scores = retriever.retrieve([terms(question.question, "en")], k=DEPTH, show_progress=False)
        run[question.id] = {
            documents[at][0]: float(score) for at, score in zip(found[0], scores[0], strict=True) if score > 0
        }
    searched = time.perf_counter()
    values = measure(run, grades, 10)
    print(f"{len(documents)} documents, {len(values)} judged questions, search {searched - begin:.1f} s, "
          f"measures {time.perf_counter() - searched:.2f} s")  # fmt: skip
    for name in names(10):
        m = summarise([scores[name] for scores in values.values()], list(values))
        print(f"{name:12} {m.value:.4f}  [{m.low:.4f}, {m.high:.4f}]")
    ndcg = sum(scores["ndcg@10"] for scores in values.values()) / len(values)
    print(f"published nDCG@10 {PUBLISHED}, ours {ndcg:.4f}, difference {ndcg - PUBLISHED:+.4f}")
    assert abs(ndcg - PUBLISHED) <= 0.01


if __name__ == "__main__":
    main()
