"""The word tables that ship with the package, as lines."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=16)
def lines(name: str) -> tuple[str, ...]:
    """Give the lines of the table `name`, without comments and blank lines."""
    text = (files("rag") / "models" / "words" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
