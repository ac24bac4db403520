"""Documents in, hits out."""

from index.document import Changes, Chunk, Document, Hit, Skipped, Span
from index.embedder import Embedder
from index.language import detect, fold, terms, words
from index.retriever import Retriever
from index.sentences import paragraphs, sentences

__all__ = [
    "Changes",
    "Chunk",
    "Document",
    "Embedder",
    "Hit",
    "Retriever",
    "Skipped",
    "Span",
    "detect",
    "fold",
    "paragraphs",
    "sentences",
    "terms",
    "words",
]
