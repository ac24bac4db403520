"""Processes killed and disks failing at every step of every change: what was committed is always there, whole."""

import copy
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Collection, Document, Embedder, OutdatedError, repair
from index.upkeep import check
from tests.index import power

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
Order = Callable[..., dict[str, Any]]
Contents = dict[str, str]


@pytest.fixture(scope="module")
def program() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("victim.py"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def order(program: subprocess.Popen[str]) -> Order:
    assert program.stdin
    assert program.stdout
    reading, writing = program.stdout, program.stdin

    def give(
        path: Path, operation: str, step: int = 0, error: int | None = None, *, record: bool = False
    ) -> dict[str, Any]:
        asked = {"path": str(path), "operation": operation, "step": step, "error": error, "record": record}
        writing.write(json.dumps(asked) + "\n")
        writing.flush()
        answer: dict[str, Any] = json.loads(reading.readline())
        return answer

    return give


@pytest.fixture
def library(embedder: Embedder, documents: list[Document]) -> Iterator[Path]:
    """Make a collection of three segments and a removed document: one more segment and they are joined.

    It lies in memory where it can, for a killed process loses nothing there either, and fsync costs nothing.
    """
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield filled(Path(folder) / "library", embedder, documents)


def filled(path: Path, embedder: Embedder, documents: list[Document]) -> Path:
    with Collection.create(path, embedder=embedder) as collection:
        collection.add(documents[:2])
        collection.add([documents[2], Document("gone", "This one goes away.", language="en")])
        collection.add([documents[3]])
        collection.remove(["gone"])
    return path


def contents(path: Path, embedder: Embedder) -> Contents:
    """Give what a collection holds, having made sure that words, vectors and texts agree."""
    with Collection.open(path, embedder=embedder) as collection:
        held = {document.id: document.text for document in collection.documents()}
        if "page" in held:
            assert collection.original("page") is not None
        hits = collection.search("lamp phare lighthouse Anthropic simmer segment text", 1000)
        assert {hit.chunk.span.document_id for hit in hits} == set(held)
        assert len({hit.chunk.span for hit in hits}) == len(hits) == collection.stats().chunks
        for hit in hits:
            span = hit.chunk.span
            assert held[span.document_id][span.start : span.end] == hit.chunk.text
    return held


def copies(library: Path, name: str) -> Path:
    target = library.with_name(name) / "library"
    shutil.copytree(library, target)
    return target


OPERATIONS = (
    "add", "change", "remove", "join", "rollback", "purge", "repair", "recover", "original", "backup", "create",
)  # fmt: skip


def damaged(path: Path) -> None:
    """Spoil the vectors of one segment in force."""
    name = json.loads((path / "generations" / f"{newest(path):08d}.a.json").read_text().splitlines()[0])
    file = path / "segments" / name["segments"][0]["name"] / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-1])


def lost(path: Path) -> None:
    """Destroy every copy of the newest manifest."""
    for place in [path / "CURRENT", *(path / "generations").glob(f"{newest(path):08d}.*")]:
        place.write_bytes(b"")


def sound(path: Path) -> None:
    """Leave everything as it is."""


BROKEN = {"repair": damaged, "recover": lost}


def newest(path: Path) -> int:
    return max(int(one.name.split(".")[0]) for one in (path / "generations").glob("*.a.json"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_at_every_step(order: Order, library: Path, embedder: Embedder, operation: str) -> None:
    before = contents(library, embedder)
    trial = copies(library, "whole")
    BROKEN.get(operation, sound)(trial)
    whole = order(trial, operation)
    assert whole["error"] == ""
    after = contents(trial, embedder)
    steps = whole["steps"]
    assert len(steps) >= 5
    committed = False
    for step in range(1, len(steps) + 1):
        trial = copies(library, f"step{step}")
        BROKEN.get(operation, sound)(trial)
        answer = order(trial, operation, step)
        assert answer["status"] == signal.SIGKILL, steps[step - 1]
        if operation in BROKEN:
            order(trial, operation)
        found = contents(trial, embedder)
        assert found in (before, after), steps[step - 1]
        assert not committed or found == after or before == after, "a later step never takes a commit back"
        committed = committed or found == after
        assert check(trial) == ()
        again = order(trial, operation)["error"]
        assert again == "" or found == after, f"{steps[step - 1]}: it could not be done again: {again}"
        shutil.rmtree(trial.parent)


def test_killed_while_vectors_are_made_anew(
    order: Order, library: Path, embedder: Embedder, make_embedder: Callable[[int], Embedder]
) -> None:
    before = contents(library, embedder)
    steps = order(copies(library, "whole"), "renew")["steps"]
    assert len(steps) >= 5
    for step in range(1, len(steps) + 1):
        trial = copies(library, f"step{step}")
        assert order(trial, "renew", step)["status"] == signal.SIGKILL
        try:
            found = contents(trial, embedder)
        except OutdatedError:
            found = contents(trial, make_embedder(32))
        assert found == before, steps[step - 1]
        assert check(trial) == ()
        assert order(trial, "renew")["error"] == ""
        assert contents(trial, make_embedder(32)) == before
        shutil.rmtree(trial.parent)


@pytest.mark.parametrize("operation", ["change", "remove", "join", "original"])
@pytest.mark.parametrize(
    "error",
    [errno.ENOSPC, *(pytest.param(one, marks=pytest.mark.soak) for one in (errno.EIO, errno.EDQUOT, errno.EROFS))],
)
def test_the_disk_fails_at_every_step(
    order: Order, library: Path, embedder: Embedder, operation: str, error: int
) -> None:
    before = contents(library, embedder)
    trial = copies(library, "whole")
    steps = order(trial, operation)["steps"]
    after = contents(trial, embedder)
    assert before != after
    for step in range(1, len(steps) + 1):
        trial = copies(library, f"step{step}")
        answer = order(trial, operation, step, error)
        name = steps[step - 1]
        found = contents(trial, embedder)
        if answer["error"]:
            assert os.strerror(error) in answer["error"], name
            if name.startswith(("write", "fsync")):
                assert "bytes" in answer["error"]
                assert str(trial) in answer["error"]
        assert found in (before, after), name
        assert found == after or answer["error"], f"{name}: an acknowledged change is lost"
        assert not list(trial.rglob("*.tmp"))
        assert not list((trial / "segments").glob(".*"))
        assert check(trial) == ()
        if found != after:
            assert order(trial, operation)["error"] == "", name
            assert contents(trial, embedder) == after
        shutil.rmtree(trial.parent)


def power_lost(order: Order, library: Path, embedder: Embedder, operation: str, seeds: int) -> int:
    """Have the power go after every single thing an operation does to the disk; give the number of trials."""
    before = contents(library, embedder)
    trial = copies(library, "recorded")
    BROKEN.get(operation, sound)(trial)
    image = power.held(trial.parent)
    done = order(trial, operation, record=True)
    assert done["error"] == ""
    log = done["log"]
    after = contents(trial, embedder)
    assert sum(step["do"] == "sync" for step in log) >= 3
    acknowledged = len([step for step in log if step["do"] != "bytes at the end"])
    trials = 0
    for end in range(acknowledged + 1):
        for seed in range(seeds):
            share = (0.0, 1.0, 0.5)[(end + seed) % 3] if seed < 3 else random.Random(seed).random()
            left = power.after_power_loss(
                copy.deepcopy(image), log, end, random.Random(f"{operation} {end} {seed}"), share
            )
            place = library.with_name("lost")
            power.laid(left, place)
            trial = place / "library"
            if operation in BROKEN:
                repair(trial, embedder=embedder)
            found = contents(trial, embedder)
            assert found in (before, after), (log[end - 1], seed)
            assert end < acknowledged or found == after, f"seed {seed}: an acknowledged change is lost"
            assert check(trial) == (), (log[end - 1], seed)
            with Collection.open(trial, embedder=embedder) as collection:
                collection.add([Document("later", "One more light.", language="en")])
            assert contents(trial, embedder) == {**found, "later": "One more light."}
            shutil.rmtree(place)
            trials += 1
    return trials


@pytest.mark.parametrize("operation", [*OPERATIONS[:-2]])
def test_the_power_goes_at_every_step(order: Order, library: Path, embedder: Embedder, operation: str) -> None:
    assert power_lost(order, library, embedder, operation, seeds=2 if operation in ("add", "remove") else 1) >= 15


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("operation", [*OPERATIONS[:-2]])
def test_the_power_goes_at_every_step_in_many_ways(
    order: Order, library: Path, embedder: Embedder, operation: str
) -> None:
    assert power_lost(order, library, embedder, operation, seeds=50) >= 750


def acknowledged(trial: Path) -> list[str]:
    lines = trial.with_name("acknowledged")
    return lines.read_text().splitlines() if lines.exists() else []


def killed_at_random(program: subprocess.Popen[str], library: Path, embedder: Embedder, times: int) -> int:
    """Kill a writer in or after a change chosen by chance; give how many changes had been acknowledged in all.

    It dies within the time that two more changes take here, so where it dies does not depend on the machine's speed.
    """
    assert program.stdin
    assert program.stdout
    source = random.Random(times)
    kept = 0
    for number in range(times):
        trial = copies(library, f"time{number}")
        program.stdin.write(json.dumps({"path": str(trial), "operation": "endless", "step": 0}) + "\n")
        program.stdin.flush()
        process = json.loads(program.stdout.readline())["pid"]
        first, started = source.randrange(6), time.monotonic()
        while len(acknowledged(trial)) < first:
            assert time.monotonic() - started < 60, "the writer writes nothing"
            time.sleep(0.001)
        pace = (time.monotonic() - started) / (first + 1)
        time.sleep(source.uniform(0, 2) * max(pace, 0.01))
        os.kill(process, signal.SIGKILL)
        assert json.loads(program.stdout.readline())["status"] == signal.SIGKILL
        expected = set()
        lines = acknowledged(trial)
        for line in lines:
            verb, document_id = line.split()
            (expected.add if verb == "add" else expected.discard)(document_id)
        with Collection.open(trial, embedder=embedder) as collection:
            held = {document.id for document in collection.documents() if document.id.startswith("n")}
        assert len(held ^ expected) <= 1, "at most the change in flight differs from what was acknowledged"
        assert len(lines) >= first
        kept += len(lines)
        assert check(trial) == ()
        shutil.rmtree(trial.parent)
    return kept


def test_killed_at_random_times(program: subprocess.Popen[str], library: Path, embedder: Embedder) -> None:
    assert killed_at_random(program, library, embedder, 100) >= 200


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_killed_at_many_random_times(program: subprocess.Popen[str], library: Path, embedder: Embedder) -> None:
    assert killed_at_random(program, library, embedder, 1000) >= 2000
