"""A cited passage on the pages of the PDF it comes from: pictures of them, and where its words stand."""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index import Box, Document, Span, boxes, render

SCALES = (2.0, 1.0, 0.4)
"""Pixels a point: the first at which a page is no larger than the reader allows."""

Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 1), its picture's size in pixels, and boxes as shares of it: left, top, width, height.

    `focus` are the boxes of the words that answer, within `boxes`.
    """

    number: int
    width: int
    height: int
    boxes: tuple[Edges, ...]
    focus: tuple[Edges, ...] = ()


def pages(document: Document, path: Path | None, span: Span, focus: Span | None = None) -> list[Page]:
    """Give the pages of the document's own file at `path` that `span` stands on.

    None where there is no page to show and the text has to do.
    """
    if path is None or path.suffix.lower() != ".pdf":
        return []
    try:
        found, inner = _by_page(boxes(path, span)), _by_page(boxes(path, focus) if focus is not None else [])
        return [_page(document, path, number, found[number], inner[number]) for number in sorted(found)]
    except (OSError, ValueError):
        return []


def front(document: Document, path: Path | None) -> list[Page]:
    """Give the first page of the document's own file at `path`; none where there is no page to show."""
    if path is None or path.suffix.lower() != ".pdf":
        return []
    try:
        return [_page(document, path, 1, [], [])]
    except (OSError, ValueError, KeyError):
        return []


def picture(document: Document, path: Path | None, number: int) -> bytes:
    """Give a page of the document's own file as a PNG picture. Raises KeyError where there is no such page to show."""
    if path is None or path.suffix.lower() != ".pdf":
        raise KeyError(f"there is no PDF of {document.id!r} to show")
    return _picture(path, str(document.metadata["file_sha256"]), number)[0]


def _by_page(found: list[Box]) -> defaultdict[int, list[Box]]:
    pages: defaultdict[int, list[Box]] = defaultdict(list)
    for box in found:
        pages[box.page].append(box)
    return pages


def _page(document: Document, path: Path, number: int, found: list[Box], inner: list[Box]) -> Page:
    png, scale = _picture(path, str(document.metadata["file_sha256"]), number)
    width, height = struct.unpack(">II", png[16:24])  # a PNG's size stands in its first chunk

    def shares(box: Box) -> Edges:
        across, down = scale / width, scale / height
        left, top = box.left * across, box.top * down
        return left, top, (box.right - box.left) * across, (box.bottom - box.top) * down

    return Page(number, width, height, tuple(map(shares, found)), tuple(map(shares, inner)))


@lru_cache(maxsize=32)
def _picture(path: Path, sha256: str, number: int) -> tuple[bytes, float]:
    """Give a page's picture and its scale; `sha256` tells files of one name apart."""
    for scale in SCALES:
        try:
            return render(path, number, scale=scale), scale
        except ValueError as error:
            refused = error
    raise KeyError(str(refused))
