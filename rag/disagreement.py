"""Two documents that disagree: what an answer states, and sentences elsewhere that say the same otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set

from index import Document, Hit, Span, detect, fold, quotable, terms, words
from rag.answer import Answer, Citation, Statement, Verdict
from rag.facts import read, spoken
from rag.holders import Office, asked_office, holder, proper, same_office, undated
from rag.standing import standing
from rag.verification import verify

MOST = 2
"""Disagreeing sentences given for one answer, at most."""

_LEAST_SHARED = 0.5
"""Below this share of the terms of the shorter one, two sentences are not compared."""

_QUOTED = re.compile(r"«\s*(.+?)\s*»|“(.+?)”")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_COMPARED = re.compile(r",?\s(?:contre|au lieu de|against|compared (?:with|to)|(?:up|down) from)\s\d[^.;]*")
"""What a figure is compared with, « 84 300 en 2024, contre 79 100 en 2023 »: not what the sentence states."""
_SEVERAL = re.compile(
    r"\b(?:quel(?:le)?s|lesquel(?:le)?s|qui (?:sont|étaient|ont)|who (?:are|were)|list|liste[rz]?)\b", re.I
)
"""Asked so, a question has several answers, and another name is one more."""
_NUMBER = re.compile(r"^\(?\d{1,3}[.)]\s+")
"""The number of a list item: none of its figures."""
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|when|who|whose|which|si|s[’'](?:il|ils|elle|elles|on)|sauf|qui|dont|lorsqu\w*|quand)\b",
    re.I,
)
"""Words that say of which, or in which case."""
_STANDING_FOR = frozenset(
    "il ils elle elles on ce cela celui celle son sa ses leur leurs he she it they this that his her its their".split()
)
"""Words that open a sentence about what an earlier one names."""


def contrary(answer: Answer, document: Callable[[str], Document]) -> tuple[Statement, ...]:
    """Give the sentences of other documents, among the passages found, that say otherwise than the answer.

    Each is a statement of its own words with its source, its verdict *altered* and the reason what it says otherwise:
    another figure, date or negation where all else agrees, another name where the question asks for one, or another
    person in the office that the question asks for, however the sentences are worded. They must speak of the same:
    every name and year of the one, and of the question, stands in the passage, title or headings of the other, as do
    the question's other words, so another year's figure or another town's is no disagreement.
    `document` gives a document by its id; one that raises KeyError is passed over.
    """
    found: dict[Span, Statement] = {}
    known = {citation.span: citation for citation in answer.citations}
    told_of: set[frozenset[Span]] = set()  # where both are quoted in the answer, each contradicts the other
    for statement in answer.statements:
        cited = {citation.span.document_id for citation in statement.citations}
        if statement.verdict is not Verdict.SUPPORTED or not cited:
            continue
        around = _around(answer, statement)
        for source, hit in _elsewhere(answer, cited, document):
            above = " ".join((source.title, *hit.chunk.headings))
            context = fold(f"{above} {hit.chunk.text}")
            if not _asked_of(answer.question, around, context):
                continue
            for start, end in quotable(hit.chunk.text):
                text, span = hit.chunk.text[start:end], hit.chunk.span.narrow(start, end)
                pair = frozenset({statement.citations[0].span, span})
                told = None if pair in told_of else _otherwise(answer.question, statement, text, around, context, above)
                if told is None:
                    continue
                told_of.add(pair)
                new = Citation(len(known) + 1, span, text, source.title, source.page(span.start))
                citation = known.setdefault(span, new)
                found.setdefault(span, Statement(text, (citation,), Verdict.ALTERED, " ≠ ".join(told)))
                if len(found) == MOST:
                    return tuple(found.values())
    return tuple(found.values())


def _otherwise(
    question: str, statement: Statement, sentence: str, around: str, context: str, above: str
) -> tuple[str, ...] | None:
    """Give what the statement and a sentence elsewhere say otherwise of the same; None when they don't.

    What they stand in, folded: `around` the one, `context` the other; `above` are the latter's title and headings.
    """
    office = asked_office(question)
    if office is not None and (held := _two_holders(office, statement, sentence, around, context, above)):
        return held
    if not _alike(statement.text, sentence):
        return None
    stands_for = next((fold(sentence[a:b]) for a, b in words(sentence)), "") in _STANDING_FOR
    named = _speaks_of(question, fold(above if stands_for else f"{above} {sentence}"), ())
    if stands_for and not named:
        return None
    ways = [_altered(statement.text, sentence)]
    if named:
        ways.append(_renamed(question, statement, sentence, around, context))
    asked = f"{question}\n{_stated(statement.text)}"
    for told in filter(None, ways):
        if _speaks_of(asked, context, told) and _speaks_of(_stated(sentence), around, told):
            return told
    return None


def _elsewhere(answer: Answer, cited: Set[str], document: Callable[[str], Document]) -> Iterator[tuple[Document, Hit]]:
    """Give the passages of documents that are not cited, each with its document, as long as they stand in it."""
    return standing((hit for hit in answer.hits if hit.chunk.span.document_id not in cited), document)


def _around(answer: Answer, statement: Statement) -> str:
    """Give, folded, what a statement stands in: its sources' titles and passages."""
    parts = [statement.text, *(citation.title for citation in statement.citations)]
    for hit in answer.hits:
        if any(citation.span.document_id == hit.chunk.span.document_id for citation in statement.citations):
            parts += [*hit.chunk.headings, hit.chunk.text]
    return fold(" ".join(parts))


def _asked_of(question: str, around: str, context: str) -> bool:
    """Say whether the question's words that stand around the answer stand in the folded context of another passage."""
    language = detect(question)
    held, others = set(terms(around, language)), set(terms(context, language))
    return all(term in others for term in terms(question, language) if term in held)


def _alike(one: str, other: str) -> bool:
    """Say whether two sentences share words enough to be about the same; quick, and across languages never known."""
    languages = detect(one), detect(other)
    if languages[0] != languages[1]:
        return True
    held = [set(terms(text, language)) for text, language in zip((one, other), languages, strict=True)]
    return len(held[0] & held[1]) >= _LEAST_SHARED * max(1, min(map(len, held)))


def _altered(statement: str, sentence: str) -> tuple[str, ...] | None:
    """Give what the statement and the sentence say for each other's facts; None when neither alters the other's."""
    statement, sentence = _NUMBER.sub("", statement), _NUMBER.sub("", sentence)
    for said, source in ((statement, sentence), (sentence, statement)):
        verdict, reason = verify(said, [source])
        if verdict is Verdict.ALTERED:
            values = [quoted[1] or quoted[2] for quoted in _QUOTED.finditer(reason)]
            if len(values) < 2 and _CONDITION.search(f"{statement}\n{sentence}"):
                return None  # what is denied of some, or in a case, is not what is said of all
            return tuple(values if said is statement else reversed(values))
    return None


def _renamed(question: str, statement: Statement, sentence: str, around: str, context: str) -> tuple[str, str] | None:
    """Give the name that answers a question and the one that `sentence` has in its place; None where there is no such.

    The one text, given the other's name, would be carried by the other. A name that stands beside the other's too, in
    the folded `around` or `context`, may be another thing's.
    """
    if _SEVERAL.search(question):
        return None
    focus = _answering(statement)
    for said in _names(statement.text):
        if fold(said) in fold(question) or fold(said) in context or (focus and not any(said in one for one in focus)):
            continue
        for other in _names(sentence):
            if fold(other) in around or set(fold(other).split()) & set(fold(said).split()):
                continue
            given, taken = statement.text.replace(said, other), sentence.replace(other, said)
            if any(
                verify(text, [source]).verdict is Verdict.SUPPORTED
                for text, source in ((given, sentence), (taken, statement.text))
            ):
                return said, other
    return None


def _two_holders(
    office: Office, statement: Statement, sentence: str, around: str, context: str, above: str
) -> tuple[str, str] | None:
    """Give who holds the office asked for by the statement and by a sentence elsewhere; None when it is one person.

    Both must mean one office: what the question says it is of stands in the sentence or its title, and the names of
    either title in what the other stands in.
    """
    titles = "\n".join(citation.title for citation in statement.citations)
    one, other = holder(office, statement.text, titles), holder(office, sentence, above)
    if one is None or other is None or not same_office(office, one, other):
        return None
    if set(fold(one.name).split()) & set(fold(other.name).split()):
        return None
    if fold(one.name).split()[-1] in context or fold(other.name).split()[-1] in around:
        return None
    said, found = f"{undated(statement.text)}\n{proper(titles)}", f"{undated(sentence)}\n{proper(above)}"
    told = one.name, other.name
    return told if _speaks_of(said, context, told) and _speaks_of(found, around, told) else None


def _answering(statement: Statement) -> list[str]:
    """Give the answering words of a quoted statement; none for one that is not a quote."""
    return [
        citation.answering
        for citation in statement.citations
        if citation.answering and citation.quote == statement.text
    ]


def _names(text: str) -> list[str]:
    """Give the names in a text, each with all the words that stand together: « Claire Morvan », « Saint-Malo »."""
    found: list[tuple[int, int]] = []
    reading = read(text, spoken(text))
    for name in reading.names:
        start = name.position
        while start > 1 and reading.tokens[start - 1].norm == "-" and reading.tokens[start].glued:
            start -= 2
        if found and found[-1][1] >= start:
            found[-1] = found[-1][0], name.end
        elif not name.common:
            found.append((start, name.end))
    return [reading.quote(start, end).strip(".,;:") for start, end in found]


def _stated(text: str) -> str:
    """Give a sentence without what it compares its figure with."""
    return _COMPARED.sub("", text)


def _speaks_of(text: str, context: str, told: Sequence[str]) -> bool:
    """Say whether the names and years of `text`, save what differs, all stand in a folded context."""
    for value in told:
        text = text.replace(value, " ")
    names = {fold(line[a:b]) for line in text.split("\n") for a, b in words(line)[1:] if line[a].isupper()}
    return all(one in context for one in names | set(_YEAR.findall(text)))
