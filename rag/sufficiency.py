"""Why evidence can't answer a question, whatever it resembles: what it never mentions, no thing of the kind asked."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache

from index import detect, fold, words
from rag.facts.reading import read
from rag.facts.units import MONEY
from rag.facts.wording import keys
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


_PAYING = "payer verser percevoir toucher gagner indemnité prime", "pay fee charge earn receive bonus"
"""Words beside which a sum may be any payment, whatever the question calls it."""
_SUMS = "montant prix coût tarif somme valeur frais chiffre total", "amount price cost sum value figure rate total"
"""Words of a question that any sum answers."""


def unspoken(question: Question, answer: str, texts: Sequence[str]) -> bool:
    """Say whether `answer` is money and no text speaks of what the question wants, nor of any payment.

    A word that is known to mean the same, in French or English, will do; a question for a sum or a price wants any.

    >>> from rag.question import read_question
    >>> text = "Le budget de la commune est de 4 millions d’euros. Le maire l’a présenté."
    >>> unspoken(read_question("Quel est le salaire du maire ?"), "4 millions d’euros", [text])
    True
    """
    wanted = keys(question.wanted, question.language)
    if not any(key.startswith("#") for key in wanted) or wanted & _keys(_SUMS):
        return False
    if not any(amount.dimension in MONEY for amount in read(answer, detect(" ".join(texts))).quantities):
        return False
    telling = wanted | _keys(_PAYING)
    return not any(
        telling & keys(text[a:b].lower(), language)
        for text, language in ((text, detect(text)) for text in texts)
        for a, b in words(text)
    )


@cache
def _keys(sides: tuple[str, str]) -> frozenset[str]:
    """Give the keys of French and English words, without what they mean besides."""
    found = (keys(word, language) for language, side in zip(("fr", "en"), sides, strict=True) for word in side.split())
    return frozenset(key for of_word in found for key in of_word if not key.startswith("#"))


def answers_kind(question: Question, sentence: str) -> bool:
    """Say whether `sentence` can answer as asked: an amount for "how much", in its unit, a year for "which year"."""
    if question.kind is Kind.AMOUNT:
        return fits_kind(question, sentence) if question.counted in MEASURES else holds_kind(question, sentence)
    return question.counted != "year" or fits_kind(question, sentence)
