"""`sourcier evaluate` and `sourcier questions`, from arguments to exit code and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from index import Collection, Document
from rag import evaluation
from ui.evaluate import evaluate_command
from ui.questions import questions_app

TEXT = (
    "Le phare de Kermorvan fut construit en 1849 par l’État français. Il mesure 20 mètres de haut et ne se visite pas."
)
DOCUMENT = Document("phare.txt", TEXT, "Phare", language="fr")
Command = Callable[..., Result]


@pytest.fixture
def command() -> Command:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("evaluate")(evaluate_command)
    app.add_typer(questions_app, name="questions")
    return lambda *words, answers="": CliRunner().invoke(app, [str(word) for word in words], input=answers)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    with Collection.create(tmp_path / "library") as opened:
        opened.add([DOCUMENT])
    return tmp_path / "library"


@pytest.fixture
def testset(tmp_path: Path) -> Path:
    start = TEXT.index("20 mètres")
    line = {
        "id": "a",
        "question": "Combien de mètres de haut mesure le phare de Kermorvan ?",
        "lang": "fr",
        "answerable": True,
        "answers": [{"doc": "phare.txt", "start": start, "end": start + 9, "text": "20 mètres"}],
    }
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


def test_a_run_writes_its_report_and_passes(command: Command, collection: Path, testset: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    words = ("evaluate", testset, "--collection", collection, "--report", report)
    first = command(*words, "--gate", "verbatim_rate>=0.1")
    assert first.exit_code == 0, first.output
    assert "passed: verbatim_rate>=0.1" in first.output
    run = report / "run.json"
    before = run.read_bytes()
    again = command(*words, "--compare", run, "--gate", f"delta f1>=-0.01 vs {run}")
    assert again.exit_code == 0, again.output
    assert run.read_bytes() == before
    assert "1 tied" in again.output


def test_a_missed_gate_is_exit_code_one(command: Command, collection: Path, testset: Path) -> None:
    found = command("evaluate", testset, "--collection", collection, "--gate", "ndcg@10>=1.0")
    assert found.exit_code == 1
    assert "FAILED: ndcg@10>=1.0: not shown" in found.output  # one question proves little


def test_json_holds_the_figures(command: Command, collection: Path, testset: Path) -> None:
    found = command("evaluate", testset, "--collection", collection, "--json", "--gate", "em>=0")
    form = json.loads(found.stdout)
    assert form["counts"]["questions"] == 1
    assert form["measures"]["ndcg@10"]["value"] == 1.0
    assert form["gates"][0]["passed"] is True


def test_an_incomplete_run_is_exit_code_three(
    command: Command, collection: Path, testset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*words: object, **named: object) -> None:
        raise TimeoutError("no answer in time")

    monkeypatch.setattr("ui.evaluate.Chatbot.ask", broken)
    found = command("evaluate", testset, "--collection", collection, "--gate", "em>=0")
    assert found.exit_code == 3
    assert "incomplete: 1 of 1 questions failed" in found.output
    assert "no answer in time" in found.output


def test_check_names_file_and_line(command: Command, collection: Path, testset: Path) -> None:
    sound = command("evaluate", testset, "--check", "--collection", collection)
    assert (sound.exit_code, sound.output) == (0, "no faults\n")
    assert "--collection DIR" in command("evaluate", testset, "--check").output
    testset.write_text(testset.read_text("utf-8").replace("20 m", "21 m"), encoding="utf-8")
    found = command("evaluate", testset, "--check", "--collection", collection)
    assert found.exit_code == 2
    assert f"{testset}:1: answer 1" in found.output


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        (("none.jsonl", "--collection", "{}"), FileNotFoundError, "none.jsonl"),
        (("{set}", "--collection", "nowhere"), FileNotFoundError, "sourcier index"),
        (("{set}",), ValueError, "--collection DIR"),
        (("{set}", "--collection", "{}", "--gate", "f1"), ValueError, "expected a gate"),
        (("{set}", "--collection", "{}", "--gate", "f2>=1"), ValueError, "did you mean"),
        (("{set}", "--collection", "{}", "--compare", "none.json"), FileNotFoundError, "none.json"),
        (("{set}", "--collection", "{}", "--gate", "delta f1>=0 vs none.json"), FileNotFoundError, "none.json"),
        (("{set}", "--collection", "{}", "--judge", "gpt"), ValueError, "provider:model"),
    ],
)
def test_bad_input_is_told(
    command: Command, collection: Path, testset: Path, words: tuple[str, ...], error: type[Exception], told: str
) -> None:
    placed = [str(collection) if word == "{}" else str(testset) if word == "{set}" else word for word in words]
    found = command("evaluate", *placed)
    assert isinstance(found.exception, error)
    assert told in str(found.exception)


def test_robustness_is_written(command: Command, collection: Path, testset: Path, tmp_path: Path) -> None:
    found = command("evaluate", testset, "--collection", collection, "--report", tmp_path / "r", "--robustness")
    assert found.exit_code == 0, found.output
    written = json.loads((tmp_path / "r" / "robustness.json").read_text("utf-8"))
    assert set(written) == {"without_accents", "upper_case", "with_typos"}
    assert written["upper_case"]["ndcg@10"]["mean"] == 0.0


def test_drafts_are_suggested_and_reviewed(command: Command, collection: Path, tmp_path: Path) -> None:
    drafts, kept = tmp_path / "drafts.jsonl", tmp_path / "kept.jsonl"
    assert command("questions", "suggest", "--collection", collection, "--out", drafts).exit_code == 0
    assert len(evaluation.load(drafts).questions) == 2
    done = command("questions", "review", drafts, "--out", kept, answers="w\nDe quand date le phare ?\nq\n")
    assert done.exit_code == 0, done.output
    (question,) = evaluation.load(kept).questions
    assert (question.id, question.question) == ("q-0001", "De quand date le phare ?")
    assert evaluation.lint(kept, {"phare.txt": DOCUMENT}) == []
    assert len(evaluation.load(drafts).questions) == 1
    assert command("questions", "review", drafts, "--out", kept, answers="r\n").exit_code == 0
    assert not drafts.read_text()
    assert isinstance(
        command("questions", "suggest", "--collection", collection, "--out", kept).exception, FileExistsError
    )
    assert isinstance(command("questions", "suggest").exception, ValueError)


def test_a_collection_of_other_documents_is_bad_input(command: Command, testset: Path, tmp_path: Path) -> None:
    with Collection.create(tmp_path / "other") as opened:
        opened.add([Document("autre.txt", "Un autre texte.")])
    found = command("evaluate", testset, "--collection", tmp_path / "other")
    assert isinstance(found.exception, ValueError) and "phare.txt" in str(found.exception)


def test_an_interrupted_run_says_how_it_goes_on(
    command: Command, collection: Path, testset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("evaluate", testset, "--collection", collection)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ui.evaluate.evaluate", interrupted)
    for more, said in ((("--report", tmp_path / "report"), "run again to continue"), ((), "with --report")):
        result = command(*words, *more)
        assert result.exit_code == 3 and said in result.output
