"""The command at a terminal: nothing in a document steers it, and what ends it early ends it quietly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.progress import Progress, TextColumn
from rich.table import Table

from tests.ui.test_cli import SEEDS, sourcier
from ui.terminal import Screen, plain

COMMAND = [sys.executable, "-m", "ui.cli"]
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EVIL = "\x1b]0;HACKED\x07 \x1b]52;c;ZXZpbA==\x07 \x9b31m \u202etxt.exe"


def test_plain_keeps_every_other_character_in_its_place() -> None:
    text = "Où ?\tLigne\r\nune\n« é » 🙂 العربية"
    assert plain(text) == text
    assert plain(EVIL) == re.sub(STEERING, "\ufffd", EVIL) and len(plain(EVIL)) == len(EVIL)
    assert plain("hidden\rshown") == "hidden\ufffdshown"


def test_a_screen_shows_tables_and_bars_with_their_own_colours_only() -> None:
    file = StringIO()
    screen = Screen(file=file, force_terminal=True, width=200)
    table = Table(box=None)
    table.add_row(EVIL, style="red")
    screen.print(table, EVIL)
    with Progress(TextColumn("{task.description}", markup=False), console=screen) as progress:
        progress.add_task(EVIL + "[/b]", total=1)
    shown = file.getvalue()
    assert "\x1b[31m" in shown, "rich's own red"
    for kind in ("]0;", "]52;", "\x9b", "\u202e", "\x07"):
        assert f"\x1b{kind}" not in shown and (kind.startswith("]") or kind not in shown)


def test_documents_titles_and_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text(f"# Titre {EVIL}\n\nLe budget de Lyon {EVIL} est de 12 millions d’euros en 2024.\n")
    (docs / f"{EVIL.replace('/', '')}.xyz").write_bytes(b"\0")
    indexed = sourcier("index", docs, "--collection", "library", cwd=tmp_path)
    assert indexed.returncode == 4 and "HACKED" in "".join(indexed.stderr.split()), "the file that was skipped is named"
    asked = sourcier("ask", "Quel est le budget de Lyon ?", "--collection", "library", cwd=tmp_path)
    assert "12 millions" in asked.stdout and asked.stdout.count("HACKED") >= 2
    nearest = sourcier("ask", "Qui dirige la mairie de Nantes ?", "--collection", "library", cwd=tmp_path)
    missing = sourcier("remove", "library", EVIL, cwd=tmp_path)
    for ran in (indexed, asked, nearest, missing):
        assert not STEERING.search(ran.stdout + ran.stderr), repr(ran.stdout + ran.stderr)


@pytest.mark.parametrize("module", ["typer", "faiss", "rag.chatbot"])
def test_ctrl_c_is_quiet_while_modules_are_imported(tmp_path: Path, module: str) -> None:
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], "ask", "Quoi ?", str(SEEDS)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        seen = any(re.search(rf"\| +{re.escape(module)}\b", line) for line in running.stderr)
        running.send_signal(signal.SIGINT)
        left = running.stderr.read()
    assert seen and running.returncode == 130
    assert "Traceback" not in left and "Error" not in left


def unread(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run with an output that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            [*COMMAND, *arguments], cwd=cwd, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    finally:
        os.close(writer)


def test_an_output_that_nobody_reads_ends_it_quietly(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    ask = ["ask", "Combien Nvidia investit-il ?", "--collection", "library"]
    for arguments in (
        ask,
        [*ask, "--json"],
        ["stats", "library"],
        ["stats", "library", "--json"],
        ["check", "library"],
    ):
        ran = unread(*arguments, cwd=tmp_path)
        assert (ran.returncode, ran.stderr) == (141, ""), "as a shell counts a broken pipe, never a failed gate's 1"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    for arguments in (["stats", "library"], ["stats", "library", "--json"]):
        with Path("/dev/full").open("w") as full:
            ran = subprocess.run(
                [*COMMAND, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert ran.returncode == 2 and ran.stderr == "sourcier: No space left on device\n"


def test_an_output_in_ascii_shows_what_it_can(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*COMMAND, "ask", "Combien Nvidia investit-il dans Anthropic ?", "--collection", "library"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, env=ascii_only, check=False)
    assert shown.returncode == 0 and rb"\xab En parall\xe8le" in shown.stdout and not shown.stderr
    form = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, env=ascii_only, check=False)
    assert form.returncode == 0 and form.stdout.isascii() and "parallèle" in json.loads(form.stdout)["text"]


def test_an_argument_in_another_encoding_is_asked_all_the_same(tmp_path: Path) -> None:
    sourcier("index", SEEDS, "--collection", "library", cwd=tmp_path)
    command = [os.fsencode(one) for one in COMMAND] + [b"ask", b"caf\xe9 Nvidia ?", b"--collection", b"library"]
    for more in ([], [b"--json"]):
        ran = subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, check=False)
        assert ran.returncode == 0 and b"Traceback" not in ran.stderr
    assert json.loads(ran.stdout)["question"].startswith("caf")
