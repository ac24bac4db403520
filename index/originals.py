"""The files that documents were read from, kept beside the texts so that a page of them can be shown later.

Kept are PDF, Word and HTML files, each under its SHA-256 in the folder of its document's segment, and so checked,
backed up, carried along and forgotten as the segment is. Of text, Markdown and JSON Lines the stored text is the
original.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from index import files
from index.document import Document
from index.names import place_of
from index.readers.isolated import FORMATS

_log = logging.getLogger(__name__)
_HASH = re.compile(r"[0-9a-f]{64}")


def originals(documents: Iterable[Document]) -> dict[str, Path]:
    """Give the files that documents were read from, by the SHA-256 they had then."""
    found: dict[str, Path] = {}
    for document in documents:
        digest, path = document.metadata.get("file_sha256"), place_of(document.source)
        # The hash becomes a file's name, and metadata may come from anywhere.
        if isinstance(digest, str) and _HASH.fullmatch(digest) and path.suffix.lower() in FORMATS:
            found.setdefault(digest, path)
    return found


def hash_of(path: Path) -> str:
    """Give the SHA-256 of a file, nothing when it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def damaged(kept: Mapping[str, Path]) -> list[Path]:
    """Give those of kept files, by their SHA-256, that are missing or no longer have it."""
    return [path for digest, path in kept.items() if hash_of(path) != digest]


def keep(source: Path, target: Path) -> bool:
    """Keep the file at `source` as `target`, which is called by its SHA-256; False when it is no longer that file.

    From the folder of another segment, whose files never change, it is linked: it costs no room and no time. From
    elsewhere it is copied, for a link would change with the file when that is edited in place.
    """
    if source.parent.parent == target.parent.parent:
        files.checkpoint(f"link {target.name}")
        try:
            target.hardlink_to(source)
        except OSError as error:
            if source.exists():  # a file system without links
                files.copy(source, target, target.stem)
            else:
                _log.error("the original %s is gone: %s", source, error)
        return True  # listed even when it is gone, so that `check` goes on saying so
    if source.is_file() and files.copy(source, target, target.stem):
        return True
    _log.warning("%s is no longer the file that was read; no copy of it is kept", source)
    return False
