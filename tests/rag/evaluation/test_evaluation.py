"""The whole of evaluate, on answers written by hand and figures worked out by hand."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import Document
from rag.answer import Answer
from rag.evaluation import Evaluation, Gold, Question, evaluate, write

Ask = Callable[[str], Answer]
Questions = tuple[Question, ...]
Documents = tuple[Document, ...]


def values(evaluation: Evaluation) -> dict[str, float]:
    return {name: measure.value for name, measure in evaluation.measures.items()}


def test_figures_are_those_worked_out_by_hand(system: Ask, questions: Questions, documents: Documents) -> None:
    evaluation = evaluate(system, questions, documents=documents, k=2)
    found = values(evaluation)
    assert found["success@1"] == pytest.approx(2 / 3)  # q2 finds its document second
    assert found["rr@2"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert found["ndcg@2"] == pytest.approx((1 + 1 / math.log2(3) + 1) / 3)
    assert found["span_success@1"] == pytest.approx(2 / 3)
    assert found["em"] == pytest.approx(2 / 4)  # q3 word for word, q4 refused
    # q1: phare de Kermorvan fut bâti en 1849 -> 6 words without articles, one of them right; "en 1849" has two.
    assert found["f1"] == pytest.approx((2 * (2 / 6) / (2 / 6 + 1) + 0 + 1 + 1) / 4)
    assert found["contains"] == pytest.approx(2 / 3)
    assert found["citation_recall"] == pytest.approx(2 / 3)
    assert found["citation_precision"] == pytest.approx((7 / 39 + 0 + 1) / 3)
    assert found["verbatim_rate"] == 1.0
    assert found["dangling_rate"] == 0.0
    assert found["supported_rate"] == 1.0
    assert [found[f"funnel_{step}"] for step in ("retrieved", "prompted", "cited", "answered")] == pytest.approx(
        [1, 1, 2 / 3, 2 / 3]
    )
    assert found["accuracy"] == 3 / 4
    assert found["refusal_precision"] == found["refusal_recall"] == found["refusal_f1"] == 1.0
    assert found["auroc_right"] == 1.0  # 0.9 and 0.8 are right, 0.3 is wrong
    assert found["aurc"] == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert found["coverage_at_90"] == 2 / 4
    assert {r.question.id: r.lost_at for r in evaluation.results} == {"q1": "", "q2": "cited", "q3": "", "q4": ""}
    assert evaluation.counts == {
        "questions": 4, "answerable": 3, "unanswerable": 1, "answered": 3, "refused": 1, "errors": 0,
    }  # fmt: skip
    for measure in evaluation.measures.values():
        assert measure.low <= measure.value <= measure.high
        assert measure.n > 0


def test_a_failure_scores_worst_and_no_mean_gains_by_it(
    system: Ask, questions: Questions, documents: Documents
) -> None:
    before = evaluate(system, questions, documents=documents)
    lower_is_better = (
        "dangling_rate",
        "altered_rate",
        "cannot_check_rate",
        "refused_answerable",
        "answered_unanswerable",
    )
    for broken, failure in zip(questions, (TimeoutError("slow"), "NaN", ValueError("odd"), None), strict=True):

        def failing(question: str, broken: Question = broken, failure: object = failure) -> Answer:
            if question != broken.question:
                return system(question)
            if isinstance(failure, Exception):
                raise failure
            return replace(system(question), confidence=math.nan) if failure == "NaN" else None  # type: ignore[return-value]

        after = evaluate(failing, questions, documents=documents)
        assert [result.question.id for result in after.errors] == [broken.id]
        assert not after.complete
        for name, measure in before.measures.items():
            sign = -1 if name in (*lower_is_better, "aurc", "excess_aurc") else 1
            assert sign * after.measures[name].value <= sign * measure.value + 1e-12, (name, broken.id)
            assert after.measures[name].n >= measure.n


def test_always_refusing_gives_its_exact_share(questions: Questions, documents: Documents) -> None:
    refusing = evaluate(lambda question: Answer(question), questions, documents=documents)
    found = values(refusing)
    assert found["em"] == found["f1"] == found["em_official"] == found["f1_official"] == found["accuracy"] == 1 / 4
    assert found["f1_answerable"] == found["citation_recall"] == found["citation_f1"] == 0.0
    assert "citation_precision" not in found  # undefined, and never 1
    assert found["refusal_precision"] == 1 / 4
    assert refusing.complete


def test_same_bytes_whatever_the_order_and_however_often(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents
) -> None:
    shuffled = list(questions)
    random.Random(3).shuffle(shuffled)
    for name, given in (("a", questions), ("b", questions), ("c", tuple(shuffled))):
        evaluate(system, given, documents=documents, report=tmp_path / name, name="hand")
    written = [(tmp_path / name / "run.json").read_bytes() for name in "abc"]
    assert written[0] == written[1] == written[2]
    assert json.loads(written[0])["counts"]["questions"] == 4
    assert set(json.loads((tmp_path / "a" / "timings.json").read_text())["seconds"]) == {"q1", "q2", "q3", "q4"}


@pytest.mark.parametrize("at", [0, 3])
def test_a_killed_run_is_taken_up_again(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents, at: int
) -> None:
    evaluate(system, questions, documents=documents, report=tmp_path / "whole", name="hand")
    asked: list[str] = []

    def killed(question: str) -> Answer:
        if len(asked) == at:
            raise KeyboardInterrupt
        asked.append(question)
        return system(question)

    folder = tmp_path / "killed"
    with pytest.raises(KeyboardInterrupt):
        evaluate(killed, questions, documents=documents, report=folder, name="hand")
    with (folder / "answers.jsonl").open("ab") as log:
        log.write('{"id": "q4", "answer": {"é'.encode()[:-1])  # a torn last line
    later: list[str] = []
    evaluate(lambda q: (later.append(q), system(q))[1], questions, documents=documents, report=folder, name="hand")
    assert len(asked) + len(later) == 4
    assert (folder / "run.json").read_bytes() == (tmp_path / "whole" / "run.json").read_bytes()


def test_a_run_with_failures_is_taken_up_again_where_they_are(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents
) -> None:
    asked: list[str] = []

    def failing(question: str) -> Answer:
        asked.append(question)
        if len(asked) in (2, 4):
            raise RuntimeError("server down")
        return system(question)

    first = evaluate(failing, questions, documents=documents, report=tmp_path, name="hand")
    assert first.counts["errors"] == 2 and len(asked) == 4
    again = evaluate(failing, questions, documents=documents, report=tmp_path, name="hand")
    assert again.counts["errors"] == 0 and asked[4:] == [asked[1], asked[3]]


def test_an_unfinished_run_of_something_else_is_refused(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents
) -> None:
    def killed(question: str) -> Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(killed, questions, documents=documents, report=tmp_path, name="hand")
    with pytest.raises(ValueError, match="choose another folder"):
        evaluate(system, questions[:2], documents=documents, report=tmp_path, name="hand")


def test_a_finished_run_is_begun_afresh(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents
) -> None:
    evaluate(system, questions, documents=documents, report=tmp_path, name="hand")
    again = evaluate(lambda question: Answer(question), questions, documents=documents, report=tmp_path, name="hand")
    assert again.counts["refused"] == 4


def test_questions_come_from_a_path_too(
    tmp_path: Path, system: Ask, questions: Questions, documents: Documents
) -> None:
    write(tmp_path / "set.jsonl", questions)
    from_path = evaluate(system, tmp_path / "set.jsonl", documents=documents, name="hand")
    assert from_path.to_dict() == evaluate(system, questions, documents=documents, name="hand").to_dict()


def test_what_the_backend_was_given_is_read_from_its_receipt(
    system: Ask, questions: Questions, documents: Documents
) -> None:
    def told(question: str) -> Answer:
        return replace(system(question), receipt={"backend": {"prompt_spans": [["mill.txt", 0, 51]]}})

    found = values(evaluate(told, questions, documents=documents))
    assert (found["funnel_retrieved"], found["funnel_prompted"], found["funnel_cited"]) == (1.0, 1 / 3, 1 / 3)


def test_an_object_that_asks_will_do(system: Ask, questions: Questions, documents: Documents) -> None:
    class Bot:
        def ask(self, question: str, *, k: int = 10) -> Answer:
            assert k == 3
            return system(question)

    assert evaluate(Bot(), questions, documents=documents, k=3).counts["answered"] == 3


def test_a_frame_has_one_row_a_question(system: Ask, questions: Questions, documents: Documents) -> None:
    frame = evaluate(system, questions, documents=documents).frame()
    assert list(frame["id"]) == ["q1", "q2", "q3", "q4"]
    assert frame["citation_recall"].sum() == 2.0


@pytest.mark.parametrize(
    ("given", "words"),
    [([], "at least one question"), ([Question("a", "x"), Question("a", "y")], "two questions have the id 'a'")],
)
def test_bad_question_sets_are_refused(system: Ask, given: Sequence[Question], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        evaluate(system, given)


def test_k_is_at_least_one(system: Ask, questions: Questions) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        evaluate(system, questions, k=0)


ELSEWHERE = """
import sys
from index import Chunk, Document, Hit, Span
from rag import Answer, Citation, Statement, Verdict
from rag.evaluation import Gold, Question, evaluate

text = "Été 1849 : le phare de Kermorvan. Il mesure 20 mètres. " * 3
documents = [Document(f"d{n}.txt", f"{n} {text}", language="fr") for n in range(40)]

def ask(question):
    at = int(question.split()[1])
    span = Span(documents[at].id, at % 7, 30 + at)
    quote = documents[at].quote(span)
    near = enumerate(documents[max(at - 5, 0) : at + 1], 1)
    hits = tuple(Hit(Chunk(Span(d.id, 0, 60), d.text[:60]), 0.5, rank) for rank, d in near)
    statement = Statement(quote, (Citation(1, span, quote),), Verdict.SUPPORTED)
    return Answer(question, (statement,), hits, True, at / 41, "fr")

golds = [Gold(d.text[5:20], Span(d.id, 5, 20)) for d in documents]
asked = [Question(f"q{n}", f"Question {n} ?", "fr", True, (golds[n],)) for n in range(40)]
evaluate(ask, asked, documents=documents, report=sys.argv[1], name="elsewhere")
"""


def test_same_bytes_under_another_locale_hash_seed_and_number_of_threads(tmp_path: Path) -> None:
    written = []
    for number, locale in (("1", "C"), ("2", "C.UTF-8")):
        settings = {"PYTHONHASHSEED": number, "OMP_NUM_THREADS": number, "LC_ALL": locale, "TZ": f"UTC-{number}"}
        command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / number)]
        subprocess.run(command, check=True, env={**os.environ, **settings})
        written.append((tmp_path / number / "run.json").read_bytes())
    assert written[0] == written[1]
    assert b'"bca"' in written[0]


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, rag.evaluation; print([m for m in ('scipy', 'pandas', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.soak
def test_always_refusing_on_a_set_of_squads_size() -> None:
    asked = [Question(f"{n:05}", "?", "en", n >= 5_945, () if n < 5_945 else (Gold("x"),)) for n in range(11_873)]
    found = values(evaluate(lambda question: Answer(question), asked))
    assert round(100 * found["em_official"], 2) == round(100 * found["f1_official"], 2) == 50.07
    assert found["refusal_recall"] == 1.0
