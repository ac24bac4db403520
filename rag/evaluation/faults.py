"""Faults of a test set, each with its file and line, found before they can spoil a figure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from index import Document, Span
from rag.evaluation.formats import load
from rag.evaluation.testset import Gold, Question, lines, question_from_dict


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a test set: where ("file:line" or "file, id"), and what."""

    where: str
    message: str

    def __str__(self) -> str:
        """Give "file:line: message"."""
        return f"{self.where}: {self.message}"


def lint(path: str | Path, documents: Mapping[str, Document] | None = None) -> list[Fault]:
    """Give the faults of a test set, in the order of its lines; none means that it can be trusted as far as seen.

    With `documents`, by id, the places of the answers are checked too; a test set that carries its own documents is
    checked against these. Raises FileNotFoundError.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no test set at {path}")
    faults: list[Fault] = []
    placed: list[tuple[str, Question]] = []
    if path.is_file() and ".jsonl" in path.suffixes and (ours := _ours(path, faults)) is not None:
        placed = ours
    else:
        try:
            found = load(path)
        except ValueError as error:
            return [Fault(str(path), str(error).removeprefix(f"{path}: "))]
        placed = [(f"{path}, id {question.id}", question) for question in found.questions]
        documents = {document.id: document for document in found.documents} or documents
    seen: dict[str, str] = {}
    for where, question in placed:
        if question.id in seen:
            faults.append(Fault(where, f"the id {question.id!r} is already that of {seen[question.id]}"))
        seen.setdefault(question.id, where)
        faults += [Fault(where, message) for message in _faults(question, documents)]
    if not placed and not faults:
        faults.append(Fault(str(path), "expected at least one question, found none"))
    return sorted(faults, key=lambda fault: _line(fault.where))


def misplaced(text: str, gold: Gold) -> str:
    """Say how the place of a gold answer differs from where its words are; "" when it is right."""
    span = gold.span
    if span is None:
        return ""
    if span.end <= len(text) and text[span.start : span.end] == gold.text:
        return ""
    for name, unit in (("UTF-8 bytes", "utf-8"), ("UTF-16 units", "utf-16-le")):
        found = _decoded(text, span, unit)
        if found is not None and gold.text and text[found[0] : found[1]] == gold.text:
            return f"its offsets count {name}, not characters: {found[0]} to {found[1]} is meant"
    at = _nearest(text, gold.text, span.start)
    if at is not None:
        return f"its words stand at {at} to {at + len(gold.text)}, not at {span.start} to {span.end}"
    if span.end > len(text):
        return f"it ends at {span.end}, past the end of its document ({len(text)} characters)"
    return f"the document has {text[span.start : span.end][:60]!r} there, not {gold.text[:60]!r}"


def _ours(path: Path, faults: list[Fault]) -> list[tuple[str, Question]] | None:
    """Read our own JSON Lines line by line, keeping each fault; None when the file is of another format."""
    found: list[tuple[str, Question]] = []
    reader = lines(path)
    while True:
        try:
            number, form = next(reader)
        except StopIteration:
            return found
        except ValueError as error:  # after a line that isn't JSON the reader is spent: name it and stop there
            where, _, message = str(error).partition(": ")
            faults.append(Fault(where, message))
            return found
        if isinstance(form, dict) and {"user_input", "golden_answers", "query_id", "input"} & set(form):
            return None
        where = f"{path}:{number}"
        try:
            found.append((where, question_from_dict(form, where)))
        except ValueError as error:
            faults.append(Fault(where, str(error).removeprefix(f"{where}: ")))


def _faults(question: Question, documents: Mapping[str, Document] | None) -> Iterator[str]:
    if question.language not in ("fr", "en"):
        yield f"expected 'fr' or 'en' in 'lang', found {question.language!r}"
    if question.answerable and not question.answers and not question.relevant:
        yield "answerable, but no answer and no relevant document is given"
    if not question.answerable and question.answers:
        yield "not answerable, yet answers are given"
    if question.extra.get("status") == "draft":
        yield "still a draft: accept or reject it"
    for number, gold in enumerate(question.answers, 1):
        problem = _gold_fault(gold, documents)
        if problem:
            yield f"answer {number} {problem}"
    for document_id in question.relevant if documents is not None else ():
        if documents is not None and document_id not in documents:
            yield f"the relevant document {document_id!r} is not among the documents"


def _gold_fault(gold: Gold, documents: Mapping[str, Document] | None) -> str:
    if not gold.text.strip():
        return "has no words"
    if gold.span is None:
        return ""
    if not len(gold.span):
        return f"is an empty place, {gold.span.start} to {gold.span.end}"
    if documents is None:
        return ""
    document = documents.get(gold.span.document_id)
    if document is None:
        return f"is in {gold.span.document_id!r}, which is not among the documents"
    problem = misplaced(document.text, gold)
    return f"({gold.text[:40]!r}): {problem}" if problem else ""


def _decoded(text: str, span: Span, unit: str) -> tuple[int, int] | None:
    """Read offsets in UTF-8 bytes or UTF-16 units as offsets in characters; None where they fall inside one."""
    width = 2 if unit == "utf-16-le" else 1
    ends = [0, *accumulate(len(c.encode(unit, "surrogatepass")) // width for c in text)]
    start, end = bisect_left(ends, span.start), bisect_left(ends, span.end)
    fits = start < len(ends) and end < len(ends) and ends[start] == span.start and ends[end] == span.end
    return (start, end) if fits else None


def _nearest(text: str, words: str, near: int) -> int | None:
    """Give the place of `words` nearest to an offset: this is for a person to read, nothing is mended by it."""
    found: list[int] = []
    at = text.find(words) if words else -1
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return min(found, key=lambda place: abs(place - near), default=None)


def _line(where: str) -> int:
    number = where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0
