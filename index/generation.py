"""The committed states of a collection in a folder: written, verified, swapped; atomic and checksummed.

CURRENT                 names the generation in force; replaced in one step
LOCK                    held while a commit is made, names its holder
generations/00000012.*  the manifest, twice: segments with size and SHA-256 of each file, and what is removed
segments/<name>/        files that never change
quarantine/             damaged segments that another state took the place of; only `purge` deletes them
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index import files
from index.chunker import CHUNKER_VERSION
from index.embedder import Identity
from index.files import DamagedError
from index.language import ANALYSER_VERSION
from index.segment import RECORDS, TEXTS, Segment, load
from index.snapshot import Part, Snapshot

FORMAT = 1
"""The version of the form described above."""

PATIENCE = 0.8
"""Seconds that a second writer waits for the lock."""

ORPHAN_AGE = 7 * 86_400
"""Seconds that a finished segment of an interrupted `add` is kept, so that it need not be made again."""

_OURS = {"LOCK", "generations", "segments"}  # what a killed `create` may leave

_log = logging.getLogger(__name__)


Change = Callable[[Snapshot], "tuple[Sequence[Part], Sequence[str]] | None"]
"""Makes of a state the parts of the next one and the ids of what is removed; None: nothing to commit."""


class Folder:
    """A collection's folder: its state in force, and how the next one is committed. Safe to use from threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread_lock = threading.RLock()
        self._seen: bytes | None = None
        self._snapshot: Snapshot | None = None
        self._loaded: dict[str, tuple[dict[str, Any], Segment]] = {}
        self._damaged: set[str] = set()
        if not (path / "CURRENT").exists() and not self.numbers():
            raise FileNotFoundError(f"no collection in {path}; `Collection.create` or `sourcier index` makes one")

    @classmethod
    def create(cls, path: Path, embedder: Identity) -> Folder:
        """Make an empty collection in a new or empty folder. Raises FileExistsError for another."""
        if path.exists() and (not path.is_dir() or {one.name for one in path.iterdir()} - _OURS):
            raise FileExistsError(f"{path} is not an empty folder; open it, or choose a new one")
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with lock(path):
            if (path / "CURRENT").exists():
                raise FileExistsError(f"{path} has just been made a collection by another program; open it")
            for name in ("generations", "segments"):
                (path / name).mkdir(mode=0o700, exist_ok=True)
            write_generation(path, _manifest(1, None, embedder, [], []))
            files.sync_folder(path.parent)
        return cls(path)

    # --- reading ----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give the state in force, loading what is new in it.

        Where it is damaged, its parent serves and the log says so. Raises ValueError when neither can be read.
        """
        pointer = self._pointer()
        if self._snapshot is not None and pointer == self._seen:
            return self._snapshot
        with self._thread_lock:
            while self._snapshot is None or pointer != self._seen:
                try:
                    snapshot = self._load()
                except (DamagedError, FileNotFoundError):
                    if self._pointer() == pointer:
                        raise
                    pointer = self._pointer()  # a commit came in between and swept what was being read
                    continue
                self._snapshot, self._seen = snapshot, pointer
            return self._snapshot

    def _pointer(self) -> bytes:
        try:
            return (self.path / "CURRENT").read_bytes()
        except FileNotFoundError:
            return b""

    def _load(self) -> Snapshot:
        manifest = self.manifest()
        try:
            return self.open(manifest)
        except DamagedError as error:
            parent = manifest["parent"]
            try:
                if parent is None:
                    raise
                older = self.open(self.manifest(parent))
            except DamagedError:
                raise error from None
            _log.error(
                "%s; generation %d is damaged, the one before it serves without what was added since. "
                "`sourcier repair %s` mends it",
                error, manifest["generation"], self.path,
            )  # fmt: skip
            return Snapshot(older.generation, older.without(manifest["removed"]), older.embedder)

    def manifest(self, generation: int | None = None) -> dict[str, Any]:
        """Give the manifest of a generation, None: the one in force. Raises DamagedError when no copy is sound."""
        if generation is None:
            try:
                generation = int(files.unseal(self.path / "CURRENT")["generation"])
            except DamagedError as error:
                numbers = self.numbers()
                if not numbers:
                    raise
                _log.error("%s; taking the newest generation, %d", error, numbers[-1])
                generation = numbers[-1]
        problem: DamagedError | None = None
        for path in manifest_paths(self.path, generation):
            try:
                found = files.unseal(path)
            except DamagedError as error:
                problem = error
                continue
            _check_versions(self.path, found)
            return found
        raise problem or DamagedError(f"generation {generation} of {self.path} is missing")

    def numbers(self) -> list[int]:
        """Give the numbers of the generations on the disk, oldest first."""
        names = {path.name.split(".")[0] for path in (self.path / "generations").glob("*.*")}
        return sorted(int(name) for name in names if name.isdigit())

    def open(self, manifest: Mapping[str, Any]) -> Snapshot:
        """Load the state that a manifest describes. Raises DamagedError when a file of it is not as it was written."""
        embedder = Identity(**manifest["embedder"])
        parts, loaded = [], {}
        for entry in manifest["segments"]:
            name = entry["name"]
            known = self._loaded.get(name)
            try:
                segment = known[1] if known else load_segment(self.path, entry, embedder.dimension)
            except DamagedError:
                self._damaged.add(name)
                raise
            loaded[name] = (entry, segment)
            parts.append(Part.of(segment, entry["removed"]))
        self._loaded = loaded
        return Snapshot(manifest["generation"], tuple(parts), embedder)

    # --- writing ----------------------------------------------------------------------------------------------------

    def stage(self, name: str, build: Callable[[], Segment], dimension: int) -> Segment:
        """Write a segment, durable and complete, for a commit to come; where one of that name lies ready, take it."""
        place = self.path / "segments" / name
        if place.exists():
            try:
                return self._ready(name, dimension)
            except DamagedError:
                quarantine(self.path, name)
        write_segment(self.path, build())
        return self._ready(name, dimension)

    def _ready(self, name: str, dimension: int) -> Segment:
        entry = files.unseal(self.path / "segments" / name / "segment.json")
        segment = load_segment(self.path, entry, dimension)
        self._loaded[name] = (entry, segment)
        return segment

    def discard(self, names: Sequence[str]) -> None:
        """Delete staged segments that no generation names."""
        kept = {name for number in self.numbers()[-2:] for name in self._names(number)}
        for name in set(names) - kept:
            shutil.rmtree(self.path / "segments" / name, ignore_errors=True)

    def commit(self, change: Change) -> Snapshot:
        """Make the state that `change` makes of the one in force, durably; nothing happens when it raises.

        Raises BlockingIOError when another program holds the lock for longer than PATIENCE.
        """
        with self._thread_lock, lock(self.path):
            base = self.snapshot()
            made = change(base)
            if made is None:
                return base
            for part in made[0]:
                if not (self.path / "segments" / part.segment.name).is_dir():
                    raise DamagedError(f"a segment to be committed has been deleted from {self.path}; do it again")
            entries = [{**self._entry(part.segment.name), "removed": sorted(part.removed)} for part in made[0]]
            manifest = _manifest(self._number() + 1, base.generation, base.embedder, entries, sorted(made[1]), made[0])
            write_generation(self.path, manifest)
            self.sweep(manifest)
            return self.snapshot()

    def _number(self) -> int:
        try:
            return int(files.unseal(self.path / "CURRENT")["generation"])
        except DamagedError:
            return self.numbers()[-1]

    def _entry(self, name: str) -> dict[str, Any]:
        known = self._loaded.get(name)
        return known[0] if known else files.unseal(self.path / "segments" / name / "segment.json")

    def _names(self, generation: int) -> set[str]:
        try:
            return {entry["name"] for entry in self.manifest(generation)["segments"]}
        except DamagedError:
            return set()

    def sweep(self, manifest: Mapping[str, Any], *, everything: bool = False) -> None:
        """Delete what neither this generation nor its parent needs; damaged segments go to quarantine.

        Segments that no generation ever named stay for `ORPHAN_AGE`, unless `everything`, which drops the parent too.
        """
        kept_numbers = {manifest["generation"]} | (set() if everything else {manifest["parent"]})
        dropped = [number for number in self.numbers() if number not in kept_numbers]
        kept = {name for number in kept_numbers - {None} for name in self._names(number)}
        outdated = {name for number in dropped for name in self._names(number)}
        try:
            for name in (self._damaged & (outdated | kept)) - {entry["name"] for entry in manifest["segments"]}:
                quarantine(self.path, name)
            self._damaged.clear()
            for number in dropped:
                for path in manifest_paths(self.path, number):
                    path.unlink(missing_ok=True)
            for path in (self.path / "segments").iterdir():
                files.checkpoint(f"sweep {path.name}")
                if path.name.startswith("."):
                    files.sweep_abandoned(path, now=everything)
                elif path.name not in kept and (everything or path.name in outdated or files.age(path) > ORPHAN_AGE):
                    shutil.rmtree(path, ignore_errors=True)
            if everything:
                shutil.rmtree(self.path / "quarantine", ignore_errors=True)
        except OSError as error:  # the commit stands; the next one sweeps again
            _log.warning("could not delete everything that is out of date in %s: %s", self.path, error)


def _manifest(
    generation: int,
    parent: int | None,
    embedder: Identity,
    entries: Sequence[Mapping[str, Any]],
    removed: Sequence[str],
    parts: Sequence[Part] = (),
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "generation": generation,
        "parent": parent,
        "created": _now(),
        "embedder": asdict(embedder),
        "chunker": CHUNKER_VERSION,
        "analyser": ANALYSER_VERSION,
        "documents": sum(part.num_documents for part in parts),
        "chunks": sum(int(part.live_chunks.sum()) for part in parts),
        "segments": list(entries),
        "removed": list(removed),
    }


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _check_versions(path: Path, manifest: Mapping[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise ValueError(
            f"{path} has the form {manifest.get('format')!r}, this version of Sourcier reads form {FORMAT}; "
            "open it with the version that made it, or index the documents anew"
        )
    if manifest["analyser"] != ANALYSER_VERSION:
        raise ValueError(
            f"the words of {path} were analysed by rules of version {manifest['analyser']}, this version of Sourcier "
            f"has {ANALYSER_VERSION}; index the documents anew"
        )


def manifest_paths(path: Path, generation: int) -> list[Path]:
    """Give where the two copies of a manifest stand."""
    return [path / "generations" / f"{generation:08d}.{copy}.json" for copy in "ab"]


def write_generation(path: Path, manifest: Mapping[str, Any]) -> None:
    """Write both copies of a manifest, then swap the pointer to it. From then on it is in force."""
    for place in manifest_paths(path, manifest["generation"]):
        files.replace(place, files.seal(manifest))
    files.replace(path / "CURRENT", files.seal({"generation": manifest["generation"]}))


def write_segment(path: Path, segment: Segment) -> None:
    """Write the files of a segment and their checksums, fsynced, under a name that appears when all are there."""
    place = path / "segments" / segment.name
    with files.under_construction(place) as temporary:
        written = {}
        for name, data in segment.files():
            files.write(temporary / name, data)
            written[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        entry = {
            "name": segment.name,
            "documents": segment.num_documents,
            "chunks": segment.num_chunks,
            "files": written,
            "removed": [],
        }
        files.write(temporary / "segment.json", files.seal(entry))


def load_segment(path: Path, entry: Mapping[str, Any], dimension: int) -> Segment:
    """Give a segment, every file checked against its size and SHA-256. Raises DamagedError when one differs."""
    place = path / "segments" / entry["name"]
    listed = entry["files"]
    missing = {RECORDS, TEXTS} - set(listed)
    if missing or place.is_symlink():
        raise DamagedError(f"{place} is not a segment of this collection")

    def read(name: str) -> bytes:
        if name not in listed:
            raise DamagedError(f"{place / name} is missing from the list of files")
        return files.read(place / name, **listed[name])

    try:
        records, texts = (files.reader(place / name, **listed[name]) for name in (RECORDS, TEXTS))
        segment = load(entry["name"], read, records, texts, list(listed), dimension)
    except DamagedError:
        raise
    except ValueError as error:
        raise DamagedError(f"{place}: {error}") from error
    if (segment.num_documents, segment.num_chunks) != (entry["documents"], entry["chunks"]):
        raise DamagedError(f"{place} does not hold the number of documents and chunks it should")
    return segment


def quarantine(path: Path, name: str) -> None:
    """Move a damaged segment aside, so that it is neither used nor lost."""
    if (path / "segments" / name).exists():
        (path / "quarantine").mkdir(mode=0o700, exist_ok=True)
        target = path / "quarantine" / f"{name}-{time.time_ns()}"
        (path / "segments" / name).rename(target)
        _log.error("moved the damaged segment %s to %s", name, target)


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises BlockingIOError, naming the holder, when it isn't free within PATIENCE."""
    with open(path / "LOCK", "a+", opener=files.private) as file:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    file.seek(0)
                    holder = file.read().strip() or "unknown"
                    raise BlockingIOError(
                        error.errno, f"another program is changing {path} ({holder}); try again in a moment"
                    ) from None
                time.sleep(0.02)
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}))
        file.flush()
        files.checkpoint("locked")
        yield
