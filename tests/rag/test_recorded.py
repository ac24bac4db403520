"""What a real model wrote, token by token, on the article in seeds/: cited and judged as a person would.

`data/recorded.jsonl` holds answers of Qwen2.5-Coder-1.5B-Instruct (4 bits, llama.cpp's server, temperature 0) to
questions of seeds/questions.jsonl, four passages each; `true` and `cited` are one reader's: is the sentence true to the
article, and which sentence of the article speaks of it. null: nothing in it is an answer.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index import Collection, read
from rag import Answer, Chatbot, Verdict
from rag.backends import load
from tests.rag.material import ScriptedChatModel

RECORDED = [json.loads(line) for line in (Path(__file__).parent / "data/recorded.jsonl").read_text().splitlines()]
SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def article() -> Collection:
    collection = Collection.in_memory()
    collection.add(read([SEEDS]))
    return collection


def answered(collection: Collection, recorded: dict[str, Any]) -> Answer:
    model = ScriptedChatModel(script=recorded["said"])
    return Chatbot(collection, backend=load(model, interval=0.0)).ask(recorded["question"])


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each["id"])
def test_a_recorded_answer_cites_the_sentence_that_speaks_of_it(article: Collection, recorded: dict[str, Any]) -> None:
    answer = answered(article, recorded)
    assert answer.found is (recorded["cited"] is not None)
    for statement in answer.statements:
        assert "[" not in statement.text
        assert any(each.quote.startswith(recorded["cited"]) for each in statement.citations)
        assert statement.verdict is not (Verdict.ALTERED if recorded["true"] else Verdict.SUPPORTED)


def test_most_true_answers_are_found_supported(article: Collection) -> None:
    verdicts = Counter(
        (each["true"], statement.verdict)
        for each in RECORDED
        if each["cited"]
        for statement in answered(article, each).statements
    )
    assert verdicts[True, Verdict.SUPPORTED] >= 8
    assert verdicts[True, Verdict.CANNOT_CHECK] <= 4
