"""Requests that are not questions of fact: greetings, and requests that concern whole documents."""

from __future__ import annotations

import re
from typing import Literal

from index import fold

Intent = Literal["greeting", "whole"]

_GREETING = re.compile(
    r"(bonjour|bonsoir|salut|coucou|hello|hi|hey|good (morning|afternoon|evening)|merci( beaucoup)?|thanks?( you)?"
    r"|ca va|how are you|au revoir|bye)[\s,!.?]*"
)
_WHOLE = re.compile(
    r"\b(resume[rz]?(?! of)|synthetise[rz]?|fai(s|tes)( moi)? (un resume|une synthese|la liste)|summari[sz]e|sum up"
    r"|summary of|(donne|dresse|fais)[rz]?( moi)? la liste|liste[rz]? (tou|les|l')|list (all|every|the)"
    r"|enumere[rz]?)\b"
)


def intent(question: str) -> Intent | None:
    """Tell a greeting from a request about whole documents; None for a plain question.

    >>> intent("Bonjour !"), intent("Résume ce document"), intent("Who remains the main provider?")
    ('greeting', 'whole', None)
    """
    folded = " ".join(re.sub(r"[-’]", " ", fold(question)).split())
    if _GREETING.fullmatch(folded):
        return "greeting"
    return "whole" if _WHOLE.search(folded) else None
