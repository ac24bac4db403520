import gzip
import json
import random
from itertools import islice
from pathlib import Path

import pytest

from index.training.reader.examples import Kind
from index.training.reader.written import FOLDER, Written, asked
from rag.reader import context

LEASE = (
    "# Bail du 12 mai\n\nLe loyer est de 845 euros. Il se paie le 5 de chaque mois. Le locataire verse un dépôt de "
    "garantie de 1 690 euros. Les chiens sont admis.\n"
)
CLUB = "# Club de voile\n\nLa cotisation est de 120 euros. Les enfants paient 60 euros. Le club ferme en janvier.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start = LEASE.index("1 690 euros")
    answer = {"doc": "lease", "start": start, "end": start + 11, "text": "1 690 euros"}
    corpus = [
        {"id": name, "title": title, "text": text, "lang": "fr"}
        for name, title, text in (("lease", "Bail du 12 mai", LEASE), ("club", "Club de voile", CLUB))
    ]
    questions = [
        {"id": "1", "question": "Quelle caution ?", "lang": "fr", "answerable": True, "answers": [answer]},
        {"id": "2", "question": "Loyer du garage ?", "lang": "fr", "answerable": False, "answers": [], "of": "lease"},
    ]
    for name, rows in (("corpus", corpus), ("questions", questions)):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def test_each_question_comes_with_its_passage_and_with_others(folder: Path) -> None:
    known = asked(folder)
    assert [one.span is None for one in known] == [False, True]
    ((above, _),) = known[0].passages
    assert above == context("Bail du 12 mai", ["Bail du 12 mai"]), "as the product reads it"
    for seed in range(20):
        written = Written(known, random.Random(seed))
        first, *others = written.group(known[0])
        assert first.kind is Kind.ANSWERS and first.span is not None
        assert first.passage[slice(*first.span)] == "1 690 euros"
        assert {other.kind for other in others} <= {Kind.OTHER, Kind.NEAR_MISS}
        assert all(other.span is None and "1 690" not in other.passage for other in others)
        assert [example.kind for example in written.group(known[1])] == [Kind.NEAR_MISS]
    drawn = list(islice(written.groups(), 4))
    assert sorted(group[0].question for group in drawn) == sorted([one.question for one in known] * 2)


def test_the_questions_kept_here_stand_where_they_say() -> None:
    with gzip.open(FOLDER / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(FOLDER / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) > 5000
    for row in rows:
        assert row["answerable"] == bool(row["answers"])
        assert row["answerable"] or row["of"] in texts
        for answer in row["answers"]:
            assert texts[answer["doc"]][answer["start"] : answer["end"]] == answer["text"]
