"""What of Gradio's own routes the page uses; all others are not there, and these take texts alone."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1_000_000
"""Bytes of a request to Gradio, at most."""
EVENTS = 3
"""What the page asks of Gradio, each by its index: ask, stop, load."""
LONGEST = 500
"""Characters of a path, at most: a file's name may have 255 bytes."""
REMEMBERED = 20_000
"""Sessions whose owner is remembered; further ones take the place of the oldest."""

_BELOW = re.compile(r"/(?:fr|en)(/.*)?")
_READ = frozenset(("", "/", "/config", "/theme.css", "/gradio_api/queue/data", "/gradio_api/app_id"))
_FOLDERS = ("/assets/", "/static/")
_WRITE = frozenset(("/gradio_api/queue/join", "/gradio_api/run/predict"))


class Gate:
    """ASGI middleware: 404 for what the page never asks of Gradio, 422 for data that is no text, 403 for another's.

    Gradio fetches what a file in the data names, also from other hosts, keeps what is uploaded, and lets whoever knows
    a session's name, which is no secret of ours, read its answers. The page's fields are texts; a session belongs to
    who named it first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._owners: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        below = _BELOW.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if below is None:
            await self.app(scope, receive, send)
            return
        path, user = below[1] or "", scope.get("state", {}).get("user")
        owner = user.name if user is not None else ""
        if scope["method"] in ("GET", "HEAD") and (path in _READ or path.startswith(_FOLDERS)) and len(path) < LONGEST:
            sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
            status = 200 if all(self._owned(session, owner) for session in sessions) else 403
        elif scope["method"] == "POST" and path in _WRITE:
            body = await _body(receive)
            receive = _again(body, receive)
            status = self._judged(body, owner)
        else:
            status = 404
        if status == 200:
            await self.app(scope, receive, send)
        else:
            await PlainTextResponse("This is not for you.", status_code=status)(scope, receive, send)

    def _judged(self, body: bytes, owner: str) -> int:
        """Give the status that a request's body earns."""
        try:
            form = json.loads(body, object_pairs_hook=_once) if len(body) <= LARGEST else None
        except (ValueError, RecursionError):
            form = None
        data = form.get("data") if isinstance(form, dict) else None
        if not isinstance(form, dict) or not isinstance(data, list):
            return 422
        if not all(one is None or isinstance(one, str) for one in data):
            return 422
        if not all(_plain(value) for name, value in form.items() if name != "data"):
            return 422
        if type(form.get("fn_index")) is not int or not 0 <= form["fn_index"] < EVENTS:
            return 422
        return 200 if self._owned(form.get("session_hash"), owner) else 403

    def _owned(self, session: object, owner: str) -> bool:
        if session is None:
            return True
        if not isinstance(session, str):
            return False
        if len(self._owners) > REMEMBERED:
            del self._owners[next(iter(self._owners))]
        return self._owners.setdefault(session[:200], owner) == owner


def _plain(value: object) -> bool:
    """Say whether `value` is nothing, a whole number, yes or no, or a name: Gradio fails over some of what else is."""
    return value is None or isinstance(value, int) or (isinstance(value, str) and value.isascii())


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Give an object of JSON. Raises ValueError for a key that comes twice: two readers may each take another one."""
    form = dict(pairs)
    if len(form) < len(pairs):
        raise ValueError("a key comes twice")
    return form


async def _body(receive: Receive) -> bytes:
    """Read a request's body, no further than it may be long."""
    body, more = b"", True
    while more and len(body) <= LARGEST:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Give what was read once more, then what comes after it."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
