"""The nouns of an evaluation: the Result of one question, and the Evaluation of them all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answer import Answer
from rag.evaluation.statistics import Measurement
from rag.evaluation.testset import Question, question_to_dict

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 1
"""The version of the form that `Evaluation.to_dict` writes; `run.schema.json` describes it."""

INCOMPLETE = 0.01
"""With more than this share of failed questions a run is incomplete."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question: its scores, and the step of the funnel where it was lost ("" if it was not).

    `answer` is None when the system failed; `error` then says how, and every score has its worst value.
    """

    question: Question
    answer: Answer | None
    error: str
    scores: Mapping[str, float]
    lost_at: str

    def to_dict(self) -> dict[str, object]:
        """Give plain values, without anything that differs between two equal runs."""
        answer = None if self.answer is None else self.answer.to_dict()
        if answer is not None:
            answer.pop("receipt")
        return {
            "id": self.question.id,
            "cluster": self.question.cluster,
            "question": question_to_dict(self.question),
            "answer": answer,
            "error": self.error,
            "lost_at": self.lost_at,
            "scores": dict(self.scores),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A system's figures on a test set: `measures` by name with intervals, `results` by question, sorted by id.

    `card` says what was run; `curve` is the risk-coverage curve as (coverage, risk, threshold); `timings` holds what
    two equal runs may differ in: seconds, tokens, memory, machine, date.
    """

    measures: Mapping[str, Measurement]
    results: tuple[Result, ...]
    card: Mapping[str, object]
    curve: tuple[tuple[float, float, float], ...] = ()
    timings: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def errors(self) -> tuple[Result, ...]:
        """The questions that failed."""
        return tuple(result for result in self.results if result.error)

    @property
    def complete(self) -> bool:
        """Whether at most one question in a hundred failed."""
        return len(self.errors) <= INCOMPLETE * len(self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many questions there are, were answered, refused and failed, and how many of each kind were asked."""
        found = [result.answer.found for result in self.results if result.answer is not None]
        answerable = sum(result.question.answerable for result in self.results)
        return {
            "questions": len(self.results),
            "answerable": answerable,
            "unanswerable": len(self.results) - answerable,
            "answered": sum(found),
            "refused": len(found) - sum(found),
            "errors": len(self.errors),
        }

    def to_dict(self) -> dict[str, object]:
        """Give the versioned form that is written to `run.json`: equal runs give equal forms, times stand apart."""
        return {
            "format": FORMAT,
            "card": dict(self.card),
            "complete": self.complete,
            "counts": self.counts,
            "measures": {
                name: {"value": m.value, "low": m.low, "high": m.high, "n": m.n, "method": m.method}
                for name, m in self.measures.items()
            },
            "curve": [list(point) for point in self.curve],
            "results": [result.to_dict() for result in self.results],
        }

    def frame(self) -> pd.DataFrame:
        """Give a pandas frame with one row a question: its words, what became of it, and every score by name."""
        import pandas as pd

        return pd.DataFrame(
            {
                "id": result.question.id,
                "question": result.question.question,
                "language": result.question.language,
                "answerable": result.question.answerable,
                "found": bool(result.answer and result.answer.found),
                "text": result.answer.text if result.answer else "",
                "confidence": result.answer.confidence if result.answer else None,
                "error": result.error,
                "lost_at": result.lost_at,
                **result.scores,
            }
            for result in self.results
        )


def to_json(form: object) -> str:
    """Give JSON with sorted keys and figures of six decimals, so that equal forms are equal bytes on any machine."""
    return json.dumps(_rounded(form), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return (round(value, 6) + 0.0) if value == value else None
    if isinstance(value, Mapping):
        return {str(name): _rounded(item) for name, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
