"""What a question asks for: its terms, its names, the kind of answer it wants. French and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from index import detect, fold, terms


class Kind(Enum):
    """The kind of answer a question wants."""

    AMOUNT = "amount"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.DATE,
        re.compile(
            r"\b(quand|(?:en )?quelles? annees?|quelle date|quel (?:siecle|mois|jour)|quelle (?:periode|epoque)|when|"
            r"(?:what|which) (?:year|date|day|month|century)|how recently)\b"
        ),
    ),
    (
        Kind.AMOUNT,
        re.compile(
            r"\b(combien|quel(?:le)? (?:est )?(?:la |le |l )?(?:montant|nombre|prix|cout|taille|hauteur|superficie|"
            r"population|pourcentage|distance|longueur|duree|vitesse|altitude|age|part|taux|somme|proportion|poids|"
            r"chiffre)|how (?:much|many|long|large|big|tall|far|old|high|often|fast|deep|wide|heavy)|what percent\w*|"
            r"what (?:is |was )?(?:the )?(?:number|amount|price|cost|population|percentage|distance|rate|size|"
            r"height))\b"
        ),
    ),
    (Kind.PERSON, re.compile(r"\b(qui|who|whom|whose)\b(?! est ce que)")),
    (
        Kind.PLACE,
        re.compile(
            r"\b(ou (?:est|se|sont|a|ont|fut|etait|habit\w*|vit|nait|travaille|peut|trouve)|d ou|dans quel(?:le)? "
            r"(?:ville|pays|region|lieu|departement|etat|endroit|continent)|where|"
            r"(?:what|which) (?:city|country|state|place))\b"
        ),
    ),
    (Kind.REASON, re.compile(r"\b(pourquoi|pour quelles? raisons?|why|for what reason|comment|how)\b")),
)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’]*(?:[- ](?:\d[\w.]*|[A-ZÀ-ÖØ-Þ][\w]*))*|\b\w*\d[\w.,]*")
_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the extractive backend reads it.

    `terms` maps a language to the question's index terms, each once; `names` holds its proper names and figures,
    folded; `kind` is the kind of answer it wants.
    """

    text: str
    language: str
    terms: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    kind: Kind


def read_question(text: str) -> Question:
    """Give what `text` asks for.

    >>> read_question("Combien Nvidia investit-il ?").kind
    <Kind.AMOUNT: 'amount'>
    """
    plain = _PLAIN.sub(" ", fold(text)).strip()
    kind = next((kind for kind, pattern in _KINDS if pattern.search(plain)), Kind.OTHER)
    by_language = {language: tuple(dict.fromkeys(terms(text, language))) for language in ("fr", "en")}
    return Question(text, detect(text), by_language, _names(text), kind)


def _names(text: str) -> tuple[str, ...]:
    """Give the capitalised words and figures of `text`, folded, one by one; a plain first word is none."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        for word in re.split(r"[\s'’-]+", match.group()):
            at_start = match.start() == 0 and match.group().startswith(word)
            if len(word) > 1 and terms(word, detect(text)) and not (at_start and _ordinary(word)):
                found[fold(word).strip(".,")] = None
    return tuple(found)


def _ordinary(word: str) -> bool:
    """Say whether a capital may be there only because the word opens the sentence."""
    return word[1:].islower()
