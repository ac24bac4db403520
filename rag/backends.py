"""The backends by name: "extractive", or "provider:model" for any chat model that LangChain reaches."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from rag.backend import Backend
from rag.extractive import ExtractiveBackend
from rag.failure import without_secrets
from rag.generative import GenerativeBackend

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Provider:
    """How one provider's models are made: the package they need, the extra that brings it, what we set for it.

    `sizes` maps our names for the answer's and the context's tokens to the provider's; `key` is the environment
    variable that holds the API key, empty where none is needed.
    """

    package: str
    extra: str
    context_tokens: int = 16_384
    key: str = ""
    sizes: Mapping[str, str] = field(default_factory=lambda: {"answer_tokens": "max_tokens"})
    settings: Mapping[str, object] = field(default_factory=lambda: {"max_retries": 0, "timeout": 60.0})


PROVIDERS: dict[str, Provider] = {
    "openai": Provider("langchain_openai", "openai", key="OPENAI_API_KEY"),
    "anthropic": Provider("langchain_anthropic", "anthropic", key="ANTHROPIC_API_KEY"),
    "ollama": Provider(
        "langchain_ollama",
        "ollama",
        context_tokens=8192,
        # Left to itself the server cuts a longer prompt silently, passages first.
        sizes={"answer_tokens": "num_predict", "context_tokens": "num_ctx"},
        settings={"client_kwargs": {"timeout": 60.0}},
    ),
    "huggingface": Provider("transformers", "huggingface", context_tokens=4096, sizes={}, settings={}),
    "mistralai": Provider(
        "langchain_mistralai", "mistralai", key="MISTRAL_API_KEY", settings={"max_retries": 1, "timeout": 60}
    ),
}
"""The providers we ship an extra for; any other name that LangChain's `init_chat_model` knows works as well."""

PATIENCE = {"deadline": 600.0, "silence": 300.0}
"""Seconds for a model on this machine, which may read a prompt at 20 tokens a second before its first word."""

_OURS = frozenset({"context_tokens", "answer_tokens", "deadline", "silence", "retries", "interval", "sleep"})


def load(spec: object, **settings: object) -> Backend:
    """Give the backend that `spec` names: "extractive", "provider:model", a LangChain chat model, or a backend itself.

    `settings` are those of `GenerativeBackend` (context_tokens, answer_tokens, deadline, retries ...); others, such as
    base_url or temperature, go to the model. API keys come from the environment only. Raises ValueError for a name
    that is not known and ImportError, with the install command, when the provider's package is missing.
    """
    if isinstance(spec, str):
        return _named(spec, dict(settings))
    if _is_chat_model(spec):
        ours: dict[str, Any] = {"native_citations": _cites_itself(spec), "sends_to": destination(spec), **settings}
        return GenerativeBackend(cast("BaseChatModel", spec), **ours)
    if (
        not isinstance(spec, type)
        and isinstance(getattr(spec, "name", None), str)
        and callable(getattr(spec, "stream", None))
    ):
        if settings:
            raise ValueError(f"{spec!r} is a backend already: make it with {', '.join(sorted(settings))} instead")
        return cast("Backend", spec)
    raise ValueError(
        f"expected a backend's name, a LangChain chat model or an object with name and stream, found {spec!r}; "
        f"the names: {_names()}"
    )


def available() -> dict[str, bool]:
    """Give every backend name that can be asked for, and whether the package it needs is installed."""
    found = {name: importlib.util.find_spec(each.package) is not None for name, each in PROVIDERS.items()}
    return {"extractive": True, **found}


def _address(provider: str) -> str:
    """Give the environment variable that holds the address of a provider's server."""
    return "OLLAMA_HOST" if provider == "ollama" else f"{provider.upper()}_BASE_URL"


def _stays(provider: str, base_url: object) -> bool:
    """Say whether a provider's model runs on this machine: in this process, or behind a local address."""
    return provider in _IN_PROCESS or (_host(str(base_url)) is None if base_url else provider == "ollama")


def _waiting(settings: Mapping[str, object], silence: object) -> dict[str, object]:
    """Give a provider's settings; its client waits through as much silence as we do, None: as its provider has it."""
    patient = {"timeout": silence, "client_kwargs": {"timeout": silence}} if silence is not None else {}
    return {name: patient.get(name, value) for name, value in settings.items()}


def destination(model: object) -> str | None:
    """Give the host that a LangChain chat model sends prompts to, or its provider's name; None when it stays here."""
    package = type(model).__module__.split(".")[0]
    urls = [getattr(model, name, None) for name in ("openai_api_base", "anthropic_api_url", "endpoint", "base_url")]
    if package == "langchain_ollama":
        urls.append(os.environ.get("OLLAMA_HOST"))
    url = next((url for url in urls if isinstance(url, str) and url), None)
    if url is not None:
        return _host(url)
    if package in ("langchain_core", "langchain_ollama", "langchain_huggingface") or "langchain_" not in package:
        return None
    return package.removeprefix("langchain_")


def _host(url: str) -> str | None:
    """Give the host that a URL names, None for this machine."""
    host = urlsplit(url if "//" in url else f"//{url}").hostname
    return None if host in _THIS_MACHINE else host


# A server that listens on every address is asked on this machine.
_THIS_MACHINE = (None, "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104


def _named(spec: str, settings: dict[str, Any]) -> Backend:
    provider, _, model = spec.partition(":")
    if spec == "extractive":
        if settings:
            raise ValueError(f"the extractive backend takes no settings, found {', '.join(sorted(settings))}")
        return ExtractiveBackend()
    if provider not in PROVIDERS and (not model or not provider.isidentifier()):
        raise ValueError(_unknown(spec))
    if not model:
        raise ValueError(f"{spec!r} names no model: write {provider}:MODEL")
    if secrets := sorted(name for name in settings if name not in _OURS and ("key" in name or "token" in name)):
        raise ValueError(f"{secrets[0]} is not a setting: keys are read from the environment only")
    known = PROVIDERS.get(provider, Provider("", "", settings={}))
    if "base_url" not in settings and (url := os.environ.get(_address(provider))) and provider not in _IN_PROCESS:
        settings["base_url"] = url
    url = settings.get("base_url")
    if isinstance(url, str) and "://" not in url and provider != "ollama":
        raise ValueError(f"expected base_url to begin with http:// or https://, found {without_secrets(url)!r}")
    here = _stays(provider, settings.get("base_url"))
    patience = PATIENCE if here else {}
    ours = {
        "context_tokens": known.context_tokens,
        **patience,
        **{k: v for k, v in settings.items() if k in _OURS},
    }
    theirs = {
        **_waiting(known.settings, ours["silence"] if here else None),
        **{k: v for k, v in settings.items() if k not in _OURS},
    }
    if provider not in _IN_PROCESS:
        theirs.setdefault("temperature", 0)  # the same question again gets the same answer, as far as a model can
    for our_name, their_name in known.sizes.items():
        theirs.setdefault(their_name, ours.get(our_name, 1024))
    if provider in _IN_PROCESS and theirs:
        raise ValueError(f"{provider} runs in this process and takes no {', '.join(sorted(theirs))}")
    try:
        chat_model = _IN_PROCESS[provider](model, ours) if provider in _IN_PROCESS else _remote(provider, model, theirs)
    except ImportError as error:
        wanted = f"'sourcier[{known.extra}]'" if known.extra else _package(provider, error)
        raise ImportError(f"the backend {spec!r} needs a package: pip install {wanted}") from error
    ours["context_tokens"] = settings.get("context_tokens") or min(
        ours["context_tokens"], getattr(chat_model, "positions", None) or ours["context_tokens"]
    )
    ours = {
        "native_citations": _cites_itself(chat_model),
        "asynchronous": _cancels(chat_model),
        "sends_to": destination(chat_model),
        **ours,
    }
    return GenerativeBackend(chat_model, name=spec, **ours)


def _package(provider: str, error: ImportError) -> str:
    """Give the package that is missing, which LangChain names in a sentence or by its module."""
    told = re.search(r"pip install (?:-\S+ )*[\"']?([\w.-]*\w)", str(error))
    return told.group(1) if told else (error.name or f"langchain-{provider}").replace("_", "-")


def _remote(provider: str, model: str, settings: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    key = PROVIDERS[provider].key if provider in PROVIDERS else ""
    if key and not os.environ.get(key):
        if "base_url" not in settings:
            raise ValueError(f"{provider}:{model} needs a key: set {key} in the environment, or give base_url")
        settings["api_key"] = "none"  # a local server asks for no key, its client does
    if provider == "openai" and "base_url" in settings:
        settings.setdefault("stream_usage", True)
    try:
        return cast("BaseChatModel", init_chat_model(model, model_provider=provider, **settings))
    except ValueError as error:
        if "nsupported" in str(error) and provider not in PROVIDERS:
            raise ValueError(_unknown(f"{provider}:{model}")) from None
        raise ValueError(f"{provider}:{model} could not be set up: {without_secrets(str(error))}") from None


def _in_process(model: str, ours: dict[str, Any]) -> BaseChatModel:
    """Load a transformers model from a folder, or from what was downloaded before; nothing is fetched."""
    from huggingface_hub import try_to_load_from_cache

    if importlib.util.find_spec("transformers") is None:
        raise ImportError("transformers is not installed", name="transformers")
    folder = Path(model)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise ValueError(f"huggingface:{model} holds no model: expected a folder with config.json and the weights")
    if not folder.is_dir() and (folder.is_absolute() or model.startswith((".", "~"))):
        raise ValueError(f"huggingface:{model}: there is no such folder")
    if not folder.is_dir() and ("/" not in model or not _downloaded(try_to_load_from_cache, model)):
        raise ValueError(
            f"huggingface:{model} is neither a folder nor a model on this machine; "
            f"`sourcier models pull {model}` downloads a model of that name"
        )
    from rag.inprocess import load_model

    deadline = ours.get("deadline", PATIENCE["deadline"])
    try:
        return load_model(model, answer_tokens=ours.get("answer_tokens", 1024), deadline=deadline)
    except (OSError, ValueError) as error:  # transformers tells it in many lines
        raise ValueError(f"huggingface:{model} could not be loaded: {' '.join(str(error).split())[:200]}") from error


def _downloaded(look: Callable[[str, str], object], model: str) -> bool:
    try:
        return isinstance(look(model, "config.json"), str)
    except ValueError:  # no name that a download could have
        return False


_IN_PROCESS: dict[str, Callable[[str, dict[str, Any]], BaseChatModel]] = {"huggingface": _in_process}


def _is_chat_model(spec: object) -> bool:
    return any(
        each.__name__ == "BaseChatModel" and each.__module__.startswith("langchain_core") for each in type(spec).__mro__
    )


def _cites_itself(model: object) -> bool:
    return any(each.__name__ == "ChatAnthropic" for each in type(model).__mro__)


def _cancels(model: BaseChatModel) -> bool:
    """Say whether a model has an asynchronous client of its own: its requests can be cancelled."""
    from langchain_core.language_models import BaseChatModel

    return type(model)._astream is not BaseChatModel._astream


def _names() -> str:
    return ", ".join(["extractive", *(f"{name}:MODEL" for name in PROVIDERS)])


def _unknown(spec: str) -> str:
    near = difflib.get_close_matches(spec.partition(":")[0], ["extractive", *PROVIDERS], n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"no backend is called {spec!r}.{hint} Known: {_names()}, and what else LangChain has a package for"
