"""Files' names as valid Unicode, and back."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ESCAPE = re.compile(rb"\\x([89a-f][0-9a-f])")


def readable(name: str) -> str:
    r"""Give a file's name as valid Unicode: bytes that are not UTF-8 become escapes such as \xe9."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def place_of(source: str) -> Path:
    """Give the place that a document's source tells: where nothing bears that very name, escapes in it are bytes."""
    if "\\x" not in source or os.path.lexists(source):
        return Path(source)
    escaped = source.encode(errors="replace")
    return Path(os.fsdecode(_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), escaped)))
