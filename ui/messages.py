"""Every word on the screen, in the language a page is asked in."""

from __future__ import annotations

from dataclasses import asdict

from rag import Statement, Verdict
from ui.english import ENGLISH
from ui.french import FRENCH
from ui.words import Language, Words

__all__ = ["ENGLISH", "FRENCH", "WORDS", "Language", "Words", "as_dict", "backend_name", "preferred", "verdict_name"]

WORDS: dict[str, Words] = {"fr": FRENCH, "en": ENGLISH}


def preferred(accept_language: str) -> Language:
    """Give the language of the page for an Accept-Language header: French or English, English when neither is asked.

    >>> preferred("fr-CA,fr;q=0.9,en;q=0.8"), preferred("de, en;q=0.3, fr;q=0.7"), preferred("")
    ('fr', 'fr', 'en')
    """
    best: Language = "en"
    best_weight = 0.0
    for entry in accept_language.lower().split(","):
        tag, _, parameters = entry.strip().partition(";")
        code: Language | None = "fr" if tag.startswith("fr") else "en" if tag.startswith("en") else None
        weight = _weight(parameters)
        if code is not None and weight > best_weight:
            best, best_weight = code, weight
    return best


def backend_name(name: str, words: Words) -> str:
    """Give what the page calls a backend: the default in words, a model by its name."""
    return words.extractive if name == "extractive" else name


def verdict_name(statement: Statement, words: Words) -> str:
    """Give what a statement's verdict is called; of a quote it says no more than that it is one."""
    if statement.verdict is None:
        return words.incomplete
    if statement.verdict is Verdict.SUPPORTED and any(c.quote == statement.text for c in statement.citations):
        return words.quoted
    return str(getattr(words, statement.verdict))


def as_dict(words: Words) -> dict[str, str]:
    """Give the words as a plain dict, as the page's script reads them."""
    return asdict(words)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
