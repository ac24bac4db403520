"""Thumbs turned into a test set: what people said was right or wrong becomes what a release is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ui.conversations import Turn

Reason = Literal[
    "wrong_source", "wrong_answer", "incomplete", "should_have_refused", "should_have_answered", "other_reason"
]
"""What a thumb down may give as its reason."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """`questions` in the form of a test set, and the turns whose thumb does not tell what would have been right."""

    questions: tuple[dict[str, object], ...]
    undecided: tuple[Turn, ...]


def collect(rated: Sequence[Turn]) -> Feedback:
    """Give the test questions that rated turns amount to.

    A thumb up on an answer makes its cited spans the gold ones; a thumb up on a refusal, or "should not have answered",
    makes the question unanswerable. Any other thumb down needs a person to say what is right.
    """
    questions: list[dict[str, object]] = []
    undecided: list[Turn] = []
    for turn in rated:
        answer = turn.answer
        if turn.thumb == 1 and answer.citations:
            questions.append(_question(turn, True))
        elif (turn.thumb == 1 and not answer.found) or turn.reason == "should_have_refused":
            questions.append(_question(turn, False))
        else:
            undecided.append(turn)
    return Feedback(tuple(questions), tuple(undecided))


def _question(turn: Turn, answerable: bool) -> dict[str, object]:
    answers = []
    for citation in turn.answer.citations if answerable else ():
        span = citation.focus or citation.span
        text = citation.quote[span.start - citation.span.start : span.end - citation.span.start]
        answers.append({"doc": span.document_id, "start": span.start, "end": span.end, "text": text})
    return {
        "id": f"feedback-{turn.id}",
        "question": turn.answer.question,
        "lang": turn.answer.language,
        "answerable": answerable,
        "answers": answers,
    }
