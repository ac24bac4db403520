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


def proof(statement: str, named: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Give the sentences of `evidence` to cite for `statement`, which names some of them, rightly or not.

    Those named stand where they carry it. Else one that does takes their place; else the one that holds more of it
    than they do, beside them where that carries it, to be judged. A statement that names none gets one that carries
    it, or clearly holds its content (`align`), or nothing.
    """
    verdict = _verdict(statement, named)
    if verdict is Verdict.SUPPORTED:
        return list(named)
    bare = unframed(statement)
    known = coverage(bare, [each.text for each in named])
    others = [each for each in evidence if each not in named]
    shares = [coverage(bare, [each.text]) for each in others]
    share = max(shares, default=0.0)
    near = [each for each, own in zip(others, shares, strict=True) if own == share]
    if verdict is Verdict.ALTERED and share <= known:
        return list(named)  # another sentence that says less may agree; the one that was meant does not
    for each in others:
        if _verdict(statement, [each]) is Verdict.SUPPORTED:
            return [each]
    if not named:
        best = align(bare, evidence)
        return [] if best is None else [best]
    if share <= max(known, RELATED):
        return list(named)
    nearest = max(near, key=lambda each: coverage(each.text, [bare]))  # the one that speaks of little else
    together = [*named, nearest]
    return together if _verdict(statement, together) is Verdict.SUPPORTED else [nearest]


def align(statement: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """Give the evidence sentence that holds the content of `statement`, or None when none does clearly.

    Content is its index terms, weighted by how rare they are in the evidence; every number must be there.
    """
    languages = [language_of(each.hit.chunk.text) for each in evidence]
    held = [set(terms_of(each.text, language)) for each, language in zip(evidence, languages, strict=True)]
    spread = Counter(term for each in held for term in each)
    best, best_share = None, 0.0
    for each, language, theirs in zip(evidence, languages, held, strict=True):
        wanted = sorted(set(terms_of(statement, language)))
        shared = [term for term in wanted if term in theirs]
        numbers = [term for term in wanted if term[0].isdigit()]
        if len(shared) < 3 or not theirs.issuperset(numbers):
            continue
        weight = {term: math.log(1 + len(held) / (spread[term] or 0.5)) for term in wanted}
        share = sum(weight[term] for term in shared) / sum(weight.values())
        if share > best_share + 1e-9:
            best, best_share = each, share
    return best if best_share >= STRONG else None


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
