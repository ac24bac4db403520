"""Words and vectors together: fusion as one pure function, and the search that applies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from index.document import Hit
from index.embedder import Vectors
from index.filters import allowed_chunks
from index.language import detect, terms
from index.snapshot import Snapshot
from index.translation import Alternatives, translated

LEXICAL_WEIGHT = 0.7
"""The share of BM25 in the score of a chunk in the question's language; the rest is the cosine's."""
CROSS_LEXICAL_WEIGHT = 0.7
"""The same for a chunk in another language than the question's, whose words are reached by translation."""
CANDIDATES = 100
"""How many chunks each side puts forward; every one of them is scored by both."""

Scores = NDArray[np.float32]


def fuse(lexical: Scores, dense: Scores, lexical_weight: Scores | float) -> Scores:
    """Give one score a chunk: the weighted mean of its lexical and its dense score, both in 0..1.

    A convex combination of normalised scores: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval" (2022), found it better than rank fusion in and out of domain.
    """
    fused: Scores = (lexical_weight * lexical + (1 - lexical_weight) * dense).astype(np.float32)
    return fused


@dataclass(frozen=True, slots=True)
class Weights:
    """What a search leans on, each in 0..1; 1 is words alone, 0 vectors alone."""

    same: float = LEXICAL_WEIGHT
    cross: float = CROSS_LEXICAL_WEIGHT


def query_terms(query: str, languages: Sequence[str], asked_in: str) -> dict[str, list[str | Alternatives]]:
    """Analyse a query once for each language of the documents; for another language its words are translated too.

    Names and numbers meet whatever the stems do, for each word also stands for itself as that language's documents were
    analysed. What is a stop word in the language the query is asked in never counts: in documents of another language
    such words are rare and would weigh the most.
    """
    content = [(word, asked) for word in query.split() if (asked := terms(word, asked_in))]
    return {
        language: [*terms(query, language)]
        if language == asked_in
        else [one for word, asked in content for one in translated(asked, terms(word, language), asked_in, language)]
        for language in languages
    }


def search(
    snapshot: Snapshot,
    query: str,
    vector: Vectors,
    k: int,
    filter: Mapping[str, object] | None = None,
    *,
    weights: Weights | None = None,
) -> list[Hit]:
    """Give the `k` best chunks of one state for a query and its vector, ties broken by (document_id, start).

    BM25 is divided by the most it could reach for the query; a cosine counts from where it stops being chance. So both
    lie in 0..1, and a chunk of another language competes by its meaning only as far as that says something.
    """
    weights = weights or Weights()
    asked_in = detect(query)
    parts = snapshot.parts
    allowed = [allowed_chunks(part, filter) for part in parts]
    lexical, ceilings = snapshot.sparse.scores(query_terms(query, snapshot.sparse.languages, asked_in))
    words = [scores if may is None else scores * may for scores, may in zip(lexical, allowed, strict=True)]
    nearest = [p.segment.vectors.search(vector, max(CANDIDATES, k), may) for p, may in zip(parts, allowed, strict=True)]
    by_words = _floor([scores[scores > 0] for scores in words], max(CANDIDATES, k))
    by_vectors = _floor([scores for _, scores in nearest], max(CANDIDATES, k))
    found: list[tuple[float, int, int]] = []
    for number, (part, (near, cosines)) in enumerate(zip(parts, nearest, strict=True)):
        near, cosines = near[cosines >= by_vectors], cosines[cosines >= by_vectors]
        more = np.setdiff1d(np.flatnonzero(words[number] >= by_words), near)
        rows = np.concatenate([near, more])
        cosines = np.concatenate([cosines, part.segment.vectors.scores(vector, more)])
        languages = sorted(part.segment.postings)
        ceiling = np.array([max(ceilings.get(language, 0), 1e-6) for language in languages], np.float32)
        weight = np.array([weights.same if one == asked_in else weights.cross for one in languages], np.float32)
        spoken = part.languages[rows]
        meaning = ((cosines - snapshot.embedder.chance) / (1 - snapshot.embedder.chance)).clip(0, 1).astype(np.float32)
        scores = fuse(words[number][rows] / ceiling[spoken], meaning, weight[spoken])
        found.extend(zip(scores.tolist(), repeat(number), rows.tolist(), strict=False))
    return _hits(snapshot, found, k)


def _floor(scores: Sequence[Scores], n: int) -> float:
    """Give the `n`th highest of all scores, the lowest above nothing where there are fewer."""
    together = np.concatenate([np.zeros(0, np.float32), *scores])
    if len(together) <= n:
        return float(together.min(initial=np.inf))
    return float(np.partition(together, len(together) - n)[len(together) - n])


def _hits(snapshot: Snapshot, found: list[tuple[float, int, int]], k: int) -> list[Hit]:
    """Rank (score, part, row), reading chunks only as far as ties at the end need."""
    found.sort(reverse=True)
    if len(found) > k:
        last = found[k - 1][0]
        found = [one for one in found if one[0] >= last]
    chunks = [(score, snapshot.parts[number].segment.chunk(row)) for score, number, row in found]
    chunks.sort(key=lambda one: (-one[0], one[1].span.document_id, one[1].span.start))
    return [Hit(chunk, score, rank) for rank, (score, chunk) in enumerate(chunks[:k], start=1)]
