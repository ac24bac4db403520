"""Documents in, hits out."""

from index.document import Changes, Chunk, Document, Hit, Skipped, Span
from index.embedder import Embedder
from index.retriever import Retriever

__all__ = ["Changes", "Chunk", "Document", "Embedder", "Hit", "Retriever", "Skipped", "Span"]
