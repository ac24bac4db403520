"""Text made to keep a pattern busy is read soon: in milliseconds, not in the minutes that its square would take."""

import signal
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from index import cells, detect, quotable, sentences, terms
from rag.backend import Message
from rag.citation import cite
from rag.facts.framing import unframed
from rag.followup import standalone
from rag.listing import several
from rag.marker import without_markers
from rag.parts import parts
from rag.question import read_question

QUESTION, TEXT = 4_000, 50_000
PATIENCE = 20
"""Seconds: a hundred times what the slowest takes on a quiet machine."""
PIECES = (
    "\u00a0",
    " ",
    ".",
    "?",
    "…",
    "que ",
    "et ",
    "[1",
    "[1 ",
    "(1",
    "1,000 ",
    "l'",
    "a-",
    "les a ",
    "A.",
    "« a",
    "| ",
    "a: ",
)


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    def late(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _asked_before(text: str) -> None:
    for question in ("Et les enfants ?", "Et en mai ?", "What does it cost?", "Quand ?"):
        standalone(question, [Message("user", text), Message("assistant", text)])


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    ("read", "length"),
    [
        (parts, QUESTION),
        (lambda text: standalone(text, [Message("user", "Combien coûte le pont ?")]), QUESTION),
        (_asked_before, QUESTION),
        (lambda text: several(read_question(text)), QUESTION),
        (unframed, QUESTION),
        (lambda text: cite(text, [], complete=True), QUESTION),
        (without_markers, QUESTION),
        (sentences, TEXT),
        (quotable, TEXT),
        (cells, TEXT),
        (detect, TEXT),
        (terms, TEXT),
    ],
)
def test_hostile_text_is_read_soon(read: Callable[[str], object], length: int, piece: str) -> None:
    read(f"How much is it and when {piece * (length // len(piece))} x]")


def test_a_marker_of_many_blanks() -> None:
    assert without_markers("Yes [" + "   ".join(["1"] * 14) + " x].")
