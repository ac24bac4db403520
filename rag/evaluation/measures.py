"""Every measure of one question: what it is called, to which questions it applies, and its value for an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from index import Document, Span
from rag.answer import Answer, Verdict
from rag.evaluation import matching, retrieval
from rag.evaluation.citations import cited_spans, coverage, dangling, score, verbatim, widen
from rag.evaluation.testset import Question

RIGHT = 0.5
"""An answer is right from this F1 on, or when half of the characters it cites lie in a gold span."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure: its family, what it says in words, the questions it applies to and the value a failure gets."""

    family: str
    title: str
    applies: Callable[[Question], bool]
    worst: float = 0.0


def _always(_: Question) -> bool:
    return True


def _answerable(question: Question) -> bool:
    return question.answerable


def _unanswerable(question: Question) -> bool:
    return not question.answerable


def _placed(question: Question) -> bool:
    return bool(question.alternatives)


def _worded(question: Question) -> bool:
    return bool(question.texts) or not question.answerable


def _worded_answerable(question: Question) -> bool:
    return bool(question.texts)


def _graded(question: Question) -> bool:
    return bool(question.grades)


ANSWERS = {
    "em": Definition(
        "answer", "Exact match, by the language's rules; a refusal is right where there is no answer", _worded
    ),
    "f1": Definition("answer", "Word F1, by the language's rules", _worded),
    "em_official": Definition("answer", "Exact match by the SQuAD rules", _worded),
    "f1_official": Definition("answer", "Word F1 by the SQuAD rules", _worded),
    "f1_answerable": Definition("answer", "Word F1 where there is an answer", _worded_answerable),
    "short_em": Definition("answer", "Exact match of the first highlighted words", _worded),
    "short_f1": Definition("answer", "Word F1 of the first highlighted words", _worded),
    "contains": Definition("answer", "The answer holds a right one word for word", _worded_answerable),
    "trigram_recall": Definition(
        "answer", "Three-letter windows of a right answer that the answer has", _worded_answerable
    ),
    "accuracy": Definition("answer", "Right: the answer where there is one, a refusal where there is none", _worded),
    "answer_language": Definition("answer", "The answer is in the question's language", _always),
}
CITATIONS = {
    "citation_precision": Definition("citations", "Cited characters that lie in a gold span", _placed),
    "citation_recall": Definition("citations", "Characters of a gold answer that are cited", _placed),
    "citation_f1": Definition("citations", "F1 of the cited characters", _placed),
    "sentence_precision": Definition("citations", "Cited characters in the sentences of a gold answer", _placed),
    "sentence_recall": Definition("citations", "Characters of a gold answer's sentences that are cited", _placed),
    "sentence_f1": Definition("citations", "F1 of the cited characters, gold answers widened to sentences", _placed),
    "focus_f1": Definition("citations", "F1 of the highlighted characters", _placed),
    "verbatim_rate": Definition("citations", "Quotes that are exactly the characters of their span", _always),
    "dangling_rate": Definition("citations", "Citations that point nowhere", _always, worst=1.0),
    "statements_cited": Definition("citations", "Statements with a citation", _always),
}
VERIFICATION = {
    "supported_rate": Definition("verification", "Statements the chat's verifier calls supported", _always),
    "altered_rate": Definition("verification", "Statements it calls altered", _always, worst=1.0),
    "cannot_check_rate": Definition("verification", "Statements it cannot check", _always, worst=1.0),
}
FUNNEL = {
    "funnel_retrieved": Definition("funnel", "Half of a gold answer or more is in the retrieved chunks", _placed),
    "funnel_prompted": Definition("funnel", "... and in what the backend was given", _placed),
    "funnel_cited": Definition("funnel", "... and in the cited spans", _placed),
    "funnel_answered": Definition("funnel", "... and the answer is right", _placed),
}
REFUSAL = {
    "refusal_precision": Definition("refusal", "Refusals that were due", _always),
    "refusal_recall": Definition("refusal", "Unanswerable questions that were refused", _unanswerable),
    "refused_answerable": Definition("refusal", "Answerable questions that were refused", _answerable, worst=1.0),
    "answered_unanswerable": Definition(
        "refusal", "Unanswerable questions that were answered", _unanswerable, worst=1.0
    ),
}


def definitions(k: int) -> dict[str, Definition]:
    """Give every measure by name, in the order of a report, for a cutoff k."""
    found = {}
    for level, applies in (("", _graded), ("chunk_", _placed), ("span_", _placed)):
        words = {
            "": "relevant documents",
            "chunk_": "chunks with half a gold span",
            "span_": "chunks with a whole gold span",
        }
        for name in retrieval.names(k):
            found[level + name] = Definition("retrieval", f"{name} of {words[level]}", applies)
    return {**found, **ANSWERS, **CITATIONS, **VERIFICATION, **FUNNEL, **REFUSAL}


def failed(question: Question, k: int) -> dict[str, float]:
    """Give the scores of a question that got no answer: the worst value of every measure that can apply to it."""
    return {name: measure.worst for name, measure in definitions(k).items() if measure.applies(question)}


def words(answer: Answer) -> str:
    """Give what an answer says, without markers; empty for a refusal."""
    return " ".join(statement.text for statement in answer.statements)


def short_words(answer: Answer) -> str:
    """Give the first highlighted words of an answer's citations, else all it says."""
    return next((citation.answering for citation in answer.citations if citation.answering), words(answer))


def is_right(question: Question, answer: Answer) -> bool:
    """Say whether an answer is right: a refusal where there is no answer; else it holds or nearly equals a right one.

    Where the gold spans are longer than an answer would be, half of the cited characters lying in them will do.
    """
    if not question.answerable or not answer.found:
        return question.answerable == answer.found
    text, golds = words(answer), question.texts
    rules = partial(matching.normalise, language=question.language)
    if matching.contains(text, golds, question.language) or matching.f1(text, golds, rules) >= RIGHT:
        return True
    return (score(cited_spans(answer), question.alternatives).precision or 0.0) >= RIGHT


def answer_scores(question: Question, answer: Answer) -> dict[str, float]:
    """Give the measures of what an answer says."""
    scores: dict[str, float] = {}
    text, short, golds = words(answer), short_words(answer), question.texts or ("",)
    rules = partial(matching.normalise, language=question.language)
    if _worded(question):
        scores["em"], scores["f1"] = matching.exact_match(text, golds, rules), matching.f1(text, golds, rules)
        scores["em_official"], scores["f1_official"] = matching.exact_match(text, golds), matching.f1(text, golds)
        scores["short_em"], scores["short_f1"] = (
            matching.exact_match(short, golds, rules),
            matching.f1(short, golds, rules),
        )
        scores["accuracy"] = float(is_right(question, answer))
    if _worded_answerable(question):
        scores["f1_answerable"] = scores["f1"]
        scores["contains"] = matching.contains(text, golds, question.language)
        scores["trigram_recall"] = matching.trigram_recall(text, golds, question.language)
    scores["answer_language"] = float(answer.language == question.language)
    return scores


def citation_scores(question: Question, answer: Answer, documents: Mapping[str, Document]) -> dict[str, float]:
    """Give the measures of an answer's citations and of the verdicts on its statements."""
    scores: dict[str, float] = {}
    if _placed(question):
        cited = score(cited_spans(answer), question.alternatives)
        focus = [citation.focus or citation.span for citation in answer.citations]
        if cited.precision is not None:
            scores["citation_precision"] = cited.precision
        scores["citation_recall"], scores["citation_f1"] = cited.recall, cited.f1
        whole = score(cited_spans(answer), [widen(gold, documents) for gold in question.alternatives])
        if whole.precision is not None:
            scores["sentence_precision"] = whole.precision
        scores["sentence_recall"], scores["sentence_f1"] = whole.recall, whole.f1
        scores["focus_f1"] = score(focus, question.alternatives).f1
    citations = [citation for statement in answer.statements for citation in statement.citations]
    if citations:
        scores["verbatim_rate"] = _share([verbatim(c, documents, answer.hits) for c in citations])
        scores["dangling_rate"] = _share([dangling(c, documents, answer.hits) for c in citations])
    if answer.statements:
        scores["statements_cited"] = _share([bool(s.citations) for s in answer.statements])
        for verdict in Verdict:
            scores[f"{verdict}_rate"] = _share([s.verdict == verdict for s in answer.statements])
    return scores


def refusal_scores(question: Question, answer: Answer) -> dict[str, float]:
    """Give the measures of answering when one should and refusing when one should."""
    refused = float(not answer.found)
    scores = {"refusal_precision": float(not question.answerable)} if refused else {}
    if question.answerable:
        return {**scores, "refused_answerable": refused}
    return {**scores, "refusal_recall": refused, "answered_unanswerable": 1 - refused}


def funnel_scores(question: Question, answer: Answer, retrieved: list[Span], prompted: list[Span]) -> dict[str, float]:
    """Give how far a gold answer got, each step counting only after the one before; half of it is enough."""
    if not _placed(question):
        return {}
    scores: dict[str, float] = {}
    reached = True
    for name, spans in zip(FUNNEL, (retrieved, prompted, cited_spans(answer)), strict=False):
        reached = reached and coverage(spans, question.alternatives) >= retrieval.HALF
        scores[name] = float(reached)
    scores["funnel_answered"] = float(reached and is_right(question, answer))
    return scores


def lost_at(scores: Mapping[str, float]) -> str:
    """Give the step of the funnel where a question was lost: its name, "" when it was not or cannot be told."""
    if scores.get("accuracy") == 1.0:
        return ""
    return next((name.removeprefix("funnel_") for name in FUNNEL if scores.get(name) == 0.0), "")


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)
