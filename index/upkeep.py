"""Looking after a collection's folder: check, roll back, purge, back up."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from index import files
from index.files import DamagedError
from index.generation import load_segment, lock, manifest_paths, write_generation
from index.merging import Joined, joined
from index.originals import damaged
from index.segment import ORIGINALS, Segment
from index.snapshot import Part, Snapshot
from index.store import Folder

_COPIED = re.compile(r"generations|segments|CURRENT|\.CURRENT\.\d+\.tmp")  # what a killed `backup` may leave


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
                problems.extend(_segment_problems(folder.path, entry, manifest["embedder"]["dimension"]))
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


def _segment_problems(path: Path, entry: Mapping[str, Any], dimension: int) -> list[str]:
    try:
        segment = load_segment(path, entry, dimension)
    except DamagedError as error:
        return [str(error)]
    problems = [f"{kept} is missing or damaged" for kept in damaged(segment.originals)]
    return problems + _problem(path / "segments" / entry["name"] / "segment.json")


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
    folder with something in it, ValueError for one inside the collection, DamagedError for a damaged collection.
    """
    folder, place = Folder(Path(path)), Path(target)
    folder.snapshot()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise FileExistsError(f"{place} is not an empty folder; choose a new one")
    if place.resolve().is_relative_to(folder.path.resolve()):
        raise ValueError(f"{place} lies inside the collection {path}; choose a folder outside it")
    place.parent.mkdir(parents=True, exist_ok=True)
    for unfinished in files.unfinished(place):
        if all(_COPIED.fullmatch(one.name) for one in unfinished.iterdir()):
            files.sweep_abandoned(unfinished, now=True)
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
            data = files.read(source / name, **expected)
            files.write(temporary / name, data)
            for original in json.loads(data) if name == ORIGINALS else ():
                place = source / original
                if not place.is_file() or not files.copy(place, temporary / original, place.stem):
                    raise DamagedError(f"{place} is missing or damaged")
        files.write(temporary / "segment.json", files.seal({**entry, "removed": []}))


def _itself(segment: Segment) -> Segment:
    return segment
