"""The part of a sentence that answers: amounts, dates, names, places, told by form."""

from __future__ import annotations

import re

from index import fold, terms, words
from rag.question import Kind, Question

_SCALE = r"(?:mille|milliers?|millions?|milliards?|thousand|hundreds?|million|billion|trillion|bn|k|M|Md)"
_NUMBER_WORD = (
    r"(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|soixante|cent|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)"
)
_AMOUNT = re.compile(
    r"(?:(?:jusqu[’']à|environ|près de|plus de|moins de|au moins|about|nearly|up to|more than|less than|over|around|at least)\s)?"
    r"(?:[$€£]\s?)?(?:\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+|\d+(?:[.,]\d+)*)"
    rf"(?:[ \u00a0\u202f]{_SCALE}\b)?"
    r"(?:[ \u00a0\u202f]?(?:%|€|\$|£|°C|°|km²|m²|km|kg|cm|mm|m|g|t|ha|GW|MW|kW|GHz|Go|ans|jours|heures|minutes|secondes|mois|semaines|"
    r"(?:d[e’']\s?)?(?:dollars?|euros?|habitants|personnes)|years?|days?|hours?|minutes|months?|weeks?|people|percent|miles|feet|"
    r"pour cent)(?![\w]))?"
    rf"|\b{_NUMBER_WORD}(?:[ \u00a0\u202f]{_SCALE})?\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|january|february|march|april|may|"
    r"june|july|august|september|october|november|december)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:er|st|nd|rd|th)?[ \u00a0\u202f])?{_MONTH}(?:[ \u00a0\u202f]\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?[ \u00a0\u202f]\d{{3,4}})?\b"
    r"|\b(?:1\d{3}|20\d{2})\b|\b\d{3,4}[ \u00a0\u202f]av\. J\.-C\.|\b[IVX]+e siècle\b|\b\d{1,2}(?:th|st|nd|rd) century\b"
    r"|\b(?:hier|aujourd[’']hui|demain|yesterday|today|tomorrow|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'-]*(?:[ \u00a0\u202f](?:de[ \u00a0\u202f]la|de|du|des|d[’']|of|the|von|van|le|la)?[ \u00a0\u202f]?[A-ZÀ-ÖØ-Þ\d][\w’'.-]*)*"
)
_FORMS = {Kind.AMOUNT: _AMOUNT, Kind.DATE: _DATE, Kind.PERSON: _NAMES, Kind.PLACE: _NAMES}


def focus(question: Question, sentence: str) -> tuple[int, int] | None:
    """Give the half-open offsets, in `sentence`, of the words that answer; None when their form doesn't tell.

    >>> from rag.question import read_question
    >>> sentence = "Nvidia investit jusqu’à 10 milliards de dollars en 2025."
    >>> a, b = focus(read_question("Combien Nvidia investit-il ?"), sentence)
    >>> sentence[a:b]
    'jusqu’à 10 milliards de dollars'
    """
    form = _FORMS.get(question.kind)
    if form is None:
        return None
    asked = {term for found in question.terms.values() for term in found} | set(question.names)
    candidates = [m.span() for m in form.finditer(sentence) if not _asked(sentence, *m.span(), asked)]
    if not candidates:
        return None
    if question.kind is Kind.AMOUNT and len(candidates) > 1:
        candidates = [c for c in candidates if not _DATE.fullmatch(sentence[slice(*c)])] or candidates
    places = [a for a, b in words(sentence) if set(_both(sentence[a:b])) & asked]
    if not places:
        return candidates[0]
    return min(candidates, key=lambda c: (min(abs(c[0] - place) for place in places), c))


def holds_kind(question: Question, sentence: str) -> bool:
    """Say whether `sentence` holds a thing of the kind that `question` wants; True when any sentence might."""
    if question.kind in (Kind.OTHER, Kind.REASON):
        return True
    return focus(question, sentence) is not None


def _asked(sentence: str, start: int, end: int, asked: set[str]) -> bool:
    """Say whether the words from `start` to `end` only repeat the question, or are no more than a function word."""
    found = [term for a, b in words(sentence[start:end]) for term in _both(sentence[start + a : start + b])]
    return all(term in asked for term in found)


def _both(word: str) -> list[str]:
    return [*terms(word, "fr"), *terms(word, "en"), *([fold(word)] if len(word) > 1 and terms(word, "fr") else [])]
