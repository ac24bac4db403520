"""What can be read of a damaged segment, and which segments no manifest tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import files
from index.document import Document
from index.files import DamagedError
from index.record import read_record, stored_document
from index.segment import RECORDS, ROWS, TEXTS


def unclaimed(path: Path, claimed: Sequence[str]) -> list[dict[str, Any]]:
    """Give what the segments on the disk tell of themselves, but for the claimed ones; the oldest first."""
    found = [
        (files.age(place), _entry(place))
        for place in (path / "segments").iterdir()
        if place.name not in claimed and not place.name.startswith(".") and place.is_dir()
    ]
    return [entry for _, entry in sorted(found, key=lambda one: (-one[0], one[1]["name"]))]


def _entry(place: Path) -> dict[str, Any]:
    """Give what a segment tells of itself; where that is damaged, as much as its records show."""
    try:
        return files.unseal(place / "segment.json")
    except DamagedError:
        records = (place / RECORDS).read_bytes() if (place / RECORDS).is_file() else b""
        unknown = {"size": -1, "sha256": ""}
        return {"name": place.name, "documents": records.count(b"\n"), "files": {ROWS: unknown}, "removed": []}


def salvage(place: Path, entry: Mapping[str, Any]) -> tuple[list[Document], list[str]]:
    """Give the live documents of a damaged segment whose record and text are sound, and the ids of the others.

    `entry` is what a manifest or the segment itself tells of it.
    """
    saved: list[Document] = []
    lost: list[str] = []
    for row, (line, text) in enumerate(_stored(place, entry)):
        if row in entry["removed"]:
            continue
        try:
            known = read_record(line)["id"]
        except DamagedError:
            continue
        try:
            saved.append(stored_document(line, text))
        except DamagedError:
            lost.append(known)
    return saved, lost


def _stored(place: Path, entry: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Go through the records and texts of a damaged segment, as far as can be told where each stands."""
    records, texts = ((place / name).read_bytes() if (place / name).is_file() else b"" for name in (RECORDS, TEXTS))
    try:
        rows = files.unpack(files.read(place / ROWS, **entry["files"][ROWS]), ["lines", "texts"])
        lines, edges = rows["lines"].tolist(), rows["texts"].tolist()
    except DamagedError:
        whole = records.splitlines(keepends=True)
        if len(whole) != entry["documents"]:
            return  # which of them are removed can't be told
        lines, edges = [0], [0]
        for line in whole:
            lines.append(lines[-1] + len(line))
            try:
                edges.append(edges[-1] + read_record(line)["bytes"])
            except DamagedError:
                break
    for row, (start, end) in enumerate(pairwise(edges)):
        yield records[lines[row] : lines[row + 1]], texts[start:end]
