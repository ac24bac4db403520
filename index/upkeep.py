"""Looking after a collection's folder: check, repair, roll back, purge, back up."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import files
from index.chunker import chunk
from index.document import Document
from index.embedder import EmbedderLike, Identity, embed, identify, load_embedder
from index.files import DamagedError
from index.generation import (
    load_segment,
    lock,
    manifest_paths,
    quarantine,
    write_generation,
    write_segment,
)
from index.merging import Joined, joined
from index.record import read_record, stored_document
from index.segment import RECORDS, ROWS, TEXTS, Segment, build, passage
from index.snapshot import Part, Snapshot
from index.store import Folder

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: segments made anew from their texts, documents in them, and what could not be saved.

    `lost` names documents whose text is damaged; `unnamed` counts those of which not even the id can be read.
    """

    segments: int = 0
    documents: int = 0
    lost: tuple[str, ...] = ()
    unnamed: int = 0


def check(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Compare every file of a collection with its checksum; give what is wrong, one sentence each.

    Raises FileNotFoundError where there is no collection.
    """
    folder = Folder(Path(path))
    problems: list[str] = []
    try:
        files.unseal(folder.path / "CURRENT")
    except DamagedError as error:
        problems.append(str(error))
    seen: set[str] = set()
    generation: int | None = None
    while True:
        try:
            manifest = folder.manifest(generation)
        except DamagedError as error:
            problems.append(str(error))
            break
        for place in manifest_paths(folder.path, manifest["generation"]):
            problems.extend(_problem(place))
        for entry in manifest["segments"]:
            if entry["name"] not in seen:
                seen.add(entry["name"])
                problems.extend(_segment_problem(folder.path, entry, manifest["embedder"]["dimension"]))
        if generation is not None or manifest["parent"] is None:
            break
        generation = manifest["parent"]
    return tuple(dict.fromkeys(problems))


def _problem(place: Path) -> list[str]:
    try:
        files.unseal(place)
    except DamagedError as error:
        return [str(error)]
    return []


def _segment_problem(path: Path, entry: Mapping[str, Any], dimension: int) -> list[str]:
    try:
        load_segment(path, entry, dimension)
    except DamagedError as error:
        return [str(error)]
    return _problem(path / "segments" / entry["name"] / "segment.json")


def repair(path: str | os.PathLike[str], *, embedder: EmbedderLike | None = None) -> Repair:
    """Make a collection sound again: damaged segments are made anew from the texts in them, and moved to quarantine.

    Takes the newest generation that can be read. `embedder` None: the one the collection names. Raises DamagedError
    when no generation can be read, ValueError for another embedder.
    """
    folder = Folder(Path(path))
    with lock(folder.path):
        manifest = _newest(folder)
        made_by = Identity(**manifest["embedder"])
        entries: list[dict[str, Any]] = []
        segments = documents = unnamed = 0
        lost: list[str] = []
        damaged: list[str] = []
        for entry in manifest["segments"]:
            if not _segment_problem(folder.path, entry, made_by.dimension):
                entries.append(entry)
                continue
            damaged.append(entry["name"])
            saved, gone = _salvage(folder.path / "segments" / entry["name"], entry)
            lost.extend(gone)
            unnamed += entry["documents"] - len(entry["removed"]) - len(saved) - len(gone)
            if saved:
                made = _made_anew(entry["name"], saved, made_by, embedder)
                write_segment(folder.path, made)
                entries.append(files.unseal(folder.path / "segments" / made.name / "segment.json"))
                segments, documents = segments + 1, documents + len(saved)
        if damaged or check(path):
            parent = manifest["parent"] if _sound(folder, manifest["parent"], damaged) else None
            number = max([*folder.numbers(), manifest["generation"]]) + 1
            counts = {name: sum(entry[name] for entry in entries) for name in ("documents", "chunks")}
            after = {**manifest, **counts, "generation": number, "parent": parent, "segments": entries, "removed": []}
            write_generation(folder.path, after)
            for name in damaged:
                quarantine(folder.path, name)
            folder.sweep(after)
    return Repair(segments, documents, tuple(lost), unnamed)


def _newest(folder: Folder) -> dict[str, Any]:
    try:
        return folder.manifest()
    except DamagedError:
        for number in reversed(folder.numbers()):
            if _sound(folder, number):
                _log.error("taking generation %d of %s; what was removed later is back in it", number, folder.path)
                return folder.manifest(number)
        raise


def _sound(folder: Folder, generation: int | None, damaged: Sequence[str] = ()) -> bool:
    """Say whether a generation can be read and names none of the damaged segments."""
    try:
        entries = [] if generation is None else folder.manifest(generation)["segments"]
    except DamagedError:
        return False
    return generation is not None and not any(entry["name"] in damaged for entry in entries)


def _made_anew(
    damaged: str, documents: Sequence[Document], made_by: Identity, embedder: EmbedderLike | None
) -> Segment:
    chosen = load_embedder(made_by.name if embedder is None else embedder)
    found = identify(chosen)
    if not made_by.fits(found):
        raise ValueError(f"this collection was made with the embedder {made_by.name!r}, not with {found.name!r}")
    chunks = [chunk(document) for document in documents]
    vectors = embed(chosen, [passage(d.title, c) for d, found in zip(documents, chunks, strict=True) for c in found])
    name = hashlib.sha256(f"{damaged} made anew".encode()).hexdigest()[:24]
    return build(name, documents, chunks, lambda: vectors.reshape(-1, made_by.dimension))


def _salvage(place: Path, entry: Mapping[str, Any]) -> tuple[list[Document], list[str]]:
    """Give the live documents of a damaged segment whose record and text are sound, and the ids of the others."""
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


def rollback(path: str | os.PathLike[str]) -> int:
    """Undo the last commit, but for what it removed: that stays removed. Gives the number of the new generation.

    Raises ValueError when there is no earlier generation.
    """
    folder = Folder(Path(path))
    manifest = folder.manifest()
    if manifest["parent"] is None:
        raise ValueError(f"{path} has no generation before {manifest['generation']} to go back to")
    parent = folder.open(folder.manifest(manifest["parent"]))

    def back(base: Snapshot) -> tuple[Sequence[Part], Sequence[str]]:
        if folder.manifest()["generation"] != manifest["generation"]:
            raise BlockingIOError(f"another program has just changed {path}; look at it again before rolling back")
        return parent.without(manifest["removed"]), manifest["removed"]

    return folder.commit(back).generation


def purge(path: str | os.PathLike[str]) -> int:
    """Erase the last bytes of what was removed or replaced: old generations, quarantine, rows of removed documents.

    Gives the number of bytes freed. There is nothing to roll back to afterwards.
    """
    folder = Folder(Path(path))
    before = files.size(folder.path)
    while any(part.removed for part in folder.snapshot().parts):
        snapshot = folder.snapshot()
        cleaned = []
        for part in snapshot.parts:
            if part.removed:
                made = joined([part])
                segment = folder.stage(made.segment.name, partial(_itself, made.segment), snapshot.embedder.dimension)
                cleaned.append(replace(made, segment=segment))

        def without_removed(
            base: Snapshot, cleaned: Sequence[Joined] = cleaned
        ) -> tuple[Sequence[Part], Sequence[str]]:
            parts = list(base.parts)
            for one in cleaned:
                parts = one.applied(parts)
            return parts, ()

        folder.commit(without_removed)
    with lock(folder.path):
        manifest = folder.manifest()
        alone = {**manifest, "generation": manifest["generation"] + 1, "parent": None, "removed": []}
        write_generation(folder.path, alone)
        folder.sweep(alone, everything=True)
    return before - files.size(folder.path)


def backup(path: str | os.PathLike[str], target: str | os.PathLike[str]) -> int:
    """Copy the generation in force to a new or empty folder, a collection like any other. Gives the bytes written.

    Each file is checked against its checksum on the way. Writers may go on meanwhile. Raises FileExistsError for a
    folder with something in it, DamagedError for a damaged collection.
    """
    folder, place = Folder(Path(path)), Path(target)
    folder.snapshot()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise FileExistsError(f"{place} is not an empty folder; choose a new one")
    place.parent.mkdir(parents=True, exist_ok=True)
    for abandoned in place.parent.glob(f".{place.name}-*"):
        files.sweep_abandoned(abandoned, now=True)
    with files.under_construction(place) as temporary:
        for name in ("generations", "segments"):
            (temporary / name).mkdir(mode=0o700)
        manifest = _copied(folder, temporary)
        write_generation(temporary, {**manifest, "parent": None, "removed": []})
        if place.exists():
            place.rmdir()
    return files.size(place)


def _copied(folder: Folder, temporary: Path) -> dict[str, Any]:
    """Copy the segments of the generation in force, starting again when a commit comes in between."""
    while True:
        manifest = folder.manifest()
        try:
            for entry in manifest["segments"]:
                _copy(folder.path / "segments" / entry["name"], temporary / "segments" / entry["name"], entry)
        except DamagedError:
            if folder.manifest()["generation"] == manifest["generation"]:
                raise
            continue
        for place in (temporary / "segments").iterdir():
            if place.name not in {entry["name"] for entry in manifest["segments"]}:
                shutil.rmtree(place)
        return manifest


def _copy(source: Path, target: Path, entry: Mapping[str, Any]) -> None:
    if target.exists():
        return
    with files.under_construction(target) as temporary:
        for name, expected in entry["files"].items():
            files.write(temporary / name, files.read(source / name, **expected))
        files.write(temporary / "segment.json", files.seal({**entry, "removed": []}))


def _itself(segment: Segment) -> Segment:
    return segment
