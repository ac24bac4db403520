"""What went wrong between us and a model: which kind of failure, whether to try again, and words without secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag.backend import BackendError

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


_PHRASES = {
    Kind.UNREACHABLE: {
        "en": ("it can't be reached", "Check that its server runs and that the address is right."),
        "fr": ("il est injoignable", "Vérifiez que son serveur tourne et que l’adresse est juste."),
    },
    Kind.CUT: {
        "en": ("the connection broke", "Ask again; if it happens again, look at the server's own log."),
        "fr": (
            "la connexion s’est rompue",
            "Reposez la question\u00a0; si cela se répète, voyez le journal du serveur.",
        ),
    },
    Kind.SLOW: {
        "en": ("it took too long", "Ask again, or use a faster model."),
        "fr": ("il a mis trop de temps", "Reposez la question, ou prenez un modèle plus rapide."),
    },
    Kind.BUSY: {
        "en": ("it is busy", "Too many requests, or no credit left: wait and ask again."),
        "fr": ("il est occupé", "Trop de demandes, ou plus de crédit\u00a0: attendez puis reposez la question."),
    },
    Kind.REFUSED: {
        "en": ("it refused the key", "Check the API key in the environment and what it may use."),
        "fr": ("il a refusé la clé", "Vérifiez la clé d’API dans l’environnement et ses droits."),
    },
    Kind.UNKNOWN_MODEL: {
        "en": (
            "the model or the address is not known there",
            "Check the model's name (a local one may have to be pulled first), and the address: many end in /v1.",
        ),
        "fr": (
            "le modèle ou l’adresse y est inconnu",
            "Vérifiez le nom du modèle (un modèle local doit parfois être téléchargé d’abord), et l’adresse\u00a0: "
            "beaucoup finissent par /v1.",
        ),
    },
    Kind.TOO_LONG: {
        "en": ("the passages are too long for it", "Use a model with a longer context, or start its server with one."),
        "fr": (
            "les passages sont trop longs pour lui",
            "Prenez un modèle au contexte plus long, ou donnez-en davantage à son serveur.",
        ),
    },
    Kind.ROLES: {
        "en": ("it does not take such turns", "Its chat template does not take them: check the model's template."),
        "fr": ("il n’accepte pas ces échanges", "Vérifiez le gabarit de conversation (chat template) du modèle."),
    },
    Kind.SERVER: {
        "en": ("its server failed", "The fault is on the server: ask again later."),
        "fr": ("son serveur est en panne", "La faute est au serveur\u00a0: reposez la question plus tard."),
    },
    Kind.INVALID: {
        "en": ("it rejected the request", "Check the model and its settings."),
        "fr": ("il a rejeté la demande", "Vérifiez le modèle et ses réglages."),
    },
    Kind.BROKEN: {
        "en": ("its reply is broken", "Check that the address leads to a model server."),
        "fr": ("ce qui est revenu n’est pas une réponse", "Vérifiez que l’adresse mène à un serveur de modèles."),
    },
}
"""What happened and what a person can do about it, whichever face they ask through."""
_SENTENCE = {
    "en": "The model {name} gave no answer: {what}{said}. {advice}",
    "fr": "Le modèle {name} n’a pas répondu\u00a0: {what}{said}. {advice}",
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

    def message(self, name: str, language: str = "en") -> str:
        """Give the sentences for a person: who failed, what came back, what to do next; in French ("fr") or English."""
        what, advice = _PHRASES[self.kind][language]
        said = f" ({self.said})" if self.said else ""
        return _SENTENCE[language].format(name=name, what=what, said=said, advice=advice)

    def error(self, name: str) -> BackendError:
        """Give the error that says so, in both languages."""
        return BackendError(self.message(name), french=self.message(name, "fr"))


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
