import dataclasses
import html
import json

import pytest
from markdown_it import MarkdownIt

from rag import Answer
from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, MIXED_QUESTION, seed_bot
from tests.ui.test_render import HEADER, PAYLOADS, ROWS, Page, hostile, table_answer
from ui import render
from ui.conversations import Turn
from ui.export import as_json, markdown, page
from ui.messages import ENGLISH, FRENCH

BOT = seed_bot()
TURNS = [
    Turn("1", BOT.answers[FRENCH_QUESTION]),
    Turn("2", BOT.answers[MIXED_QUESTION]),
    Turn("3", Answer("Qui ?", language="fr")),
]


def test_markdown_keeps_every_citation_as_a_footnote_of_its_own() -> None:
    text = markdown("A talk", TURNS, ENGLISH)
    assert text.count("[^1-1]") == 2 and text.count("[^2-1]") == 3 and text.count("[^2-2]") == 2
    assert f"“{FRENCH_QUOTE}”" in text
    assert "characters 1703 to 1829" in text
    assert "the source says 5 milliards" in text and "no source" in text
    assert "Je ne trouve pas la réponse dans les documents." in text


def test_html_and_json_carry_the_same_quotes() -> None:
    html = Page(page("A talk", TURNS, FRENCH))
    assert html.text.count(FRENCH_QUOTE) == 3 and "Content-Security-Policy" in html.values("http-equiv")
    form = json.loads(as_json("A talk", TURNS))
    assert [Answer.from_dict(turn["answer"]) for turn in form["turns"]] == [turn.answer for turn in TURNS]


def test_a_row_stands_below_its_header_which_is_told_once() -> None:
    turns = [Turn("1", table_answer())]
    paged = Page(page("Tarifs", turns, FRENCH)).text
    drawn = Page(MarkdownIt("commonmark").render(markdown("Tarifs", turns, FRENCH))).text
    for text in (paged, drawn):
        assert text.count(HEADER) == 1
        assert text.index(HEADER) < text.index(ROWS[0]) < text.index(ROWS[1])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_stay_words_in_a_file(payload: str) -> None:
    turns = [Turn("1", hostile(payload))]
    html = Page(page(payload, turns, ENGLISH))
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "sup", "small", "blockquote"}
    assert set(html.tags) <= allowed
    rendered = Page(MarkdownIt("commonmark").render(markdown(payload, turns, ENGLISH)))
    assert not {"script", "img", "svg", "a", "iframe", "form", "style", "math"} & set(rendered.tags)


def test_an_answer_that_was_stopped_is_said_to_be_incomplete_and_is_no_refusal() -> None:
    begun = Turn("1", BOT.answers[FRENCH_QUESTION], outcome="stopped")
    empty = Turn("2", Answer("Qui ?", language="fr"), outcome="stopped")
    for text in (markdown("A talk", [begun, empty], ENGLISH), Page(page("A talk", [begun, empty], ENGLISH)).text):
        assert text.count(ENGLISH.stopped) == 2 and "Je ne trouve pas" not in text


def test_what_was_searched_for_instead_is_shown() -> None:
    *_, asked = seed_bot().stream(FRENCH_QUESTION)
    plain = dataclasses.replace(asked, receipt={"question": FRENCH_QUESTION})
    follow_up = dataclasses.replace(plain, question="Et <Microsoft> ?")
    searched = FRENCH.searched.format(question=FRENCH_QUESTION)
    for answer, shown in ((plain, False), (follow_up, True)):
        turns = [Turn("1", answer)]
        for form in (markdown("t", turns, FRENCH), page("t", turns, FRENCH), render.turn(answer, FRENCH)):
            assert (searched in html.unescape(form).replace("Recherché :", "Recherché\u00a0:")) is shown
