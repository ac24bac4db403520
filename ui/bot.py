"""The contract of what the chat talks to; a `Chatbot` is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index import Document, Hit
from rag import Answer


class Library(Protocol):
    """Documents by id; a `Collection` is one."""

    def document(self, id: str, /) -> Document:
        """Give a document. Raises KeyError for an id that is not there."""
        ...

    def documents(self, *, newest_first: bool = False) -> Iterable[Document]:
        """Give every document, in the order they came, or backwards."""
        ...

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Give at most `k` hits, best first."""
        ...

    def original(self, document_id: str, /) -> Path | None:
        """Give the very file a document was read from; None where there is none, or it is no longer that file."""
        ...


class Shelves(Library, Protocol):
    """Documents that can also be added and removed."""

    def add(self, documents: Iterable[Document], /) -> object:
        """Add documents; one with a known id replaces it."""
        ...

    def remove(self, ids: Iterable[str], /) -> object:
        """Take documents out. Raises KeyError for an unknown id, before anything changes."""
        ...


class Named(Protocol):
    """Something with a name to show, such as a backend."""

    @property
    def name(self) -> str:
        """How the page calls it."""
        ...


class Bot(Protocol):
    """Answers questions from a library, as `Chatbot` does."""

    @property
    def collection(self) -> Shelves:
        """The documents that answers cite."""
        ...

    @property
    def backend(self) -> Named:
        """What writes the answers."""
        ...

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filter: Mapping[str, object] | None = None,
        hits_first: bool = False,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows; the last one is complete. Raises BackendError when the model fails.

        With `hits_first`, one that holds the hits alone may come before a model has read them.
        """
        ...
