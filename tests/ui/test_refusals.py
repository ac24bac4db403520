"""Every reason a reader gives for refusing a file is told in the words of the page."""

import ast
from pathlib import Path

import pytest

from ui.messages import ENGLISH, FRENCH
from ui.refusals import refusal

READERS = Path(__file__).parents[2] / "index" / "readers"
TAKEN = ("csv.py", "docx.py", "file.py", "html.py", "isolated.py", "jsonl.py", "pdf.py", "text.py")
OURS = ("lies outside", "expected a page", "at scale", "has no pipes")  # of a span or page asked for, not of a file


def reasons() -> list[str]:
    """The texts of what the readers raise or reply, each with x for what is filled in."""
    found = []
    for name in TAKEN:
        for node in ast.walk(ast.parse((READERS / name).read_text(encoding="utf-8"))):
            texts: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ValueError":
                texts = node.args
            elif isinstance(node, ast.Dict) and any(
                isinstance(k, ast.Constant) and k.value == "reason" for k in node.keys
            ):
                texts = node.values
            for text in texts:
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                said = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
                if any(isinstance(part, ast.Constant) for part in parts):
                    found.append(said)
    return [one for one in found if not any(part in one for part in OURS)]


def test_the_readers_reasons_are_found() -> None:
    assert len(reasons()) > 20


@pytest.mark.parametrize("reason", reasons())
def test_no_reason_is_left_without_its_words(reason: str) -> None:
    assert refusal(reason, FRENCH) != FRENCH.file_unread
    assert refusal(reason, FRENCH) != refusal(reason, ENGLISH)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("none of its 4 pages holds text, they are pictures", FRENCH.file_scanned),
        ("the PDF is encrypted with a password: save a copy without one", FRENCH.file_locked),
        ("the file is named .pdf but holds a PNG picture", FRENCH.file_misnamed),
        ("reading it took longer than 60 seconds", FRENCH.file_heavy),
        ("the PDF is damaged: open it in a PDF viewer and save it anew", FRENCH.file_damaged),
        ("something nobody thought of", FRENCH.file_unread),
    ],
)
def test_each_reason_gets_the_words_that_fit(reason: str, told: str) -> None:
    assert refusal(reason, FRENCH) == told
