"""Which language a sentence is in, when it is short and full of names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from index import detect
from rag.facts.form import Token, tokens
from rag.facts.wording import is_known

_FUNCTION_WORDS = {
    "fr": frozenset(
        "le la les un une des du de d l et est sont dans sur avec qui que qu quoi cette ces ce il elle ils elles ne pas aux "
        "au en son sa ses leur leurs mais ou donc où à été être chez depuis selon lors par ont sera seront étaient était "
        "fut furent n s se y c j moins entre dont n'a sous vers".split()
    ),
    "en": frozenset(
        "the of is are was were in for by with who which whose this that these those he she they it its not to from at "
        "be been has had have will would could should may might his her their but or as about than then an and into "
        "before after since until under over against s t more less most while".split()
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
        elif is_known(lowered, language):
            votes += 0.4
    return votes
