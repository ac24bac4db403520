"""What every request passes and every response carries: Host and Origin checks, a size, security headers."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = {"GET", "HEAD", "OPTIONS"}
PAGES = ("/fr/", "/en/")
"""Where Gradio's pages are; only they hold scripts and styles in their HTML, each marked by us with a nonce."""
LARGEST = 2_000_000
"""Bytes of a request's body, at most; a document that is added has a limit of its own."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_log = logging.getLogger(__name__)
_INLINE_STYLE = re.compile(rb"(<(?:html|body|gradio-app)\b[^>]*?)\sstyle=\"[^\"]*\"")


def content_policy(nonce: str = "") -> str:
    """Give what a page may load and run: files of this host, and what carries the nonce. Never text as code."""
    ours = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {ours}",
            f"style-src {ours}",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """ASGI middleware: 403 for a Host that is not ours and for a write that another site sends, 413 for a long body.

    All answers carry the headers, also the 500 for what failed within: that is logged, and the client learns no more.
    `head` is HTML for the head of Gradio's pages.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: tuple[str, ...], head: str = "") -> None:
        self.app = app
        self.head = head.encode()
        self.allowed_hosts = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        page: list[bytes] | None = None
        nonce, start = "", dict[str, Any]()

        async def send_with_headers(message: Message) -> None:
            nonlocal page, nonce
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] in PAGES and headers.get("content-type", "").startswith("text/html"):
                    page, nonce = [], secrets.token_urlsafe(16)
                for name, value in {**HEADERS, "Content-Security-Policy": content_policy(nonce)}.items():
                    headers[name] = value
                if scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-cache"
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]
                start.update(message)
                if page is not None:
                    return  # held back until the length of what we make of the page is known
            elif page is not None and message["type"] == "http.response.body":
                page.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = self._framed(b"".join(page), nonce, scope["path"].strip("/"))
                MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._answered(scope, receive, send_with_headers)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no problem; answer a problem, and what failed within, in a line of plain text."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            problem = self._problem(scope)
            if problem:
                raise HTTPException(403, problem)
            await self.app(scope, _measured(scope, receive), sending)
        except Exception as error:
            told = error if isinstance(error, HTTPException) else None
            if told is None:
                _log.exception("%s %s failed", scope.get("method", ""), scope["path"][:200])
                told = HTTPException(500, "This failed; the server's log says why.")
            if not begun:  # an answer that was begun is broken off, unless it was whole
                await PlainTextResponse(told.detail, told.status_code)(scope, receive, send)

    def _framed(self, html: bytes, nonce: str, language: str) -> bytes:
        """Give Gradio's page with our head and language, its own scripts and styles marked as such.

        Texts in its JSON have their "<" escaped, so what looks like a tag is one. The three style attributes that it
        brings say what chat.css says too.
        """
        html = _INLINE_STYLE.sub(rb"\1", html).replace(b'lang="en"', f'lang="{language}"'.encode(), 1)
        for tag in (b"<script", b"<style"):
            html = html.replace(tag, tag + f' nonce="{nonce}"'.encode())
        return html.replace(b"</head>", self.head + b"</head>", 1)

    def _problem(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(f"//{host}") not in self.allowed_hosts:
            return f"Sourcier does not answer to the name {host!r}."
        if scope["type"] == "http" and scope["method"] in _SAFE:
            return ""
        origin, fetched = headers.get("origin"), headers.get("sec-fetch-site")
        if origin == "null":  # what our own forms send under "no-referrer"; only a browser can vouch for them
            same = fetched == "same-origin"
        elif origin is not None:
            same = _place(origin) == host.lower()
        else:
            same = fetched in (None, "same-origin", "none")
        return "" if same else "This request comes from another site."


def _measured(scope: Scope, receive: Receive) -> Receive:
    """Give what reads a request's body; it raises HTTPException, 413, as soon as that grows beyond `LARGEST`."""
    if (scope["type"], scope.get("method"), scope["path"]) == ("http", "PUT", "/documents"):
        return receive
    size = 0

    async def measured() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST:
            raise HTTPException(413, f"A request may be {LARGEST:,} bytes long, this one is longer.")
        return message

    return measured


def _name(address: str) -> str:
    """Give the host name of "//name:port" in lower case, without brackets; empty when it can't be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _place(origin: str) -> str:
    """Give the "name:port" of an origin in lower case; empty when it can't be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
