"""What an answer says of its own sources around a fact: "according to passage 2", « le texte indique que », "yes"."""

from __future__ import annotations

import re

_COUNTED = r"(?:\s+(?:n[°o]\s*)?\d{1,3}(?:\s*(?:,|et|and|&|à|to|-)\s*\d{1,3})*)?"
_GIVEN_FR = r"(?:\s+(?:fournie?s?|donnée?s?|ci-dessus|disponibles?|présentée?s?|citée?s?))?"
_GIVEN_EN = r"(?:\s+(?:provided|given|above|available))?"
_OURS_FR = rf"(?:passages?|extraits?|phrases?|sources?){_COUNTED}{_GIVEN_FR}"
_OURS_EN = rf"(?:passages?|excerpts?|sentences?|sources?){_COUNTED}{_GIVEN_EN}"
_THE_FR = r"(?:l(?:es?|a)\s+|l['’]|ces?\s+|cet(?:te)?\s+)?"
_THE_EN = r"(?:(?:the|these|this|those)\s+)?(?:(?:provided|given|above|available)\s+)?"
# "Selon l'article 5" is a place in a law: only what we call passages and sentences has numbers of ours.
_ANY_FR = rf"{_THE_FR}(?:{_OURS_FR}|(?:documents?|textes?|informations?|contexte|articles?){_GIVEN_FR})"
_ANY_EN = rf"{_THE_EN}(?:{_OURS_EN}|(?:documents?|texts?|information|context|articles?){_GIVEN_EN})"
_BY = rf"(?:(?:selon|d['’]après)\s+{_ANY_FR}|(?:according\s+to|based\s+on|as\s+stated\s+in|per)\s+{_ANY_EN})"
_IN = rf"(?:dans\s+{_THE_FR}{_OURS_FR}|in\s+{_THE_EN}{_OURS_EN})"
_SAYS = (
    rf"(?:{_ANY_FR}\s+(?:indiqu|précis|mentionn|affirm|expliqu|di[ts])\w*\s+qu(?:e\s+|['’])"
    rf"|{_ANY_EN}\s+(?:states?|says?|mentions?|indicates?|explains?|specif(?:y|ies))\s+that\s+)"
)
_OPENING = re.compile(rf"(?:(?:oui|non|yes|no)\s*,\s+|(?:{_BY}|{_IN})\s*,\s*|{_SAYS})+(?=\S)", re.IGNORECASE)
_END = re.compile(rf"(?<!\s)\s*(?:[,(]\s*)?{_BY}\)?(?=[\s.!?…]*$)", re.IGNORECASE)


def unframed(statement: str) -> str:
    """Give `statement` without what it says of the passages it was taken from; they say nothing of themselves.

    >>> unframed("D'après le passage 2, le pont a été ouvert en 1932.")
    'le pont a été ouvert en 1932.'
    >>> unframed("The bridge was opened in 1932, according to the passages.")
    'The bridge was opened in 1932.'
    """
    opening = _OPENING.match(statement)
    bare = statement[opening.end() :] if opening else statement
    closing = _END.search(bare)
    if closing and closing.start():
        bare = bare[: closing.start()] + bare[closing.end() :]
    return bare if re.search(r"\w\W+\w", bare) else statement
