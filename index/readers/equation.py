"""An equation of a Word document as a line of plain text: 1/2 is never 12, nor x² x2; sums have their limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from index.readers.scripts import LOWERED, LOWERED_END, RAISED, RAISED_END, settle

_Element: TypeAlias = Any  # lxml brings no types of its own

_SPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FROM, _TO = "\6", "\7"  # where a fraction begins and ends: "2" before "1/2" must not make "21/2"
EQUATION = f"{_SPACE}oMath"


def written(element: _Element) -> str:
    """Give the text of an equation, or of a part of one."""
    text = "".join(_pieces(element))
    return re.sub(f"[{_FROM}{_TO}]", "", re.sub(rf"(?<=\d){_FROM}|{_TO}(?=\d)", " ", text))


def _pieces(element: _Element) -> Iterator[str]:
    for child in element:
        name = str(child.tag).removeprefix(_SPACE)
        if name == "t":
            yield child.text or ""
        elif name == "f":
            yield f"{_FROM}{_whole(_part(child, 'num'))}/{_whole(_part(child, 'den'))}{_TO}"
        elif name == "rad":
            yield f"{_up(_part(child, 'deg'))}√{_whole(_part(child, 'e'))}"
        elif name == "d":
            inner = _sign(child, "sepChr", "|").join(written(part) for part in child.findall(f"{_SPACE}e"))
            yield _sign(child, "begChr", "(") + inner + _sign(child, "endChr", ")")
        elif name == "nary":
            yield _sign(child, "chr", "∫") + _down(_part(child, "sub")) + _up(_part(child, "sup"))
            yield f" {_part(child, 'e')}"
        elif name == "func":
            yield f"{_part(child, 'fName')} {_part(child, 'e')}"
        elif name in ("sub", "lim"):
            yield _down(written(child))
        elif name == "sup":
            yield _up(written(child))
        elif name in ("mr", "eqArr"):
            yield " ".join(written(part) for part in child) + "; "
        elif len(child) and not name.endswith("Pr"):
            yield from _pieces(child)


def _part(element: _Element, name: str) -> str:
    part = element.find(_SPACE + name)
    return written(part) if part is not None else ""


def _sign(element: _Element, name: str, otherwise: str) -> str:
    sign = element.find(f"{_SPACE}{element.tag.removeprefix(_SPACE)}Pr/{_SPACE}{name}")
    return otherwise if sign is None else sign.get(f"{_SPACE}val", "")


def _whole(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() else f"({text})"


def _up(text: str) -> str:
    raised = settle(f"{RAISED}{text}{RAISED_END}")
    return raised if raised != text or not text else f"^{_whole(text)}"


def _down(text: str) -> str:
    lowered = settle(f"{LOWERED}{text}{LOWERED_END}")
    return lowered if lowered != text or not text else f"_{_whole(text)}"
