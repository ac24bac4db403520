"""A model that says in its own words that the passages don't tell: that is "not found", not a statement."""

from __future__ import annotations

import re

_SOURCES_FR = (
    r"(?:passages?|extraits?|documents?|textes?|sources?|informations?|contexte|articles?(?!\s+\d)|phrases?|données)"
)
_SOURCES_EN = (
    r"(?:passages?|excerpts?|documents?|texts?|sources?|information|context|articles?(?!\s+\d)|sentences?|content)"
)
_TELL_FR = (
    r"(?:conti\w+|comport\w+|mentionn\w+|donn\w+|précis\w+|indiqu\w+|fourni\w+|parl\w+|permet\w*|répond\w*|di[ts]\w*"
    r"|évoqu\w+|spécifi\w+|abord\w+|trait\w+|révèl\w+|nomm\w+|cit\w+)"
)
_TOLD_FR = r"(?:mentionn|précis|indiqu|donn|spécifi|fourni|cit|évoqu|communiqu|disponible|connu)\w*"
_TELL_EN = (
    r"(?:contain|mention|provide|give|specify|say|state|indicate|include|answer|tell|discuss|address|reveal|name|cover"
    r"|offer|have)"
)
_TOLD_EN = r"(?:mentioned|specified|stated|provided|given|indicated|available|named|included|discussed|found)"
_REFUSES = re.compile(
    # « Les passages ne précisent pas … », « aucun passage ne mentionne … »
    rf"\b{_SOURCES_FR}\b[^.!?;]{{0,40}}?\bn(?:e\s+(?:l['’]|le\s+|la\s+|les\s+|nous\s+)?|['’]\s?){_TELL_FR}\s+"
    rf"(?:pas|aucune?|rien|nulle\s+part)\b"
    rf"|\baucun(?:e)?\s+(?:des\s+|de\s+ces\s+)?{_SOURCES_FR}[^.!?;]{{0,40}}?\bn(?:e\s+|['’])"
    rf"(?:{_TELL_FR}|(?:est|sont|a|ont)\s+(?:été\s+)?{_TOLD_FR})\b"
    rf"|\bil\s+n['’](?:y\s+a|existe)\s+(?:pas|aucune?)\s+(?:d['’]|de\s+)?(?:informations?|mentions?|indications?"
    rf"|données|réponse|précisions?)\b"
    rf"|\bn(?:e\s+|['’])(?:est|sont|a|ont)\s+pas\s+(?:été\s+)?{_TOLD_FR}\s+(?:dans|par|ici)\b[^.!?;]{{0,20}}?{_SOURCES_FR}"
    r"|\bje\s+(?:ne\s+(?:sais|peux|suis|trouve|dispose|connais)|n['’](?:ai|arrive))\s+(?:pas|aucune?)\b"
    # "The passages do not mention …", "no passage says …"
    rf"|\b{_SOURCES_EN}\b[^.!?;]{{0,30}}?\b(?:do|does|did)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?{_TELL_EN}\b"
    rf"|\b(?:no|none\s+of\s+(?:the|these))\s+{_SOURCES_EN}\b[^.!?;,]{{0,30}}?"
    rf"\b(?:{_TELL_EN}(?:e?s)?|{_TOLD_EN})\b"
    r"|\bno\s+(?:information|mention)\s+(?:about|on|regarding|of)\b"
    r"|\bthere\s+(?:is|are|was)\s+no\s+(?:information|mention|indication|data|answer|reference\s+to)\b"
    rf"|\b(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?{_TOLD_EN}\s+(?:in|by|here)\b[^.!?;]{{0,30}}?{_SOURCES_EN}"
    rf"|\b(?:can\s?not|can['’]t|could\s+not|couldn['’]t)\s+be\s+(?:determined|answered|found)"
    rf"(?:\s*[.!]?$|\b[^.!?;]{{0,30}}?\b{_SOURCES_EN}\b)"
    r"|^\W*i(?:['’]m|\s+am)\s+(?:sorry|unable|not\s+(?:able|sure))\b(?!.*\b(?:said|says)\b)"
    r"|\bi\s+(?:do\s+not|don['’]t|can\s?not|can['’]t|could\s+not|couldn['’]t)\s+"
    r"(?:know|answer|find|determine|tell|have|provide)\b",
    re.IGNORECASE,
)
_SORRY = re.compile(r"\b(?:désolée?|sorry)\s*,\s*(?:mais|but)\b", re.IGNORECASE)
_BUT = re.compile(r"[,;]\s*(?:mais|or|en revanche|toutefois|cependant|but|however|though|yet)\b", re.IGNORECASE)


def refuses(statement: str) -> bool:
    """Say whether a sentence tells, in French or English, that the passages don't hold what was asked, and no more.

    >>> refuses("Les passages ne précisent pas la valorisation d'Anthropic.")
    True
    >>> refuses("The passages do not say how much, but Microsoft invests as well.")
    False
    """
    return bool(_REFUSES.search(statement)) and not _BUT.search(_SORRY.sub("", statement))
