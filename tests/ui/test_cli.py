"""The command, as a person runs it: answers, JSON, exit codes, errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Collection, Document, Embedder
from ui.messages import ENGLISH, FRENCH

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLE = SEEDS / "000_3c70629ff31dc08d.txt"


def sourcier(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_ask_shows_the_answer_with_its_source(tmp_path: Path) -> None:
    ran = sourcier("ask", "Combien Nvidia investit-il dans Anthropic ?", SEEDS, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "10 milliards de dollars" in ran.stdout and "[1]" in ran.stdout and ARTICLE.name in ran.stdout
    assert (tmp_path / ".sourcier").is_dir() and not (SEEDS / ".sourcier").exists()
    again = sourcier("ask", "Combien Nvidia investit-il dans Anthropic ?", cwd=tmp_path)
    assert again.stdout == ran.stdout


def test_a_collection_of_an_older_embedder_serves_on(tmp_path: Path, make_embedder: Callable[..., Embedder]) -> None:
    with Collection.create(tmp_path / "library", embedder=make_embedder(32, "default")) as collection:
        collection.add([Document("old", "The quay was built in 1861.", language="en")])
    ran = sourcier("ask", "When was the quay built?", "--collection", "library", cwd=tmp_path)
    assert "made the vectors of 1 document anew" in ran.stderr
    assert "1861" in ran.stdout
    again = sourcier("ask", "When was the quay built?", "--collection", "library", cwd=tmp_path)
    assert (again.stdout, again.stderr) == (ran.stdout, "")


def test_json_holds_the_whole_answer_with_true_spans(tmp_path: Path) -> None:
    ran = sourcier("ask", "Who remains Anthropic's main cloud provider?", SEEDS, "--json", cwd=tmp_path)
    answer = json.loads(ran.stdout)
    text = ARTICLE.read_text(encoding="utf-8")
    assert answer["found"] and "Amazon" in answer["text"]
    for statement in answer["statements"]:
        for citation in statement["citations"]:
            assert text[citation["span"]["start"] : citation["span"]["end"]] == citation["quote"]


def test_a_refusal_offers_the_nearest_passages(tmp_path: Path) -> None:
    ran = sourcier("ask", "Qui est le PDG de Nvidia ?", SEEDS, cwd=tmp_path)
    assert ran.returncode == 0
    assert ran.stdout.startswith("Je ne trouve pas") and "[1]" not in ran.stdout and ARTICLE.name in ran.stdout


def test_what_is_no_question_is_not_searched(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)

    def told(*arguments: str) -> str:
        ran = sourcier("ask", *arguments, "--collection", "library", cwd=tmp_path)
        assert ran.returncode == 0 and "[1]" not in ran.stdout
        return ran.stdout

    assert told("bonjour") == f"{FRENCH.hello}\n"
    assert told("What is this article about?").startswith(ENGLISH.about.format(count=1))
    summary = told("Résume l'article")
    assert summary.startswith(FRENCH.no_summary) and f"({ARTICLE.name})" in summary
    form = json.loads(told("merci", "--json"))
    assert not form["found"] and form["statements"] == []


def test_index_stats_remove(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Le phare a été bâti en 1849.", encoding="utf-8")
    (tmp_path / "texts" / "b.txt").write_text("The tower is red.", encoding="utf-8")
    (tmp_path / "texts" / "c.xyz").write_bytes(b"\0")
    first = sourcier("index", "texts", "--collection", "library", cwd=tmp_path)
    assert first.returncode == 4 and "c.xyz" in first.stderr and "added" in first.stderr
    (tmp_path / "texts" / "b.txt").unlink()
    (tmp_path / "texts" / "c.xyz").unlink()
    second = sourcier("index", "texts", "--collection", "library", "--json", cwd=tmp_path)
    assert second.returncode == 0
    assert json.loads(second.stdout)["removed"] == ["b.txt"] and json.loads(second.stdout)["unchanged"] == ["a.txt"]
    known = json.loads(sourcier("stats", "library", "--json", cwd=tmp_path).stdout)
    assert known["documents"] == 1 and len(known["embedder"]["fingerprint"]) == 64
    told = [line.split() for line in sourcier("stats", "library", cwd=tmp_path).stdout.splitlines()]
    assert [line[0] for line in told] == ["documents", "passages", "size", "embedder", "generation"]
    assert told[0][1:] == ["1"] and told[2][2:] == ["MB"] and told[3][1:] == [known["embedder"]["name"]]
    assert sourcier("remove", "library", "a.txt", cwd=tmp_path).returncode == 0
    missing = sourcier("remove", "library", "a.txt", cwd=tmp_path)
    assert missing.returncode == 2 and "a.txt" in missing.stderr


def test_a_file_of_the_folder_goes_before_one_from_the_page(tmp_path: Path) -> None:
    texts, uploads = tmp_path / "texts", tmp_path / ".sourcier" / "collection-uploads"
    for folder, year in ((texts, 1849), (uploads, 1870)):
        folder.mkdir(parents=True)
        (folder / "same.md").write_text(f"Le phare de Kermorvan a été bâti en {year}.", encoding="utf-8")
    ran = sourcier("ask", "Quand le phare de Kermorvan a-t-il été bâti ?", "texts", cwd=tmp_path)
    assert ran.returncode == 0 and "1849" in ran.stdout and "1870" not in ran.stdout
    told = "".join(ran.stderr.split())
    assert "collection-uploads/same.md:" in told and "thefirstistaken" in told
    assert (uploads / "same.md").exists()


def test_replay_says_the_same_or_what_differs(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    asked = sourcier("ask", "Combien Nvidia investit-il ?", "--collection", "library", "--json", cwd=tmp_path)
    (tmp_path / "answer.json").write_text(asked.stdout, encoding="utf-8")
    same = sourcier("replay", "answer.json", "--collection", "library", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "the same answer\n")
    sourcier("remove", "library", ARTICLE.name, cwd=tmp_path)
    other = sourcier("replay", "answer.json", "--collection", "library", cwd=tmp_path)
    assert other.returncode == 1 and "generation" in other.stdout


def test_users_and_feedback(tmp_path: Path) -> None:
    assert sourcier("users", "add", "marie", "--password", "assez longue", "--editor", cwd=tmp_path).returncode == 0
    assert "marie  (editor)" in sourcier("users", "list", cwd=tmp_path).stdout
    short = sourcier("users", "add", "paul", "--password", "court", cwd=tmp_path)
    assert short.returncode == 2 and "10" in short.stderr
    assert sourcier("users", "remove", "paul", cwd=tmp_path).returncode == 2
    nothing = sourcier("feedback", "export", "set.jsonl", cwd=tmp_path)
    assert nothing.returncode == 2 and "conversations" in nothing.stderr


def test_an_emptied_folder_is_told_and_forgets_nothing(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "mill.txt").write_text("The mill was built in 1874.", encoding="utf-8")
    assert sourcier("index", "papers", "--collection", "library", cwd=tmp_path).returncode == 0
    assert "unchanged: 1" in sourcier("index", "papers", "--collection", "library", cwd=tmp_path).stdout
    (tmp_path / "papers" / "mill.txt").unlink()
    ran = sourcier("index", "papers", "--collection", "library", cwd=tmp_path)
    assert ran.returncode == 2 and "sourcier remove" in ran.stderr
    assert json.loads(sourcier("stats", "library", "--json", cwd=tmp_path).stdout)["documents"] == 1
    assert sourcier("index", "papers", "--collection", "other", cwd=tmp_path).returncode == 2
    assert not (tmp_path / "other").exists()


def test_a_failing_model_has_an_exit_code_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    ask = ("ask", "Combien Nvidia investit-il ?", SEEDS, "--backend", "openai:m")
    ran = sourcier(*ask, cwd=tmp_path)
    assert ran.returncode == 3 and "sans le modèle" in ran.stdout and "can't be reached" in ran.stderr
    ran = sourcier(*ask, "--json", cwd=tmp_path)
    assert ran.returncode == 3 and "can't be reached" in json.loads(ran.stdout)["error"]


def test_documents_are_listed_with_their_ids(tmp_path: Path) -> None:
    (tmp_path / "mill.md").write_text("# The mill\n\nIt was built in 1874.", encoding="utf-8")
    assert sourcier("index", "mill.md", "--collection", "library", cwd=tmp_path).returncode == 0
    assert sourcier("list", "library", cwd=tmp_path).stdout == "mill.md  (The mill)\n"
    (told,) = json.loads(sourcier("list", "library", "--json", cwd=tmp_path).stdout)
    assert told == {"id": "mill.md", "title": "The mill", "source": str(tmp_path / "mill.md")}


def test_the_version_is_told(tmp_path: Path) -> None:
    assert sourcier("--version", cwd=tmp_path).stdout.startswith("sourcier 0.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "Quoi ?"], "no documents yet"),
        (["ask", " ", str(SEEDS)], "empty"),
        (["ask", "Quoi ?", "no/such/path"], "no/such/path"),
        (["ask", "Quoi ?", str(SEEDS), "--backend", "opnai:gpt"], "openai"),
        (["ask", "Quoi ?", "--collection", "nowhere"], "nowhere"),
        (["ask", "Quoi ?", str(SEEDS), "--embedder", "no-such-model"], "no-such-model"),
        (["ask", "Quoi ?", str(SEEDS), "--reranker", "no-such-model"], "no-such-model"),
        (["index", "empty", "--collection", "library"], "nothing readable"),
        (["index", "nope", "--collection", "library"], "nope"),
        (["index", "", "--collection", "library"], "empty text"),
        (["index", "empty", "--collection", ""], "empty text"),
        (["frobnicate"], "frobnicate"),
        (["stats", "empty"], "empty"),
    ],
)
def test_faults_are_told_in_words(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "empty").mkdir()
    ran = sourcier(*arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert told in ran.stderr and "Traceback" not in ran.stderr
    if arguments[:2] in (["index", "nope"], ["index", ""]):
        assert not (tmp_path / "library").exists()
    if "--backend" in arguments:
        assert not (tmp_path / ".sourcier").exists()


def test_another_embedder_than_the_collections_is_refused_with_both_names(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    ran = sourcier("ask", "Quoi ?", "--collection", "library", "--embedder", str(tmp_path), cwd=tmp_path)
    assert ran.returncode == 2 and "Traceback" not in ran.stderr


def test_ask_says_when_another_document_disagrees(tmp_path: Path) -> None:
    for name, price in (("a.md", "4,2"), ("b.md", "5,1")):
        text = f"# Commune de Valmont\n\nLa piscine de Valmont a coûté {price} millions d’euros.\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = sourcier("ask", "Combien a coûté la piscine de Valmont ?", tmp_path, cwd=tmp_path)
    told = ran.stdout.split("Les documents ne disent pas la même chose")
    assert len(told) == 2 and "millions d’euros.[2]" in told[1]
    assert "a.md" in told[1] and "b.md" in told[1], "both with their sources"
