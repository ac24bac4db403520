"""The HTTP server around the chat: our headers, Host and Origin checks, the routes that open sources."""

from __future__ import annotations

import errno
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

from index import Document, Span
from ui import render
from ui.bot import Bot
from ui.conversations import Conversations
from ui.guard import Guard
from ui.messages import WORDS, preferred
from ui.source import WINDOW, locate, window
from ui.streaming import Pace

_STATIC = Path(__file__).parent / "static"
_LOCAL = ("localhost", "127.0.0.1", "::1")


class Passage(BaseModel):
    """A cited passage, as the page asks for it."""

    document: str = Field(max_length=4_096)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str = Field(max_length=200_000)
    focus_start: int | None = Field(default=None, ge=0)
    focus_end: int | None = Field(default=None, ge=0)


class Part(BaseModel):
    """A stretch of a document to read on."""

    document: str = Field(max_length=4_096)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


def build_server(
    bot: Bot,
    *,
    conversations: Conversations | None = None,
    examples: Sequence[str] = (),
    allowed_hosts: Sequence[str] = _LOCAL,
) -> FastAPI:
    """Give the whole web application: the chat in French at /fr/ and English at /en/, and the routes it uses.

    The page says so when the backend's `sends_to` names a place that question and passages are sent to. Requests with a
    Host outside `allowed_hosts`, and writing requests that another site sends, get 403.
    """
    from ui.app import build_app, mount  # gradio takes seconds to import; only the chat needs it

    kept = conversations or Conversations()
    server = FastAPI(title="Sourcier", docs_url=None, redoc_url=None, openapi_url=None)
    server.add_middleware(CORSMiddleware, allow_origins=[])
    server.add_middleware(Guard, allowed_hosts=tuple(allowed_hosts))
    server.mount("/static", StaticFiles(directory=_STATIC), name="static")
    _add_routes(server, bot)
    version = max(int(file.stat().st_mtime) for file in _STATIC.iterdir())
    head = (
        f'<link rel="stylesheet" href="/static/chat.css?{version}">'
        f'<script src="/static/chat.js?{version}" defer></script>'
        '<link rel="icon" href="/static/icon.svg"><meta name="referrer" content="no-referrer">'
    )
    pace = Pace()
    for language, words in WORDS.items():
        page = build_app(bot, words, kept, examples=examples, pace=pace)
        mount(server, page, f"/{language}", head)
    return server


def serve(
    bot: Bot,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    conversations: str | Path = ":memory:",
    examples: Sequence[str] = (),
    language: str = "en",
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat until it is stopped (Ctrl-C). `on_ready` gets the address once the page can be opened.

    `conversations` is the SQLite file that keeps them. Raises ValueError for a host beyond this machine, and OSError
    (in `language`) when the port is taken.
    """
    if host not in _LOCAL:
        raise ValueError(
            f"the chat would listen on {host}, where others can reach it without signing in; "
            f"use one of {', '.join(_LOCAL)}, or put a proxy that signs people in in front of it"
        )
    listener = _listener(host, port, language)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    kept = Conversations(conversations)
    try:
        application = build_server(bot, conversations=kept, examples=examples)
        config = uvicorn.Config(application, log_level="warning", server_header=False, timeout_graceful_shutdown=3)
        server = uvicorn.Server(config)
        threading.Thread(target=_announce, args=(server, address, open_browser, on_ready), daemon=True).start()
        server.run(sockets=[listener])
    finally:
        listener.close()
        kept.close()


def _announce(server: uvicorn.Server, address: str, open_browser: bool, on_ready: Callable[[str], None] | None) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    if on_ready is not None:
        on_ready(address)
    if open_browser:
        webbrowser.open(address)


def _listener(host: str, port: int, language: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        said = WORDS.get(language, WORDS["en"]).port_in_use
        raise OSError(error.errno, said.format(port=port, host=host, other=port + 1)) from error
    return listener


def _add_routes(server: FastAPI, bot: Bot) -> None:
    @server.get("/")
    def root(request: Request) -> RedirectResponse:
        language = request.cookies.get("language", "")
        if language not in WORDS:
            language = preferred(request.headers.get("accept-language", ""))
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{language}/{query}", status_code=307, headers={"Vary": "Accept-Language, Cookie"})

    @server.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @server.get("/manifest.json")
    def manifest() -> dict[str, object]:
        icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}
        return {"name": "Sourcier", "start_url": "/", "display": "minimal-ui", "icons": [icon]}

    @server.get("/favicon.ico")
    def favicon() -> RedirectResponse:
        return RedirectResponse("/static/icon.svg", status_code=308)

    @server.post("/source")
    def source(passage: Passage) -> JSONResponse:
        document = _document(bot, passage.document)
        if passage.end < passage.start:
            raise HTTPException(422, "end comes before start")
        place = locate(document, Span(document.id, passage.start, passage.end), passage.quote)
        first, last = window(document.text, place.span.start, place.span.end)
        focus = None
        if place.state == "exact" and passage.focus_start is not None and passage.focus_end is not None:
            focus = Span(document.id, passage.focus_start, max(passage.focus_start, passage.focus_end))
        marked = None if place.state == "changed" else place.span
        return JSONResponse(
            {
                "state": place.state,
                "title": document.title or document.id,
                "document": document.id,
                "language": document.language,
                "page": document.page(place.span.start),
                "start": place.span.start,
                "end": place.span.end,
                "first": first,
                "last": last,
                "total": len(document.text),
                "html": render.clean(render.source_text(document, first, last, marked, focus)),
            }
        )

    @server.post("/part")
    def part(wanted: Part) -> JSONResponse:
        document = _document(bot, wanted.document)
        first = min(wanted.start, len(document.text))
        last = max(first, min(wanted.end, len(document.text), first + WINDOW))
        return JSONResponse(
            {"first": first, "last": last, "html": render.clean(render.source_text(document, first, last))}
        )


def _document(bot: Bot, identifier: str) -> Document:
    try:
        document: Document = bot.collection.document(identifier)
    except KeyError as error:
        raise HTTPException(404, "this document is not in the collection") from error
    return document
