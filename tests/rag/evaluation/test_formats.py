"""Files of every known format are read, and a wrong one is refused with its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index import Span
from rag.evaluation import Question, load, write
from rag.evaluation.formats import qrels

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Phares",
            "paragraphs": [
                {
                    "context": "Le phare fut bâti en 1849 🗼 à Kermorvan.",
                    "qas": [
                        {"id": "s1", "question": "Où est le phare ?", "is_impossible": False,
                         "answers": [{"text": "Kermorvan", "answer_start": 30}] * 2},
                        {"id": "s2", "question": "Qui l'a bâti ?", "is_impossible": True, "answers": []},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip


def put(path: Path, form: object) -> Path:
    path.write_text(form if isinstance(form, str) else json.dumps(form), encoding="utf-8")
    return path


def test_ours_comes_back_as_it_was_written(tmp_path: Path, questions: tuple[Question, ...]) -> None:
    odd = Question("z", "?", "fr", True, questions[0].answers, {"a": 2}, {"tags": ["x"], "doc_id": "d"})
    write(tmp_path / "set.jsonl", (*questions, odd))
    assert load(tmp_path / "set.jsonl").questions == (*questions, odd)
    packed = tmp_path / "set.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "set.jsonl").read_bytes()))
    assert load(packed).questions == (*questions, odd)


def test_squad_brings_its_paragraphs_as_documents(tmp_path: Path) -> None:
    found = load(put(tmp_path / "squad.json", SQUAD))
    place, missing = found.questions
    (document,) = found.documents
    assert place.answers[0].span == Span("Phares/0", 30, 39)
    assert document.quote(Span("Phares/0", 30, 39)) == "Kermorvan"
    assert len(place.answers) == 1
    assert (place.answerable, missing.answerable, missing.texts) == (True, False, ())
    assert (place.language, place.cluster, missing.cluster) == ("fr", "Phares/0", "Phares/0")


def test_squad_one_has_no_mark_for_the_impossible(tmp_path: Path) -> None:
    entry = {"id": "1", "question": "?", "answers": [{"text": "x", "answer_start": 0}]}
    form = {"data": [{"title": "t", "paragraphs": [{"context": "x", "qas": [entry]}]}]}
    assert load(put(tmp_path / "one.json", form)).questions[0].answerable


def test_a_beir_folder(tmp_path: Path) -> None:
    put(
        tmp_path / "corpus.jsonl",
        '{"_id": "d1", "title": "T", "text": "words"}\n{"_id": "d2", "title": null, "text": "more"}\n',
    )
    put(tmp_path / "queries.jsonl", '{"_id": "q1", "text": "what"}\n{"_id": "q2", "text": "unjudged"}\n')
    (tmp_path / "qrels").mkdir()
    put(tmp_path / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n")
    found = load(tmp_path)
    assert [question.id for question in found.questions] == ["q1"]
    assert found.questions[0].grades == {"d1": 2}
    assert [(document.id, document.title) for document in found.documents] == [("d1", "T"), ("d2", "")]


def test_trec_qrels(tmp_path: Path) -> None:
    assert qrels(put(tmp_path / "a", "1 0 d1 1\n1 0 d2 -1\n\n2 0 d1 3\n")) == {"1": {"d1": 1, "d2": -1}, "2": {"d1": 3}}
    with pytest.raises(ValueError, match="b:2: expected a query"):
        qrels(put(tmp_path / "b", "1 0 d1 1\n1 0 d2\n"))


def test_csv_has_one_answer_a_row(tmp_path: Path) -> None:
    rows = (
        "id,question,lang,answerable,doc,start,end,text\n"
        "a,Où ?,fr,true,d,0,2,xy\na,Où ?,fr,true,d,5,7,zz\nb,Who?,en,false,,,,\n"
    )
    first, second = load(put(tmp_path / "set.csv", rows)).questions
    assert [gold.span for gold in first.answers] == [Span("d", 0, 2), Span("d", 5, 7)]
    assert (second.answerable, second.answers, second.language) == (False, (), "en")
    simple = load(put(tmp_path / "simple.csv", "question,answer\nWhen was it built?,1849\n")).questions
    assert simple[0].texts == ("1849",)


@pytest.mark.parametrize(
    ("name", "form", "question", "answer"),
    [
        (
            "ragas.jsonl",
            {"user_input": "Where?", "reference": "here", "reference_context_ids": ["d"]},
            "Where?",
            "here",
        ),
        ("flashrag.jsonl", {"id": "1", "question": "Where?", "golden_answers": ["here", "there"]}, "Where?", "here"),
        ("deepeval.json", [{"input": "Where?", "expected_output": "here"}], "Where?", "here"),
        ("ragchecker.json", {"results": [{"query_id": "7", "query": "Where?", "gt_answer": "here"}]}, "Where?", "here"),
    ],
)
def test_what_other_tools_export(tmp_path: Path, name: str, form: object, question: str, answer: str) -> None:
    (found,) = load(put(tmp_path / name, form)).questions
    assert (found.question, found.texts[0], found.answerable, found.language) == (question, answer, True, "en")
    if name == "ragas.jsonl":
        assert found.grades == {"d": 1}


def test_autorag_parquet(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    row = {"qid": "1", "query": "Where?", "retrieval_gt": [["a", "b"], ["c"]], "generation_gt": ["here"]}
    pandas.DataFrame([row]).to_parquet(tmp_path / "qa.parquet")
    pandas.DataFrame([{"doc_id": "a", "contents": "words"}]).to_parquet(tmp_path / "corpus.parquet")
    found = load(tmp_path / "qa.parquet")
    assert found.questions[0].grades == {"a": 1, "b": 1, "c": 1}
    assert found.documents[0].text == "words"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.jsonl", '{"id": "1", "question": "?"}\n{', r"a\.jsonl:2"),
        ("a.json", "{", "expected JSON"),
        ("a.json", '{"data": [{"paragraphs": [{}]}]}', "context"),
        ("a.json", '{"data": []}', "found none"),
        ("a.json", '{"x": 1}', "expected our JSON Lines"),
        ("a.csv", "a,b\n1,2\n", "a header with 'question'"),
        ("a.csv", "", "no rows"),
        ("a.csv", "id,question,doc,start,end\n1,q,d,x,2\n", r"a\.csv:2: expected whole numbers"),
        ("a.csv", "id,question\n1,q\n1,other\n", r"a\.csv:3: the id '1' stands for two questions"),
        ("a.jsonl", '{"user_input": 3}', r"a\.jsonl:1"),
    ],
)
def test_wrong_files_are_refused_with_their_place(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load(put(tmp_path / name, text))


def test_a_folder_that_is_no_set_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"queries\.jsonl"):
        load(tmp_path)
    with pytest.raises(FileNotFoundError, match="no test set"):
        load(tmp_path / "none")
