"""Questions to try, drawn from the documents: a plain sentence turned into the question that it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, zip_longest

from index import Document, quotable

MOST = 4
"""Questions given in one language, at most."""
LOOKED_AT = 200
"""Documents that are looked at for questions."""
_BEGINNING = 4_000
"""Characters of a document that are looked at."""
_SHORTEST, _LONGEST = 15, 90
"""Characters of a question that is worth a button."""
_NAMED = re.compile(r"(?<=\S )[A-ZÀ-Ý]")

# What a sentence is about: an article and a few words, none of them a pronoun's or a list's.
_LE = r"(?P<what>(?:L[ea]s? |L’|L')[\w’' -]{3,60}?)"
_THE = r"(?P<what>The [\w’' -]{3,60}?)"
_DAY = r"(?:le |du |à partir du )(?:\d|1er|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_NAME = r"[A-ZÀ-Ý][\w’-]+ [A-ZÀ-Ý]"
_PERSON = (
    r"\w+[ ’'](?:\w+ )?(?:direct|maire|mayor|présiden|presiden|responsable|chef|chief|chair|ingénieur|engineer|manager"
    r"|secréta|secreta|auteur|author|fondat|founder|trésor|treasur)"
)
_DONE = r"(?!located|based)\w+ed|built|held"
_ASKING = re.compile(
    r"(?:comment|où|quand|combien|qui|que|quel|quoi|pourquoi|how|where|when|who|what|which|why)\b", re.I
)

_BE = r"est|sont|sera|seront"

_FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        (rf"{_LE} (?P<does>(?:coût|mesur|dur|pès)e(?:nt)?) (?:\d|[a-z]+ heures?\b)", "Combien {does} {what} ?"),
        (rf"{_LE} (?P<does>(?:{_BE}) (?:\w+ées?|ouvert\w*)|\w+r(?:a|ont)) {_DAY}", "Quand {does} {what} ?"),
        (rf"{_LE} (?P<does>(?:{_BE}) \w+[ée]e?s?) par {_NAME}", "Par qui {does} {what} ?"),
        (rf"(?={_PERSON}){_LE} (?P<does>est) {_NAME}", "Qui {does} {what} ?"),
    ),
    "en": (
        (rf"{_THE} (?P<does>cost|last|weigh|measure)s (?:about |up to )?[$€£]?\d", "How much does {what} {does}?"),
        (rf"{_THE} (?P<does>cost|last|weigh|measure) (?:about |up to )?[$€£]?\d", "How much do {what} {does}?"),
        (rf"{_THE} (?P<be>was|were|is|are) (?P<does>{_DONE}) (?:on|in) (?:\d|[A-Z])", "When {be} {what} {does}?"),
        (rf"{_THE} (?P<be>is|was) (?P<does>\w+ed|run) by {_NAME}", "Who {be} {what} {does} by?"),
        (rf"(?={_PERSON}){_THE} (?P<be>is) {_NAME}", "Who {be} {what}?"),
    ),
}
_RULES = {language: [(re.compile(pattern), asked) for pattern, asked in forms] for language, forms in _FORMS.items()}


def starters(documents: Iterable[Document], most: int = MOST) -> list[str]:
    """Give at most `most` questions in each language that sentences of the documents answer.

    One a document as long as there are more, those that name something first. Headings that are questions count too.
    """
    found: dict[str, list[list[str]]] = {"fr": [], "en": []}
    for document in islice(documents, LOOKED_AT):
        if document.language in found:
            found[document.language].append(_questions(document.text[:_BEGINNING], document.language))
    return [one for language in found for one in islice(_in_turn(found[language]), most)]


def question(sentence: str, language: str) -> str:
    """Give the question that a sentence answers; empty when it is of no kind that is known.

    >>> question("Les ordures ménagères sont collectées le mardi et le vendredi.", "fr")
    'Quand sont collectées les ordures ménagères ?'
    >>> question("The chief engineer is Margaret Doyle.", "en")
    'Who is the chief engineer?'
    """
    for pattern, form in _RULES.get(language, ()):
        fits = pattern.match(sentence)
        if fits is not None:
            parts = fits.groupdict()
            what = parts["what"]
            return form.format(**{**parts, "what": what[0].lower() + what[1:]})
    return ""


def _in_turn(questions: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the first question of every document, then the second ones, each only once."""
    turns = zip_longest(*questions, fillvalue="")
    return iter(dict.fromkeys(one for turn in turns for one in turn if one))


@lru_cache(maxsize=2 * LOOKED_AT)
def _questions(text: str, language: str) -> list[str]:
    """Give the questions that a text answers, each once, those that name something first."""
    return sorted(dict.fromkeys(_answered(text, language)), key=lambda one: not _NAMED.search(one))


def _answered(text: str, language: str) -> Iterator[str]:
    for start, end in quotable(text, headings=True):
        sentence = text[start:end].rstrip("# ")
        heading = sentence.endswith("?") and _ASKING.match(sentence) and text[end : end + 1] in ("", "\r", "\n")
        asked = sentence if heading else question(sentence, language)
        if _SHORTEST <= len(asked) <= _LONGEST and asked[0].isupper() and "\n" not in asked:
            yield asked
