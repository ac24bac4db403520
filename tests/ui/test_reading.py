"""Reading what an answer cites in Chromium: the page of a PDF with the words boxed, or its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Chatbot
from tests.index.readers.papers import printed
from tests.ui.browser import PHONE, WIDE, ask, in_viewport, needs_chromium, until, visit
from tests.ui.conftest import Served, built, running
from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, MIXED_QUESTION, Scripted, seed_bot
from ui.messages import ENGLISH, FRENCH

pytestmark = needs_chromium

GUIDE = """<html lang=fr><head><title>Guide du télétravail</title><style>h2 { break-before: page }</style></head><body>
<h1>Guide du télétravail</h1><p>Ce guide s'adresse à tous les agents. Il entre en vigueur en septembre 2024.</p>
<h2>Équipement</h2><p>L'établissement verse une indemnité de 2,88 euros par jour de télétravail.
Un ordinateur portable est fourni à chaque agent.</p><h2>Sécurité</h2><p>L'accès au réseau est chiffré.</p></body>"""
QUESTION = "Quelle indemnité est versée par jour de télétravail ?"
QUOTE = "L'établissement verse une indemnité de 2,88 euros par jour de télétravail."


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("guide")
    bot = Chatbot.from_paths([printed(GUIDE, folder, "guide")])
    with running(built(bot)) as address:
        yield address


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_pdf_shows_its_page_with_the_cited_words_boxed(chromium: Browser, guide: str, size: dict[str, int]) -> None:
    with visit(chromium, guide, size) as page:
        ask(page, QUESTION)
        page.locator("#live .marker").first.click()
        picture = page.locator(".reader .sheet img")
        expect(picture).to_have_attribute("alt", FRENCH.page_picture.format(title="Guide du télétravail", page=2))
        until(page, "document.querySelector('.sheet img').naturalWidth > 0")
        page.wait_for_timeout(350)
        mark = page.locator(".sheet mark.cited")
        assert mark.evaluate("element => element === document.activeElement")
        assert mark.evaluate("element => element.textContent.replace(/\\s+/g, ' ')") == QUOTE
        box, sheet = page.locator(".box.boxes").first.bounding_box(), picture.bounding_box()
        assert box and sheet and sheet["x"] < box["x"] and sheet["y"] < box["y"] < sheet["y"] + sheet["height"] / 4
        assert in_viewport(page, ".box.boxes") or mark.evaluate("e => e.getBoundingClientRect().top > 0")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.get_by_role("button", name=FRENCH.page_before).click()
        expect(page.locator(".reader .sheet")).to_have_count(2)
        page.get_by_role("button", name=FRENCH.page_after).click()
        expect(page.locator(".reader .sheet")).to_have_count(3)
        expect(page.get_by_role("button", name=FRENCH.page_after)).to_be_hidden()
        page.get_by_role("button", name=FRENCH.as_text).click()
        expect(page.locator(".reader .words mark.cited")).to_have_text(QUOTE)
        page.get_by_role("button", name=FRENCH.as_page).click()
        expect(page.locator(".reader .sheet")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("#live .marker").first).to_be_focused()


def test_the_page_is_enlarged_with_the_words_kept_in_view(chromium: Browser, guide: str) -> None:
    with visit(chromium, guide) as page:
        ask(page, QUESTION)
        page.locator("#live .marker").first.click()
        before = page.locator(".sheet img").bounding_box()
        page.get_by_role("button", name=FRENCH.closer).click()
        after = page.locator(".sheet img").bounding_box()
        assert before and after and after["width"] > 1.5 * before["width"]
        mark, panel = page.locator(".sheet mark.cited").bounding_box(), page.locator(".reader .text").bounding_box()
        assert mark and panel and panel["x"] <= mark["x"] < panel["x"] + panel["width"] / 2
        assert panel["y"] < mark["y"] < panel["y"] + panel["height"]


def select(page: Page, words: str) -> None:
    """Select words of the answer as a mouse would, wherever they stand in its statements."""
    script = """(words) => {
        for (const said of document.querySelectorAll("#live .said")) {
            const at = said.textContent.indexOf(words);
            if (at < 0) continue;
            const walk = document.createTreeWalker(said, NodeFilter.SHOW_TEXT), range = document.createRange();
            for (let seen = 0, node; (node = walk.nextNode()); seen += node.length) {
                if (at >= seen && at <= seen + node.length) range.setStart(node, at - seen);
                if (at + words.length <= seen + node.length) { range.setEnd(node, at + words.length - seen); break; }
            }
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }
    }"""
    page.evaluate(script, words)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_selected_words_lead_to_where_they_come_from(chromium: Browser, served: Served, size: dict[str, int]) -> None:
    with visit(chromium, served.address, size) as page:
        ask(page, FRENCH_QUESTION)
        expect(page.locator(".asker")).to_be_hidden()
        select(page, "5 milliards supplémentaires")
        page.get_by_role("button", name=FRENCH.where_from).last.click()
        expect(page.locator("mark.cited")).to_have_text(FRENCH_QUOTE)
        expect(page.locator("mark.cited .focus")).to_have_text("5 milliards supplémentaires")
        page.wait_for_timeout(350)
        assert in_viewport(page, "mark.cited")
        page.keyboard.press("Escape")
        expect(page.locator("#live .traced .found").first).to_be_focused()
        expect(page.locator("#live .traced .verdict").first).to_contain_text(FRENCH.supported)
        expect(page.locator(".asker")).to_be_hidden()


def test_words_that_no_document_carries_have_honestly_no_source(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address, locale="en-GB") as page:
        ask(page, MIXED_QUESTION)
        select(page, "This changes everything")
        page.locator(".asker").click()
        expect(page.locator("#live .traced")).to_contain_text(ENGLISH.traced_none)
        expect(page.locator(".reader")).to_be_hidden()
        select(page, "Microsoft adds 6 billion more.")
        page.locator(".asker").click()
        expect(page.locator("#live .traced .found.altered").first).to_contain_text(ENGLISH.altered)


def test_the_keyboard_alone_selects_words_and_finds_their_source(chromium: Browser, served: Served) -> None:
    with visit(chromium, served.address) as page:
        ask(page, FRENCH_QUESTION)
        page.locator("#live .act.where").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#live .choosing textarea")).to_be_focused()
        for _ in range(len("En parallèle, Nvidia investit")):
            page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("mark.cited .focus")).to_have_text("En parallèle, Nvidia investit")
        page.keyboard.press("Escape")
        expect(page.locator("#live .traced .found").first).to_be_focused()


def test_documents_that_disagree_are_both_shown_with_their_sources(chromium: Browser, tmp_path: Path) -> None:
    for name, price in (("Rapport", "4,2"), ("Journal", "5,1")):
        text = f"# {name} de Valmont\n\nLa piscine de Valmont a coûté {price} millions d’euros.\n"
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    with running(built(Chatbot.from_paths([tmp_path]))) as address, visit(chromium, address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, "Combien a coûté la piscine de Valmont ?")
        block = page.locator("#live .disagree")
        expect(block).to_contain_text(FRENCH.disagree)
        expect(block).to_contain_text(" ≠ ")
        stated = page.locator("#live .statements .said").first.text_content()  # both are quoted
        contrary = block.locator(".said").text_content()
        assert {"4,2" in str(stated), "4,2" in str(contrary)} == {True, False}
        expect(page.locator("#live .sources li")).to_have_count(2)
        block.locator(".marker").click()
        expect(page.locator("mark.cited")).to_have_text(str(contrary))
        page.get_by_role("button", name=FRENCH.previous).click()
        expect(page.locator("mark.cited")).to_have_text(str(stated))
        page.keyboard.press("Escape")
        page.get_by_role("button", name=FRENCH.copy).click()
        until(page, "navigator.clipboard.readText().then((text) => text.includes('[2]'))")
        assert f"{contrary}[2]" in page.evaluate("navigator.clipboard.readText()")
        page.wait_for_url("**c=**")
        page.reload()
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("#past .disagree .said")).to_have_text(str(contrary))


def test_settings_choose_who_answers_and_how_long_and_are_kept(chromium: Browser) -> None:
    other = seed_bot()
    other.backend = Scripted("openai:small", sends_to="api.example")
    with running(built(seed_bot(), others=[other])) as address, visit(chromium, address) as page:
        expect(page.locator(".leaves")).to_have_count(0)
        page.get_by_role("button", name=FRENCH.menu).click()
        page.get_by_role("tab", name=FRENCH.conversations).focus()
        page.keyboard.press("ArrowLeft")
        page.get_by_role("radio", name="openai:small (envoyé à api.example)").check()
        page.get_by_role("radio", name=FRENCH.length_short).check()
        page.keyboard.press("Escape")
        expect(page.locator(".leaves")).to_have_text(FRENCH.leaves_host.format(backend="api.example"))
        expect(page.locator(".foot")).to_have_text("openai:small")
        ask(page, MIXED_QUESTION)
        expect(page.locator("#live .said")).to_have_count(1)
        assert len(other.heard) == 1
        page.reload()
        page.wait_for_selector("html[data-ready]")
        expect(page.locator(".foot")).to_have_text("openai:small")
        ask(page, MIXED_QUESTION)
        assert len(other.heard) == 2
