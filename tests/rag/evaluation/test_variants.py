"""Worse questions, what they cost, and drafts of new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from index import Document
from rag.answer import Answer
from rag.evaluation import Question, evaluate, lint, robustness, suggest, write
from rag.evaluation.variants import other_language, upper_case, with_typos, without_accents

Ask = Callable[[str], Answer]
ARTICLE = Document(
    "article.txt",
    "Anthropic achète pour 30 milliards de dollars de capacité Azure. "
    "Le phare de Kermorvan fut bâti en 1849 par l’État. "
    "La part de marché atteint 12,5 % cette année-là en Europe. Rien à signaler ici, absolument rien du tout.",
    language="fr",
)


def test_each_variant_changes_what_it_says() -> None:
    question = Question("q", "Où l’été s’arrête-t-il réellement ?", "fr", extra={"translations": {"en": "Where?"}})
    changed = without_accents(question)
    assert changed is not None
    assert changed.question == "Ou l’ete s’arrete-t-il reellement ?"
    assert without_accents(replace(question, question="Why?")) is None
    upper = upper_case(question)
    assert upper is not None
    assert upper.question == "OÙ L’ÉTÉ S’ARRÊTE-T-IL RÉELLEMENT ?"
    other = other_language(question)
    assert other is not None
    assert (other.question, other.language) == ("Where?", "en")
    assert other_language(replace(question, extra={})) is None


def test_typing_errors_are_small_and_repeatable() -> None:
    question = Question("q", "Combien de milliards Nvidia investit-il dans Anthropic ?", "fr")
    first, again = with_typos(question, 1), with_typos(question, 1)
    assert first == again
    assert first is not None
    assert first.question != question.question
    assert abs(len(first.question) - len(question.question)) <= 2
    assert with_typos(replace(question, question="Qui est là ?")) is None


def test_the_loss_is_that_of_the_questions_a_variant_changed(
    system: Ask, questions: tuple[Question, ...], documents: tuple[Document, ...]
) -> None:
    def deaf(question: str) -> Answer:
        return Answer(question) if question.isupper() else system(question)

    base = evaluate(deaf, questions, documents=documents)
    deaf_to_typos = {question.question: question for question in questions}
    found = robustness(
        lambda text: deaf(text) if text in deaf_to_typos or text.isupper() else system("Combien mesure le phare ?"),
        questions, base, documents=documents,
    )  # fmt: skip
    assert "other_language" not in found
    lost = found["upper_case"].differences["contains"]
    assert lost.lost == ("q1", "q3")
    assert lost.mean.value == pytest.approx(-2 / 3)
    assert [result.question.id for result in found["without_accents"].evaluation.results] == ["q1"]


def test_drafts_have_exact_places_and_are_marked(tmp_path: Path) -> None:
    drafts = suggest([ARTICLE, replace(ARTICLE, id="copy.txt")], 4)
    assert len(drafts) == 4
    for draft in drafts:
        (gold,) = draft.answers
        assert gold.span is not None
        assert ARTICLE.text[gold.span.start : gold.span.end] == gold.text
        assert gold.text not in draft.question
        assert draft.extra["status"] == "draft"
    assert {gold.span.document_id for draft in drafts for gold in draft.answers if gold.span} == {
        "article.txt",
        "copy.txt",
    }
    assert {gold.text for draft in suggest([ARTICLE]) for gold in draft.answers} == {
        "30 milliards de dollars",
        "1849",
        "12,5 %",
    }
    assert suggest([ARTICLE], 3, seed=1) == suggest([ARTICLE], 3, seed=1)
    write(tmp_path / "drafts.jsonl", suggest([ARTICLE]))
    assert all("draft" in fault.message for fault in lint(tmp_path / "drafts.jsonl", {"article.txt": ARTICLE}))


def test_a_models_question_is_kept_only_when_its_answer_is_in_the_sentence() -> None:
    replies = iter(
        [
            AIMessage("QUESTION: Quand ?\nANSWER: 1999"),
            AIMessage("Bien sûr !"),
            AIMessage("QUESTION: Quoi ?\nANSWER: la"),
        ]
    )
    assert suggest([ARTICLE], model=GenericFakeChatModel(messages=replies)) == []
    good = GenericFakeChatModel(
        messages=(AIMessage(f"QUESTION: De quoi parle-t-on ?\nANSWER: {word}") for word in ["ze"] * 9)
    )
    assert suggest([ARTICLE], model=good) == []  # it stands nowhere but inside of Azure
    alone = Document("one.txt", "Le phare de Kermorvan fut bâti en 1849 par l’État français.", language="fr")
    named = GenericFakeChatModel(messages=iter([AIMessage("QUESTION: Qui l’a bâti ?\nANSWER: l’État français")]))
    (draft,) = suggest([alone], model=named)
    assert draft.question == "Qui l’a bâti ?"
    assert draft.answers[0].span is not None
    assert alone.quote(draft.answers[0].span) == "l’État français"


def test_nothing_to_ask_about_gives_no_draft() -> None:
    assert suggest([]) == []
    assert suggest([Document("x", "")]) == []
