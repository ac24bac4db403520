"""A judge's replies are counted, never averaged away; kappa and the correction against their formulas."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from index import Document
from rag.answer import Answer
from rag.evaluation import Question, evaluate, judge_answers, read_labels
from rag.evaluation.judgement import chat_model, kappa, parse, prediction_powered

Ask = Callable[[str], Answer]
Questions = tuple[Question, ...]
Documents = tuple[Document, ...]


def scripted(*replies: str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=(AIMessage(reply) for reply in itertools.cycle(replies)))


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("CORRECT", True), ("incorrect.", False), ("The answer is CORRECT", True), ("", None), ("maybe", None),
        ("CORRECT or INCORRECT", None), ("I cannot judge that", None), ("CORRECTLY", None),
        ("INCORRECT INCORRECT", False),
    ],
)  # fmt: skip
def test_replies(reply: str, label: bool | None) -> None:
    assert parse(reply) is label


def test_votes_are_kept_and_the_unread_count_as_wrong(system: Ask, questions: Questions, documents: Documents) -> None:
    run = evaluate(system, questions, documents=documents)
    found = judge_answers(run, scripted("CORRECT", "nonsense", "CORRECT"))
    assert found.raw.value == 1.0
    assert found.votes[0].replies == ("CORRECT", "nonsense", "CORRECT")
    unread = judge_answers(run, scripted("both CORRECT and INCORRECT"))
    assert (unread.raw.value, unread.raw.n, unread.unparsed) == (0.0, 4, 4)
    assert unread.agreement is None
    assert unread.corrected is None


def test_a_judge_that_breaks_is_unread(system: Ask, questions: Questions, documents: Documents) -> None:
    run = evaluate(system, questions, documents=documents)
    found = judge_answers(run, GenericFakeChatModel(messages=iter([])), votes=1)
    assert found.unparsed == 4
    assert found.votes[0].replies[0].startswith("[")


def test_labels_correct_the_judge(system: Ask, questions: Questions, documents: Documents) -> None:
    run = evaluate(system, questions, documents=documents)
    found = judge_answers(run, scripted("CORRECT"), votes=1, labels={"q1": True, "q2": False})
    assert found.labelled == 2
    assert found.corrected is not None
    assert found.corrected.value == 0.5  # 1 + mean(0, -1)
    with pytest.raises(ValueError, match="q9"):
        judge_answers(run, scripted("CORRECT"), labels={"q9": True})


def test_kappa_by_hand() -> None:
    left = [True] * 25 + [False] * 25
    right = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert kappa(left, right) == pytest.approx(0.4)  # the textbook table: 0.7 agreed, 0.5 by chance
    assert kappa([True], [True]) == 1.0
    assert kappa([], []) is None


def test_the_correction_takes_a_bias_out_and_covers_the_truth() -> None:
    dice, hits = np.random.default_rng(3), 0
    for _ in range(300):
        person = (dice.random(400) < 0.6).astype(float)
        judge = np.where(dice.random(400) < 0.2, 1.0, person)  # kind to a fifth of the wrong ones
        found = prediction_powered(list(judge), list(zip(judge[:100], person[:100], strict=True)))
        assert found is not None
        hits += found.low <= 0.6 <= found.high
    assert 0.91 <= hits / 300 <= 0.99
    one = prediction_powered([1.0, 0.0] * 50, [(1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 0.0)])
    assert one is not None
    assert one.value == 0.25  # 0.5 - 1/4
    assert math.isclose(one.high, 0.25 + 1.96 * math.sqrt(0.25 / 99 + 0.25 / 4), rel_tol=1e-3)


def test_labels_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "q1", "right": true}\n\n{"id": 2, "right": false}\n')
    assert read_labels(path) == {"q1": True, "2": False}
    path.write_text('{"id": "q1", "right": true}\n{"id": "q2", "right": "yes"}\n')
    with pytest.raises(ValueError, match=r"labels\.jsonl:2"):
        read_labels(path)


def test_a_judge_needs_a_provider() -> None:
    with pytest.raises(ValueError, match="provider:model"):
        chat_model("gpt")
