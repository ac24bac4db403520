"""What every request passes and every response carries: Host and Origin checks, security headers."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = {"GET", "HEAD", "OPTIONS"}
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's page needs both; nothing of ours does
        "style-src 'self' 'unsafe-inline'",
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
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware: 403 for a Host that is not ours and for a write that another site sends; headers on all else."""

    def __init__(self, app: ASGIApp, allowed_hosts: tuple[str, ...]) -> None:
        self.app = app
        self.allowed_hosts = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-cache"
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]
            await send(message)

        problem = self._problem(scope)
        if problem:
            await PlainTextResponse(problem, status_code=403)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

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
            same = urlsplit(origin).netloc.lower() == host.lower()
        else:
            same = fetched in (None, "same-origin", "none")
        return "" if same else "This request comes from another site."


def _name(address: str) -> str:
    """Give the host name of "//name:port" in lower case, without brackets; empty when it can't be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
