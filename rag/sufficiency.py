"""Why evidence can't answer a question, whatever it resembles: a name it never mentions, no thing of the kind asked."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from index import fold, words
from rag.focus import MEASURES, fits_kind, holds_kind
from rag.likeness import best_matches, content_words
from rag.question import Kind, Question

MENTIONED = 0.5
"""The cosine from which a word of the evidence may be the question's name in the other language."""
MISSPELT = 0.8
"""The share of letters from which it may be the same name in another spelling."""


def unmentioned(question: Question, texts: Sequence[str]) -> list[str]:
    """Give the names and figures of `question` that no text mentions, translated or misspelt forms allowed.

    >>> from rag.question import read_question
    >>> unmentioned(read_question("How much did Tesla pay Renault in 2023?"), ["Renault a payé Tesla en 2021."])
    ['2023']
    """
    found = best_matches(question.text, ["\n".join(texts)])
    held: set[str] = set()
    missing = []
    for row, word in enumerate(content_words(question.text)):
        if fold(word) not in question.names or found[row, 0] >= MENTIONED:
            continue
        # every word, for what is small in one language may be a name's part in the other: Doctor Who, La Salle
        held = held or {fold(text[a:b]) for text in texts for a, b in words(text)}
        if fold(word) in held:
            continue
        if any(c.isdigit() for c in word) or not get_close_matches(fold(word), held, n=1, cutoff=MISSPELT):
            missing.append(word)
    return missing


def answers_kind(question: Question, sentence: str) -> bool:
    """Say whether `sentence` can answer as asked: an amount for "how much", in its unit, a year for "which year"."""
    if question.kind is Kind.AMOUNT:
        return fits_kind(question, sentence) if question.counted in MEASURES else holds_kind(question, sentence)
    return question.counted != "year" or fits_kind(question, sentence)
