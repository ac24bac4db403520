"""The nouns of a test set, Gold and Question, and our own JSON Lines form of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import Document, Span

KNOWN = ("id", "question", "lang", "answerable", "answers", "relevant")


@dataclass(frozen=True, slots=True)
class Gold:
    """One right answer: its text, and its place where that is known.

    Answers of one question are alternatives; those that share a `group` are needed together.
    """

    text: str
    span: Span | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a test set. `relevant` maps document ids to grades (1 and more); `extra` keeps unknown fields."""

    id: str
    question: str
    language: str = "en"
    answerable: bool = True
    answers: tuple[Gold, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict, hash=False)
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def texts(self) -> tuple[str, ...]:
        """The accepted answers as text; none when the documents do not hold the answer."""
        return tuple(gold.text for gold in self.answers if gold.text) if self.answerable else ()

    @property
    def alternatives(self) -> tuple[tuple[Span, ...], ...]:
        """The places that carry the answer: any one alternative will do, and it needs all of its spans."""
        groups: dict[str, list[Span]] = {}
        for number, gold in enumerate(self.answers if self.answerable else ()):
            if gold.span is not None and len(gold.span):
                groups.setdefault(f"g {gold.group}" if gold.group else f"n {number}", []).append(gold.span)
        return tuple(tuple(spans) for spans in groups.values())

    @property
    def grades(self) -> dict[str, int]:
        """Which documents are relevant, and how much: as stated, else the documents of the answers."""
        if self.relevant:
            return {document: grade for document, grade in self.relevant.items() if grade > 0}
        return {span.document_id: 1 for spans in self.alternatives for span in spans}

    @property
    def cluster(self) -> str:
        """The document the question is about: questions on one document are not independent of each other."""
        document = next((gold.span.document_id for gold in self.answers if gold.span is not None), None)
        stated = self.extra.get("doc_id")
        return document or next(iter(self.relevant), None) or (str(stated) if stated else f"question {self.id}")


@dataclass(frozen=True, slots=True)
class TestSet:
    """Questions, and the documents that came along with them (a SQuAD or BEIR file carries its own)."""

    __test__ = False

    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()


def lines(path: str | Path) -> Iterator[tuple[int, Any]]:
    """Yield line numbers from 1 and the JSON value of each line that isn't blank; `.gz` is unpacked.

    Raises ValueError that names the file and the line which is not JSON in UTF-8.
    """
    path = Path(path)
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, json.loads(text)
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise ValueError(f"{path}:{number}: expected one JSON object in UTF-8, found {error}") from error


def question_from_dict(form: object, where: str = "question") -> Question:
    """Read one question from the form of our JSON Lines. Raises ValueError that begins with `where`."""
    if not isinstance(form, dict):
        raise ValueError(f"{where}: expected a JSON object, found {type(form).__name__}")
    for name in ("id", "question"):
        if not isinstance(form.get(name), str | int) or not str(form[name]).strip():
            raise ValueError(f"{where}: expected a text in {name!r}, found {form.get(name)!r}")
    answers = form.get("answers", [])
    if not isinstance(answers, list):
        raise ValueError(f"{where}: expected a list in 'answers', found {answers!r}")
    answerable = form.get("answerable", bool(answers))
    if not isinstance(answerable, bool):
        raise ValueError(f"{where}: expected true or false in 'answerable', found {answerable!r}")
    return Question(
        id=str(form["id"]),
        question=str(form["question"]),
        language=str(form.get("lang", "en")),
        answerable=answerable,
        answers=tuple(_gold(answer, where) for answer in answers),
        relevant=_relevant(form.get("relevant"), where),
        extra={name: value for name, value in form.items() if name not in KNOWN},
    )


def question_to_dict(question: Question) -> dict[str, object]:
    """Give the form of our JSON Lines, which `question_from_dict` reads."""
    answers: list[dict[str, object]] = []
    for gold in question.answers:
        place = (
            {} if gold.span is None else {"doc": gold.span.document_id, "start": gold.span.start, "end": gold.span.end}
        )
        answers.append({**place, "text": gold.text, **({"group": gold.group} if gold.group else {})})
    return {
        "id": question.id,
        "question": question.question,
        "lang": question.language,
        "answerable": question.answerable,
        "answers": answers,
        **({"relevant": dict(question.relevant)} if question.relevant else {}),
        **question.extra,
    }


def write(path: str | Path, questions: Iterable[Question]) -> None:
    """Write questions as our JSON Lines, in the order given."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(question_to_dict(q), ensure_ascii=False) + "\n" for q in questions)


def unique(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Give the questions sorted by id. Raises ValueError when there are none or two share an id."""
    if not questions:
        raise ValueError("expected at least one question, found none")
    ordered = sorted(questions, key=lambda question: question.id)
    for left, right in pairwise(ordered):
        if left.id == right.id:
            raise ValueError(f"two questions have the id {left.id!r}: {left.question!r} and {right.question!r}")
    return tuple(ordered)


def _gold(answer: object, where: str) -> Gold:
    if isinstance(answer, str):
        return Gold(answer)
    if not isinstance(answer, dict) or not isinstance(answer.get("text", ""), str):
        raise ValueError(f"{where}: expected answers like {{doc, start, end, text}}, found {answer!r}")
    text, group = answer.get("text", ""), str(answer.get("group", ""))
    if "doc" not in answer:
        return Gold(text, None, group)
    start, end = answer.get("start"), answer.get("end")
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in (start, end))
    if not whole or not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
        raise ValueError(f"{where}: expected whole numbers 0 <= start <= end, found {start!r} and {end!r}")
    return Gold(text, Span(str(answer["doc"]), start, end), group)


def _relevant(value: object, where: str) -> dict[str, int]:
    if value is None:
        return {}
    if isinstance(value, list):
        return {str(document): 1 for document in value}
    if isinstance(value, dict) and all(isinstance(grade, int) for grade in value.values()):
        return {str(document): grade for document, grade in value.items()}
    raise ValueError(f"{where}: expected a list of document ids or ids with grades in 'relevant', found {value!r}")
