"""Which chunks a search may find: a filter applied to the documents of a segment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.segment import Column, Segment
from index.snapshot import Part

Scalar = str | int | float | bool | None
_FIELDS = {"document_id": "id", "folder": "id", "source": "source", "title": "title", "language": "language"}


def allowed_chunks(part: Part, filter: Mapping[str, object] | None) -> NDArray[np.bool_] | None:
    """Say for each chunk row of a part whether it is live and its document fits the filter; None where all do.

    Keys: document_id, source, title, language, folder (an id prefix), else a metadata key; a scalar equals, a list is
    any-of, keys are ANDed. Raises ValueError for a value that is neither.
    """
    if not filter:
        return part.live_chunks if part.removed else None
    fits = part.live_documents
    for key, value in filter.items():
        fits = fits & _fits(part.segment, key, _any_of(key, value))
    allowed: NDArray[np.bool_] = fits[part.segment.rows.documents]
    return allowed


def _any_of(key: str, value: object) -> list[Scalar]:
    values: list[Scalar] = []
    for one in value if isinstance(value, (list, tuple, set, frozenset)) else [value]:
        if not isinstance(one, (str, int, float, bool, type(None))):
            raise ValueError(f"filter {key!r}: expected a text, number, boolean, None or a list of them, found {one!r}")
        if key in ("document_id", "folder") and not isinstance(one, str):
            raise ValueError(f"filter {key!r}: expected a text or a list of texts, found {one!r}")
        values.append(one)
    return values


def _fits(segment: Segment, key: str, wanted: Sequence[Scalar]) -> NDArray[np.bool_]:
    """Say for each document of a segment whether what it has under a key is among the wanted."""
    fits = np.zeros(segment.num_documents, np.bool_)
    if key == "document_id":
        fits[[row for one in wanted for row in segment.find(str(one))]] = True
        return fits
    column = segment.column(_FIELDS.get(key, key), metadata=key not in _FIELDS)
    for one in wanted:
        if key == "folder":
            fits |= _starting(column, str(one))
        elif one in column.codes:
            fits |= column.rows == column.codes[one]
    return fits


def _starting(column: Column, prefix: str) -> NDArray[np.bool_]:
    ids = column.texts
    first, end = bisect_left(ids, prefix), bisect_right(ids, prefix, key=lambda one: one[: len(prefix)])
    return (column.rows >= first) & (column.rows < end)
