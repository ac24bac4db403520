"""Who holds an office: the person that a sentence gives it to, beside the office or by "is", in French and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index import detect, fold, terms, words
from rag.facts.wording import is_known, keys

_OFFICE_ASKED = (
    re.compile(
        r"\b(?:qui est(?: actuellement)? (?:le |la |l )|quel est le nom (?:du |de la |de l ))"
        r"(?:(?:actuel(?:le)?|nouve(?:au|lle)) )?(?P<office>\w+)(?P<of>$| (?:de|du|des|d|a|au|aux|en) .*)"
    ),
    re.compile(
        r"\b(?:who is|what is the name of) the (?:(?:current|new) )?(?P<lead>(?:\w+ ){0,2}?)"
        r"(?P<office>\w+)(?P<of>$| (?:of|for|at|in) .*)"
    ),
)
_PLAIN = re.compile(r"[^a-z0-9]+")
_NAME = (
    r"(?:(?:M\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Dr\.?) )?"
    r"(?P<name>[A-ZÀ-Þ][\w’'-]*\w(?: (?:(?:de|du|des|le|la|van|von|der) |d[’'])?[A-ZÀ-Þ][\w’'-]*\w){1,3})"
)
_OF = r"(?P<of>(?: (?:de|du|des|of|for|at)\b| d[’'])[^,.;:()«»\"]{1,60}?)?"
_ENDS = r"(?= ?[,.;:)!?]| [a-zà-ÿ]|$)"
_AFTER = (
    re.compile(rf"{_OF}, {_NAME}(?=[,.;)]|$)(?!, (?:[A-ZÀ-Þ]|et |and ))"),
    re.compile(rf"{_OF} (?:est|is) {_NAME}{_ENDS}"),
    re.compile(rf"(?P<of>) {_NAME}{_ENDS}"),
)
"""What follows the office: « , Jean Martin, », « de la commune est Jean Martin », « Jean Martin »."""
_BEFORE = re.compile(
    rf"(?:^|[,.;:(«] ?){_NAME}(?:, | est | is )(?:(?:le|la|the|notre|our) |l[’'])?(?:current |actuelle? )?$"
)
"""What goes before it: « Jean Martin, », "Jean Martin is the"."""
_ALONE = re.compile(rf"{_OF}(?= ?[,.;:)!?]|$| (?:a|depuis|since|has|said)\b)")
_LED = re.compile(
    r"(?:^|\W)(?:le|la|the|notre|our|its|sa|son|actuel|actuelle|current|mme|m\.)[ ’']?$|(?:^|\W)l[’']$|^$|, $", re.I
)
_NOT_NOW = re.compile(
    r"\b(?:ancien|ex\b|former\b|formerly|then\b|alors|étai|fut|furent|was|were|jusqu|until|succ[eéè]|remplac|replac|précéd|predecess|"
    r"future?\b|candidat|battu|élection|election|intérim|interim|acting|honorai|emerit|adjoint|vice|deputy|late\b|feu\b)",
    re.I,
)
_SINCE = re.compile(r"\b(?:depuis|since|élue? en|elected in|nommée? en|appointed in) [^,.;]*", re.I)
_GENDER = re.compile(r"(?:eur|eus|ric|i[eè]r|ien|ienn)$")
"""Ends of stems that differ with the gender: « directeur », « directrice »."""
_GENERIC = frozenset(
    [*terms("commune ville village municipalité", "fr"), *terms("town city village municipality", "en")]
)
"""Words that tell nothing of which office is meant."""


class Office(NamedTuple):
    """An office asked for: the keys of its word, what leads to it ("chief"), and the terms of what it is of."""

    keys: frozenset[str]
    lead: str
    of: frozenset[str]


class Holder(NamedTuple):
    """A person that a sentence gives an office to, and the terms of what the office is of there."""

    name: str
    of: frozenset[str]


def asked_office(question: str) -> Office | None:
    """Give the office whose holder a question asks for; None when it asks for something else.

    >>> asked_office("Qui est le maire de Valmont ?").of, asked_office("Who opened the bridge?")
    (frozenset({'valmont'}), None)
    """
    plain, language = _PLAIN.sub(" ", fold(question)).strip(), detect(question)
    found = next((found for found in (pattern.search(plain) for pattern in _OFFICE_ASKED) if found), None)
    if found is None or not terms(found["office"], language):
        return None
    lead = found.groupdict().get("lead") or ""
    return Office(keys(found["office"], language), lead.strip(), _of(found["of"], language))


def holder(office: Office, sentence: str, above: str = "") -> Holder | None:
    """Give who holds the office now by a sentence; None where it tells nobody, somebody of another time, or several.

    What the question says the office is of must stand beside it, or in the title and headings `above`.

    >>> holder(asked_office("Qui est le maire ?"), "Le maire de la commune, Jean Martin, a présenté le budget.").name
    'Jean Martin'
    """
    if _NOT_NOW.search(sentence):
        return None
    language = detect(sentence)
    places = list(_offices(office, sentence, language))
    if len(places) != 1:
        return None
    one = _held(sentence, *places[0], language)
    if one is None:
        return None
    return one if office.of <= one.of | _of(above, language) | _of(above, detect(above)) else None


def undated(sentence: str) -> str:
    """Give a sentence without since when somebody holds an office: another one will have begun at another time."""
    return _SINCE.sub("", sentence)


def proper(title: str) -> str:
    """Give the names in a title, a word that French or English knows being none, behind a word that is none.

    >>> proper("Beaumont en 2024"), proper("Le bulletin municipal de Beaumont")
    ('in Beaumont 2024', 'in Beaumont')
    """
    found = (title[a:b] for a, b in words(title))
    return " ".join(["in", *(word for word in found if not word[0].islower() and not _is_plain(word.lower()))])


def _is_plain(word: str) -> bool:
    return any(is_known(word, language) or not terms(word, language) for language in ("fr", "en"))


def same_office(office: Office, one: Holder, other: Holder) -> bool:
    """Say whether two offices of that name may be one: what each is of is told by the question or the other."""
    known = office.of | _GENERIC
    return one.of <= known | other.of and other.of <= known | one.of


def _offices(office: Office, sentence: str, language: str) -> Iterator[tuple[int, int]]:
    """Give where the office's word stands, with the words that lead to it in the question."""
    for start, end in words(sentence):
        word = sentence[start:end]
        if not _same_word(office.keys, keys(word.lower(), language)):
            continue
        before = sentence[:start]
        if office.lead:
            if not fold(before).rstrip().endswith(office.lead):
                continue
            before = before.rstrip()[: -len(office.lead)]
        if _LED.search(before) or _BEFORE.search(before):
            yield len(before), end


def _same_word(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two words name one office: the same word, its other gender, or its translation."""
    first, second = (next((key for key in side if key[:3] in ("fr:", "en:")), "") for side in (one, other))
    if not first or one.isdisjoint(other):
        return False
    return first[:3] != second[:3] or _GENDER.sub("", first) == _GENDER.sub("", second)


def _held(sentence: str, start: int, end: int, language: str) -> Holder | None:
    """Give who is named beside an office that stands at these characters."""
    for pattern in _AFTER:
        if found := pattern.match(sentence, end):
            return Holder(found["name"], _of(found["of"] or "", language))
    before, after = _BEFORE.search(sentence[:start]), _ALONE.match(sentence, end)
    return Holder(before["name"], _of(after["of"] or "", language)) if before and after else None


def _of(text: str, language: str) -> frozenset[str]:
    return frozenset(terms(text, language))
