"""Which language a sentence is in, when it is short and full of names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from index import detect
from rag.facts.form import Token, tokens
from rag.facts.wording import is_spoken

_FUNCTION_WORDS = {
    "fr": frozenset(
        "au aux avec c ce ces cette chez d dans de depuis des donc dont du elle elles en entre est et furent "
        "fut il ils j l la le les leur leurs lors mais moins n n'a ne ont ou où par pas qu que qui quoi s sa "
        "se selon sera seront ses son sont sous sur un une vers y à étaient était été être ".split()
    ),
    "en": frozenset(
        "about after against an and are as at be been before but by could for from had has have he her his in "
        "into is it its less may might more most not of or over s she should since t than that the their then "
        "these they this those to under until was were which while who whose will with would ".split()
    ),
}
_SHARED = frozenset("a on or as son me me pour sans car plus en but date".split())


def spoken(text: str) -> Literal["fr", "en"]:
    """Tell the language of `text` from its small words and known words; names and their accents don't count.

    >>> spoken("Nvidia investit 10 milliards."), spoken("Valmont lost to Olympique de Brévent.")
    ('fr', 'en')
    """
    found = [token for token in tokens(text[:2000]) if token.is_word]
    french, english = _votes(found, "fr"), _votes(found, "en")
    if french == english:
        return detect(text)
    return "fr" if french > english else "en"


_NAME_LINKS = frozenset("de du des d l la le les of the and et y".split())


def _is_in_name(found: Sequence[Token], position: int) -> bool:
    """Whether a small word links two capitalised ones: « Olympique de Brévent »."""
    around = found[position - 1 : position + 2]
    return (
        len(around) == 3 and around[1].norm in _NAME_LINKS and around[0].raw[0].isupper() and around[2].raw[0].isupper()
    )


def _votes(found: Sequence[Token], language: str) -> float:
    votes = 0.0
    for position, token in enumerate(found):
        lowered = token.raw.lower()
        if position and (token.raw[0].isupper() or _is_in_name(found, position)):
            continue
        if lowered in _FUNCTION_WORDS[language]:
            votes += 0.4 if lowered in _SHARED else 1.0
        elif is_spoken(lowered, language):
            votes += 0.4
    return votes
