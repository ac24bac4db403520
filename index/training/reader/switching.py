"""Text put into the other language word by word, so that the reader learns to read across."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence

from index.language import fold

_PART = re.compile(r"\w+|[^\w\s]+|\s+")
LEAST = 0.06
"""Below this mean probability a translation is not used."""
BEST = 4
SWITCHED = 0.85
"""The share of known words that are put into the other language."""

Choices = Mapping[str, tuple[Sequence[str], Sequence[float]]]
"""For each word, folded, its translations and what each weighs."""


def choices(lexicon: Iterable[tuple[str, str, float, float]]) -> dict[str, Choices]:
    """Give for "fr" and "en" what a word of that language may become in the other."""
    found: dict[str, dict[str, list[tuple[float, str]]]] = {"fr": {}, "en": {}}
    for french, english, forth, back in lexicon:
        if (weight := (forth * back) ** 0.5) >= LEAST:
            found["fr"].setdefault(french, []).append((weight, english))
            found["en"].setdefault(english, []).append((weight, french))
    return {
        language: {
            word: ([other for _, other in best], [weight for weight, _ in best])
            for word, others in words.items()
            if (best := sorted(others, reverse=True)[:BEST])
        }
        for language, words in found.items()
    }


def switch(
    text: str, known: Choices, draw: random.Random, span: tuple[int, int] | None
) -> tuple[str, tuple[int, int] | None]:
    """Put `text` into the other language word by word; give it and where `span` of it, half-open, has come to lie."""
    parts: list[str] = []
    length, begin, end = 0, 0, 0
    for match in _PART.finditer(text):
        part = match.group()
        if span and match.start() <= span[0] < match.end():
            begin = length
        others = known.get(fold(part)) if part[0].isalpha() else None
        if others and draw.random() < SWITCHED:
            part = draw.choices(*others)[0]
        parts.append(part)
        length += len(part)
        if span and match.start() < span[1] <= match.end():
            end = length
    return "".join(parts), (begin, end) if span else None
