from rag import Answer
from tests.ui.scripted import FRENCH_QUESTION, article, seed_bot
from ui.conversations import Turn
from ui.feedback import collect

ANSWER = seed_bot().answers[FRENCH_QUESTION]


def test_a_good_answer_makes_its_spans_the_gold_ones() -> None:
    (question,) = collect([Turn("t", ANSWER, thumb=1)]).questions
    assert question["answerable"] is True and question["lang"] == "fr"
    (gold,) = question["answers"]  # type: ignore[misc]
    assert gold["text"] == "10 milliards de dollars"
    assert article().text[gold["start"] : gold["end"]] == gold["text"]


def test_a_good_refusal_and_a_wrong_answer_make_unanswerable_questions() -> None:
    turns = [Turn("a", Answer("Who?"), thumb=1), Turn("b", ANSWER, thumb=-1, reason="should_have_refused")]
    questions = collect(turns).questions
    assert [(question["answerable"], question["answers"]) for question in questions] == [(False, []), (False, [])]
    assert len({question["id"] for question in questions}) == 2


def test_what_does_not_tell_what_is_right_is_left_to_a_person() -> None:
    turns = [Turn("a", ANSWER, thumb=-1, reason="wrong_source"), Turn("b", Answer("Who?"), thumb=-1)]
    feedback = collect(turns)
    assert feedback.questions == () and feedback.undecided == tuple(turns)
