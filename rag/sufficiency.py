"""Why evidence can't answer a question, whatever it resembles: what it never mentions, no thing of the kind asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache

from index import detect, fold, terms, words
from rag.facts.reading import read
from rag.facts.units import MONEY
from rag.facts.wording import keys
from rag.focus import MEASURES, fits_kind, holds_number
from rag.likeness import best_matches, content_words
from rag.question import Kind, Question
from rag.ranges import comparable
from rag.times import days, parts

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
    whole = "\n".join(texts)
    found = best_matches(question.text, [whole])
    ranged = comparable(question.text, whole)
    held: set[str] = set()
    missing = []
    for row, word in enumerate(content_words(question.text)):
        if fold(word) not in question.names or found[row, 0] >= MENTIONED or word in ranged:
            continue
        # every word, for what is small in one language may be a name's part in the other: Doctor Who, La Salle
        held = held or {fold(text[a:b]) for text in texts for a, b in words(text)}
        if fold(word) in held or (_in_capitals(word, question) and _is_short_for(word.upper(), texts)):
            continue
        if any(c.isdigit() for c in word) or not get_close_matches(fold(word), held, n=1, cutoff=MISSPELT):
            missing.append(word)
    return missing + _unmentioned_days(question, texts)


def _in_capitals(word: str, question: Question) -> bool:
    return re.search(rf"\b{re.escape(word.upper())}\b", question.text) is not None


def _is_short_for(word: str, texts: Sequence[str]) -> bool:
    """Say whether a text has the words that `word` abbreviates, or its letters in the other language's order.

    >>> _is_short_for("VS", ["Visual Studio Code"]), _is_short_for("AI", ["Les acteurs de l’IA"])
    (True, True)
    """
    if not _ABBREVIATION.fullmatch(word):
        return False
    spelt = r"[\s-]+".join(rf"{letter}\w*" for letter in word)
    return any(
        re.search(rf"\b{spelt}", text) or any(sorted(found) == sorted(word) for found in _ABBREVIATION.findall(text))
        for text in texts
    )


_ABBREVIATION = re.compile(r"\b[A-Z]{2,5}\b")


def _unmentioned_days(question: Question, texts: Sequence[str]) -> list[str]:
    """Give the months and days of the week of `question` that no text has, in words or figures."""
    asked = read(question.text, question.language)
    wanted = {part: asked.quote(date.start, date.end) for date in asked.dates for part in parts(date)}
    if not wanted:
        return []
    told = {part for text in texts for part in days(text)}
    return list(dict.fromkeys(said for part, said in wanted.items() if part not in told))


def other_days(question: Question, sentence: str) -> bool:
    """Say whether `sentence` tells of other days of the week, or months, than `question`: "Monday: 9 to 12".

    A sentence that has a first and a last one may be of all between.

    >>> from rag.question import read_question
    >>> asked = read_question("Quels horaires le vendredi ?")
    >>> other_days(asked, "Mardi et jeudi : 14 h"), other_days(asked, "Du lundi au samedi : 9 h")
    (True, False)
    """
    asked = {part for date in read(question.text, question.language).dates for part in parts(date)}
    if not asked or _RANGE.search(sentence):
        return False
    told = days(sentence)
    kinds = {name for name, _ in told}
    return any(part[0] in kinds and part not in told for part in asked)


_RANGE = re.compile(r"(?i)\b(?:au|jusqu|to|until|through|till)\b|[–-]\s?[A-Za-z]")


def mislabelled(question: Question, texts: Sequence[str]) -> bool:
    """Say whether the first text that labels a thing of `question`, by letter or number, has only other labels.

    >>> from rag.question import read_question
    >>> asked = read_question("Combien coûte le scénario A ?")
    >>> mislabelled(asked, ["Il coûte 40 000 euros.", "Scénario C"]), mislabelled(asked, ["Les scénarios A et C"])
    (True, False)
    """
    labelled = _LABELLED.findall(_unaccented(question.text))
    bare = [_unaccented(text) for text in texts] if labelled else []
    for thing in labelled:
        noun, label = thing.rsplit(" ", 1)
        if not terms(noun, question.language) or read(thing, question.language).dates:
            continue  # "Les 3 ponts" are a number of things, "May 12" is a day
        given = re.compile(rf"\b(?i:{re.escape(noun.removesuffix('s'))}s?) ({_LABEL}(?:{_JOINED}{_LABEL})*)\b")
        for text in bare:
            labels = [part for labels in given.findall(text) for part in re.split(_JOINED, labels)]
            if labels:
                if label not in labels and not _within(label, labels):
                    return True
                break
    return False


_LABEL = r"(?:[A-HJ-Z](?![’'.\w])|\d{1,2}(?:\.\d+)?(?![\w%€$]))"
_JOINED = r"(?:, | (?:et|ou|and|or|a|to) | ?[/–-] ?)"
_LABELLED = re.compile(
    r"\b(?:[A-Za-z]{3,} [A-HJ-Z](?![’'.\w])|(?:[A-Z][A-Za-z]{2,}|(?:article|section|chapitre|chapter|annexe|appendix|"
    r"scenario|phase|etape|step|lot|tranche|version|tome|volume|partie|part|option|zone|niveau|level|classe|class|type|"
    r"ligne|line|salle|room|figure|tableau|table|groupe|group|point|regle|rule|page)) \d{1,2}(?:\.\d+)?(?![\w%€$]))"
)
"""A thing and its label: "scenario A", "Claude 5", "article 12"."""


def _within(label: str, labels: Sequence[str]) -> bool:
    """Say whether a number may be meant by "3 to 7"."""
    numbers = [float(part) for part in labels if part[0].isdigit()]
    return label[0].isdigit() and len(numbers) > 1 and min(numbers) <= float(label) <= max(numbers)


def _unaccented(text: str) -> str:
    """Give `text` without accents, its capitals kept."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


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
    if not any(key.startswith("#") for key in wanted) or wanted & _words(_SUMS):
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
def _words(sides: tuple[str, str]) -> frozenset[str]:
    """Give the keys of French and English words, without those of their families: a valuation is not any value."""
    return frozenset(key for key in _keys(sides) if not key.startswith("~"))


@cache
def _keys(sides: tuple[str, str]) -> frozenset[str]:
    """Give the keys of French and English words, without what they mean besides."""
    found = (keys(word, language) for language, side in zip(("fr", "en"), sides, strict=True) for word in side.split())
    return frozenset(key for of_word in found for key in of_word if not key.startswith("#"))


def answers_kind(question: Question, sentence: str) -> bool:
    """Say whether `sentence` can answer as asked: an amount for "how much", in its unit, a year for "which year"."""
    unnumbered = _UNNUMBERED.get(question.counted)
    if unnumbered and unnumbered.search(fold(sentence)):
        return True
    if question.kind is Kind.AMOUNT:
        return fits_kind(question, sentence) if question.counted in MEASURES else holds_number(question, sentence)
    return question.counted != "year" or fits_kind(question, sentence)


_UNNUMBERED = {
    "duration": re.compile(
        r"\b(?:plusieurs|quelques|several|many|a few) (?:heures|jours|semaines|mois|annees|decennies|siecles|hours|"
        r"days|weeks|months|years|decades|centuries)\b|\b(?:depuis|for a) (?:longtemps|long time)\b"
    ),
    "money": re.compile(r"\bgratuit(?:e?s?|ement)\b|\bfree of charge\b|\b(?:is|are|be) free\b|: free$"),
}
"""A time, or a price, that is told without a number."""
