"""French and English: which language a text is in, its sentences with offsets, its index terms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import Stemmer

from index.stopwords import STOP_WORDS
from index.translation import translations

Language = Literal["fr", "en"]

ANALYSER_VERSION = 1
"""Raised whenever `terms` gives other terms for the same text; a collection remembers it."""

KEYWORDS = 12
"""How many words, at most, are told apart by what each of them means where no function word is among them."""
IN_USE = 0.2
"""What counts that a language has a word at all, beside the shares of its translations."""
NAMED = 0.1
"""What a word with a capital counts among them after the first: most are names."""
KNOWN_WORDS = 100_000
"""How many words of a language are kept with their terms."""

_APOSTROPHES = "'’ʼ′"
_WORD = re.compile(
    r"[^\W\d_][^\W_]*(?:[\u0300-\u036f]+[^\W_]*)*"
    r"|(?<!\d)\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d])"  # 10 000 with a space between thousands
    r"|\d+(?:[.,]\d+)*"  # 4.5 and 3,5 and 10,000
)
_WORD_AND_APOSTROPHE = re.compile(f"(?:{_WORD.pattern})[{_APOSTROPHES}]?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_ELIDED = frozenset("c d j l m n s t qu jusqu lorsqu puisqu quoiqu quelqu presqu".split())
_UNFOLDED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def fold(text: str) -> str:
    """Give `text` in lower case without accents; lengths may change, so never for text whose offsets matter.

    >>> fold("Élysée, cœur")
    'elysee, coeur'
    """
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.lower().translate(_UNFOLDED))
    return "".join(c for c in spread if not unicodedata.combining(c))


def words(text: str) -> list[tuple[int, int]]:
    """Give the half-open offsets of the words and numbers of `text`: elisions apart, numbers whole.

    >>> [("l'accord 4.5"[a:b]) for a, b in words("l'accord 4.5")]
    ['l', 'accord', '4.5']
    """
    return [match.span() for match in _WORD.finditer(text)]


class _Terms(dict[str, str]):
    """The terms of words of one language, each worked out when first asked for; nothing for one that carries none.

    A word comes in lower case, with the apostrophe after it if there is one.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= KNOWN_WORDS:
            self.clear()
        bare = word.rstrip(_APOSTROPHES)
        self[word] = found = "" if bare != word and bare in _ELIDED else _term(bare, self._language)
        return found


def _term(word: str, language: str) -> str:
    if word[0].isdigit():
        whole = word.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("\u2009", "")
        return whole.replace(",", "") if _THOUSANDS.fullmatch(whole) else whole.replace(",", ".")
    if word in STOP_WORDS[language] or fold(word) in STOP_WORDS[language]:
        return ""
    stem = fold(_stemmer(language).stemWord(word))
    # A word typed without its accents keeps a final e that the stemmer takes from the accented one.
    return stem.rstrip("e") or stem if language == "fr" else stem


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer({"fr": "french", "en": "english"}[language], 0)


def terms(text: str, language: str | None = None) -> list[str]:
    """Give the index terms of `text`: lower case, elisions and stop words dropped, stems, accents folded on the term.

    Numbers stay whole, "10 000" and "10,000" are "10000", "3,5" is "3.5". `language` None: detected.

    >>> terms("L’accord prévoit 3,5 milliards pour Claude Sonnet 4.5", "fr")
    ['accord', 'prevoit', '3.5', 'milliard', 'claud', 'sonnet', '4.5']
    """
    chosen = language if language in STOP_WORDS else detect(text)
    lowered = unicodedata.normalize("NFC", text).lower()
    # The s of an English possessive is a stop word, as all that stands alone and is elided in French.
    return [term for term in map(_known[chosen].__getitem__, _WORD_AND_APOSTROPHE.findall(lowered)) if term]


_known = {language: _Terms(language) for language in STOP_WORDS}

# --- which language -------------------------------------------------------------------------------------------------

_ONLY = {
    "fr": frozenset(
        "le la les un une des du de et est sont dans pour par sur avec qui que quoi quel quelle quels quelles combien "
        "comment pourquoi où quand ce cette ces il elle ils elles nous vous je ne pas plus au aux en son sa ses leur "
        "leurs mais ou donc car y à été être avoir fait faut peut très aussi comme entre sans sous chez depuis "
        "pendant selon lors dont ainsi a as tu mon ma mes ton "
        "ta tes moi toi tout tous toute toutes on si votre vos notre "
        "nos bonjour bonsoir merci salut oui jamais rien ici là".split()
    ),
    "en": frozenset(
        "the a an of and is are was were in for by with who what which whose how why where when this that these those "
        "he she they we you it its not to from at be been has have had do does did will would can could should his her "
        "their but or so as about into than then there many much most between under since during after before".split()
    ),
}
_ACCENTED = re.compile(r"[àâçéèêëîïôûùœ]")
_FRENCH_SHAPE = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu)['’]\w|\b\w+(?:eux|euse|ez|aux|ment|ique|iques|eur|eurs|oire|isme|ait|aient|ées?)\b|[«»]"
)
_ENGLISH_SHAPE = re.compile(
    r"['’]s\b|n['’]t\b|\b\w+(?:ing|ed|ly|ness|ght|th|ch|ck|ship|hood|ful|ry|ity)\b|\bwh\w+|\bth\w+"
)


def detect(text: str) -> Language:
    """Tell whether `text` is French ("fr") or English ("en"), from its first 4,000 characters; English when it can't.

    >>> detect("Combien Nvidia investit-il ?"), detect("Who invests?")
    ('fr', 'en')
    """
    written = unicodedata.normalize("NFC", text[:4000])
    sample = written.lower()
    found = [sample[a:b] for a, b in words(sample)]
    said = {language: sum(word in only for word in found) for language, only in _ONLY.items()}
    accents = 1.5 * len(_ACCENTED.findall(sample))
    if not any(said.values()) and 0 < len(found) <= KEYWORDS:
        typed = [written[a:b] for a, b in words(written)]
        leanings = [_leaning(word.lower()) * (NAMED if word[0].isupper() else 1.0) for word in typed[1:]]
        return "fr" if accents + sum(map(_leaning, found[:1])) + sum(leanings) > 0 else "en"
    french = 2.0 * said["fr"] + len(_FRENCH_SHAPE.findall(sample)) + accents
    english = 2.0 * said["en"] + len(_ENGLISH_SHAPE.findall(sample))
    return "fr" if french > english else "en"


def _leaning(word: str) -> float:
    """Say how far a word without its sentence is French, above 0, or English, below.

    A word of one language is translated by other words, one of both, and a name, by itself; what has no translation is
    judged by its shape, for less.
    """
    french, english = _known["fr"][word], _known["en"][word]
    lean = _belongs(french, english, "fr", "en") - _belongs(english, french, "en", "fr")
    return lean or 0.5 * (len(_FRENCH_SHAPE.findall(word)) - len(_ENGLISH_SHAPE.findall(word)))


def _belongs(term: str, twin: str, language: str, other: str) -> float:
    """Say how far a term is of `language` alone: `twin` is the same word as a term of the `other` one."""
    found = translations(term, language, other)
    return IN_USE * bool(found) + sum(share for translated, share in found if translated != twin)
