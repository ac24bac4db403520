"""The receipt of an answer: what made it, so that it can be made again, or so that one can see why it can't."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from rag.answer import Statement
from rag.backend import Draft, Message

if TYPE_CHECKING:
    from rag.chatbot import Chatbot

FORMAT = 1
"""The version of the form of a receipt."""

_ADDRESSES = "openai_api_base", "anthropic_api_url", "endpoint", "base_url"
_PACKAGES = (
    "sourcier", "faiss-cpu", "langchain-core", "langchain-openai", "langchain-anthropic", "langchain-ollama",
    "langchain-mistralai", "numpy", "onnxruntime", "PyStemmer", "tiktoken",
    "torch", "transformers",
)  # fmt: skip
_COMPARED = ("question", "collection", "embedder", "reranker", "backend", "versions")


def receipt(
    bot: Chatbot,
    asked: str,
    searched: str,
    history: Sequence[Message],
    filter: Mapping[str, object] | None,
    k: int,
    draft: Draft,
    timings: Mapping[str, float],
) -> dict[str, object]:
    """Give what made the answer that `draft` completes, as plain strings, numbers, lists and dicts.

    `asked` is the question as it was put, `searched` as it was searched for, `timings` seconds by step. `backend` holds
    the backend's name, its settings and what the draft tells (model, tokens, dropped markers). No key is ever among
    them.
    """
    return {
        "format": FORMAT,
        "question": searched,
        "asked": asked,
        "history": [{"role": turn.role, "content": turn.content} for turn in history],
        "filter": dict(filter) if filter else None,
        "k": k,
        "collection": dataclasses.asdict(bot.collection.state()),
        "embedder": _identity(bot.collection.embedder),
        "reranker": None if bot.reranker is None else _identity(bot.reranker),
        "backend": {"name": bot.backend.name, "settings": _settings(bot.backend), **draft.details},
        "versions": dict(_versions()),
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
        "answer_sha256": digest(draft.statements),
    }


def digest(statements: Sequence[Statement]) -> str:
    """Give the SHA-256 of the statements' words and spans: equal answers have equal digests."""
    form = [[s.text, [[c.span.document_id, c.span.start, c.span.end] for c in s.citations]] for s in statements]
    return hashlib.sha256(json.dumps(form, ensure_ascii=True).encode()).hexdigest()


def replay(receipt: Mapping[str, object], bot: Chatbot) -> list[str]:
    """Ask the receipt's question again and give what differs, one line each; nothing when the answer is the same.

    It is asked after the receipt's history, of the model that `bot` has: an address in a receipt is compared, and
    never used.
    Raises ValueError for another format version or a form that does not fit, `BackendError` when the model fails.
    """
    if not isinstance(receipt, Mapping):
        raise ValueError(f"expected a receipt, found {type(receipt).__name__}")
    if receipt.get("format") != FORMAT:
        raise ValueError(f"expected a receipt of format {FORMAT}, found {receipt.get('format')!r}")
    question, narrowed, k = receipt.get("question"), receipt.get("filter"), receipt.get("k")
    if not isinstance(question, str) or not isinstance(k, int) or not isinstance(narrowed, Mapping | None):
        raise ValueError("not the form of a receipt: expected question, filter and k")
    made = receipt.get("backend")
    settings = made.get("settings") if isinstance(made, Mapping) else None
    if isinstance(settings, Mapping) and settings.get("brief"):
        bot = bot.shortened()
    asked, history = receipt.get("asked"), receipt.get("history")
    told = history if isinstance(history, list) and isinstance(asked, str) else []
    now = bot.ask(asked if isinstance(asked, str) else question, history=told, filter=narrowed, k=k).receipt
    found = [line for name in _COMPARED for line in _differences(name, receipt.get(name), now.get(name))]
    if receipt.get("answer_sha256") != now.get("answer_sha256"):
        alone = "" if found else ", though nothing else differs: this model does not repeat itself"
        found.append(f"answer: not the same words and sources{alone}")
    return found


def _differences(name: str, then: object, now: object) -> Iterator[str]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted({*then, *now}):
            yield from _differences(f"{name}.{key}", then.get(key), now.get(key))
    elif then != now and not name.endswith("_tokens"):
        yield f"{name}: {then} then, {now} now"


def _identity(part: object) -> dict[str, object]:
    fingerprint = getattr(part, "fingerprint", None)
    found: dict[str, object] = {"name": str(getattr(part, "name", "") or type(part).__name__)}
    return {**found, "fingerprint": str(fingerprint)} if fingerprint else found


def _settings(backend: object) -> dict[str, object]:
    """Give the backend's own plain settings; a model, an embedder or anything that may hold a key is left out."""
    if not dataclasses.is_dataclass(backend):
        return {}
    values = {each.name: getattr(backend, each.name) for each in dataclasses.fields(backend) if each.name != "name"}
    plain = {name: value for name, value in values.items() if isinstance(value, int | float | bool)}
    return {**plain, **_asked_of(values.get("model"))}


def _asked_of(model: object) -> dict[str, object]:
    """Give a chat model's temperature and the address it is asked at, without credentials; {} where it has none."""
    temperature = getattr(model, "temperature", None)
    found: dict[str, object] = {"temperature": temperature} if isinstance(temperature, int | float) else {}
    url = next((u for name in _ADDRESSES if isinstance(u := getattr(model, name, None), str) and u), "")
    if url:
        parts = urlsplit(url if "//" in url else f"//{url}")
        found["base_url"] = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return found


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)
