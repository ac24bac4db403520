"""What is printed for a person or a program: no document, title or file name gets to steer the terminal."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from typing import NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

BROKEN_PIPE = 141
"""The exit code when what reads our output went away first, as `head` does: what a shell gives for SIGPIPE."""

# C0 and C1 controls besides tab and line ends, and what turns the direction of the text around it.
_STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


def plain(text: str) -> str:
    """Give `text` with a mark for each character that steers a terminal instead of being shown.

    >>> plain("a" + chr(27) + "[31mb")
    'a�[31mb'
    """
    return _STEERING.sub("\ufffd", text)


class Screen(Console):
    """Rich's console, for whose texts `plain` is always done; the controls of its own, colours and bars, pass."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of anything that can be printed, their texts plain."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(plain(segment.text), segment.style)

    def on_broken_pipe(self) -> NoReturn:
        """End quietly."""
        self.quiet = True
        leave()


class Lines(logging.Formatter):
    """A log's lines for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the record's text, plain."""
        return plain(super().format(record))


def say(line: str, style: str = "", *, error: bool = False) -> None:
    """Print a line for a person, as it is: no markup, no line ends put in."""
    Screen(stderr=error, highlight=False, soft_wrap=True).print(Text(line, style=style))


def write_json(form: object) -> None:
    """Print `form` as JSON; in ASCII where the output's encoding lacks one of its characters."""
    if sys.stdout is None:  # closed before we began
        return
    text = json.dumps(form, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(form, indent=2, default=str)
    text = _STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    try:
        print(text, flush=True)
    except BrokenPipeError:
        leave()


def leave() -> NoReturn:
    """End because nobody reads what is printed: nothing more is written, not by Python at its end either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(BROKEN_PIPE)
