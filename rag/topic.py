"""What a question is about: its names, the thing it asks of, or whatever a pronoun of it points back to."""

from __future__ import annotations

import re

from index import detect, terms

BLANK = r"[\s\u00a0\u202f]"
"""A space of any kind, in a pattern."""
_BLANKS = " \t\r\n\u00a0\u202f"
_QUESTION_WORD = re.compile(
    r"(?:combien|quand|où|pourquoi|comment|qui|que|quel(?:le)?s?|quoi|lequel|laquelle|est|qu|depuis|dans|sur|avec|"
    r"how|what|when|where|why|who|whom|whose|which|is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
    r"should|in|on|at|for|le|la|les|l|un|une|des|the|a|an|et|and|y|il|elle|ils|elles|it|they|je|i|à|a|"
    r"that|there|here|let|résume[zr]?|explique[zr]?|donne[zr]?|cite[zr]?|liste[zr]?|dis|dites|"
    r"summari[sz]e|explain|give|tell|list|name|describe)",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"-(?:t-)?(?:ils?|elles?|on|ce|je|tu|nous|vous)$", re.IGNORECASE)
_NAME = re.compile(
    r"(?<![\w’'-])(?:[A-ZÀ-ÖØ-Þ][\w-]*(?![\w-]*[’'](?!s\b|\s|$))|[a-z]+[A-Z]\w*)"
    r"(?:[ \u00a0](?:(?:d[eu]|des|of|the|la|le|von|van)[ \u00a0])?"
    r"(?:[A-ZÀ-ÖØ-Þ][\w-]*(?:\.\d+)*|\d+(?:\.\d+)*))*"
)
_PREPOSED = re.compile(
    rf"(?:(?P<word>en|dans|chez|avec|pour|contre|depuis|sur|sous|à|au|aux|de|du|jusqu[’'](?:en|à|au)|in|into|at|with|"
    rf"for|against|since|until|on|by|from|of|to){BLANK}+)?(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_POINTS_BACK = {
    "fr": re.compile(
        r"(?:-t?-?|\b)(?:ils?|elles?)\b|\b(?:cela|ça|celui|celle|ceux|celles)(?:-ci|-là)?\b"
        r"|\bce(?:t|tte|s)? derni[eè]re?s?"
        r"|\b(?:l[’']|l(?:es?|a)[ \u00a0])[^\W\d]+-(?:t-)?(?:on|je|tu|nous|vous|ils?|elles?)\b"
        r"|^(?:où|comment|quand|pourquoi|à qui)[ \u00a0](?:faut-il )?(?:l[’']|l(?:es?|a)[ \u00a0])\w+(?:er|ir|re)$"
        r"|^qui[ \u00a0](?:l[’']|l(?:es?|a)[ \u00a0])\w+$"
        r"|\b(?:cet|cette|ces)[ \u00a0]\w|\bce[ \u00a0](?!qu|que|qui|sont|n|dont)\w+|\b(?:lui|leurs?|sa|son|ses)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:it|its|they|them|their|he|him|his|she|her|hers|these|those)\b"
        r"|\bthis(?=[ ?])|\babout that\b|\bdoes that\b",
        re.IGNORECASE,
    ),
}
_IMPERSONAL = re.compile(
    r"\b(?:y[’' ]?a[- ]t[-’' ]il|il y a|faut[- ]il|il faut|s[’']agit-il|il s[’']agit|existe-t-il"
    r"|est-il (?:vrai|possible|nécessaire|obligatoire|interdit|permis)|se passe-t-il|reste-t-il|suffit-il"
    r"|is it (?:true|possible|necessary|allowed)|does it take|it takes|is it called)\b",
    re.IGNORECASE,
)
_OWN_SUBJECT = re.compile(
    r"\b(?:le|la|les|un|une|des|du|ce|cet|cette|ces|mon|ma|mes|notre|nos|votre|vos|chaque)"
    r"[ \u00a0]+\w+.*-t?-?(?:ils?|elles?)\b"
    r"|\b[ld][’']\w+.*-t?-?(?:ils?|elles?)\b",
    re.IGNORECASE,
)
_OWN_NOUN = re.compile(
    r"\b(?:do|does|did|can|could|must|may|might|should|shall|will|would|have to|has to)[ \u00a0]+"
    r"(?!(?:it|they|he|she|we|you|i|this|these|those|that)\b)\w+.*(?:\b(?:their|its|his|her|themselves|itself)\b"
    r"|[ \u00a0]and[ \u00a0].*\b(?:it|they|them)\b)",
    re.IGNORECASE,
)
"""A subject before what speaks of it: "What must staff wear on their feet?"."""
_OF = re.compile(
    rf"(?:quel(?:le)?s?|what|which){BLANK}+(?:est|sont|était|étaient|sera|is|are|was|were|will be){BLANK}+"
    rf"(?:(?:le|la|les|the){BLANK}+|l[’'])[\w-]+(?:{BLANK}+[\w-]+)?{BLANK}+(?=d[’']|de\b|du\b|des\b|of\b)",
    re.IGNORECASE,
)
_LED_THING = re.compile(
    rf"(?<![\w-])(?:(?:le|la|les|un|une|des|du|aux?|de la|mon|ma|mes|nos|notre|vos|votre|the|an?|my|our|your){BLANK}+"
    rf"|(?:de )?l[’'])(?P<thing>\w.*)",
    re.IGNORECASE,
)
_OF_THING = re.compile(rf"(?:d[’']|(?:de|du|des|of){BLANK})(?P<thing>\w.*)", re.IGNORECASE)
_BARE_THING = re.compile(
    rf"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|must|may)"
    rf"{BLANK}+(?!(?:it|they|he|she|you|we|i|there|this|that|these|those|not)\b)(?P<thing>[a-z][\w'’ -]*)",
    re.IGNORECASE,
)
_DOING = re.compile(rf"\b(?:do|does|did|can|could|will|would|should|must|may){BLANK}+", re.IGNORECASE)
_BY_THE_WAY = re.compile(
    rf"{BLANK}+(?:\S+-(?:t-)?(?:ils?|elles?|on)\b|(?:per|at|on|in|for|from|to|by|until|since|with|pour|dans|par|"
    rf"pendant|après|avant)\b|(?<!\bde{BLANK})(?<!à{BLANK})(?:(?:le|la|les){BLANK}|l[’'])).*",
    re.IGNORECASE,
)


def unmarked(text: str, marks: str = "?!.…") -> str:
    """Give `text` without the marks and blanks that end it."""
    return text.rstrip(marks + _BLANKS)


def names(text: str) -> list[re.Match[str]]:
    """Give the names in `text`, without the small word or the verb that may open it in a capital."""
    found = []
    position = 0
    while match := _NAME.search(text, position):
        first = re.match(r"[\w-]+", match.group())
        opens = re.search(r"(?:^|[.?!…]\s*)$", text[: match.start()])
        if first and (match.group() == "I" or (opens and owes_capital(first.group()))):
            position = match.start() + first.end()
            continue
        found.append(match)
        position = match.end()
    return found


def is_name(text: str) -> bool:
    """Say whether `text` is a name and nothing else."""
    return _NAME.fullmatch(text) is not None


def preposed(phrase: str) -> tuple[str, str]:
    """Give the preposition that opens a phrase, as it is written, and the rest of it; "" where none does."""
    found = _PREPOSED.fullmatch(phrase)
    return (found.group("word") or "", found.group("rest")) if found else ("", phrase)


def owes_capital(word: str) -> bool:
    """Say whether a word that opens a sentence owes its capital to that place alone."""
    first = word.split("-")[0]
    if _QUESTION_WORD.fullmatch(first) or _INVERTED.search(word):
        return True
    return len(first) > 1 and not (terms(first, "fr") and terms(first, "en"))


def thing(question: str) -> str:
    """Give the thing that a question without names is about: « cours d'aquagym », "guided tour"; "" where unclear."""
    asked = re.sub(rf"{BLANK}*[?!…].*", "", question)
    of = _OF.match(asked)
    found = _LED_THING.search(asked, of.end() if of else 0) or _OF_THING.match(asked, of.end() if of else 0)
    found = found or _BARE_THING.search(asked)
    if found is None:
        return ""
    words = _BY_THE_WAY.sub("", found.group("thing")).split()
    if len(words) > 1 and _DOING.search(asked[: found.start("thing")]):
        words.pop()  # the verb
    return " ".join(words)


def points_back(bare: str) -> bool:
    """Say whether the question speaks of something by a pronoun alone."""
    pattern = _POINTS_BACK[detect(bare)]
    if not pattern.search(_IMPERSONAL.sub(" ", bare)):
        return False
    return not (names(bare) or _OWN_SUBJECT.search(bare) or _OWN_NOUN.search(bare))
