"""One committed state of a collection on disk: written, verified, swapped; atomic and checksummed.

CURRENT                 the manifest of the generation in force; replaced in one step
LOCK                    held while a commit is made, names its holder
generations/00000012.*  a manifest, twice: segments with size and SHA-256 of each file, and what is removed
segments/<name>/        files that never change, originals of documents among them
quarantine/             damaged segments that another state took the place of; only `purge` deletes them
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index import files, originals
from index.chunker import CHUNKER_VERSION
from index.embedder import Identity
from index.files import DamagedError
from index.language import ANALYSER_VERSION
from index.segment import ORIGINALS, RECORDS, TEXTS, Segment, load
from index.snapshot import Part

FORMAT = 1
"""The version of the form described above."""

PATIENCE = 0.8
"""Seconds that a second writer waits for the lock."""

_log = logging.getLogger(__name__)


def make_manifest(
    generation: int,
    parent: int | None,
    embedder: Identity,
    entries: Sequence[Mapping[str, Any]],
    removed: Sequence[str],
    parts: Sequence[Part] = (),
) -> dict[str, Any]:
    """Give the manifest of a generation: what it is made of, what made it, what it removed."""
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


def is_collection(path: Path) -> bool:
    """Say whether a folder is a collection's, even one whose newest manifest is damaged or missing."""
    folders = all((path / name).is_dir() for name in ("generations", "segments"))
    return folders and ((path / "CURRENT").is_file() or any((path / "generations").glob("*.[ab].json")))


def check_versions(path: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest of another form or other rules. Raises ValueError, naming both versions."""
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
    """Write both copies of a manifest, then put a third in the place of CURRENT. From then on it is in force."""
    for place in [*manifest_paths(path, manifest["generation"]), path / "CURRENT"]:
        files.replace(place, files.seal(manifest))


def write_segment(path: Path, segment: Segment) -> None:
    """Write the files of a segment and their checksums, fsynced, under a name that appears when all are there."""
    place = path / "segments" / segment.name
    with files.under_construction(place) as temporary:
        written = {}
        for name, data in segment.files():
            files.write(temporary / name, data)
            written[name] = _told(data)
        wanted = {f"{digest}{source.suffix.lower()}": source for digest, source in segment.originals.items()}
        if kept := [name for name, source in sorted(wanted.items()) if originals.keep(source, temporary / name)]:
            data = json.dumps(kept).encode()
            files.write(temporary / ORIGINALS, data)
            written[ORIGINALS] = _told(data)
        entry = {
            "name": segment.name,
            "documents": segment.num_documents,
            "chunks": segment.num_chunks,
            "files": written,
            "removed": [],
        }
        files.write(temporary / "segment.json", files.seal(entry))


def _told(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


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
        segment = load(place, read, records, texts, list(listed), dimension)
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
        holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()})
        with suppress(OSError):  # on a full disk the lock is held all the same
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), holder.encode())
        files.checkpoint("locked")
        yield
