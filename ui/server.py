"""The HTTP server around the chat: our headers, Host and Origin checks, the routes that open sources."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from ui.api import routes
from ui.bot import Bot
from ui.conversations import Conversations
from ui.desk import Desk
from ui.gate import Gate
from ui.guard import Guard
from ui.login import SignIn, login_routes, signed_in
from ui.messages import WORDS, preferred
from ui.shelf import shelf_routes
from ui.streaming import Pace
from ui.users import Door

_STATIC = Path(__file__).parent / "static"
_LOCAL = ("localhost", "127.0.0.1", "::1")


def build_server(
    bot: Bot,
    *,
    others: Sequence[Bot] = (),
    conversations: Conversations | None = None,
    uploads: Path | None = None,
    examples: Sequence[str] = (),
    allowed_hosts: Sequence[str] = _LOCAL,
    door: Door | None = None,
    proxy_header: str | None = None,
) -> FastAPI:
    """Give the whole web application: the chat in French at /fr/ and English at /en/, and the routes it uses.

    `others` are bots over the same documents that people may choose instead, by their backends' names. Files that come
    in through the page are kept in `uploads`, else their texts alone. The page says so when the backend's `sends_to`
    names a place that question and passages are sent to. Requests with a Host outside `allowed_hosts`, and writing
    requests that another site sends, get 403. With a `door`, people sign in; with a `proxy_header`, a proxy in front
    has done that and names them in it.
    """
    from ui.app import build_app, mount  # gradio takes seconds to import; only the chat needs it

    kept = conversations or Conversations()
    server = FastAPI(title="Sourcier", docs_url=None, redoc_url=None, openapi_url=None)
    server.add_exception_handler(RequestValidationError, _invalid)
    server.add_middleware(CORSMiddleware, allow_origins=[])
    server.add_middleware(Gate)
    guarded = door is not None or proxy_header is not None
    if guarded:
        server.add_middleware(SignIn, door=door, proxy_header=proxy_header)
    server.add_middleware(Guard, allowed_hosts=tuple(allowed_hosts), head=_head())
    server.mount("/static", StaticFiles(directory=_STATIC), name="static")
    server.include_router(_doorstep())
    server.include_router(routes(bot, kept, signed_in))
    pace = Pace()
    desks = {language: Desk(bot, words, kept, others, examples, pace) for language, words in WORDS.items()}
    server.include_router(shelf_routes(bot, uploads, signed_in, desks))
    if door is not None:
        server.include_router(login_routes(door))
    who = (lambda request: signed_in(request).name) if guarded else None
    for language, desk in desks.items():
        mount(server, build_app(desk, sign_out=door is not None), f"/{language}", who)
    return server


def _head() -> str:
    """Give what the head of a page holds of ours; the version makes browsers fetch what changed."""
    version = max(int(file.stat().st_mtime) for file in _STATIC.iterdir())
    return (
        f'<link rel="stylesheet" href="/static/chat.css?{version}">'
        f'<script type="module" src="/static/chat.js?{version}"></script>'
        '<link rel="icon" href="/static/icon.svg"><meta name="referrer" content="no-referrer">'
    )


def serve(
    bot: Bot,
    *,
    others: Sequence[Bot] = (),
    host: str = "127.0.0.1",
    port: int = 7860,
    conversations: str | Path = ":memory:",
    uploads: Path | None = None,
    examples: Sequence[str] = (),
    language: str = "en",
    users: str | Path | None = None,
    proxy_header: str | None = None,
    allowed_hosts: Sequence[str] = (),
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat until it is stopped (Ctrl-C). `on_ready` gets the address once the page can be opened.

    `others` may be chosen instead of `bot`. `conversations` is the SQLite file that keeps them, `uploads` the folder
    that keeps what is added. With `users`, a file made by `add_user`, people sign in; with `proxy_header`, a proxy in
    front has done that. `allowed_hosts` are further names that browsers may call this server by. Raises ValueError for
    a host beyond this machine where nobody signs in, and OSError (in `language`) when the port is taken.
    """
    if host not in _LOCAL and users is None and proxy_header is None:
        raise ValueError(
            f"the chat would listen on {host}, where others can reach it without signing in; add people with "
            f"`sourcier users add`, or listen on one of {', '.join(_LOCAL)}"
        )
    listener = _listener(host, port, language)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    kept = Conversations(conversations)
    try:
        application = build_server(
            bot,
            others=others,
            conversations=kept,
            uploads=uploads,
            examples=examples,
            allowed_hosts=(*_LOCAL, host, *allowed_hosts),
            door=None if users is None else Door(users),
            proxy_header=proxy_header,
        )
        config = uvicorn.Config(
            application, log_level="warning", server_header=False, timeout_graceful_shutdown=3, timeout_keep_alive=60
        )
        server = uvicorn.Server(config)
        threading.Thread(target=_announce, args=(server, address, open_browser, on_ready), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how one stops it
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


def check_port(host: str, port: int, language: str = "en") -> None:
    """Raise OSError, in `language`, when `port` can't be listened on: better told before documents are read."""
    _listener(host, port, language).close()


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


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Say what does not fit, and where; FastAPI's own answer repeats what was sent, which may be no JSON."""
    assert isinstance(error, RequestValidationError)
    faults = [{"loc": [str(part) for part in fault["loc"]], "msg": fault["msg"]} for fault in error.errors()]
    return JSONResponse({"detail": faults}, status_code=422)


def _doorstep() -> APIRouter:
    """Give the routes around the pages: the way to the browser's language, health, what an icon needs."""
    router = APIRouter()

    @router.get("/")
    def root(request: Request) -> RedirectResponse:
        language = request.cookies.get("language", "")
        if language not in WORDS:
            language = preferred(request.headers.get("accept-language", ""))
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{language}/{query}", status_code=307, headers={"Vary": "Accept-Language, Cookie"})

    @router.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/manifest.json")
    def manifest() -> dict[str, object]:
        icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}
        return {"name": "Sourcier", "start_url": "/", "display": "minimal-ui", "icons": [icon]}

    @router.get("/favicon.ico")
    def favicon() -> RedirectResponse:
        return RedirectResponse("/static/icon.svg", status_code=308)

    return router
