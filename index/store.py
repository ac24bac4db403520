"""Where the states of a collection are kept: in a folder on disk, or in memory; and how the next one is committed."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

from index import files
from index.embedder import Identity
from index.files import DamagedError
from index.generation import (
    check_versions,
    load_segment,
    lock,
    make_manifest,
    manifest_paths,
    quarantine,
    write_generation,
    write_segment,
)
from index.segment import Segment
from index.snapshot import Part, Snapshot

ORPHAN_AGE = 7 * 86_400
"""Seconds that a finished segment of an interrupted `add` is kept, so that it need not be made again."""

_OURS = {"LOCK", "generations", "segments"}  # what a killed `create` may leave

_POINTER = 128
"""Bytes at the head of CURRENT that tell one generation from another: its number, its parent's, the time."""

_log = logging.getLogger(__name__)

Change = Callable[[Snapshot], "tuple[Sequence[Part], Sequence[str]] | None"]
"""Makes of a state the parts of the next one and the ids of what is removed; None: nothing to commit."""


class Store(Protocol):
    """Where the states of a collection are kept: a `Folder`, or memory."""

    def snapshot(self) -> Snapshot:
        """Give the state in force."""
        ...

    def stage(self, name: str, build: Callable[[], Segment], dimension: int) -> Segment:
        """Keep a segment for a commit to come; where one of that name lies ready, give it instead of building."""
        ...

    def discard(self, names: Sequence[str]) -> None:
        """Forget staged segments that no state holds."""
        ...

    def commit(self, change: Change, embedder: Identity | None = None) -> Snapshot:
        """Make the state that `change` makes of the one in force; `embedder` made its vectors, None: the one before."""
        ...


class Memory:
    """States held in memory alone."""

    def __init__(self, embedder: Identity) -> None:
        self._lock = threading.RLock()
        self._snapshot = Snapshot(1, (), embedder)

    def snapshot(self) -> Snapshot:
        """Give the state in force."""
        return self._snapshot

    def stage(self, name: str, build: Callable[[], Segment], dimension: int) -> Segment:
        """Build the segment."""
        return build()

    def discard(self, names: Sequence[str]) -> None:
        """Nothing is kept that a state doesn't hold."""

    def commit(self, change: Change, embedder: Identity | None = None) -> Snapshot:
        """Make the state that `change` makes of the one in force; `embedder` made its vectors, None: the one before."""
        with self._lock:
            base = self._snapshot
            made = change(base)
            if made is not None:
                self._snapshot = Snapshot(base.generation + 1, tuple(made[0]), embedder or base.embedder)
            return self._snapshot


class Folder:
    """A collection's folder: its state in force, and how the next one is committed. Safe to use from threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread_lock = threading.RLock()
        self._seen: bytes | None = None
        self._snapshot: Snapshot | None = None
        self._loaded: dict[str, tuple[dict[str, Any], Segment]] = {}
        self._staged: WeakValueDictionary[str, Segment] = WeakValueDictionary()
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
            write_generation(path, make_manifest(1, None, embedder, [], []))
            files.sync_folder(path.parent)
        return cls(path)

    # --- reading ----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give the state in force, loading what is new in it.

        Where it is damaged, its parent serves and the log says so. Raises ValueError when neither can be read, or the
        parent is empty: "not in the documents" would be untrue.
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
            with (self.path / "CURRENT").open("rb") as file:
                return file.read(_POINTER)
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
            if manifest["documents"] and not older.num_documents:
                raise DamagedError(
                    f"{error}; nothing else is left to answer from. `sourcier repair {self.path}` mends it, as far as "
                    "its texts are whole"
                ) from None
            _log.error(
                "%s; generation %d is damaged, the one before it serves without what was added since. "
                "`sourcier repair %s` mends it",
                error, manifest["generation"], self.path,
            )  # fmt: skip
            return Snapshot(older.generation, older.without(manifest["removed"]), older.embedder)

    def manifest(self, generation: int | None = None) -> dict[str, Any]:
        """Give the manifest of a generation, None: the one in force. Raises DamagedError when no copy is sound."""
        if generation is None:
            generation = self._number()
        problem: DamagedError | None = None
        for path in [self.path / "CURRENT", *manifest_paths(self.path, generation)]:
            try:
                found = files.unseal(path)
            except DamagedError as error:
                problem = error
                continue
            if found["generation"] == generation and "segments" in found:  # CURRENT was a number alone once
                check_versions(self.path, found)
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
            segment = self._loaded[name][1] if name in self._loaded else self._staged.get(name)
            try:
                segment = segment or load_segment(self.path, entry, embedder.dimension)
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
        segment = self._staged[name] = load_segment(self.path, entry, dimension)
        return segment

    def discard(self, names: Sequence[str]) -> None:
        """Delete staged segments that no generation names."""
        kept = {name for number in self.numbers()[-2:] for name in self.names(number)}
        for name in set(names) - kept:
            shutil.rmtree(self.path / "segments" / name, ignore_errors=True)

    def commit(self, change: Change, embedder: Identity | None = None) -> Snapshot:
        """Make the state that `change` makes of the one in force, durably; nothing happens when it raises.

        `embedder` made the vectors of the new state; None: the one that made those before.
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
            made_by = embedder or base.embedder
            manifest = make_manifest(self._number() + 1, base.generation, made_by, entries, sorted(made[1]), made[0])
            write_generation(self.path, manifest)
            self.sweep(manifest)
            return self.snapshot()

    def _number(self) -> int:
        try:
            return int(files.unseal(self.path / "CURRENT")["generation"])
        except DamagedError as error:
            numbers = self.numbers()
            if not numbers:
                raise
            _log.error("%s; taking the newest generation, %d", error, numbers[-1])
            return numbers[-1]

    def _entry(self, name: str) -> dict[str, Any]:
        known = self._loaded.get(name)
        return known[0] if known else files.unseal(self.path / "segments" / name / "segment.json")

    def names(self, generation: int) -> set[str]:
        """Give the segments of a generation, none where no copy of its manifest is sound."""
        try:
            return {entry["name"] for entry in self.manifest(generation)["segments"]}
        except DamagedError:
            return set()

    def sweep(self, manifest: Mapping[str, Any], *, everything: bool = False) -> None:
        """Delete what neither this generation nor its parent needs; damaged segments go to quarantine.

        Segments that no generation ever named stay for `ORPHAN_AGE`, and quarantine stays, unless `everything`.
        """
        kept_numbers = {manifest["generation"], manifest["parent"]}
        dropped = [number for number in self.numbers() if number not in kept_numbers]
        kept = {name for number in kept_numbers - {None} for name in self.names(number)}
        outdated = {name for number in dropped for name in self.names(number)}
        try:
            for name in (self._damaged & (outdated | kept)) - {entry["name"] for entry in manifest["segments"]}:
                quarantine(self.path, name)
            self._damaged.clear()
            for path in (self.path / "segments").iterdir():
                files.checkpoint(f"sweep {path.name}")
                if path.name.startswith("."):
                    files.sweep_abandoned(path, now=everything)
                elif path.name not in kept and (everything or path.name in outdated or files.age(path) > ORPHAN_AGE):
                    shutil.rmtree(path, ignore_errors=True)
            for number in dropped:  # last, so that a segment without a manifest was never part of the collection
                for path in manifest_paths(self.path, number):
                    path.unlink(missing_ok=True)
            if everything:
                shutil.rmtree(self.path / "quarantine", ignore_errors=True)
        except OSError as error:  # the commit stands; the next one sweeps again
            _log.warning("could not delete everything that is out of date in %s: %s", self.path, error)
