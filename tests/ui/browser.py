"""Driving the real page in Chromium as a person would; anything that leaves the host or breaks fails the test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=20_000)  # a shared machine may be slow, never the page in vain
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 360, "height": 640}

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium at /usr/bin/chromium"),
]


@contextmanager
def visit(
    browser: Browser, address: str, size: dict[str, int] = WIDE, locale: str = "fr-FR", scheme: str = "light"
) -> Iterator[Page]:
    """A page in a context of its own; any request that leaves the host, dialog or script error fails the test."""
    context = browser.new_context(viewport=size, locale=locale, color_scheme=scheme, has_touch=size is not WIDE)
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []

    def watch(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            faults.append(f"request to {url}")

    context.on("request", lambda request: watch(request.url))
    page.on("websocket", lambda socket: watch(socket.url))
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == [], faults


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    asked = page.locator("#live .asked")
    for _ in range(5):  # a person too presses again when the page's scripts were still starting
        box.press("Enter")
        with contextlib.suppress(AssertionError):
            expect(asked).to_be_visible(timeout=4_000)
            break
    expect(asked).to_have_text(question)
    expect(page.locator("#live .turn.finished")).to_have_count(1)


def until(page: Page, script: str) -> None:
    """Wait until `script` gives true; Playwright's own way evaluates it in the page, whose policy refuses that."""
    for _ in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"never came true: {script}")


def in_viewport(page: Page, selector: str) -> bool:
    script = """(element) => {
        const box = element.getBoundingClientRect();
        const [x, y] = [box.left + Math.min(20, box.width / 2), box.top + Math.min(12, box.height / 2)];
        const found = document.elementFromPoint(x, y);
        return box.top >= 0 && box.bottom <= innerHeight && (element === found || element.contains(found));
    }"""
    return bool(page.locator(selector).first.evaluate(script))
