"""The README's Python runs, and its commands are those the program has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def test_there_is_something_to_check() -> None:
    assert PYTHON
    assert any("sourcier ask" in line for line in COMMANDS)


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python_blocks_run_as_written(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    for wanted in re.findall(r"^print\(.*\)  # (.+)$", code, re.MULTILINE):
        assert wanted in printed


@pytest.mark.parametrize("line", [c.removeprefix("$ ") for c in COMMANDS if c.startswith("$ sourcier")])
def test_commands_exist_with_their_options(line: str) -> None:
    from typer.testing import CliRunner

    from ui.commands import app

    arguments = shlex.split(line)[1:]
    command = arguments[: 2 if arguments[0] in ("users", "feedback", "questions") else 1]
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    assert shown.exit_code == 0, line
    for option in (a.split("=")[0] for a in arguments if a.startswith("--")):
        assert option in shown.output, f"{option} in {line!r}"
