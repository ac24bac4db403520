"""Documents in, hits out."""

from index.chunker import chunk
from index.collection import Collection, OutdatedError, Stats
from index.document import Changes, Chunk, Document, Hit, Skipped, Span
from index.embedder import Embedder, load_embedder
from index.folder import sync
from index.language import detect, fold, terms, words
from index.mending import Repair, repair
from index.names import place_of
from index.reader import READERS, expected, read
from index.readers.isolated import Box, boxes, render
from index.retriever import Retriever
from index.sentence import is_item, paragraphs, quotable, sentences
from index.table import cells, drawn, rows, table_at
from index.tokens import count
from index.translation import translations
from index.upkeep import backup, check, purge, rollback

__all__ = [
    "READERS",
    "Box",
    "Changes",
    "Chunk",
    "Collection",
    "Document",
    "Embedder",
    "Hit",
    "OutdatedError",
    "Repair",
    "Retriever",
    "Skipped",
    "Span",
    "Stats",
    "backup",
    "boxes",
    "cells",
    "check",
    "chunk",
    "count",
    "detect",
    "drawn",
    "expected",
    "fold",
    "is_item",
    "load_embedder",
    "paragraphs",
    "place_of",
    "purge",
    "quotable",
    "read",
    "render",
    "repair",
    "rollback",
    "rows",
    "sentences",
    "sync",
    "table_at",
    "terms",
    "translations",
    "words",
]
