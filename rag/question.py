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
    (
        Kind.PERSON,
        re.compile(r"^(?:(?:a|de|par|avec|pour|chez|contre|et|by|with|for|from|and) )?(?:qui|whom?|whose)\b"),
    ),
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
_PERCENT = re.compile(r"\b(pourcentage|pour cent|percent\w*|proportion|quelle part|what share)\b")
_MONEY = re.compile(
    r"\b(prix|cout\w*|chiffre d affaires|montant|somme|budget|money|price|costs?|worth|paid|invest\w*|dollars?|euros?|"
    r"depens\w*|spen[dt]\w*)\b"
)
_MONEY_NOUNS = frozenset(
    "salaire remuneration loyer budget dotation subvention amende dette benefice revenu valorisation capitalisation "
    "tarif facture salary wage wages rent rental fine debt profit profits revenue revenues turnover valuation "
    "capitalisation capitalization price cost fee toll".split()
)
"""Nouns that a sum of money answers."""
_FEW = 5
"""Words of what is no sentence but a search."""
_DURATION = re.compile(r"\b(combien de temps|quelle duree|how long(?! (?:is|are|was|were) ))\b")
_COUNTED = re.compile(r"\b(?:combien d(?:e|es)?|how many|nombre d(?:e|es)?|number of) (\w+)")
_YEAR = re.compile(r"\b(annees?|years?)\b")
_BEFORE_NOUN = (
    r"(?:(?:nouve(?:l|lle|lles|au|aux)|principa(?:l|le|ux|les)|premiere?s?|derniere?s?|grande?s?|petite?s?|meilleure?s?|"
    r"vraie?s?|future?s?|ancien(?:ne)?s?|plus \w+) )?"
)
_WANTED = (
    re.compile(
        r"\b(?:quel(?:le)?s? (?:est|sont|etait|etaient|fut|furent|sera|seront|serait)|a combien s eleve(?:nt|ra|ait)?)"
        rf" (?:le|la|les|l|son|sa|ses|leurs?|votre|vos|notre|nos) {_BEFORE_NOUN}(\w+)"
    ),
    re.compile(
        r"\bwhat(?: s| is| are| was| were| will be) (?:(?!of |for )\w+ ){0,6}?(\w+)"
        r"(?= (?:of|for|in|on|at|to|per|from|by|that|which|when|during|after|before|as|with)\b|$)"
    ),
)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’]*(?:[- ](?:\d[\w.]*|[A-ZÀ-ÖØ-Þ][\w]*))*|\b\w*\d[\w.,]*")
_PLAIN = re.compile(r"[^a-z0-9]+")
_TITLES = frozenset("mm mme mmes mlle dr pr me mr mrs ms".split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the extractive backend reads it.

    `terms` maps a language to the question's index terms, each once; `names` holds its proper names and figures,
    folded; `kind` is the kind of answer it wants; `counted` what an amount is of ("%", "money", "duration", a noun), or
    "year" for a date that must hold one; `wanted` the noun, folded, that says what is asked for: "salaire", "toll".
    """

    text: str
    language: str
    terms: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    kind: Kind
    counted: str = ""
    wanted: str = ""


def read_question(text: str) -> Question:
    """Give what `text` asks for.

    >>> read_question("Combien Nvidia investit-il ?").kind
    <Kind.AMOUNT: 'amount'>
    >>> read_question("Quel est le salaire du maire ?").wanted, read_question("What was Tesla's monthly salary?").wanted
    ('salaire', 'salary')
    """
    plain = _PLAIN.sub(" ", fold(text)).strip()
    kind = next((kind for kind, pattern in _KINDS if pattern.search(plain)), Kind.OTHER)
    by_language = {language: tuple(dict.fromkeys(terms(text, language))) for language in ("fr", "en")}
    wanted = next((found[1] for found in (pattern.search(plain) for pattern in _WANTED) if found), "")
    if kind is Kind.OTHER and not wanted and "?" not in text and len(plain.split()) <= _FEW:
        wanted = next((word for word in plain.split() if word in _MONEY_NOUNS), "")  # "valorisation Anthropic"
    if kind is Kind.OTHER and wanted in _MONEY_NOUNS:
        kind = Kind.AMOUNT
    counted = _counted(plain, kind) or ("money" if wanted in _MONEY_NOUNS else "")
    return Question(text, detect(text), by_language, _names(text), kind, counted, wanted)


def _counted(plain: str, kind: Kind) -> str:
    """Give what the amount asked for is of, "" when that can't be told; `plain` is the folded question."""
    if kind is Kind.DATE:
        return "year" if _YEAR.search(plain) else ""
    if kind is not Kind.AMOUNT:
        return ""
    if noun := _COUNTED.search(plain):
        return "duration" if noun.group(1) == "temps" else noun.group(1)
    measures = (("%", _PERCENT), ("duration", _DURATION), ("money", _MONEY))
    return next((name for name, pattern in measures if pattern.search(plain)), "")


def _names(text: str) -> tuple[str, ...]:
    """Give the capitalised words and figures of `text`, folded, one by one; a plain first word is none."""
    found: dict[str, None] = {}
    language = detect(text)
    for match in _NAME.finditer(text):
        for word in re.split(r"[\s'’-]+", match.group()):
            at_start = match.start() == 0 and match.group().startswith(word)
            if len(word) == 1 or fold(word) in _TITLES or (at_start and _ordinary(word)):
                continue
            if terms(word, language):
                found[fold(word).strip(".,")] = None
    return tuple(found)


def _ordinary(word: str) -> bool:
    """Say whether a capital may be there only because the word opens the sentence."""
    return word[1:].islower()
