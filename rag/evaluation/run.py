"""Asking a whole test set, one question after the other, so that a killed run can be taken up again."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.answer import Answer
from rag.evaluation.testset import Question


class Asker(Protocol):
    """Anything that answers questions from its k best hits; a `Chatbot` is one."""

    def ask(self, question: str, *, k: int = 10) -> Answer:
        """Answer one question."""
        ...


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one question: an answer or the error, and the seconds it took."""

    id: str
    answer: Answer | None
    error: str = ""
    seconds: float = 0.0


def ask_one(ask: Callable[[str], Answer], question: Question) -> Record:
    """Ask one question. Whatever goes wrong in the system under test is kept as the record's error."""
    begin = time.perf_counter()
    answer, error = None, ""
    try:
        answer = ask(question.question)
        error = _fault(answer)
    except Exception as failure:  # any error of a system under test is a result, not an end
        error = f"{type(failure).__name__}: {failure}"
    return Record(question.id, None if error else answer, error, time.perf_counter() - begin)


def run(
    ask: Callable[[str], Answer],
    questions: Sequence[Question],
    *,
    log: Path | None = None,
    fingerprint: str = "",
    on_record: Callable[[Record], None] | None = None,
) -> list[Record]:
    """Give one record a question, in order; every record is appended to `log` as soon as it is there.

    When `log` holds an unfinished run of the same `fingerprint`, its answers are kept and only failed and missing
    questions are asked; a run in which none failed is finished, and begun afresh. Raises ValueError when the log is of
    another run.
    """
    done = {record.id: record for record in _unfinished(log, fingerprint)} if log else {}
    records = []
    if log:
        _begin(log, fingerprint, list(done.values()))
    for question in questions:
        record = done.get(question.id) or ask_one(ask, question)
        records.append(record)
        if log and question.id not in done:
            _append(log, _to_dict(record))
        if on_record:
            on_record(record)
    if log and not any(record.error for record in records):
        _append(log, {"finished": True})
    return records


def _fault(answer: object) -> str:
    if not isinstance(answer, Answer):
        return f"TypeError: expected an Answer, found {type(answer).__name__}"
    if not math.isfinite(answer.confidence):
        return f"ValueError: expected a confidence in 0..1, found {answer.confidence}"
    return ""


def _unfinished(log: Path, fingerprint: str) -> list[Record]:
    if not log.exists():
        return []
    forms: list[Any] = []
    for line in log.read_bytes().split(b"\n"):
        try:
            forms.append(json.loads(line))
        except ValueError:  # the last line of a killed run may be torn; an earlier one never is
            break
    if not forms or (isinstance(forms[-1], dict) and forms[-1].get("finished")):
        return []
    if forms[0] != {"run": fingerprint}:
        raise ValueError(
            f"{log} holds an unfinished run of other questions, documents or settings; "
            "choose another folder for this report, or delete that file"
        )
    return [
        Record(form["id"], Answer.from_dict(form["answer"]), "", form["seconds"])
        for form in forms[1:]
        if form.get("answer") is not None
    ]


def _begin(log: Path, fingerprint: str, records: Sequence[Record]) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    fresh = log.with_suffix(".part")
    fresh.write_text(_line({"run": fingerprint}) + "".join(_line(_to_dict(r)) for r in records), encoding="utf-8")
    fresh.replace(log)


def _append(log: Path, form: dict[str, object]) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(_line(form))
        file.flush()
        os.fsync(file.fileno())


def _line(form: dict[str, object]) -> str:
    return json.dumps(form, default=str) + "\n"


def _to_dict(record: Record) -> dict[str, object]:
    answer = None if record.answer is None else record.answer.to_dict()
    return {"id": record.id, "answer": answer, "error": record.error, "seconds": record.seconds}
