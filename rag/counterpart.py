"""The part of a question that a few new words are the counterpart of: a year of a year, a name of a name."""

from __future__ import annotations

import re

from index import detect, fold
from rag.facts.contrast import are_exclusive
from rag.facts.reading import read
from rag.facts.wording import keys
from rag.topic import BLANK, names, owes_capital, preposed, unmarked

YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DAYS = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "monday tuesday wednesday thursday friday saturday sunday",
)
_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "january february march april may june july august september october november december",
)
_CALENDAR = [re.compile(rf"\b(?:{'|'.join(each.split())})s?\b", re.IGNORECASE) for each in (*_DAYS, *_MONTHS)]
_TO = "au|aux|à"
_SAME_PLACE = {"en": "en|dans", "dans": "dans|en|chez", "in": "in|into", "into": "into|in"} | dict.fromkeys(
    _TO.split("|"), _TO
)


def exchange(before: str, bare: str) -> str | None:
    """Exchange in `before` the part that `bare` is the counterpart of: a year for a year, a name for a name."""
    word, rest = preposed(bare)
    dates = (YEAR, *_CALENDAR)
    if any(pattern.search(rest) for pattern in dates):
        return _redated(before, rest) or (None if any(_told(p, before) for p in dates) else _put_last(before, bare))
    if (labelled := _relabelled(before, rest)) is not None:
        return labelled
    if fold(rest) in fold(before):
        return None
    if not any(name.start() == 0 for name in names(rest)):
        placed = _same_place(before, word, bare) if word else _same_noun(before, bare)
        return _other_member(before, rest) or placed or _same_thing(before, rest)
    named = names(before)
    if word:
        place = _SAME_PLACE.get(word.lower(), word.lower())
        named = [m for m in named if re.search(rf"\b(?:{place}){BLANK}+$", before[: m.start()], re.IGNORECASE)]
    if not named:
        return None
    return before[: named[0].start()] + rest + before[named[0].end() :]


_DAY = re.compile(r"\b\d{1,2}(?:er|st|nd|rd|th)?(?: of)?[ \u00a0]+$")
_DAY_AFTER = re.compile(r"[ \u00a0]+\d{1,2}(?:st|nd|rd|th)?\b")


def _told(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Give the first part of a date that `pattern` finds: "may" and "march" are words besides."""
    reading = read(text, detect(text))
    spans = [(reading.tokens[date.start].start, reading.tokens[date.end - 1].end) for date in reading.dates]
    found = (match for match in pattern.finditer(text))
    return next((one for one in found if any(a <= one.start() and one.end() <= b for a, b in spans)), None)


def _redated(before: str, rest: str) -> str | None:
    """Exchange year, month and day of the week for those of `rest`; None where more than that would have to change."""
    dated, left = before, rest
    for pattern in (YEAR, *_CALENDAR):
        if (new := pattern.search(left)) and (old := _told(pattern, dated)):
            if pattern is not YEAR and (_DAY.search(dated[: old.start()]) or _DAY_AFTER.match(dated[old.end() :])):
                return None  # "2 May" for "in May"
            dated = dated[: old.start()] + new.group() + dated[old.end() :]
            left = left[: new.start()] + left[new.end() :]
    whole = not re.search(r"\d", left) and not any(pattern.search(left) for pattern in (YEAR, *_CALENDAR))
    return dated if whole and dated != before else None


_NOUN = (
    rf"(?:(?:le|la|les|un|une|des){BLANK}+|l[’'])[\w-]+"
    rf"(?:{BLANK}+(?!(?:à|au|en|par|pour|dans|sur)\b|(?:a|ont)-)[^\W\d]+)?"
)
_SUBJECT = re.compile(
    rf"(?P<before_verb>{_NOUN})(?={BLANK}+\w+-(?:t-)?(?:ils?|elles?)\b)"
    rf"|^(?:combien|que|où|quand|comment){BLANK}+\w+{BLANK}+(?P<after_verb>{_NOUN})"
    rf"(?={BLANK}*\?|{BLANK}+(?:à|au|aux|pour|en|dans|par|sur)\b)",
    re.IGNORECASE,
)
_WHO = re.compile(
    rf"(?:who|qui){BLANK}+(?:is|was|are|were|est|était|sont|étaient|sera){BLANK}+"
    rf"(?P<who>(?:(?:the|an?|le|la|les|un|une){BLANK}+|l[’'])[\w-]+)(?={BLANK}*\?|{BLANK}+(?:of|de|du|des|d[’'])\b)",
    re.IGNORECASE,
)
_TIMES = frozenset(
    "heure matin soir nuit jour journée demi-journée semaine week-end quinzaine mois trimestre semestre saison année "
    "an".split()
)


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


_LED = re.compile(rf"(?:(?P<led>(?:le|la|les|un|une|des|the|an?){BLANK}+|l[’']))?(?P<noun>[\w-]+)", re.IGNORECASE)
_LEADS = re.compile(rf"(?:\b(?:le|la|les|un|une|des|the|an?){BLANK}+|\bl[’'])$", re.IGNORECASE)


def _other_member(before: str, rest: str) -> str | None:
    """Put « les enfants » in the place of « les adultes », of which both can't be meant; None where none is there."""
    new = _LED.fullmatch(rest)
    if new is None:
        return None
    meant, language = keys(new.group("noun").lower(), detect(rest)), detect(before)
    for old in re.finditer(r"[\w-]+", before):
        if are_exclusive(keys(old.group().lower(), language), meant):
            led = _LEADS.search(before[: old.start()])
            after = _AGED.sub("", before[old.end() :], count=1)  # « un enfant de 8 ans », asked of an adult
            if led and new.group("led"):
                return before[: led.start()] + rest[0].lower() + rest[1:] + after
            return before[: old.start()] + new.group("noun") + after
    return None


_AGED = re.compile(
    rf"^{BLANK}+(?:(?:âgée?s?{BLANK}+)?de{BLANK}+\d+{BLANK}+ans|(?:aged|of){BLANK}+\d+)\b", re.IGNORECASE
)
_KIND = re.compile(
    rf"(?:(?:le|la|les|un|une|the|an?){BLANK}+|l[’'])?(?P<first>[\w-]{{4,}})(?P<others>(?:{BLANK}+[\w’'-]+){{1,3}})",
    re.IGNORECASE,
)
_TO_NOUN = re.compile(rf"\b(?P<to>à{BLANK}+la{BLANK}+|à{BLANK}+l[’']|aux?{BLANK}+)[\w-]+", re.IGNORECASE)
_NOUN_LED = re.compile(rf"(?P<led>le|la|les|l[’']){BLANK}*(?P<noun>[\w-]+)", re.IGNORECASE)


def _same_thing(before: str, rest: str) -> str | None:
    """Put "the willow room" in the place of "oak room", « la salle Moulin » in that of « salle des fêtes ».

    Or « le bourg » in that of the one place told with « à »: « au port » -> « au bourg ».
    """
    if kind := _KIND.fullmatch(rest):
        last = kind.group("others").split()[-1]
        english = re.search(rf"\b[\w-]+{BLANK}+{re.escape(last)}\b", before, re.IGNORECASE)
        if english and len(last) > 3 and not owes_capital(english.group().split()[0].capitalize()):
            new = f"{kind.group('first')}{kind.group('others')}"
            return before[: english.start()] + new + before[english.end() :]
        french = re.search(
            rf"\b{re.escape(kind.group('first'))}(?:{BLANK}+d(?:e|u|es){BLANK}+[\w-]+|{BLANK}+d[’'][\w-]+"
            rf"|(?:{BLANK}+[A-ZÀ-Þ][\w-]*)+)",
            before,
        )
        if french:
            return before[: french.start()] + kind.group("first") + kind.group("others") + before[french.end() :]
    places = list(_TO_NOUN.finditer(before))
    noun = _NOUN_LED.fullmatch(rest)
    if len(places) != 1 or noun is None:
        return None
    to = {"le": "au ", "les": "aux ", "la": "à la "}.get(noun.group("led").lower(), "à l’")
    return before[: places[0].start()] + to + noun.group("noun") + before[places[0].end() :]


def _put_last(before: str, bare: str) -> str:
    """Put `bare` at the end of the question, before its mark."""
    said = bare[0].lower() + bare[1:] if owes_capital(re.split(r"[\s’']", bare)[0]) else bare
    asked = unmarked(before, "?")
    return f"{asked} {said}{before[len(asked) :]}"


def _same_place(before: str, word: str, bare: str) -> str:
    """Put `bare` in the place of the short phrase of the same preposition that ends the question, else at its end."""
    place = _SAME_PLACE.get(word.lower(), word.lower())
    asked = unmarked(before, "?")
    within = re.search(rf"(?<![\w-])(?:{place}){BLANK}+(?:l[ae]{BLANK}+)?[\w-]+(?={BLANK})", asked, re.IGNORECASE)
    if place == _TO and within:
        return f"{asked[: within.start()]}{bare}{before[within.end() :]}"
    last = re.search(rf"{BLANK}+(?:{place})(?:{BLANK}+[^\s?]+){{1,6}}?$", asked, re.IGNORECASE)
    return f"{asked[: last.start()]} {bare}{before[len(asked) :]}" if last else _put_last(before, bare)


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
