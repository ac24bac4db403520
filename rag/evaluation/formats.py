"""Test sets that others write -> TestSet: one door, `load`, and one reader a format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index import Document, Span, detect
from rag.evaluation.testset import Gold, Question, TestSet, lines, question_from_dict

FORMATS = (
    "our JSON Lines, SQuAD 1 or 2 JSON (FQuAD, PIAF), a BEIR folder, CSV, or an export of RAGAS, RAGChecker, DeepEval, "
    "FlashRAG or AutoRAG"
)


def load(path: str | Path) -> TestSet:
    """Give the questions of a file or folder, and the documents it carries, whatever of the known formats it has.

    Known are our JSON Lines, SQuAD 1 and 2 (so FQuAD and PIAF), BEIR folders with TREC qrels, CSV, and what RAGAS,
    RAGChecker, DeepEval, FlashRAG and AutoRAG export. Raises FileNotFoundError, or ValueError that names the file and
    the line where one is at fault.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no test set at {path}")
    if path.is_dir():
        return beir(path)
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return TestSet(_rows(path))
    if name.endswith(".parquet"):
        return autorag(path)
    if name.endswith(".json"):
        return _json(path)
    return TestSet(tuple(_line(form, f"{path}:{number}", number) for number, form in lines(path)))


def squad(form: Mapping[str, Any], where: str = "SQuAD file") -> TestSet:
    """Read SQuAD 1.1 or 2.0: each paragraph becomes a document, "title/number", and spans count its characters."""
    questions, documents = [], []
    for number, article in enumerate(form["data"]):
        title = str(article.get("title") or number)
        for at, paragraph in enumerate(article["paragraphs"]):
            context = paragraph["context"]
            document = Document(f"{title}/{at}", context, title=title, language=detect(context))
            documents.append(document)
            for entry in paragraph["qas"]:
                golds = [_squad_gold(answer, document.id) for answer in entry.get("answers") or []]
                questions.append(
                    Question(
                        id=str(entry["id"]),
                        question=entry["question"],
                        language=detect(entry["question"]),
                        answerable=not entry.get("is_impossible", not golds),
                        answers=tuple(dict.fromkeys(golds)),
                        extra={"doc_id": document.id},
                    )
                )
    if not questions:
        raise ValueError(f"{where}: expected questions under data / paragraphs / qas, found none")
    return TestSet(tuple(questions), tuple(documents))


def beir(folder: Path, split: str = "test") -> TestSet:
    """Read a BEIR folder: corpus.jsonl, queries.jsonl and qrels/test.tsv, or one set of qrels beside them.

    Only judged queries become questions; the unjudged ones say nothing about a system.
    """
    queries, corpus = (
        _first(folder, "queries.jsonl", "queries.jsonl.gz"),
        _first(folder, "corpus.jsonl", "corpus.jsonl.gz"),
    )
    found = sorted([*folder.glob("qrels/*.tsv"), *folder.glob("*qrels*")])
    chosen = next((path for path in found if split in path.name), next((p for p in found if p.is_file()), None))
    if chosen is None:
        raise ValueError(f"{folder}: expected qrels/{split}.tsv, found no qrels")
    grades = qrels(chosen)
    documents = tuple(
        Document(
            str(form["_id"]), form.get("text", ""), title=form.get("title") or "", language=detect(form.get("text", ""))
        )
        for _, form in lines(corpus)
    )
    questions = tuple(
        Question(str(form["_id"]), form["text"], detect(form["text"]), True, (), grades[str(form["_id"])])
        for _, form in lines(queries)
        if str(form["_id"]) in grades
    )
    return TestSet(questions, documents)


def qrels(path: str | Path) -> dict[str, dict[str, int]]:
    """Read TREC qrels ("query 0 document grade") or BEIR's with a header: query -> document -> grade."""
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8-sig").splitlines(), 1):
        parts = line.split()
        if not parts or (number == 1 and not parts[-1].lstrip("-").isdecimal()):
            continue
        if len(parts) not in (3, 4) or not parts[-1].lstrip("-").isdecimal():
            raise ValueError(f"{path}:{number}: expected a query, a document and a whole grade, found {line!r}")
        found.setdefault(parts[0], {})[parts[-2]] = int(parts[-1])
    return found


def autorag(path: Path) -> TestSet:
    """Read AutoRAG's qa.parquet, with the corpus.parquet beside it if there is one."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("reading AutoRAG files needs pandas: pip install pandas pyarrow") from error
    questions = []
    for row in pd.read_parquet(path).to_dict("records"):
        wanted = {
            str(one): 1 for group in row["retrieval_gt"] for one in ([group] if isinstance(group, str) else group)
        }
        golds = tuple(Gold(str(text)) for text in row["generation_gt"])
        questions.append(Question(str(row["qid"]), row["query"], detect(row["query"]), bool(golds), golds, wanted))
    corpus = path.with_name("corpus.parquet")
    rows = pd.read_parquet(corpus).to_dict("records") if corpus.exists() else []
    documents = (Document(str(row["doc_id"]), row["contents"], language=detect(row["contents"])) for row in rows)
    return TestSet(tuple(questions), tuple(documents))


def _squad_gold(answer: Mapping[str, Any], document: str) -> Gold:
    text, start = answer["text"], answer.get("answer_start")
    return Gold(text, None if start is None else Span(document, start, start + len(text)))


def _ragas(form: Mapping[str, Any], id: str) -> Question:
    relevant = {str(one): 1 for one in form.get("reference_context_ids") or []}
    return _plain(form, id, form["user_input"], [form.get("reference")], relevant)


def _ragchecker(form: Mapping[str, Any], id: str) -> Question:
    return _plain(form, str(form["query_id"]), form["query"], [form.get("gt_answer")], {})


def _deepeval(form: Mapping[str, Any], id: str) -> Question:
    return _plain(form, str(form.get("id") or form.get("name") or id), form["input"], [form.get("expected_output")], {})


def _flashrag(form: Mapping[str, Any], id: str) -> Question:
    return _plain(form, str(form.get("id", id)), form["question"], form["golden_answers"], {})


READERS: dict[str, Callable[[Mapping[str, Any], str], Question]] = {
    "user_input": _ragas,
    "query_id": _ragchecker,
    "golden_answers": _flashrag,
    "input": _deepeval,
}
"""The field that tells each foreign format -> its reader."""


def _plain(
    form: Mapping[str, Any], id: str, question: str, golds: Iterable[str | None], relevant: dict[str, int]
) -> Question:
    texts = [text for text in golds if text]
    language = str(form.get("lang") or detect(question))
    return Question(id, question, language, bool(texts), tuple(Gold(text) for text in texts), relevant)


def _line(form: object, where: str, number: int) -> Question:
    field = next((name for name in READERS if isinstance(form, dict) and name in form), None)
    if field is None or not isinstance(form, dict):
        return question_from_dict(form, where)
    try:
        return READERS[field](form, str(form.get("id", number)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{where}: expected {FORMATS}; found no usable {error}") from error


def _json(path: Path) -> TestSet:
    try:
        form = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected JSON in UTF-8, found {error}") from error
    try:
        if isinstance(form, dict) and "data" in form:
            return squad(form, str(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: expected SQuAD's data / paragraphs / qas; {error!r} is missing") from error
    items = form.get("results") if isinstance(form, dict) else form
    if not isinstance(items, list):
        raise ValueError(f"{path}: expected {FORMATS}; found none of their fields")
    return TestSet(tuple(_line(item, f"{path} item {number}", number) for number, item in enumerate(items, 1)))


def _rows(path: Path) -> tuple[Question, ...]:
    """Read CSV: id, question, lang, answerable, and one answer a row as text (or answer), doc, start, end."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not ({"question", "input"} & set(rows[0])):
        raise ValueError(f"{path}:1: expected a header with 'question', found {list(rows[0]) if rows else 'no rows'}")
    forms: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 2):
        question = row.get("question") or row.get("input") or ""
        name = row.get("id") or str(number)
        form = forms.setdefault(
            name, {"id": name, "question": question, "lang": row.get("lang") or detect(question), "answers": []}
        )
        if question and form["question"] != question:
            raise ValueError(
                f"{path}:{number}: the id {name!r} stands for two questions, {form['question']!r} and {question!r}"
            )
        form["answers"] += _csv_answer(row, f"{path}:{number}")
        if row.get("answerable"):
            form["answerable"] = row["answerable"].strip().lower() in ("true", "1", "yes", "oui")
    return tuple(question_from_dict(form, f"{path}, id {form['id']}") for form in forms.values())


def _csv_answer(row: Mapping[str, str], where: str) -> Sequence[dict[str, object]]:
    text = row.get("text") or row.get("answer") or row.get("expected_output") or ""
    if not row.get("doc"):
        return [{"text": text}] if text else []
    try:
        return [{"doc": row["doc"], "start": int(row["start"]), "end": int(row["end"]), "text": text}]
    except (KeyError, ValueError) as error:
        raise ValueError(f"{where}: expected whole numbers in start and end, found {error}") from error


def _first(folder: Path, *names: str) -> Path:
    found = next((folder / name for name in names if (folder / name).exists()), None)
    if found is None:
        raise ValueError(f"{folder}: expected a BEIR folder with {names[0]}, found no such file")
    return found
