"""Lines of a PDF's pages: those cut at raised text made whole, those printed anew on every page left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its characters, the glyph each comes from, its box in points, y upwards.

    `word` is the width of its first word; `upright` is False for text that runs in another direction.
    """

    text: str
    glyphs: tuple[int, ...]
    left: float
    right: float
    bottom: float
    top: float
    size: float
    word: float
    upright: bool = True


def whole_lines(lines: Iterable[Line]) -> Iterable[Line]:
    """Join what goes on right beside its start on the same base: PDFium ends a line after raised or lowered text."""
    held: Line | None = None
    for line in lines:
        if held is not None and _goes_on(held, line):
            apart = line.left - held.right > 0.12 * held.size
            space = apart and not held.text[-1:].isspace() and not line.text[:1].isspace()
            text, glyphs = (" ", (-1,)) if space else ("", ())
            held = replace(
                held, text=held.text + text + line.text, glyphs=held.glyphs + glyphs + line.glyphs, right=line.right
            )
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _goes_on(held: Line, line: Line) -> bool:
    near, alike = 0.5 * held.size, 0.1 * held.size
    return (
        held.upright
        and line.upright
        and held.text[-1] != "\x02"
        and abs(line.bottom - held.bottom) < alike
        and abs(line.size - held.size) < alike
        and -near < line.left - held.right < near
    )


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop what is printed anew at the head or foot of many pages, after its first time: running titles, page numbers.

    Such a line stands apart, at the same height, and says the same but for numbers that count along with the pages.
    """
    places: dict[tuple[str, int, tuple[tuple[bool, int], ...]], list[tuple[int, int]]] = {}
    for number, lines in enumerate(pages):
        for place in _margins(lines):
            text = lines[place].text.strip()
            for numbers in _readings(text, number):
                key = re.sub(r"\d+", "0", text), round(lines[place].bottom / 6), numbers
                places.setdefault(key, []).append((number, place))
    dropped: set[tuple[int, int]] = set()
    for found in places.values():
        if len(found) >= 3 and 3 * len(found) > found[-1][0] - found[0][0]:
            dropped.update(found[1:])
    return [
        [line for place, line in enumerate(lines) if (number, place) not in dropped]
        for number, lines in enumerate(pages)
    ]


def _margins(lines: Sequence[Line]) -> list[int]:
    """Give the places of the one or two lines at the head and at the foot that stand apart from the rest."""

    def apart(upper: int) -> bool:
        return lines[upper].bottom - lines[upper + 1].bottom > 1.8 * lines[upper].size

    last = len(lines) - 1
    head = next((stop for stop in (1, 2) if stop <= last and apart(stop - 1)), 0)
    foot = next((start for start in (last, last - 1) if start > head and apart(start - 1)), last + 1)
    return [*range(head), *range(foot, last + 1)]


def _readings(text: str, page: int) -> Iterable[tuple[tuple[bool, int], ...]]:
    """Give the ways a line's numbers can be read: each as fixed, or as counting along with the pages."""
    numbers = [int(found) for found in re.findall(r"\d+", text[:200])]
    yield tuple((False, value) for value in numbers)
    for counting in range(min(len(numbers), 4)):
        yield tuple((k == counting, value - page * (k == counting)) for k, value in enumerate(numbers))
