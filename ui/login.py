"""The page that lets people in, and the check that everybody else stays out."""

from __future__ import annotations

import asyncio
from html import escape
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.messages import WORDS, Words, preferred
from ui.users import SESSION_SECONDS, Door, User

COOKIE = "sourcier"
OPEN = ("/login", "/health", "/favicon.ico", "/manifest.json")
"""What can be reached without signing in, besides /static/."""

_LONGEST_FORM = 4_096


class SignIn:
    """ASGI middleware: who is signed in goes on as `scope["state"]["user"]`; others see the page to sign in, or 401.

    With `proxy_header`, a proxy in front has already signed people in and names them there; it must set that header on
    every request and be the only way in.
    """

    def __init__(self, app: ASGIApp, door: Door | None, proxy_header: str | None = None) -> None:
        self.app = app
        self.door = door
        self.proxy_header = proxy_header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, lead to the page to sign in, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        path = scope["path"]
        user = await asyncio.to_thread(self._user, connection)
        if user is not None:
            scope.setdefault("state", {})["user"] = user
        if user is not None or path in OPEN or path.startswith("/static/"):
            await self.app(scope, receive, send)
        elif self.door is not None and path in ("/", "/fr/", "/en/", "/fr", "/en") and scope.get("method") == "GET":
            await RedirectResponse("/login", status_code=303)(scope, receive, send)
        else:
            await PlainTextResponse("Sign in first.", status_code=401)(scope, receive, send)

    def _user(self, connection: HTTPConnection) -> User | None:
        if self.proxy_header is not None:
            name = connection.headers.get(self.proxy_header, "").strip()
            return User(name, editor=True) if name else None
        token = connection.cookies.get(COOKIE, "")
        return self.door.user(token) if self.door is not None and token else None


def signed_in(request: Request) -> User:
    """Give who sends this request; where nobody signs in, the one person at this machine, who may do everything."""
    user: User | None = request.scope.get("state", {}).get("user")
    return user or User("", editor=True)


def login_routes(door: Door) -> APIRouter:
    """Give the page to sign in and the way out."""
    router = APIRouter()

    @router.get("/login")
    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(_words(request)))

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        body = (
            await request.body()
            if int(request.headers.get("content-length", _LONGEST_FORM + 1)) <= _LONGEST_FORM
            else b""
        )
        form = parse_qs(body.decode("utf-8", "replace"))
        name, password = form.get("name", [""])[0].strip(), form.get("password", [""])[0]
        address = request.client.host if request.client else ""
        token = await asyncio.to_thread(door.sign_in, name, password, address)
        if token is None:
            words = _words(request)
            return HTMLResponse(_page(words, words.wrong_password), status_code=401)
        answer = RedirectResponse("/", status_code=303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=secure, path="/"
        )
        return answer

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        door.sign_out(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    return router


def _words(request: Request) -> Words:
    language = request.cookies.get("language", "")
    return WORDS.get(language) or WORDS[preferred(request.headers.get("accept-language", ""))]


def _page(words: Words, problem: str = "") -> str:
    said = f'<p class="note" role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>Sourcier</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/login.css"><link rel="icon" href="/static/icon.svg"></head><body><main>'
        f"<h1>Sourcier</h1><p>{escape(words.tagline)}</p>{said}"
        f'<form method="post" action="/login"><label>{escape(words.user_name)}'
        '<input name="name" autocomplete="username" required autofocus maxlength="80"></label>'
        f"<label>{escape(words.password)}"
        '<input name="password" type="password" autocomplete="current-password" required></label>'
        f"<button>{escape(words.sign_in)}</button></form></main></body></html>"
    )
