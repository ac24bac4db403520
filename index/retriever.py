"""The Retriever contract: a question in, ranked hits out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from index.document import Hit


class Retriever(Protocol):
    """Anything that finds chunks for a query; a `Collection` is one."""

    def search(self, query: str, k: int = 10, filter: Mapping[str, object] | None = None) -> list[Hit]:
        """Give at most `k` hits, best first, ranks from 1, ties broken by (document_id, start).

        `filter` keys: document_id, source, title, language, folder (an id prefix), else a metadata key; a scalar
        equals, a list is any-of, keys are ANDed. An empty collection gives []. Raises ValueError when k < 1.
        """
        ...
