"""The report in a real browser: it lists, filters and opens, by keyboard, on a phone, and nothing in it runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from index import Document, Span
from rag import Answer, Citation, Statement, Verdict
from rag.evaluation import Gold, Question, evaluate

CHROMIUM = "/usr/bin/chromium"
HOSTILE = '<img src=x onerror="document.title=1">'
TEXT = f"Le phare 🗼 de Kermorvan mesure 20 mètres {HOSTILE}."
DOCUMENT = Document("phare.txt", TEXT, language="fr")
SPAN = Span("phare.txt", 0, len(TEXT))
START = TEXT.index("20 mètres")

pytestmark = pytest.mark.browser


def answer(question: str) -> Answer:
    if "Qui" in question:
        return Answer(question, language="fr")
    citation = Citation(1, SPAN, TEXT, focus=Span("phare.txt", START, START + 9))
    return Answer(question, (Statement(TEXT, (citation,), Verdict.SUPPORTED),), (), True, 0.9, "fr")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    gold = Gold("20 mètres", Span("phare.txt", START, START + 9))
    asked = [Question(f"q{n:03}", f"Combien {HOSTILE} {n} ?", "fr", True, (gold,)) for n in range(60)]
    folder = tmp_path_factory.mktemp("report")
    evaluate(answer, [*asked, Question("u", "Qui est-ce ?", "fr", False)], documents=[DOCUMENT], report=folder)
    return folder / "report.html"


@pytest.fixture(params=[(1280, "light"), (360, "dark")], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    width, scheme = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        browser.close()


def test_the_page_works_and_nothing_in_it_runs(page: Page, report: Path) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(report.as_uri()) else None)
    page.goto(report.as_uri())
    assert page.locator("#shown").text_content() == "61 of 61 questions, 50 listed"
    page.locator("#more").click()
    assert page.locator("details.question").count() == 61
    page.locator("#search").fill("est-ce")
    assert page.locator("#shown").text_content() == "1 of 61 questions"
    page.locator("#search").fill("COMBIEN 7")
    page.locator("#state").select_option("right")
    assert page.locator("details.question").count() == 6  # 7, 17 ... 57
    summary = page.locator("details.question summary").first
    summary.focus()
    page.keyboard.press("Enter")
    body = page.locator("details.question .body").first
    assert body.locator(".focus").text_content() == "20 mètres"  # after an astral character
    assert body.locator("mark.gold").first.text_content() == "20 mètres"
    assert HOSTILE in (body.text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.title().startswith("Evaluation of")
    assert faults == []


def test_text_is_readable_on_its_ground(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('p, td, th, b, h2, label, .tile span, .state, small')]
        .filter((node) => node.offsetParent).slice(0, 400).map((node) => {
            const paper = (one) => getComputedStyle(one).backgroundColor;
            let ground = node;
            while (ground && paper(ground) === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
            return [getComputedStyle(node).color, ground ? paper(ground) : 'rgb(255, 255, 255)'];
        })"""
    )
    assert len(pairs) > 20
    for ink, paper in itertools.chain(dict.fromkeys(map(tuple, pairs))):
        assert contrast(ink, paper) >= 4.5, (ink, paper)


def contrast(ink: str, paper: str) -> float:
    """Give the contrast ratio of WCAG 2."""
    bright, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[4:-1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
