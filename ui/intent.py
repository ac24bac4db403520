"""What people write that is no question of fact: greetings, thanks, a call for help, whole documents to sum up or list.

Anything else is a question. What is asked of whole documents counts only where the text begins by asking for it, or is
nothing else: "When will trains resume?" and "Who wrote the summary of risks?" are questions of fact.
"""

from __future__ import annotations

import re
from typing import Literal

from index import fold

Intent = Literal["greeting", "thanks", "goodbye", "help", "documents", "about", "summary", "list"]

_END = r"[\s,!.?…:)]*"
_GREETING = (
    r"(bonjour|bonsoir|salut|coucou|hello|hi|hey|good (morning|afternoon|evening)|ca va|how are you)"
    r"( (a (tous|toutes)|there|all|tout le monde))?"
)
_THANKS = (
    r"((ok|super|parfait|great|perfect|bonjour)[\s,!.]*)?"
    r"(merci( (beaucoup|bien|a (toi|vous)|pour tout|infiniment))*"
    r"( pour (ta|ton|tes|votre|vos|cette|ces|l|la|le|les) ?\w+( \w+)?)?|mille mercis"
    r"|(thanks?( you)?( (very|so) much| a lot)?|thx)( for (your|the|this|that) \w+( \w+)?)?)"
)
_GOODBYE = r"(au revoir|a bientot|bonne (journee|soiree)|(good )?bye|see you)"
_HELP = (
    r"(aide( moi)?|help( me)?( please)?|a l aide|ok(ay)?|oui|non|yes|no|d accord"
    r"|(tu es|vous etes|t es) qui|qui (es tu|etes vous)|who are you|what are you"
    r"|(que|qu est ce que) (peux tu|sais tu|pouvez vous|savez vous|tu (peux|sais)|vous (pouvez|savez)) faire"
    r"|a quoi (sers tu|servez vous|tu sers)|comment (ca|cela) (marche|fonctionne)"
    r"|(que|qu est ce que) (puis je|je peux) (te |vous )?demander"
    r"|what (can|do) you do|what can i ask( you)?|how (does (this|it)|do you) work)"
)
_TEXTS = r"(articles?|rapports?|documents?|docs?|textes?|fichiers?|notes?|pages?|livres?|pdfs?|dossiers?|corpus)"
_TEXTS_EN = r"(articles?|reports?|documents?|docs?|texts?|files?|notes?|pages?|books?|papers?|pdfs?|corpus)"
_THESE = r"(l|le|la|les|ce|cet|cette|ces|mon|ma|mes|ton|ta|tes|notre|nos|votre|vos)"
_THESE_EN = r"(this|the|these|that|those|my|your|our)"
_DOCUMENTS = (
    r"((quels|quelles|quel|quelle) (sont )?((tes|vos|les) )?(documents?|fichiers?|textes?|sources?)"
    r"( (as tu|avez vous|tu as|vous avez|connais tu|connaissez vous|as tu lus?|y a t il|peux tu lire"
    r"|sont (disponibles|indexes|la|charges)))?"
    r"|(which|what) (are )?((your|the) )?(documents?|files|texts|sources)"
    r"( (do you (have|know|read)|have you( got| read)?|are (there|available|indexed|loaded|here)|can you read))?"
    r"|((donne moi |fais moi |montre moi |montre )?(la )?liste( moi)? ((de|des|tes|vos|les|tous les) )*"
    r"|(list|show)( me)? ((all|the|your|of) )*)(documents|fichiers|sources|files))"
)
_ABOUT = (
    rf"((de|sur) quoi ((ca|cela) )?(parle|traite|porte)(nt)?( t (il|elle|on))?( {_THESE} ?{_TEXTS})?"
    rf"|de quoi (s agit il|est il question)( dans {_THESE} ?{_TEXTS})?"
    rf"|quel est le (sujet|theme) ((de|du|des) )?({_THESE} )?{_TEXTS}"
    rf"|what (is|are|s) ({_THESE_EN} {_TEXTS_EN}|this|it|that) (about|all about)"
    rf"|what (does|do) ({_THESE_EN} {_TEXTS_EN}|it|this) (say|talk about|deal with)"
    rf"|what is the (subject|topic) of {_THESE_EN} {_TEXTS_EN})"
)
_ASKING = (
    r"((bonjour|bonsoir|salut|hello|hi|hey|please|s il (te|vous) plait|svp|stp|merci de"
    r"|(peux|pourrais|veux) tu|(pouvez|pourriez|voulez) vous|(est ce que )?(tu peux|vous pouvez)"
    r"|je (veux|voudrais|souhaite)|j aimerais( avoir)?|il me faut"
    r"|(can|could|would|will) you|i (want|need|would like|d like)|give|write|make|show"
    r"|(donne|fais|fait|faites|faire|ecris|redige|propose)[rz]?|moi|me|us|nous|to)[\s,!.]+)*"
)
_ALONE = r"[\s,!.?]*((svp|stp|please|s il (te|vous) plait|merci)[\s,!.?]*)?$"
_SUMMING_UP = (
    r"(resume[rz]?( moi)?(?! (of|the|an?|my|our|your|his|her|its|their)\b)|synthetise[rz]?|summari[sz]e|sum up|tl ?;?dr"
    rf"|(une? |l[ea] )?((court|bref|petit|courte|breve|petite) )?(resume|synthese)(?= (de|du|des|d|en)\b|{_ALONE})"
    rf"|(a |the )?((short|brief|quick) )?summary(?= (of|in)\b|{_ALONE}))\b"
)
_LISTING = r"(la liste\b|dresse[rz]? la liste\b|liste[rz]? (tou|les|l\b)|list (all|every|the)|enumere[rz]?\b)"

_WHOLE: dict[Intent, re.Pattern[str]] = {
    "greeting": re.compile(_GREETING + _END),
    "thanks": re.compile(_THANKS + _END),
    "goodbye": re.compile(_GOODBYE + _END),
    "help": re.compile(_HELP + _END),
    "documents": re.compile(_DOCUMENTS + _END),
    "about": re.compile(_ABOUT + _END),
}
_BEGINNING: dict[Intent, re.Pattern[str]] = {
    "summary": re.compile(_ASKING + _SUMMING_UP),
    "list": re.compile(_ASKING + _LISTING),
}


def intent(question: str) -> Intent | None:
    """Tell what a person wants who asks no question of fact; None for a plain question.

    >>> intent("Bonjour !"), intent("merci"), intent("Résume ce document"), intent("Who remains the main provider?")
    ('greeting', 'thanks', 'summary', None)
    """
    folded = " ".join(re.sub(r"[-’'`]", " ", fold(question)).split())
    for found, pattern in _WHOLE.items():
        if pattern.fullmatch(folded):
            return found
    return next((found for found, pattern in _BEGINNING.items() if pattern.match(folded)), None)
