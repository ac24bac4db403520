"""What people write that is no question of fact: greetings, thanks, a summary or a list of whole documents."""

from __future__ import annotations

import re
from typing import Literal

from index import fold

Intent = Literal["greeting", "thanks", "goodbye", "summary", "list"]

_END = r"[\s,!.?]*"
_GREETING = re.compile(
    r"(bonjour|bonsoir|salut|coucou|hello|hi|hey|good (morning|afternoon|evening)|ca va|how are you)"
    r"( (a (tous|toutes)|there|all|tout le monde))?" + _END
)
_THANKS = re.compile(
    r"((ok|super|parfait|great|perfect|bonjour)[\s,!.]*)?"
    r"(merci( (beaucoup|bien|a (toi|vous)|pour tout|infiniment))*|mille mercis"
    r"|thanks?( you)?( (very|so) much| a lot)?|thx)" + _END
)
_GOODBYE = re.compile(r"(au revoir|a bientot|bonne (journee|soiree)|(good )?bye|see you)" + _END)
_SUMMARY = re.compile(
    r"\b(resume[rz]?(?! of)|synthetise[rz]?|fai(s|tes)( moi)? (un resume|une synthese)|summari[sz]e|sum up|summary of"
    r"|de quoi (parle|traite)(nt)?( \w+){0,3} documents?|what (is|are) (this|the|these) documents? about)\b"
)
_LIST = re.compile(
    r"\b((donne|dresse|fai(s|tes))[rz]?( moi)? la liste|liste[rz]? (tou|les|l\b)|list (all|every|the)|enumere[rz]?)"
)
_WHOLE_TEXTS: dict[Intent, re.Pattern[str]] = {"greeting": _GREETING, "thanks": _THANKS, "goodbye": _GOODBYE}


def intent(question: str) -> Intent | None:
    """Tell what a person wants who asks no question of fact; None for a plain question.

    >>> intent("Bonjour !"), intent("merci"), intent("Résume ce document"), intent("Who remains the main provider?")
    ('greeting', 'thanks', 'summary', None)
    """
    folded = " ".join(re.sub(r"[-’']", " ", fold(question)).split())
    for found, pattern in _WHOLE_TEXTS.items():
        if pattern.fullmatch(folded):
            return found
    if _SUMMARY.search(folded):
        return "summary"
    return "list" if _LIST.search(folded) else None
