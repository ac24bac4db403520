"""The report: safe with hostile words, complete, small; and the forms for other tools."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import ir_measures
import pytest

from index import Chunk, Document, Hit, Span
from rag.answer import Answer, Statement, Verdict
from rag.evaluation import Question, Record, assess, evaluate, load
from rag.evaluation.gate import Outcome
from rag.evaluation.page import page
from rag.evaluation.report import junit, markdown, write_report

Ask = Callable[[str], Answer]
Questions = tuple[Question, ...]
Documents = tuple[Document, ...]

PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</script><svg onload=alert(1)>", "{{data}} {{style}}",
    "javascript:alert(1)", '"><iframe src=//evil>', "' onmouseover='alert(1)", "\u2028\u2029\x00\x1b[31m", "\ud800",
    "<!--", "]]>", "${alert(1)}", "![](http://evil/x.png)", "<style>*{display:none}</style>", "a|b\n# c `d`",
)  # fmt: skip


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: dict[str, str] = {}
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        self.data[self.open] = self.data.get(self.open, "") + data


def hostile(questions: Questions) -> tuple[Questions, Ask]:
    asked = tuple(
        replace(questions[0], id=f"{n} {payload}", question=f"{payload} {n}?") for n, payload in enumerate(PAYLOADS)
    )

    def system(question: str) -> Answer:
        if question.endswith("3?"):
            raise RuntimeError(question)
        return Answer(question, (Statement(question, (), Verdict.ALTERED, question),), (), True, 0.5, "fr")

    return asked, system


def test_hostile_words_stay_words(questions: Questions, tmp_path: Path) -> None:
    asked, system = hostile(questions)
    evaluation = evaluate(system, asked, report=tmp_path, name=PAYLOADS[0])
    html = (tmp_path / "report.html").read_text("utf-8")
    parsed = Page()
    parsed.feed(html)
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("script") == 2  # our data and our script
    assert not {"iframe", "img", "object", "link", "base"} & set(tags)
    assert not [name for _, attributes in parsed.tags for name in attributes if name.startswith("on")]
    assert not re.search(r'(?:src|href)="(?!#)', html)
    listed = json.loads(parsed.data["data"])["questions"]
    assert len(listed) == len(PAYLOADS)
    assert {item["question"].encode("utf-8", "replace") for item in listed} == {
        question.question.encode("utf-8", "replace") for question in asked
    }
    outcome = Outcome(PAYLOADS[0], False, PAYLOADS[1])
    assert "<img" not in page(evaluation, [outcome])
    assert not re.search(r"(?<!\\)<", markdown(evaluation, [outcome]))


def test_the_policy_lets_only_our_script_and_style_in(system: Ask, questions: Questions, documents: Documents) -> None:
    html = page(evaluate(system, questions, documents=documents))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "style=" not in html


def test_the_page_shows_every_part(system: Ask, questions: Questions, documents: Documents) -> None:
    html = page(evaluate(system, questions, documents=documents), [Outcome("f1>=0.5", True, "why")])
    for words in (
        "Where answers are lost",
        "Risk and coverage",
        "By language",
        "By document",
        "Slowest",
        "Gates",
        "Run card",
    ):
        assert words in html
    assert html.count("<svg") == 5


def test_thousands_of_questions_stay_small(questions: Questions, documents: Documents) -> None:
    text = "un mot et un autre, " * 60
    chunks = [Document(f"d{n}", f"{n} {text}") for n in range(4_000)]
    asked = tuple(
        Question(f"q{n:05}", f"Combien de mots y a-t-il dans la page {n} ?", "fr", False) for n in range(4_000)
    )
    hits = [Hit(Chunk(Span(d.id, 0, len(d.text)), d.text), 1.0, 1) for d in chunks]
    records = [Record(q.id, Answer(q.question, hits=(h,), language="fr")) for q, h in zip(asked, hits, strict=True)]
    html = page(assess(asked, records, {}))
    assert len(html.encode()) < 5_000_000
    assert '"text":null' in html  # what was left out is said, not silently gone


def test_junit_says_which_gate_failed_and_which_question_broke(questions: Questions) -> None:
    asked, system = hostile(questions)
    evaluation = evaluate(system, asked)
    root = ElementTree.fromstring(junit(evaluation, [Outcome("a>=1", False, "x\x00"), Outcome("b>=0", True, "")]))
    gates, cases = root
    assert (gates.get("tests"), gates.get("failures"), len(gates.findall("*/failure"))) == ("2", "1", 1)
    assert cases.get("tests") == str(len(PAYLOADS))
    assert cases.get("errors") == str(len(evaluation.errors)) == str(len(cases.findall("*/error")))
    assert len(evaluation.errors) == 2  # 3? and 13?


def test_other_tools_get_the_same_figures(
    system: Ask, questions: Questions, documents: Documents, tmp_path: Path
) -> None:
    evaluation = evaluate(system, questions, documents=documents, report=tmp_path, name="by hand")
    run = list(ir_measures.read_trec_run(str(tmp_path / "run.trec")))
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")))
    for name, theirs in (("ndcg@10", "nDCG@10"), ("rr@10", "RR@10"), ("success@1", "Success@1")):
        measure = ir_measures.parse_measure(theirs)
        assert ir_measures.calc_aggregate([measure], qrels, run)[measure] == pytest.approx(
            evaluation.measures[name].value
        )
    back = load(tmp_path / "ragas.jsonl").questions
    assert [question.question for question in back] == [question.question for question in questions]
    assert back[0].texts == ("1849",)


def test_writing_again_replaces_whole_files(
    system: Ask, questions: Questions, documents: Documents, tmp_path: Path
) -> None:
    evaluation = evaluate(system, questions, documents=documents)
    write_report(evaluation, tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_report(evaluation, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {
        "run.json", "timings.json", "report.html", "report.md", "junit.xml", "ragas.jsonl", "run.trec", "qrels.trec",
    }  # fmt: skip
