"""What went wrong between us and a model: which kind of failure, whether to try again, and words without secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_WAIT = 30.0
"""Seconds; a server that asks for more patience than this is told no."""

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
_SECRET_LIKE = re.compile(r"\b(?:sk|pk|rk|xai|gsk|hf|key|Bearer|ghp|AIza)[-_ ][\w.~+/-]{8,}=*|://[^/\s:@]+:[^/\s@]+@")
_TOO_LONG = re.compile(
    r"context.{0,30}(?:length|window|size|overflow)|maximum.{0,20}(?:context|tokens)|too many tokens"
    r"|exceed.{0,40}(?:context|tokens)|prompt is too long",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"(?:context|maximum|at most|limit|n_ctx)\D{0,40}?\b(\d{1,3}(?:,\d{3})+|\d{3,7})\b", re.IGNORECASE
)
"""The tokens that a server says it takes: "maximum context length is 4096 tokens", "n_ctx": 4096."""
_ROLES = re.compile(
    r"system.{0,12}role.{0,20}(?:not |un)supported|(?:support|allow|accept)\w*.{0,20}system.{0,9}(?:role|message)"
    r"|roles must alternate|(?:only|expected?).{0,20}user and assistant roles",
    re.IGNORECASE,
)
"""What chat templates and servers say of a turn they don't know, above all that of the rules."""
_BROKEN_OFF = re.compile(r"\b(?:RemoteProtocolError|ReadError|IncompleteRead|ConnectionResetError|BrokenPipeError)\b")


class Kind(StrEnum):
    """The failures that callers treat differently."""

    UNREACHABLE = "unreachable"
    CUT = "cut"
    SLOW = "slow"
    BUSY = "busy"
    REFUSED = "refused"
    UNKNOWN_MODEL = "unknown_model"
    TOO_LONG = "too_long"
    ROLES = "roles"
    SERVER = "server"
    INVALID = "invalid"
    BROKEN = "broken"


_ADVICE = {
    Kind.UNREACHABLE: "Check that the server runs and that its address (base_url) is right.",
    Kind.CUT: "Ask again; if it happens again, look at the server's own log.",
    Kind.SLOW: "Try again, or give it more time with deadline=.",
    Kind.BUSY: "Too many requests, or no credit left: wait and ask again.",
    Kind.REFUSED: "Check the API key in the environment and what it may use.",
    Kind.UNKNOWN_MODEL: "Check the name of the model; a local one may have to be pulled first.",
    Kind.TOO_LONG: "Lower context_tokens to what the model takes.",
    Kind.ROLES: "Its chat template does not take these turns: check the model's template.",
    Kind.SERVER: "The fault is on the server: ask again later.",
    Kind.INVALID: "The server did not accept the request: check the model and its settings.",
    Kind.BROKEN: "What came back is not an answer: check that base_url leads to a model server.",
}
RETRIED = frozenset({Kind.UNREACHABLE, Kind.CUT, Kind.BUSY, Kind.SERVER})


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: its kind, how many seconds the server asks to wait (None: it does not say), and what it said.

    `context` is how many tokens the server says that it takes, None where it does not say.
    """

    kind: Kind
    wait: float | None
    said: str
    context: int | None = None

    def message(self, name: str) -> str:
        """Give the sentences for a person: who failed, what came back, what to do next."""
        said = f" ({self.said})" if self.said else ""
        return f"The model {name} gave no answer: {_WORDS[self.kind]}{said}. {_ADVICE[self.kind]}"


_WORDS = {
    Kind.UNREACHABLE: "it can't be reached",
    Kind.CUT: "the connection broke",
    Kind.SLOW: "it took too long",
    Kind.BUSY: "it is busy",
    Kind.REFUSED: "it refused the key",
    Kind.UNKNOWN_MODEL: "it is not known there",
    Kind.TOO_LONG: "the passages are too long for it",
    Kind.ROLES: "it does not take such turns",
    Kind.SERVER: "its server failed",
    Kind.INVALID: "it rejected the request",
    Kind.BROKEN: "its reply is broken",
}


def explain(error: BaseException) -> Failure:
    """Tell what `error`, raised by any provider's client, means. Nothing in it shows a key."""
    chain = list(_causes(error))
    status = next((code for each in chain if (code := _status(each)) is not None), None)
    said = without_secrets(" ".join(str(error).split()))[:200]
    whole = " ".join(str(each) for each in chain)
    found = _CONTEXT.search(whole)
    return Failure(
        _kind(chain, status, whole),
        _wait(chain),
        f"HTTP {status}: {said}" if status and str(status) not in said else said,
        int(found.group(1).replace(",", "")) if found else None,
    )


def without_secrets(text: str) -> str:
    """Give `text` with every key in it replaced: the values of secret-looking environment variables, and key shapes."""
    for name, value in os.environ.items():
        if len(value) >= 6 and _SECRET_NAME.search(name):
            text = text.replace(value, "[key]")
    return _SECRET_LIKE.sub("[key]", text)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _kind(chain: list[BaseException], status: int | None, said: str) -> Kind:
    if isinstance(chain[0], TimeoutError):
        return Kind.SLOW
    names = " ".join(name.__name__ for each in chain for name in type(each).__mro__)
    if "ContextOverflow" in names or (status in (400, 413, 422, 500, None) and _TOO_LONG.search(said)):
        return Kind.TOO_LONG
    if (status in (400, 422, 500) or "TemplateError" in names) and _ROLES.search(said):
        return Kind.ROLES
    if status is not None:
        return _BY_STATUS.get(status, Kind.SERVER if status >= 500 else Kind.INVALID)
    if any(isinstance(each, TimeoutError) for each in chain) or "Timeout" in names:
        return Kind.SLOW
    if _BROKEN_OFF.search(names):
        return Kind.CUT
    if isinstance(chain[0], (ConnectionError, OSError)) or "ConnectError" in names or "ConnectionError" in names:
        return Kind.UNREACHABLE
    return Kind.BROKEN


_BY_STATUS = {
    401: Kind.REFUSED,
    402: Kind.REFUSED,
    403: Kind.REFUSED,
    404: Kind.UNKNOWN_MODEL,
    408: Kind.SLOW,
    429: Kind.BUSY,
    529: Kind.BUSY,
}


def _wait(chain: list[BaseException]) -> float | None:
    """Give the seconds that a Retry-After header asks for, None without one or with one that is a date."""
    for each in chain:
        headers = getattr(getattr(each, "response", None), "headers", None)
        if isinstance(headers, Mapping):
            try:
                return max(0.0, float(headers.get("retry-after", "")))
            except ValueError:
                continue
    return None
