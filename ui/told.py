"""What is said to something that is not searched for: a greeting, a call for help, whole documents without a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest

from index import Document, detect, terms
from ui.intent import intent
from ui.messages import WORDS, Words

OFFERED = 5
"""Documents that are named at most, for reading."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in `words`' language, and the documents offered with it."""

    sentence: str
    words: Words
    documents: tuple[Document, ...] = ()


def told(question: str, documents: Iterable[Document], words: Words, *, extractive: bool) -> Told | None:
    """Give what is said to what a person wrote, in `words`; None when it is a question, or one for the model.

    What is asked about the documents is answered in the question's language. A model, when there is one, may sum up
    what it is given; without one the documents can only be named: first those whose titles have words of the question.
    """
    said = intent(question)
    brief = {
        "greeting": words.hello,
        "thanks": words.welcome_back,
        "goodbye": words.goodbye,
        "help": words.help,
    }
    if said in brief:
        return Told(brief[said], words)
    if said != "documents" and not (extractive and said in ("about", "summary")):
        return None
    words, asked = WORDS[detect(question)], set(terms(question, "fr")) | set(terms(question, "en"))
    count = 0

    def counted() -> Iterator[Document]:
        nonlocal count
        for count, document in enumerate(documents, start=1):  # noqa: B007
            yield document

    def named(document: Document) -> int:
        return len(asked.intersection(terms(f"{document.title} {document.id}"[:200], document.language or "en")))

    found = nlargest(OFFERED, counted(), key=named)  # of equals the first
    if not found:
        return Told(words.no_document, words)
    sentence = words.no_summary if said == "summary" else words.about.format(count=count)
    return Told(sentence, words, tuple(found))
