"""A question that asks for several things is answered part by part, and what stays without an answer is told."""

from __future__ import annotations

import pytest

from index import Chunk, Collection, Document, Hit, Span
from rag import Chatbot
from rag.parts import parts, together

LOANS = """# Médiathèque

La durée du prêt est de 28 jours.

En cas de retard, une amende de 0,10 € par jour est due.

# Parking

Le parking compte 140 places. La barrière ferme à 20 h 30.
"""


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    collection = Collection.in_memory()
    collection.add([Document("loans.md", LOANS)])
    return Chatbot(collection)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Quelle est l’amende et quelle est la durée du prêt ?",
            ["Quelle est l’amende ?", "quelle est la durée du prêt ?"],
        ),
        (
            "which bin does cardboard go in and when is it collected",
            ["which bin does cardboard go in", "when is it collected (cardboard)"],
        ),
        (
            "Qui est le maire, quand a-t-il été élu et combien de voix a-t-il eues ?",
            ["Qui est le maire ?", "quand a-t-il été élu (maire) ?", "combien de voix a-t-il eues (maire) ?"],
        ),
        (
            "What is the function of insulin and where is it produced?",
            ["What is the function of insulin?", "where is it produced (insulin)?"],
        ),
        ("How long is the wall; how wide is the gate?", ["How long is the wall?", "how wide is the gate?"]),
        (
            "c'est quand le marché et combien coûte un stand ?",
            ["c'est quand le marché ?", "combien coûte un stand ?"],
        ),
        (
            "Combien coûte la guitare et y a-t-il une réduction ?",
            ["Combien coûte la guitare ?", "y a-t-il une réduction (guitare) ?"],
        ),
        (
            "y a t il un sauna et combien coute une entrée ?",
            ["y a t il un sauna ?", "combien coute une entrée ?"],
        ),
        ("What is the fee and is there a discount?", ["What is the fee?", "is there a discount (fee)?"]),
        (
            "How many books may I borrow and for how long?",
            ["How many books may I borrow?", "books may I borrow for how long?"],
        ),
    ],
)
def test_a_question_is_cut_where_another_one_begins(question: str, asked: list[str]) -> None:
    assert parts(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Quand et où le traité a-t-il été signé ?",
        "Who was hired after John Fox, who left in 2014?",
        "Where is the town where he was born and where he died?",
        "Le maire et quelques élus étaient-ils là ?",
        "Dis-moi quand ferme la piscine et quel est son tarif",
        "Who founded the club and when?",
        "Qui a écrit le rapport et par qui ?",
        "Dans quel cas et à quelles conditions peut-on résilier ?",
        "Who decides when and where the meeting is held?",
        "Quels sont les droits de Microsoft ? En quelle année ?",  # a follow-up after its question
        "et",
        "",
    ],
)
def test_other_questions_stay_whole(question: str) -> None:
    assert parts(question) == [question]


def test_each_part_is_answered(bot: Chatbot) -> None:
    answer = bot.ask("Combien de places compte le parking et à quelle heure ferme la barrière ?")
    assert [citation.answering for citation in answer.citations] == ["140", "20 h 30"]
    assert answer.unanswered == ()
    for citation in answer.citations:
        span = citation.span
        assert bot.collection.document(span.document_id).text[span.start : span.end] == citation.quote


def test_a_part_without_an_answer_is_told(bot: Chatbot) -> None:
    answer = bot.ask("Quelle est la durée du prêt et qui dirige la rédaction du journal ?")
    assert [statement.text for statement in answer.statements] == ["La durée du prêt est de 28 jours."]
    assert answer.unanswered == ("qui dirige la rédaction du journal ?",)
    assert not bot.ask("Qui est le pape et qui dirige la rédaction du journal ?").found


def test_hits_of_all_parts_come_in_the_order_of_their_scores() -> None:
    def hit(start: int, score: float) -> Hit:
        return Hit(Chunk(Span("a", start, start + 1), "x"), score, 1)

    one, other = [hit(0, 0.9), hit(1, 0.2), hit(2, 0.1)], [hit(3, 0.8), hit(0, 0.95)]
    found = together([one, other], 3)
    assert [(each.chunk.span.start, each.score, each.rank) for each in found] == [
        (0, 0.95, 1),
        (3, 0.8, 2),
        (1, 0.2, 3),
    ]
    assert together([one], 3) == one
