"""Two documents that disagree: what an answer states, and sentences elsewhere that say the same otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import suppress

from index import Document, Hit, Span, detect, fold, sentences, terms, words
from rag.answer import Answer, Citation, Statement, Verdict
from rag.verification import verify

MOST = 2
"""Disagreeing sentences given for one answer, at most."""

_LEAST_SHARED = 0.3
"""Below this share of the terms of the shorter one, two sentences are not compared."""

_QUOTED = re.compile(r"«\s*(.+?)\s*»|“(.+?)”")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")


def contrary(answer: Answer, document: Callable[[str], Document]) -> tuple[Statement, ...]:
    """Give the sentences of other documents, among the passages found, that contradict what an answer states.

    Each is a statement of its own words with its source, its verdict *altered* and the reason what it says otherwise.
    It is checked against the answer fact by fact, or the answer against it: another figure, date or negation where all
    else agrees. They must speak of the same: every name and year of the one, and of the question, stands in the
    passage, title or headings of the other, so another year's figure or another town's is no disagreement; nor is
    another name, since it may be another thing. `document` gives a document by its id; one that raises KeyError is
    passed over.
    """
    found: dict[Span, Statement] = {}
    for statement in answer.statements:
        cited = {citation.span.document_id for citation in statement.citations}
        if statement.verdict is not Verdict.SUPPORTED or not cited:
            continue
        around = _around(answer, statement)
        for source, hit in _elsewhere(answer, cited, document):
            context = fold(" ".join((source.title, *hit.chunk.headings, hit.chunk.text)))
            for start, end in sentences(hit.chunk.text):
                text, span = hit.chunk.text[start:end], hit.chunk.span.narrow(start, end)
                told = _altered(statement.text, text) if _alike(statement.text, text) else None
                asked = f"{answer.question}\n{statement.text}"
                if told is None or not (_speaks_of(asked, context, told) and _speaks_of(text, around, told)):
                    continue
                number = len(answer.citations) + len(found) + 1
                citation = Citation(number, span, text, source.title, source.page(span.start))
                found.setdefault(span, Statement(text, (citation,), Verdict.ALTERED, " ≠ ".join(told)))
                if len(found) == MOST:
                    return tuple(found.values())
    return tuple(found.values())


def _elsewhere(answer: Answer, cited: Set[str], document: Callable[[str], Document]) -> Iterator[tuple[Document, Hit]]:
    """Give the passages of documents that are not cited, each with its document, as long as they stand in it."""
    for hit in answer.hits:
        span = hit.chunk.span
        if span.document_id not in cited:
            with suppress(KeyError):
                source = document(span.document_id)
                if source.text[span.start : span.end] == hit.chunk.text:
                    yield source, hit


def _around(answer: Answer, statement: Statement) -> str:
    """Give, folded, what a statement stands in: its sources' titles and passages."""
    parts = [statement.text, *(citation.title for citation in statement.citations)]
    for hit in answer.hits:
        if any(citation.span.document_id == hit.chunk.span.document_id for citation in statement.citations):
            parts += [*hit.chunk.headings, hit.chunk.text]
    return fold(" ".join(parts))


def _alike(one: str, other: str) -> bool:
    """Say whether two sentences share words enough to be about the same; quick, and across languages never known."""
    languages = detect(one), detect(other)
    if languages[0] != languages[1]:
        return True
    held = [set(terms(text, language)) for text, language in zip((one, other), languages, strict=True)]
    return len(held[0] & held[1]) >= _LEAST_SHARED * max(1, min(map(len, held)))


def _altered(statement: str, sentence: str) -> tuple[str, ...] | None:
    """Give what the statement and the sentence say for each other's facts; None when neither alters the other's."""
    for said, source in ((statement, sentence), (sentence, statement)):
        verdict, reason = verify(said, [source])
        if verdict is Verdict.ALTERED:
            values = [quoted[1] or quoted[2] for quoted in _QUOTED.finditer(reason)]
            return tuple(values if said is statement else reversed(values))
    return None


def _speaks_of(text: str, context: str, told: Sequence[str]) -> bool:
    """Say whether the names and years of `text`, save what differs, all stand in a folded context."""
    for value in told:
        text = text.replace(value, " ")
    names = {fold(line[a:b]) for line in text.split("\n") for a, b in words(line)[1:] if line[a].isupper()}
    return all(one in context for one in names | set(_YEAR.findall(text)))
