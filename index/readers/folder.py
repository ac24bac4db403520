"""Folder -> its files in order, each with its id or the reason it is left out. Links are not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.generation import is_collection
from index.names import readable


@dataclass(frozen=True, slots=True)
class Found:
    """A file met on the way; `reason` says why it can't be read, empty when it can."""

    path: Path
    id: str
    reason: str = ""


def walk(root: Path) -> Iterator[Found]:
    """Give the files under `root` in path order; hidden ones and collections are left out. `root` itself when a file.

    An id is the path below `root` with "/", in valid Unicode. Links inside the folder are not followed: one to a place
    within it is left out, since that place is read itself; one that leads out comes with a reason.
    """
    if not root.is_dir():
        yield Found(root, readable(root.name), "" if root.is_file() else "this is not a plain file")
        return
    home = os.path.realpath(root)
    waiting: list[Path] = [root]
    while waiting:
        path = waiting.pop()
        found = Found(path, "/".join(readable(part) for part in path.relative_to(root).parts))
        try:
            mode = os.lstat(path).st_mode if path != root else stat.S_IFDIR
            if stat.S_ISDIR(mode):
                if is_collection(path):
                    if path == root:
                        yield Found(path, found.id, "this is a collection, not a folder of documents")
                    continue
                waiting += sorted((one for one in path.iterdir() if not one.name.startswith(".")), reverse=True)
            elif stat.S_ISLNK(mode):
                if not (os.path.realpath(path) + os.sep).startswith(home + os.sep):
                    yield Found(path, found.id, "this is a link out of the folder; links are not followed")
                elif not path.exists():
                    yield Found(path, found.id, "this is a link to nothing")
            elif stat.S_ISREG(mode):
                yield found
            else:
                yield Found(path, found.id, "this is not a plain file")
        except OSError as error:
            yield Found(path, found.id, str(error.strerror or error))
