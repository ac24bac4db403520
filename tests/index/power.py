"""A disk that loses power: what a program did to its files, and what of it a disk may hold when the power goes.

Only what was fsynced is sure to be there: the bytes of a file after its own fsync, a name in a folder (made, renamed,
linked or deleted) after the folder's. Of the rest any part may have arrived, in any order: each name or none, and of a
file's bytes nothing, the first part, all but a zeroed block, or all.
"""

from __future__ import annotations

import base64
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Step = dict[str, Any]  # "do": make, mkdir, rename, link, remove, bytes or sync; "path", "to", "data"
Folder = dict[str, "Folder | File"]


class Recorder:
    """Notes what this process does to files below a folder; for a process that ends with what it records."""

    def __init__(self, root: Path) -> None:
        self.root, self.steps = str(root), []  # type: tuple[str, list[Step]]
        self._fsync = os.fsync
        os.fsync = self._synced
        sys.addaudithook(self._heard)

    def end(self) -> list[Step]:
        """Give the steps, with what files hold that never were fsynced."""
        self.root, root = "\0", self.root
        for path in {step["path"] for step in self.steps if step["do"] == "make"}:
            place = Path(root) / path
            if place.is_file():
                self._note("bytes at the end", path, data=place.read_bytes())
        return self.steps

    def _note(self, do: str, path: str, to: str = "", data: bytes = b"") -> None:
        self.steps.append({"do": do, "path": path, "to": to, "data": base64.b64encode(data).decode()})

    def _below(self, path: object, descriptor: int = -1) -> str | None:
        place = Path(os.fsdecode(path)) if isinstance(path, (str, bytes, os.PathLike)) else _opened(path)
        if descriptor >= 0:
            place = _opened(descriptor) / place
        name = str(place)
        return name[len(self.root) + 1 :] if name.startswith(self.root + "/") else None

    def _synced(self, descriptor: int) -> None:
        self._fsync(descriptor)
        place = _opened(descriptor)
        if (path := self._below(place)) is not None:
            if place.is_dir():
                self._note("sync", path)
            else:
                self._note("bytes", path, data=place.read_bytes())

    def _heard(self, event: str, about: tuple[Any, ...]) -> None:
        """Note an event before it happens; one that then fails is undone by nothing, as on a disk."""
        if event == "open" and about[2] & (os.O_WRONLY | os.O_RDWR) and about[2] & os.O_CREAT:
            if (path := self._below(about[0])) is not None and not (Path(self.root) / path).exists():
                self._note("make", path)
        elif event == "os.mkdir" and (path := self._below(about[0], about[2])) is not None:
            self._note("mkdir", path)
        elif event in ("os.remove", "os.rmdir") and (path := self._below(about[0], about[1])) is not None:
            self._note("remove", path)
        elif event in ("os.rename", "os.link") and (path := self._below(about[0])) is not None:
            self._note(event[3:], path, to=self._below(about[1]) or "")


def _opened(descriptor: object) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


@dataclass(slots=True)
class File:
    """A file's bytes; two names may share one."""

    data: bytes


def held(path: Path) -> Folder:
    """Give a folder as it is on the disk, all of it safe."""
    return {one.name: held(one) if one.is_dir() else File(one.read_bytes()) for one in path.iterdir()}


def laid(folder: Folder, path: Path) -> None:
    """Put a folder on the disk."""
    path.mkdir(parents=True)
    for name, one in folder.items():
        if isinstance(one, File):
            (path / name).write_bytes(one.data)
        else:
            laid(one, path / name)


def after_power_loss(before: Folder, steps: Sequence[Step], done: int, source: random.Random, share: float) -> Folder:
    """Give what the disk may hold when the power goes after the first `done` steps.

    Of what was not fsynced each name has arrived with the chance `share`. Changes `before`.
    """
    for number, step in enumerate(steps[:done]):
        if step["do"] in ("sync", "bytes", "bytes at the end"):
            continue
        place = str(Path(step["to"] or step["path"]).parent)
        safe = any(later["do"] == "sync" and later["path"] == place for later in steps[number:done])
        if safe or source.random() < share:
            _apply(before, step, _bytes(steps, number, done, source))
    return before


def _bytes(steps: Sequence[Step], number: int, done: int, source: random.Random) -> bytes:
    """Give what a file made at a step may hold: all when its fsync came before the end, else any part."""
    path = steps[number]["path"]
    if steps[number]["do"] != "make":
        return b""
    written = next(
        ((n, s) for n, s in enumerate(steps[number:], number) if s["do"].startswith("bytes") and s["path"] == path),
        None,
    )
    if written is None:
        return b""
    data = base64.b64decode(written[1]["data"])
    if written[0] < done and written[1]["do"] == "bytes":
        return data
    cut = source.randrange(len(data) + 1)
    return source.choice([b"", data[:cut], data[:cut] + bytes(len(data[cut : cut + 64])) + data[cut + 64 :], data])


def _apply(root: Folder, step: Step, data: bytes) -> None:
    """Change names; a step that finds nothing to work on did not arrive either."""
    inside, name = _find(root, step["path"])
    if inside is None:
        return
    if step["do"] == "make":
        inside[name] = File(data)
    elif step["do"] == "mkdir":
        inside.setdefault(name, {})
    elif step["do"] == "remove":
        if inside.get(name) == {} or isinstance(inside.get(name), File):
            del inside[name]
    elif name in inside:
        target, new_name = _find(root, step["to"])
        if target is not None:
            target[new_name] = inside[name]
            if step["do"] == "rename":
                del inside[name]


def _find(root: Folder, path: str) -> tuple[Folder | None, str]:
    """Give the folder that a path's last name stands in, None where it is not there, and that name."""
    *folders, name = path.split("/")
    for one in folders:
        inside = root.get(one)
        if not isinstance(inside, dict):
            return None, name
        root = inside
    return root, name
