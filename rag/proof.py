"""Which sentences prove a statement: a model's markers are hints, the verification decides."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from index import detect, terms
from rag.answer import Verdict
from rag.backend import Evidence
from rag.facts import unframed
from rag.verification import RELATED, coverage, verify

STRONG = 0.55
"""Least share, by weight, of an unmarked statement's terms that its source must hold. On 707 claims of WiCE against
their whole cited page, 58 of the 62 sentences chosen are among the annotated ones, and none is chosen for the 75
claims that nothing supports."""

SHORTEST = 4
"""Words; a shorter statement says too little for another sentence to be taken for the one that was meant."""


def proof(statement: str, named: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Give the sentences of `evidence` to cite for `statement`, which names some of them, rightly or not.

    Those named stand where they carry it, or where it alters what they say and no other holds more of it. Else one
    that carries it takes their place; else the one that holds more of it than they do, beside them where that carries
    it, to be judged, but not to call altered what those named speak of and leave open. A statement that names none
    gets one that carries it, or clearly holds its content (`align`), or nothing.
    """
    verdict = _verdict(statement, named)
    if verdict is Verdict.SUPPORTED:
        return list(named)
    bare = unframed(statement)
    others = [each for each in evidence if each not in named]
    shares = _shares(bare, evidence)

    def nearness(each: Evidence) -> float:
        """How much of the statement the sentence holds, how rare that is, how little else it speaks of."""
        return coverage(bare, [each.text]) + shares[each.number] + coverage(each.text, [bare])

    placed = len(bare.split()) >= SHORTEST
    near = [each for each in others if placed and coverage(bare, [each.text]) >= RELATED]
    nearest = max(near, key=nearness, default=None)
    nearer = nearest is not None and nearness(nearest) > max(map(nearness, named), default=0.0)
    if verdict is Verdict.ALTERED and not nearer:
        return list(named)  # another sentence that says less may agree; the one that was meant does not
    for each in others:
        if _verdict(statement, [each]) is Verdict.SUPPORTED:
            return [each]
    if not named:
        best = align(bare, evidence)
        return [] if best is None else [best]
    if nearest is None or not nearer:
        return list(named)
    together = [*named, nearest]
    if _verdict(statement, together) is Verdict.SUPPORTED:
        return together
    speaking = verdict is not Verdict.ALTERED and coverage(bare, [each.text for each in named]) >= RELATED
    return list(named) if speaking and _verdict(statement, [nearest]) is Verdict.ALTERED else [nearest]


def align(statement: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """Give the evidence sentence that holds the content of `statement`, or None when none does clearly.

    Content is its index terms, weighted by how rare they are in the evidence; every number must be there.
    """
    shares = _shares(statement, evidence)
    best, best_share = None, 0.0
    for each in evidence:
        language = language_of(each.hit.chunk.text)
        wanted, theirs = set(terms_of(statement, language)), set(terms_of(each.text, language))
        numbers = {term for term in wanted if term[0].isdigit()}
        if len(wanted & theirs) >= 3 and numbers <= theirs and shares[each.number] > best_share + 1e-9:
            best, best_share = each, shares[each.number]
    return best if best_share >= STRONG else None


def _shares(statement: str, evidence: Sequence[Evidence]) -> dict[int, float]:
    """Give, by the number of each sentence, the share of the statement's terms it has, rare ones weighing more."""
    languages = [language_of(each.hit.chunk.text) for each in evidence]
    held = [set(terms_of(each.text, language)) for each, language in zip(evidence, languages, strict=True)]
    spread = Counter(term for each in held for term in each)
    shares = {}
    for each, language, theirs in zip(evidence, languages, held, strict=True):
        weight = {
            term: math.log(1 + len(held) / (spread[term] or 0.5)) for term in sorted(set(terms_of(statement, language)))
        }
        shared = sum(own for term, own in weight.items() if term in theirs)
        shares[each.number] = shared / sum(weight.values()) if weight else 0.0
    return shares


@lru_cache(maxsize=4096)
def terms_of(text: str, language: str) -> tuple[str, ...]:
    """Give the index terms of `text`, remembered."""
    return tuple(terms(text, language))


@lru_cache(maxsize=256)
def language_of(text: str) -> str:
    """Give the language of `text`, remembered."""
    return detect(text)


def _verdict(statement: str, named: Sequence[Evidence]) -> Verdict:
    return verify(statement, [each.text for each in named]).verdict
