"""Looking after a collection's folder: check, roll back, purge, back up."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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

_ROUNDING = 1 << 16
"""Bytes that a file system takes, at most, beyond the sizes of the few files of a segment and of manifests."""

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

    return folder.commit(back, parent.embedder).generation


def purge(path: str | os.PathLike[str]) -> int:
    """Erase the last bytes of what was removed or replaced: old generations, quarantine, rows of removed documents.

    Gives the number of bytes freed. There is nothing to roll back to afterwards. What can be deleted goes first, then
    segments are written anew one by one, the smallest first, so that free space for the largest of them is enough.
    Raises OSError, with the space it takes, where there is less; DamagedError for a damaged collection.
    """
    folder = Folder(Path(path))
    before = files.size(folder.path)
    _sweep(folder)
    _sweep(folder, alone=True)
    while parts := [part for part in folder.snapshot().parts if part.removed]:
        part = min(parts, key=partial(_size, folder))
        with _told_of_space(folder):
            made = joined([part])
            dimension = folder.snapshot().embedder.dimension
            segment = folder.stage(made.segment.name, partial(_itself, made.segment), dimension)
            folder.commit(partial(_replaced, replace(made, segment=segment)))
        _sweep(folder, alone=True)
    return before - files.size(folder.path)


def _replaced(cleaned: Joined, base: Snapshot) -> tuple[Sequence[Part], Sequence[str]]:
    return cleaned.applied(base.parts), ()


def _sweep(folder: Folder, *, alone: bool = False) -> None:
    """Delete all that the generation in force and its parent don't need; `alone`: first make it one without a parent.

    Raises DamagedError where the parent serves because the generation in force can't be read.
    """
    with _told_of_space(folder), lock(folder.path):
        manifest = folder.manifest()
        if folder.snapshot().generation != manifest["generation"]:
            raise DamagedError(f"{folder.path} is damaged; mend it first: sourcier repair {folder.path}")
        if alone:
            manifest = {**manifest, "generation": manifest["generation"] + 1, "parent": None, "removed": []}
            write_generation(folder.path, manifest)
        folder.sweep(manifest, everything=True)


@contextmanager
def _told_of_space(folder: Folder) -> Iterator[None]:
    """Say, where the disk is full, how much space a purge takes."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        size = max((_size(folder, part) for part in folder.snapshot().parts if part.removed), default=0)
        size += 4 * files.size_of(folder.path / "CURRENT") + _ROUNDING
        free = shutil.disk_usage(folder.path).free
        told = f"purging takes up to {size:,} bytes of free space for a while, {free:,} are free; make room and go on"
        raise OSError(error.errno, told, str(folder.path)) from error


def _size(folder: Folder, part: Part) -> int:
    return files.size(folder.path / "segments" / part.segment.name)


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
        with suppress(OSError):  # another's, or gone in the meantime
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
