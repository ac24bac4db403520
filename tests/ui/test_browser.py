"""The real page in Chromium: ask, open sources, read verdicts, by mouse and by keyboard, on both widths."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from index import Document
from rag import Answer, Chatbot, Statement, Verdict
from tests.ui.browser import PHONE, SMALL, WIDE, ask, in_viewport, needs_chromium, until, visit
from tests.ui.conftest import Served, built, running
from tests.ui.scripted import (
    FRENCH_QUESTION,
    FRENCH_QUOTE,
    MIXED_QUESTION,
    SEED,
    ScriptedBot,
    Shelf,
    article,
    cite,
    hit,
    seed_bot,
)
from tests.ui.test_render import HEADER, ROWS, hostile, table_answer
from tests.ui.test_render import PAYLOADS as ALL_PAYLOADS
from ui.conversations import Conversations
from ui.messages import ENGLISH, FRENCH
from ui.users import Door, add_user

PAYLOADS = [payload.replace("\0", "") for payload in ALL_PAYLOADS]  # HTML has no such character

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def chatbot() -> Chatbot:
    return Chatbot.from_paths([SEED])


@pytest.mark.parametrize("size", [WIDE, PHONE, SMALL], ids=["wide", "phone", "small"])
def test_a_click_on_a_marker_shows_the_very_words_and_the_way_back(
    chromium: Browser, served: Served, size: dict[str, int]
) -> None:
    with visit(chromium, served.address, size) as page:
        ask(page, FRENCH_QUESTION)
        marker = page.locator("#live .marker").first
        page.wait_for_timeout(400)
        before = marker.bounding_box()
        marker.click()
        mark = page.locator("mark.cited")
        expect(mark).to_have_text(FRENCH_QUOTE)
        page.wait_for_timeout(350)
        assert in_viewport(page, "mark.cited")
        assert mark.evaluate("element => element === document.activeElement")
        panel = page.locator(".reader").bounding_box()
        assert before is not None and panel is not None
        if size is WIDE:
            assert panel["x"] > size["width"] / 2 and in_viewport(page, "#live .marker")
        else:
            assert panel["x"] == 0 and panel["width"] == size["width"] and panel["y"] > 80
        page.keyboard.press("Escape")
        expect(page.locator(".reader")).to_be_hidden()
        assert marker.evaluate("element => element === document.activeElement")
        after = marker.bounding_box()
        assert after is not None and abs(after["y"] - before["y"]) < 2


def test_the_phones_back_button_closes_the_sheet_and_stays_on_the_page(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address, PHONE) as page:
        ask(page, FRENCH_QUESTION)
        page.locator("#live .marker").first.click()
        expect(page.locator("mark.cited")).to_be_visible()
        page.go_back()
        expect(page.locator(".reader")).to_be_hidden()
        expect(page.locator("#live .marker").first).to_be_visible()


def test_the_keyboard_alone_asks_opens_steps_and_returns(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address, locale="en-GB") as page:
        page.locator("#question textarea").focus()
        page.keyboard.type(MIXED_QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#live .turn.finished .marker")).to_have_count(3)
        page.locator("#live .marker").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("mark.cited")).to_have_text(FRENCH_QUOTE)
        page.locator(".reader .next").focus()
        page.keyboard.press("Enter")
        expect(page.locator("mark.cited")).to_have_text("Amazon reste le fournisseur cloud principal d’Anthropic")
        expect(page.locator(".reader .where")).to_contain_text("2 of 2")
        page.keyboard.press("Escape")
        expect(page.locator("#live .marker[data-number='2']")).to_be_focused()


def test_a_marker_reads_as_a_source_and_its_card_shows_the_quote(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, FRENCH_QUESTION)
        marker = page.get_by_role("button", name=re.compile(r"^source 1 : « En parallèle, Nvidia investit"))
        expect(marker).to_have_count(1)
        expect(page.locator(".card")).to_be_hidden()
        marker.hover()
        expect(page.locator(".card")).to_contain_text(FRENCH_QUOTE)
        expect(page.locator(".card")).to_contain_text("Microsoft s’allie à Anthropic")
        page.mouse.move(0, 0)
        expect(page.locator(".card")).to_be_hidden()
        page.locator("#question textarea").focus()
        page.keyboard.press("Shift+Tab")
        while not marker.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Shift+Tab")
        expect(page.locator(".card")).to_be_visible()


def test_the_finished_answer_is_announced(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, FRENCH_QUESTION)
        expect(page.locator("[role=status].unseen").last).to_contain_text(FRENCH.answered)
        expect(page.locator("[role=status].unseen").last).to_contain_text("10 milliards de dollars")


def test_a_refusal_looks_different_and_its_nearest_passages_open(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, "Qui est le PDG de Nvidia ?")
        refusal = page.locator("#live .refusal")
        expect(refusal).to_contain_text(FRENCH.not_found)
        expect(refusal).to_contain_text("Je ne trouve pas la réponse dans les documents.")
        expect(refusal).to_contain_text(FRENCH.nearest)
        expect(page.locator("#live .marker")).to_have_count(0)
        assert refusal.evaluate("element => getComputedStyle(element).borderTopStyle") == "dashed"
        refusal.locator(".near").nth(1).click()
        expect(page.locator("mark.cited")).to_be_visible()


def test_each_verdict_shows_an_icon_a_word_and_its_reason(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address, locale="en-US", scheme="dark") as page:
        ask(page, MIXED_QUESTION)
        for kind, word in (
            ("supported", ENGLISH.supported),
            ("altered", ENGLISH.altered),
            ("cannot_check", ENGLISH.cannot_check),
            ("sourceless", ENGLISH.no_source),
        ):
            statement = page.locator(f"#live .statement.{kind}").first
            expect(statement.locator(".verdict")).to_contain_text(word)
            assert statement.locator(".icon").evaluate("element => getComputedStyle(element).maskImage") != "none"
        expect(page.locator("#live .statement.altered")).to_contain_text("the source says 5 milliards")
        expect(page.locator("#live .statement.sourceless .marker")).to_have_count(0)
        assert (
            page.locator("#live .sourceless .said").evaluate("element => getComputedStyle(element).fontStyle")
            == "italic"
        )


def test_the_page_follows_the_browsers_language_and_the_switch_keeps_the_conversation(
    chromium: Browser, served: Served
) -> None:
    with visit(chromium, served.address, locale="en-GB") as page:
        assert urlsplit(page.url).path == "/en/"
        expect(page.locator(".welcome")).to_contain_text(ENGLISH.welcome)
        ask(page, FRENCH_QUESTION)
        page.wait_for_url(re.compile(r"\?c="))
        page.locator("#question textarea").fill("Et Micro")
        page.locator(".language").click()
        page.wait_for_selector("html[data-ready][lang=fr]")
        expect(page.locator("#question textarea")).to_have_value("Et Micro")
        assert urlsplit(page.url).path == "/fr/"
        expect(page.locator("#past .statement")).to_contain_text(FRENCH.quoted)
        page.goto(served.address)
        page.wait_for_selector("html[data-ready][lang=fr]")


def test_a_reload_brings_the_conversation_back_with_its_citations(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, FRENCH_QUESTION)
        page.wait_for_url(re.compile(r"\?c="))
        page.reload()
        page.wait_for_selector("html[data-ready]")
        page.locator("#past .marker").first.click()
        expect(page.locator("mark.cited")).to_have_text(FRENCH_QUOTE)


def test_a_follow_up_is_asked_with_what_came_before(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, FRENCH_QUESTION)
        ask(page, "Et Microsoft ?")
        assert ("Et Microsoft ?", 1, None) in served.bot.heard
        expect(page.locator("#past .turn")).to_have_count(1)
        expect(page.locator("#past .welcome")).to_have_count(0)


def test_an_example_is_asked_with_one_click(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        page.locator(".example").first.click()
        expect(page.locator("#live .turn.finished .marker")).to_have_count(1)


def test_stop_stops_and_the_part_is_kept_as_incomplete(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        box = page.locator("#question textarea")
        box.fill("Talk forever")
        box.press("Enter")
        expect(page.locator("#live .statement")).to_contain_text("Word 2")
        box.fill("The next one?")
        box.press("Enter")  # too early: it stays in the box, and nothing is said of a server that can't be reached
        page.get_by_role("button", name=FRENCH.stop).click()
        expect(page.locator("#live .note")).to_have_text(FRENCH.stopped)
        page.wait_for_timeout(2_500)
        expect(page.locator(".queue")).to_be_hidden()
        expect(box).to_have_value("The next one?")
        ask(page, FRENCH_QUESTION)
        expect(page.locator("#past .note")).to_have_text(FRENCH.stopped)


def test_a_lost_connection_keeps_the_answer_so_far_and_one_can_ask_again(chromium: Browser) -> None:
    cut: list[Callable[[], None]] = []
    with running(built(seed_bot()), cut) as address:
        context = chromium.new_context(locale="fr-FR")
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        box, send = page.locator("#question textarea"), page.get_by_role("button", name=FRENCH.send)
        box.fill("Talk forever")
        box.press("Enter")
        expect(page.locator("#live .statement")).to_contain_text("Word 2")
        expect(send).to_be_hidden()
        context.set_offline(True)
        cut[0]()
        expect(page.locator("#live .note")).to_have_text(FRENCH.cut)
        expect(page.locator("#live .statement")).to_contain_text("Word")
        expect(send).to_be_visible()
        box.fill(FRENCH_QUESTION)
        box.press("Enter")
        expect(page.locator(".queue")).to_have_text(FRENCH.not_taken)
        expect(page.get_by_text("Connection to the server was lost")).to_be_hidden()
        context.set_offline(False)
        expect(page.locator("#past .note")).to_be_visible()
        expect(page.locator("#past .asked")).to_have_text("Talk forever")
        expect(box).to_have_value(FRENCH_QUESTION)
        ask(page, FRENCH_QUESTION)
        expect(page.locator("#live .marker")).to_have_count(1)
        context.close()


def test_an_empty_or_endless_question_is_told_so(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        box = page.locator("#question textarea")
        box.fill("   ")
        box.press("Enter")
        expect(page.locator("#notice")).to_contain_text(FRENCH.empty_question)
        box.press("a")
        expect(page.locator("#notice .notice")).to_have_count(0)
        box.fill("x" * 5000)
        box.press("Enter")
        expect(page.locator("#notice")).to_contain_text("5000")
        ask(page, FRENCH_QUESTION)
        expect(page.locator("#notice .notice")).to_have_count(0)


def test_a_failure_is_told_without_details_of_the_machine(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, "The model fails")
        expect(page.locator("#live .note")).to_contain_text("503 <b>busy</b>")
        ask(page, "It breaks")
        expect(page.locator("#live .note")).to_have_text(FRENCH.something_failed)
        expect(page.locator("#live")).not_to_contain_text("secret")
        ask(page, FRENCH_QUESTION)
        expect(page.locator("#live .marker")).to_have_count(1)


def test_an_answer_is_shown_whichever_element_gradio_puts_it_in(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        page.evaluate("""() => {
            const fresh = document.createElement("textarea");
            document.querySelector("#live-given textarea").replaceWith(fresh);
            const said = '<p class="asked">Why?</p><p class="answer">So.</p>';
            fresh.value = `<div class="turn finished" data-run="9">${said}</div>`;
        }""")
        expect(page.locator("#live .asked")).to_have_text("Why?")


def test_a_long_document_opens_at_the_words_and_is_read_on(chromium: Browser) -> None:
    text = "".join(f"Line {number} of a long report.\n" for number in range(60_000))
    document = Document("long.txt", text, title="Long")
    bot = ScriptedBot(Shelf(document))
    with running(built(bot)) as address, visit(chromium, address) as page:
        ask(page, "Anything?")
        page.locator("#live .near").nth(1).click()
        expect(page.locator(".reader .words")).to_contain_text("Line 30200 of")
        first = page.locator(".reader .words").evaluate("element => element.textContent.length")
        page.locator(".reader .more.before").click()
        until(page, f"document.querySelector('.reader .words').textContent.length > {first}")
        words = page.locator(".reader .words").evaluate("element => element.textContent")
        assert words in text


def test_a_document_that_went_is_said_to_have_gone(chromium: Browser) -> None:
    shelf = Shelf(Document("a.txt", "Some words to find.", title="A"))
    with running(built(ScriptedBot(shelf))) as address, visit(chromium, address, locale="en-GB") as page:
        ask(page, "Anything?")
        shelf.held["a.txt"] = Document("a.txt", "Other words.", title="A")
        page.locator("#live .near").first.click()
        expect(page.locator(".reader .said")).to_contain_text(ENGLISH.source_changed)
        expect(page.locator(".reader .said")).to_contain_text("Some words to find.")
        page.keyboard.press("Escape")
        shelf.held["a.txt"] = Document("a.txt", "Now moved. Some words to find.", title="A")
        page.locator("#live .near").first.click()
        expect(page.locator(".reader .said")).to_contain_text(ENGLISH.source_moved)
        expect(page.locator("mark.cited")).to_have_text("Some words to find.")


@pytest.mark.parametrize("size", [SMALL, PHONE, {"width": 640, "height": 400}], ids=["360", "390", "200 % zoom"])
def test_nothing_runs_off_a_narrow_page(chromium: Browser, served: Served, size: dict[str, int]) -> None:
    with visit(chromium, served.address, size) as page:
        ask(page, MIXED_QUESTION)
        ask(page, "A_question_of_one_word_" * 20)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        page.locator("#past .marker").first.click()
        expect(page.locator("mark.cited")).to_be_visible()
        assert page.locator(".reader").evaluate("element => element.scrollWidth <= element.clientWidth")


def test_hostile_words_run_nothing_and_fetch_nothing(chromium: Browser) -> None:
    questions = [f"Question {number}" for number in range(len(PAYLOADS))]
    answers = {
        question: replace(hostile(payload), question=question)
        for question, payload in zip(questions, PAYLOADS, strict=True)
    }
    shelf = Shelf(*(Document(payload, payload + " and more", title=payload) for payload in PAYLOADS))
    bot = ScriptedBot(shelf, answers)
    with running(built(bot, examples=PAYLOADS[:4])) as address, visit(chromium, address) as page:
        for question in questions:
            ask(page, question)
            marker = page.locator("#live .marker").first
            marker.hover()
            marker.click()
            expect(page.locator(".reader h2")).not_to_have_text("")
            page.keyboard.press("Escape")
        ask(page, PAYLOADS[1])
        page.reload()
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("#past .turn")).to_have_count(len(PAYLOADS) + 1)
        ours = "script, img, svg, iframe, form, a, style, link, [onmouseover], [onfocus], [onerror], [onload]"
        for part in ("#past", "#live", ".reader"):
            assert page.locator(part).locator(".turn, .words").locator(ours).count() == 0


def test_conversations_are_reopened_renamed_and_deleted_from_the_drawer(chromium: Browser) -> None:
    with running(built(seed_bot())) as address, visit(chromium, address, locale="en-GB") as page:
        ask(page, FRENCH_QUESTION)
        page.wait_for_url(re.compile(r"\?c="))
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        page.get_by_role("button", name=ENGLISH.menu).click()
        entry = page.locator(".drawer .list").first.locator("li")
        expect(entry).to_have_count(1)
        entry.get_by_role("button", name=ENGLISH.rename).click()
        page.keyboard.type("The investment")
        page.keyboard.press("Enter")
        expect(entry).to_contain_text("The investment")
        with page.expect_download() as download:
            entry.get_by_role("link", name="Export as Markdown").click()
        assert FRENCH_QUOTE in download.value.path().read_text(encoding="utf-8")
        entry.locator("a").first.click()
        expect(page.locator("#past .marker")).to_have_count(1)
        page.get_by_role("button", name=ENGLISH.menu).click()
        page.evaluate("window.confirm = () => true")
        entry.get_by_role("button", name=ENGLISH.delete).click()
        expect(page.locator(".welcome")).to_be_visible()


def test_a_document_is_added_chosen_asked_and_removed(chromium: Browser, tmp_path: Path) -> None:
    bot = seed_bot()
    note = tmp_path / "Note.txt"
    note.write_text("A short note. The Harbour Bridge was opened on 4 June 1987.", encoding="utf-8")
    with running(built(bot)) as address, visit(chromium, address, PHONE, locale="en-GB") as page:
        page.get_by_role("button", name=ENGLISH.menu).click()
        page.get_by_role("tab", name=ENGLISH.documents).click()
        page.locator(".adder input").set_input_files(note)
        expect(page.locator(".drawer .news")).to_have_text(ENGLISH.added.format(name="Note.txt"))
        expect(page.locator(".welcome .example")).to_have_text("When was the Harbour Bridge opened?")
        row = page.locator(".drawer .list").nth(1).locator("li", has_text="A short note")
        row.get_by_role("button", name=re.compile(f"^{ENGLISH.open_document}: A short note")).click()
        expect(page.locator(".reader .words")).to_have_text(note.read_text(encoding="utf-8"))
        expect(page.locator("mark.cited")).to_have_count(0)
        expect(page.locator(".drawer")).to_be_hidden()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=ENGLISH.menu)).to_be_focused()
        page.get_by_role("button", name=ENGLISH.menu).click()
        page.get_by_role("checkbox", name=re.compile("A short note")).check()
        page.keyboard.press("Escape")
        expect(page.locator(".scope")).to_contain_text("A short note")
        ask(page, "What?")
        assert bot.heard[-1] == ("What?", 0, {"document_id": ["Note.txt"]})
        page.locator(".scope").click()
        ask(page, "And now?")
        assert bot.heard[-1][2] is None
        page.get_by_role("button", name=ENGLISH.menu).click()
        page.evaluate("window.confirm = () => true")
        row.get_by_role("button", name=ENGLISH.remove_document).click()
        expect(page.locator(".drawer .list").nth(1).locator("li")).to_have_count(1)
        assert "Note.txt" not in bot.collection.held


def test_thumbs_ask_why_and_are_kept(chromium: Browser) -> None:
    kept = Conversations()
    with running(built(seed_bot(), conversations=kept)) as address, visit(chromium, address, locale="en-GB") as page:
        ask(page, FRENCH_QUESTION)
        page.get_by_role("button", name=ENGLISH.bad).click()
        page.get_by_label(ENGLISH.wrong_source).check()
        page.get_by_label(ENGLISH.comment).fill("see page 2")
        page.get_by_role("button", name=ENGLISH.send_feedback).click()
        expect(page.locator(".why")).to_have_text(ENGLISH.thanks)
        (turn,) = kept.rated()
        assert (turn.thumb, turn.reason, turn.comment) == (-1, "wrong_source", "see page 2")
        page.wait_for_url(re.compile(r"\?c="))
        page.reload()
        expect(page.get_by_role("button", name=ENGLISH.bad)).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name=ENGLISH.good).click()
        expect(page.get_by_role("button", name=ENGLISH.bad)).to_have_attribute("aria-pressed", "false")
        assert kept.rated()[0].thumb == 1


def test_an_answer_is_copied_with_its_sources_asked_again_and_edited(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, FRENCH_QUESTION)
        page.get_by_role("button", name=FRENCH.copy).click()
        until(page, "navigator.clipboard.readText().then((text) => text.includes('[1]'))")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert f"{FRENCH_QUOTE}[1]" in copied and f"«\u00a0{FRENCH_QUOTE}\u00a0»" in copied
        assert "caractères 1703 à 1829" in copied
        page.get_by_role("button", name=FRENCH.edit).click()
        expect(page.locator("#question textarea")).to_have_value(FRENCH_QUESTION)
        page.locator("#live .again").click()
        expect(page.locator("#past .turn")).to_have_count(1)
        expect(page.locator("#live .turn.finished .marker")).to_have_count(1)


def test_a_row_is_copied_below_its_header(chromium: Browser) -> None:
    bot = ScriptedBot(Shelf(article()), {"Combien ?": table_answer()})
    with running(built(bot)) as address, visit(chromium, address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, "Combien ?")
        page.get_by_role("button", name=FRENCH.copy).click()
        until(page, "navigator.clipboard.readText().then((text) => text.includes('[1]'))")
        assert f"\n{HEADER}\n{ROWS[0]}[1]\n{ROWS[1]}[1]\n" in page.evaluate("navigator.clipboard.readText()")
        page.locator("#live .marker").first.hover()
        expect(page.locator(".card .table .cell")).to_have_text(["Repas", "<Paris>", "Déjeuner", "20 €"])


def test_a_table_keeps_its_columns_on_a_phone_and_in_the_source(chromium: Browser) -> None:
    titles = ("Quotient familial", "Maternelle", "Élémentaire", "Repas non réservé", "Établissement")
    lines = [f"| {' | '.join(cells)} |" for cells in (titles, ("QF 1", "1,00 €", "1,10 €", "2,50 €", "Jean-Moulin"))]
    document = Document("a.md", f"## Cantine\n\n{lines[0]}\n|---|---|---|---|---|\n{lines[1]}\n\nLe **midi**.\n")
    citation = cite(document, lines[1], focus="2,50 €")
    passage = hit(document, 0, len(document.text))
    answer = Answer("Combien ?", (Statement(lines[1], (citation,), Verdict.SUPPORTED),), (passage,), found=True)
    bot = ScriptedBot(Shelf(document), {"Combien ?": answer})
    with running(built(bot)) as address, visit(chromium, address, PHONE) as page:
        ask(page, "Combien ?")
        table = page.locator("#live .table")
        assert table.evaluate("one => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX === 'auto'")
        assert table.locator(".columns .cell").evaluate_all(
            "all => all.every((one) => one.scrollWidth <= one.clientWidth)"
        )
        page.locator("#live .marker").click()
        expect(page.locator("mark.cited")).to_have_text(lines[1])
        assert page.locator(".reader .words").evaluate("one => one.textContent") == document.text
        unseen = "all => all.every((one) => one.getBoundingClientRect().width === 0)"
        assert page.locator(".reader :is(.sign, .rule)").evaluate_all(unseen)
        lefts = "all => all.map((one) => Math.round(one.getBoundingClientRect().left))"
        first, second = (page.locator(f".reader {row} .cell").evaluate_all(lefts) for row in (".titles", "mark .row"))
        assert first == second and len(set(first)) == 5
        assert page.locator(".reader").evaluate("element => element.scrollWidth <= element.clientWidth")


def test_a_greeting_and_a_request_for_a_summary_are_met_honestly(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, "Bonjour !")
        expect(page.locator("#live .told")).to_have_text(FRENCH.hello)
        ask(page, MIXED_QUESTION)
        expect(page.locator("#live .note")).to_have_text(FRENCH.not_whole_documents)


def test_people_sign_in_and_out(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    add_user(path, "ana", "a long password")
    application = built(seed_bot(), door=Door(path))
    with running(application) as address:
        context = chromium.new_context(locale="fr-FR")
        page = context.new_page()
        page.goto(address)
        page.get_by_label(FRENCH.user_name).fill("ana")
        page.get_by_label(FRENCH.password).fill("a long password")
        page.get_by_role("button", name=FRENCH.sign_in).click()
        page.wait_for_selector("html[data-ready]")
        ask(page, FRENCH_QUESTION)
        page.locator("#live .marker").click()
        expect(page.locator("mark.cited")).to_have_text(FRENCH_QUOTE)
        page.keyboard.press("Escape")
        page.get_by_role("button", name=FRENCH.menu).click()
        page.get_by_role("tab", name=FRENCH.settings).click()
        page.get_by_role("button", name=FRENCH.sign_out).click()
        expect(page.get_by_role("button", name=FRENCH.sign_in)).to_be_visible()
        context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_article_answers_and_shows_its_words(chromium: Browser, chatbot: Chatbot, size: dict[str, int]) -> None:
    with running(built(chatbot)) as address, visit(chromium, address, size) as page:
        ask(page, FRENCH_QUESTION)
        marker = page.locator("#live .marker").first
        quote = marker.get_attribute("data-quote")
        assert quote is not None and "10 milliards de dollars" in quote
        marker.click()
        expect(page.locator("mark.cited")).to_have_text(quote)
        page.wait_for_timeout(350)
        assert in_viewport(page, "mark.cited")
        assert page.locator(".reader .words").evaluate("element => element.textContent") == article().text
        expect(page.locator("mark.cited .focus")).to_contain_text("10 milliards de dollars")
        page.keyboard.press("Escape")
        expect(page.locator("#live .made-by")).to_contain_text("mot pour mot")
        ask(page, "Who remains Anthropic's main cloud provider?")
        expect(page.locator("#live .statement").first).to_contain_text("Amazon")
        ask(page, "Qui est le PDG de Nvidia ?")
        expect(page.locator("#live .refusal")).to_contain_text("Je ne trouve pas la réponse dans les documents.")
        assert page.locator("#live .near").count() > 0


def axe_core() -> Path | None:
    """Find axe-core's script: the file AXE_CORE names, else the one that the package axe-playwright-python carries."""
    package = importlib.util.find_spec("axe_playwright_python")
    carried = str(Path(package.origin).with_name("axe.min.js")) if package and package.origin else ""
    path = Path(os.environ.get("AXE_CORE") or carried)
    return path if path.is_file() else None


AXE = axe_core()


@pytest.mark.skipif(AXE is None, reason="needs axe-core: pip install axe-playwright-python, or AXE_CORE=axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(chromium: Browser, served: Served, size: dict[str, int], scheme: str) -> None:
    with visit(chromium, served.address, size, scheme=scheme) as page:
        assert AXE is not None
        script = AXE.read_text(encoding="utf-8")

        def found() -> list[str]:
            page.wait_for_timeout(500)
            page.evaluate(script)
            violations = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            return [f"{one['id']}: {node['html'][:200]}" for one in violations for node in one["nodes"]]

        assert found() == []
        ask(page, MIXED_QUESTION)
        assert found() == []
        page.locator("#live .marker").first.click()
        expect(page.locator("mark.cited")).to_be_visible()
        assert found() == []
        page.keyboard.press("Escape")
        page.locator("#live .bad").click()
        assert found() == []
        ask(page, "Qui est le PDG de Nvidia ?")
        assert found() == []
        page.locator(".menu").click()
        expect(page.locator(".drawer .list li").first).to_be_visible()
        assert found() == []
        for tab in (FRENCH.documents, FRENCH.settings):
            page.get_by_role("tab", name=tab).click()
            assert found() == []


def test_a_question_that_waits_is_told_its_place(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.app.AT_ONCE", 1)
    with (
        running(built(seed_bot())) as address,
        visit(chromium, address, locale="en-GB") as first,
        visit(chromium, address, locale="en-GB") as second,
    ):
        for page in (first, second):
            page.locator("#question textarea").fill("Talk forever")
            page.locator("#question textarea").press("Enter")
            if page is first:
                expect(page.locator("#live .statement")).to_be_visible()
        expect(second.locator(".queue")).to_have_text(ENGLISH.waiting.format(place=1, count=1))
        first.get_by_role("button", name=ENGLISH.stop).click()
        expect(second.locator("#live .statement")).to_be_visible()
        expect(second.locator(".queue")).to_be_hidden()
        second.get_by_role("button", name=ENGLISH.stop).click()
        expect(second.locator("#live .note")).to_have_text(ENGLISH.stopped)
