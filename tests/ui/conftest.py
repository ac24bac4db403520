"""A chat server on a free port over the scripted bot."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from tests.ui.browser import CHROMIUM, FLAGS
from tests.ui.scripted import FRENCH_QUESTION, MIXED_QUESTION, ScriptedBot, seed_bot
from ui.bot import Bot
from ui.server import build_server


@dataclass(frozen=True)
class Served:
    address: str
    bot: ScriptedBot


@contextmanager
def running(application: FastAPI, cut: list[Callable[[], None]] | None = None) -> Iterator[str]:
    """Serve; `cut` gets a function that breaks every connection off, as a network does that goes away."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)

    def break_off() -> None:
        for connection in list(server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.transport.abort)

    if cut is not None:
        cut.append(break_off)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def built(bot: Bot, **settings: object) -> FastAPI:
    """Build inside a loop: without one, Gradio makes loops of its own and leaves them open."""

    async def build() -> FastAPI:
        return build_server(bot, **settings)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(build())).result()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    bot = seed_bot(pause=0.15)
    with running(built(bot, examples=(FRENCH_QUESTION, MIXED_QUESTION))) as address:
        yield Served(address, bot)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
