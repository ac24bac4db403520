"""Which chunks a search may find: a filter applied to the documents of a segment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.snapshot import Part

_FIELDS = ("source", "title", "language")


def allowed_chunks(part: Part, filter: Mapping[str, object] | None) -> NDArray[np.bool_]:
    """Say for each chunk row of a part whether it is live and its document fits the filter.

    Keys: document_id, source, title, language, folder (an id prefix), else a metadata key; a scalar equals, a list is
    any-of, keys are ANDed. Raises ValueError for a value that is neither.
    """
    if not filter:
        return part.live_chunks
    wanted = {key: _any_of(key, value) for key, value in filter.items()}
    if "document_id" in wanted:
        candidates = sorted({row for document_id in wanted["document_id"] for row in part.segment.find(document_id)})
    else:
        candidates = list(range(part.segment.num_documents))
    fits = np.zeros(part.segment.num_documents, np.bool_)
    for row in candidates:
        fits[row] = row not in part.removed and _fits(part.segment.record(row), wanted)
    allowed: NDArray[np.bool_] = fits[part.segment.rows.documents]
    return allowed


def _any_of(key: str, value: object) -> Collection[Any]:
    values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    for one in values:
        if not isinstance(one, (str, int, float, bool, type(None))):
            raise ValueError(f"filter {key!r}: expected a text, number, boolean, None or a list of them, found {one!r}")
        if key in ("document_id", "folder") and not isinstance(one, str):
            raise ValueError(f"filter {key!r}: expected a text or a list of texts, found {one!r}")
    return values


def _fits(record: Mapping[str, Any], wanted: Mapping[str, Collection[Any]]) -> bool:
    for key, values in wanted.items():
        if key == "document_id":
            fit = record["id"] in values
        elif key == "folder":
            fit = record["id"].startswith(tuple(values))
        elif key in _FIELDS:
            fit = record[key] in values
        else:
            fit = key in record["metadata"] and record["metadata"][key] in values
        if not fit:
            return False
    return True
