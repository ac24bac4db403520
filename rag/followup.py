"""A follow-up question -> one that stands alone: by a model, or by carrying over what the question lacks."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from index import detect, fold, terms
from rag.backend import Message
from rag.facts.contrast import are_exclusive
from rag.facts.wording import keys

Rewrite = Callable[[str, Sequence[Message]], str]

_log = logging.getLogger(__name__)
_BLANK = r"[\s\u00a0\u202f]"
_OPENER = re.compile(
    rf"(?:et|mais|alors|ou|et{_BLANK}+(?:pour|alors|donc)|qu[’']en{_BLANK}est-il(?={_BLANK}+d)|"
    rf"and|but|or|so|what{_BLANK}+about|how{_BLANK}+about|and{_BLANK}+for|and{_BLANK}+what{_BLANK}+about)\b[\s,]*",
    re.IGNORECASE,
)
_FROM = re.compile(r"d(?:e |u |es |[’'])", re.IGNORECASE)
_ASKING = re.compile(
    rf"(?:combien|quand|où|pourquoi|comment|depuis{_BLANK}quand|jusqu[’']à{_BLANK}(?:quand|combien)"
    rf"|(?:pour|à|de){_BLANK}combien|(?:par|à|pour|avec|chez|de){_BLANK}qui|d[’']où"
    rf"|how{_BLANK}much|how{_BLANK}many|how{_BLANK}long|when|where|why|how"
    rf"|(?:until|since|by|from){_BLANK}when|for{_BLANK}how{_BLANK}(?:much|long)|(?:by|to|with|for|from){_BLANK}whom?)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"(?:(?:(?:en|à|de|dans|depuis|pour|par|jusqu[’'](?:à|en)|in|on|at|by|since|until|for|to|from){_BLANK}+)?"
    rf"(?:quel(?:le)?s?|what|which))(?:{_BLANK}+[\w-]+){{0,2}}",
    re.IGNORECASE,
)
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
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_PREPOSED = re.compile(
    rf"(?:(?P<word>en|dans|chez|avec|pour|contre|depuis|sur|sous|à|au|aux|de|du|jusqu[’'](?:en|à|au)|in|into|at|with|"
    rf"for|against|since|until|on|by|from|of|to){_BLANK}+)?(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_DAYS = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "monday tuesday wednesday thursday friday saturday sunday",
)
_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "january february march april may june july august september october november december",
)
_CALENDAR = [re.compile(rf"\b(?:{'|'.join(each.split())})s?\b", re.IGNORECASE) for each in (*_DAYS, *_MONTHS)]
_SAME_PLACE = {"en": "en|dans", "dans": "dans|en|chez", "in": "in|into", "into": "into|in"}
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
    r"\b(?:y a-t-il|il y a|qu[’']y a-t-il|faut-il|il faut|s[’']agit-il|il s[’']agit|existe-t-il"
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
_EXCHANGEABLE = re.compile(
    rf"{_BLANK}+(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b"
    rf"|(?!d(?:e\b|es\b|[’'])|\w+{_BLANK}+(?:do|does|did|is|are|was|were|has|have|will)\b)\S)",
    re.IGNORECASE,
)
_LONGEST = 400
_FEW = 4


def standalone(question: str, history: Sequence[Message], rewrite: Rewrite | None = None) -> str:
    """Give the question to search for: `question` itself, or with what it takes from the turns before it.

    A rule, always the same, carries over what is missing. Where it can only add words, `rewrite` asks a model instead
    (`GenerativeBackend.rewrite`), though not for a question that plainly stands alone; where it fails, gives no short
    question, loses a name of the question or brings one that nobody spoke of, the rule holds.

    >>> standalone("Et Microsoft ?", [Message("user", "Combien Nvidia investit-il dans Anthropic ?")])
    'Combien Microsoft investit-il dans Anthropic ?'
    """
    before = ""
    told = ""
    for turn in history:
        if turn.role == "user":
            before, _ = _complete(turn.content.strip(), before, told)
        else:
            told = turn.content
    by_rule, exchanged = _complete(question, before, told)
    plain = by_rule == question and (_names(question) or len(question.split()) > 8)
    if not before or rewrite is None or exchanged or plain:
        return by_rule
    try:
        written = " ".join(rewrite(question, history).split()).strip('«»"“” ')
    except Exception as error:  # a backend may be anybody's
        _log.warning("the follow-up is completed by rule: %s", error)
        return by_rule
    short = len(written) <= max(_LONGEST, 3 * len(question)) and re.search(r"\w", written)
    asks = written.endswith("?") or not question.rstrip().endswith("?")  # a small model is apt to answer instead
    return written if short and asks and _same_names(written, question, history) else by_rule


def _same_names(written: str, question: str, history: Sequence[Message]) -> bool:
    """Say whether a rewrite keeps the question's names and figures, and has no others than those it was told."""
    asked, given = _told(question), _told(written)
    spoken = {fold(word) for text in (question, *(turn.content for turn in history)) for word in _WORD.findall(text)}
    return asked <= {fold(word) for word in _WORD.findall(written)} and given <= spoken


def _told(text: str) -> set[str]:
    words = [word for name in _names(text) for word in _WORD.findall(name.group())]
    return {fold(word) for word in (*words, *re.findall(r"\d+", text))}


def _complete(question: str, before: str, told: str) -> tuple[str, bool]:
    """Complete `question` from the one before it and, where that names nothing, from the answer it got.

    The second part says whether it took the place of a part of that question, which leaves nothing to be told.
    """
    if not before or len(question) > _LONGEST:
        return question, False
    opener = _OPENER.match(question)
    bare = question[opener.end() :] if opener else question
    if opener and "en est-il" in opener.group():
        bare = _FROM.sub("", bare, count=1)
    bare = re.sub(rf"{_BLANK}*[?!.…]*{_BLANK}*$", "", bare)
    if not bare:
        return before, True
    if _WHICH.fullmatch(bare) and not _names(bare):
        return f"{before} {question}", False
    if _asks_only(bare):
        return _ask_otherwise(before, bare)
    added = question.rstrip().endswith("?") and _is_addition(bare)
    if (opener and _is_fragment(bare)) or _is_place(bare) or added:
        replaced = _replace_part(before, bare)
        return replaced or f"{before} {question}", bool(replaced)
    if _points_back(bare) or (opener and not _names(bare)):
        return _with_topic(question, before, told), False
    return question, False


def _asks_only(bare: str) -> bool:
    match = _ASKING.match(bare)
    return match is not None and match.end() == len(bare)


def _ask_otherwise(before: str, asked: str) -> tuple[str, bool]:
    """Put another question word before the same question, where it opens with one that can be exchanged."""
    match = _ASKING.match(before)
    if match is None or not _EXCHANGEABLE.match(before, match.end()):
        return f"{before} {asked[0].upper()}{asked[1:]}{_mark(before)}", False
    return asked[0].upper() + asked[1:] + before[match.end() :], True


def _is_fragment(bare: str) -> bool:
    """Say whether `bare` is no sentence of its own: a name, a year, a short phrase without a question word."""
    words = bare.split()
    first = fold(re.split(r"[’'-]", words[0])[0])
    asks = re.fullmatch(
        r"(?:qui|que|qu|quel(?:le)?s?|quoi|comment|combien|est|how|what|when|where|why|who|which)", first
    )
    verb = re.match(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", bare, re.IGNORECASE)
    return not asks and not verb and len(words) <= 6 and not re.search(r"-t?-?(?:ils?|elles?|on|ce)\b", bare)


def _is_place(bare: str) -> bool:
    """Say whether `bare` is nothing but a preposition and a name or a year: "Jusqu'en 2030", "in OpenAI"."""
    found = _PREPOSED.fullmatch(bare)
    if found is None or not found.group("word"):
        return False
    return bool(_NAME.fullmatch(found.group("rest")) or _YEAR.fullmatch(found.group("rest")))


def _is_addition(bare: str) -> bool:
    """Say whether `bare` is a preposition and few words that ask nothing: « pour les enfants », "in winter"."""
    found = _PREPOSED.fullmatch(bare)
    few = len(bare.split()) <= _FEW and _is_fragment(bare)
    return bool(few and found and found.group("word") and not _ASKS.search(bare))


_ASKS = re.compile(
    r"\b(?:qu[’']?|qui|que|quoi|quel(?:le)?s?|quand|what|which|whom?|when|where|how|why)\b", re.IGNORECASE
)


def _replace_part(before: str, bare: str) -> str | None:
    """Exchange in `before` the part that `bare` is the counterpart of: a year for a year, a name for a name."""
    found = _PREPOSED.fullmatch(bare)
    assert found is not None
    word, rest = found.group("word"), found.group("rest")
    dates = (_YEAR, *_CALENDAR)
    if any(pattern.search(rest) for pattern in dates):
        return _redated(before, rest) or (None if any(p.search(before) for p in dates) else _put_last(before, bare))
    if (labelled := _relabelled(before, rest)) is not None:
        return labelled
    if fold(rest) in fold(before):
        return None
    if not _NAME.match(rest):
        placed = _same_place(before, word, bare) if word else _same_noun(before, bare)
        return _other_member(before, rest) or placed
    names = _names(before)
    if word:
        place = _SAME_PLACE.get(word.lower(), word.lower())
        names = [m for m in names if re.search(rf"\b(?:{place}){_BLANK}+$", before[: m.start()], re.IGNORECASE)]
    if not names:
        return None
    return before[: names[0].start()] + rest + before[names[0].end() :]


_DAY = re.compile(r"\b\d{1,2}(?:er|st|nd|rd|th)?(?: of)?[ \u00a0]+$")
_DAY_AFTER = re.compile(r"[ \u00a0]+\d{1,2}(?:st|nd|rd|th)?\b")


def _redated(before: str, rest: str) -> str | None:
    """Exchange year, month and day of the week for those of `rest`; None where more than that would have to change."""
    dated, left = before, rest
    for pattern in (_YEAR, *_CALENDAR):
        if (new := pattern.search(left)) and (old := pattern.search(dated)):
            if pattern is not _YEAR and (_DAY.search(dated[: old.start()]) or _DAY_AFTER.match(dated[old.end() :])):
                return None  # "2 May" for "in May"
            dated = dated[: old.start()] + new.group() + dated[old.end() :]
            left = left[: new.start()] + left[new.end() :]
    whole = not re.search(r"\d", left) and not any(pattern.search(left) for pattern in (_YEAR, *_CALENDAR))
    return dated if whole and dated != before else None


_NOUN = (
    rf"(?:(?:le|la|les|un|une|des){_BLANK}+|l[’'])[\w-]+"
    rf"(?:{_BLANK}+(?!(?:à|au|en|par|pour|dans|sur)\b|(?:a|ont)-)[^\W\d]+)?"
)
_SUBJECT = re.compile(
    rf"(?P<before_verb>{_NOUN})(?={_BLANK}+\w+-(?:t-)?(?:ils?|elles?)\b)"
    rf"|^(?:combien|que|où|quand|comment){_BLANK}+\w+{_BLANK}+(?P<after_verb>{_NOUN})"
    rf"(?={_BLANK}*\?|{_BLANK}+(?:à|au|aux|pour|en|dans|par|sur)\b)",
    re.IGNORECASE,
)
_WHO = re.compile(
    rf"(?:who|qui){_BLANK}+(?:is|was|are|were|est|était|sont|étaient|sera){_BLANK}+"
    rf"(?P<who>(?:(?:the|an?|le|la|les|un|une){_BLANK}+|l[’'])[\w-]+)(?={_BLANK}*\?|{_BLANK}+(?:of|de|du|des|d[’'])\b)",
    re.IGNORECASE,
)
_TIMES = frozenset("jour journée semaine mois année an heure matin soir nuit week-end saison demi-journée".split())


def _same_noun(before: str, bare: str) -> str | None:
    """Put « la région » in the place of the subject of « Combien l’État a-t-il payé ? », where that is clear.

    Or of who is asked for: "the chair" in that of "the treasurer".
    """
    if (asked := _WHO.match(before)) and _LED.fullmatch(bare):
        return before[: asked.start("who")] + bare[0].lower() + bare[1:] + before[asked.end("who") :]
    found = _SUBJECT.search(before)
    if found is None or not re.fullmatch(_NOUN, bare, re.IGNORECASE):
        return None
    if re.split(r"[\s’']", bare)[-1].lower() in _TIMES:
        return None
    first, last = found.span(found.lastgroup or 0)
    several = ("les", "des")
    if before[first:].lower().startswith(several) != bare.lower().startswith(several):
        return None
    rest = before[last:]
    gender = {"la": "elle", "une": "elle", "le": "il", "un": "il"}.get(bare.split()[0].lower())
    if found.lastgroup == "before_verb" and gender:
        rest = re.sub(r"-(t-)?(?:il|elle)\b", lambda m: f"-{m.group(1) or ''}{gender}", rest, count=1)
    return before[:first] + bare[0].lower() + bare[1:] + rest


_LED = re.compile(rf"(?:(?P<led>(?:le|la|les|un|une|des|the|an?){_BLANK}+|l[’']))?(?P<noun>[\w-]+)", re.IGNORECASE)
_LEADS = re.compile(rf"(?:\b(?:le|la|les|un|une|des|the|an?){_BLANK}+|\bl[’'])$", re.IGNORECASE)


def _other_member(before: str, rest: str) -> str | None:
    """Put « les enfants » in the place of « les adultes », of which both can't be meant; None where none is there."""
    new = _LED.fullmatch(rest)
    if new is None:
        return None
    meant = keys(new.group("noun").lower(), detect(rest))
    for old in re.finditer(r"[\w-]+", before):
        if are_exclusive(keys(old.group().lower(), detect(before)), meant):
            led = _LEADS.search(before[: old.start()])
            if led and new.group("led"):
                return before[: led.start()] + rest[0].lower() + rest[1:] + before[old.end() :]
            return before[: old.start()] + new.group("noun") + before[old.end() :]
    return None


def _put_last(before: str, bare: str) -> str:
    """Put `bare` at the end of the question, before its mark."""
    said = bare[0].lower() + bare[1:] if _small(re.split(r"[\s’']", bare)[0]) else bare
    return re.sub(rf"({_BLANK}*\?*)$", lambda m: f" {said}{m.group(1)}", before, count=1)


def _same_place(before: str, word: str, bare: str) -> str:
    """Put `bare` in the place of the short phrase of the same preposition that ends the question, else at its end."""
    place = _SAME_PLACE.get(word.lower(), word.lower())
    last = re.search(rf"{_BLANK}+(?:{place})(?:{_BLANK}+[^\s?]+){{1,6}}?(?={_BLANK}*\?*$)", before, re.IGNORECASE)
    return f"{before[: last.start()]} {bare}{before[last.end() :]}" if last else _put_last(before, bare)


def _relabelled(before: str, rest: str) -> str | None:
    """Give another label or figure to what both name by the same noun: "le scénario A" for "scénario C"."""
    said: list[str] = re.findall(r"[\w-]+", rest)
    stood = list(re.finditer(r"[\w-]+", before))
    for first in range(len(stood) - len(said) + 1):
        pairs = list(zip(stood[first : first + len(said)], said, strict=True))
        differ = [(old, new) for old, new in pairs if fold(old.group()) != fold(new)]
        labels = [pair for pair in differ if _is_label(pair[0].group()) and _is_label(pair[1])]
        small = all(len(old.group()) < 4 and len(new) < 4 for old, new in differ)
        shared = any(len(new) > 2 and fold(old.group()) == fold(new) for old, new in pairs)
        if labels and small and shared:
            old, new = labels[0]
            return before[: old.start()] + new + before[old.end() :]
    return None


def _is_label(word: str) -> bool:
    return len(word) < 4 and (word.isdigit() or word.isupper())


def _points_back(bare: str) -> bool:
    """Say whether the question speaks of something by a pronoun alone."""
    pattern = _POINTS_BACK[detect(bare)]
    if not pattern.search(_IMPERSONAL.sub(" ", bare)):
        return False
    return not (_names(bare) or _OWN_SUBJECT.search(bare) or _OWN_NOUN.search(bare))


def _with_topic(question: str, before: str, told: str) -> str:
    """Add the names that the last question was about, or else the thing, or else the names in its answer."""
    topics = list(dict.fromkeys(m.group() for m in _names(before)))
    if not topics and detect(question) == detect(before):
        topics = _thing(before)
    elif not topics:
        topics = list(dict.fromkeys(m.group() for m in _names(told)))[:3] or _thing(before)
    if not topics:
        return f"{before} {question}"
    match = re.search(rf"{_BLANK}*[?!.…]*{_BLANK}*$", question)
    assert match is not None
    return f"{question[: match.start()]} ({', '.join(topics)}){match.group()}"


_OF = re.compile(
    rf"(?:quel(?:le)?s?|what|which){_BLANK}+(?:est|sont|était|étaient|sera|is|are|was|were|will be){_BLANK}+"
    rf"(?:(?:le|la|les|the){_BLANK}+|l[’'])[\w-]+(?:{_BLANK}+[\w-]+)?{_BLANK}+(?=d[’']|de\b|du\b|des\b|of\b)",
    re.IGNORECASE,
)
_LED_THING = re.compile(
    rf"(?<![\w-])(?:(?:le|la|les|un|une|des|du|aux?|de la|mon|ma|mes|nos|notre|vos|votre|the|an?|my|our|your){_BLANK}+"
    rf"|(?:de )?l[’'])(?P<thing>\w.*)",
    re.IGNORECASE,
)
_OF_THING = re.compile(rf"(?:d[’']|(?:de|du|des|of){_BLANK})(?P<thing>\w.*)", re.IGNORECASE)
_BARE_THING = re.compile(
    rf"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|must|may)"
    rf"{_BLANK}+(?!(?:it|they|he|she|you|we|i|there|this|that|these|those|not)\b)(?P<thing>[a-z][\w'’ -]*)",
    re.IGNORECASE,
)
_DOING = re.compile(rf"\b(?:do|does|did|can|could|will|would|should|must|may){_BLANK}+", re.IGNORECASE)
_BY_THE_WAY = re.compile(
    rf"{_BLANK}+(?:\S+-(?:t-)?(?:ils?|elles?|on)\b|(?:per|at|on|in|for|from|to|by|until|since|with|pour|dans|par|"
    rf"pendant|après|avant)\b|(?<!\bde{_BLANK})(?<!à{_BLANK})(?:(?:le|la|les){_BLANK}|l[’'])).*",
    re.IGNORECASE,
)


def _thing(before: str) -> list[str]:
    """Give the thing that a question without names is about: « cours d'aquagym », "guided tour"; [] where unclear."""
    asked = re.sub(rf"{_BLANK}*[?!…].*", "", before)
    carried = re.fullmatch(r"(?P<own>.+) \((?P<thing>[^()]+)\)(?P<more>.*)", asked)
    if carried and (_points_back(carried.group("own")) or _OPENER.match(asked)):
        return [carried.group("thing")]
    of = _OF.match(asked)
    found = _LED_THING.search(asked, of.end() if of else 0) or _OF_THING.match(asked, of.end() if of else 0)
    found = found or _BARE_THING.search(asked)
    if found is None:
        return []
    words = _BY_THE_WAY.sub("", found.group("thing")).split()
    if len(words) > 1 and _DOING.search(asked[: found.start("thing")]):
        words.pop()  # the verb
    return [" ".join(words)] if words else []


def _names(text: str) -> list[re.Match[str]]:
    """Give the names in `text`, without the small word or the verb that may open it in a capital."""
    found = []
    position = 0
    while match := _NAME.search(text, position):
        first = re.match(r"[\w-]+", match.group())
        opens = re.search(r"(?:^|[.?!…]\s*)$", text[: match.start()])
        if first and (match.group() == "I" or (opens and _small(first.group()))):
            position = match.start() + first.end()
            continue
        found.append(match)
        position = match.end()
    return found


def _small(word: str) -> bool:
    """Say whether a word that opens a sentence owes its capital to that place alone."""
    first = word.split("-")[0]
    if _QUESTION_WORD.fullmatch(first) or _INVERTED.search(word):
        return True
    return len(first) > 1 and not (terms(first, "fr") and terms(first, "en"))


def _mark(text: str) -> str:
    match = re.search(rf"{_BLANK}*\?$", text)
    return match.group() if match else "?"
