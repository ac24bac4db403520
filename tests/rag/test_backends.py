"""Backends by name: the right one, or words that say what to write instead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import backends
from rag.answer import Statement
from rag.backend import Draft, Evidence, Message
from rag.backends import _package, available, load
from rag.generative import GenerativeBackend
from tests.rag.material import ARTICLE, ScriptedChatModel, evidence_of

CANARY = "sk-canary-0123456789abcdef"


class Own:
    """A backend of somebody's own."""

    name = "own"

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        yield Draft((Statement(question),), complete=True)


def test_an_object_with_a_name_and_a_stream_is_taken_as_it_is() -> None:
    own = Own()
    assert load(own) is own
    with pytest.raises(ValueError, match="is a backend already"):
        load(own, deadline=3.0)


def test_a_chat_model_is_wrapped() -> None:
    made = load(ScriptedChatModel(), deadline=3.0)
    assert isinstance(made, GenerativeBackend)
    assert made.name == "ScriptedChatModel"
    assert made.deadline == 3.0
    assert not made.native_citations


@pytest.mark.parametrize("spec", [None, 3, object(), Own])
def test_anything_else_is_refused_with_the_list(spec: object) -> None:
    with pytest.raises(ValueError, match="expected a backend's name, a LangChain chat model or an object with name"):
        load(spec)


@pytest.mark.parametrize(
    ("spec", "near"),
    [("extractiv", "extractive"), ("opnai:gpt", "openai"), ("olama:llama", "ollama"), ("antropic", "anthropic")],
)
def test_an_unknown_name_is_answered_with_the_nearest(spec: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"no backend is called '{spec}'. Did you mean '{near}'"):
        load(spec)


@pytest.mark.parametrize("spec", ["", ":", "zzz", "zzz:model", "a b:c", "../x:y"])
def test_an_unknown_name_is_answered_with_the_list(spec: str) -> None:
    with pytest.raises(ValueError, match="extractive, openai:MODEL, anthropic:MODEL"):
        load(spec)


def test_a_provider_without_a_model_is_told_how_to_write_it() -> None:
    with pytest.raises(ValueError, match="'openai' names no model: write openai:MODEL"):
        load("openai")
    with pytest.raises(ValueError, match="names no model"):
        load("ollama:")


@pytest.mark.parametrize(("provider", "key"), [(n, p.key) for n, p in backends.PROVIDERS.items() if p.key])
def test_a_missing_key_is_named(provider: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(key, raising=False)
    with pytest.raises(ValueError, match=f"set {key} in the environment, or give base_url"):
        load(f"{provider}:m")


@pytest.mark.parametrize("provider", [n for n, p in backends.PROVIDERS.items() if p.key])
def test_a_key_is_taken_from_the_environment_and_shown_nowhere(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(backends.PROVIDERS[provider].key, CANARY)
    made = load(f"{provider}:m")
    assert isinstance(made, GenerativeBackend)
    assert made.name == f"{provider}:m"
    assert CANARY not in repr(made) + str(made)


@pytest.mark.parametrize(
    ("spec", "variable", "address", "stays"),
    [
        ("openai:m", "OPENAI_BASE_URL", "http://127.0.0.1:8080/v1", True),
        ("openai:m", "OPENAI_BASE_URL", "https://models.example/v1", False),
        ("ollama:m", "OLLAMA_HOST", "", True),
        ("ollama:m", "OLLAMA_HOST", "0.0.0.0", True),
        ("ollama:m", "OLLAMA_HOST", "box:11434", False),
    ],
)
def test_a_model_on_this_machine_is_given_time_and_said_to_be_here(
    spec: str, variable: str, address: str, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, address)
    made = load(spec)
    assert isinstance(made, GenerativeBackend)
    assert (made.sends_to is None) is stays
    waits = (300.0, 600.0) if stays else (60.0, 120.0)
    assert (made.silence, made.deadline) == waits
    given = getattr(made.model, "request_timeout", None) or made.model.client_kwargs["timeout"]  # type: ignore[attr-defined]
    assert given == waits[0]
    if spec == "openai:m":
        assert made.model.stream_usage is True  # type: ignore[attr-defined]
    brief = load(spec, silence=5.0)
    assert isinstance(brief, GenerativeBackend)
    assert brief.silence == 5.0


@pytest.mark.parametrize("name", ["api_key", "openai_api_key", "token"])
def test_a_key_is_not_a_setting(name: str) -> None:
    with pytest.raises(ValueError, match="keys are read from the environment only") as caught:
        load("openai:m", **{name: CANARY})
    assert CANARY not in str(caught.value)


def test_settings_that_do_not_fit_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with pytest.raises(ValueError, match="openai:m could not be set up") as caught:
        load("openai:m", temperature="hot")
    assert CANARY not in str(caught.value)


def test_a_folder_without_a_model_and_a_missing_one_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no model: expected a folder with config\.json"):
        load(f"huggingface:{tmp_path}")
    with pytest.raises(ValueError, match="there is no such folder"):
        load(f"huggingface:{tmp_path / 'missing'}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="huggingface:") as caught:
        load(f"huggingface:{tmp_path}")
    assert "\n" not in str(caught.value)


def test_an_address_without_its_scheme_is_told() -> None:
    with pytest.raises(ValueError, match=r"begin with http:// or https://, found 'localhost:8089/v1'"):
        load("openai:m", base_url="localhost:8089/v1")


def test_a_package_is_named_as_it_is_installed() -> None:
    said = (
        "Initializing ChatGroq requires the langchain-groq package. Please install it with `pip install langchain-groq`"
    )
    assert _package("groq", ImportError(said)) == "langchain-groq"
    assert _package("groq", ImportError("No module named 'langchain_groq'", name="langchain_groq")) == "langchain-groq"
    assert _package("groq", ImportError("?")) == "langchain-groq"


def test_the_extractive_backend_takes_no_settings() -> None:
    assert load("extractive").name == "extractive"
    with pytest.raises(ValueError, match="takes no settings, found temperature"):
        load("extractive", temperature=1)


def test_a_model_that_is_not_on_disk_is_not_fetched() -> None:
    for name in ("nobody/nothing-at-all", "nothing", "a//b"):
        with pytest.raises(ValueError, match="is neither a folder nor a model on this machine"):
            load(f"huggingface:{name}")


def test_a_missing_package_is_named_with_its_install_command() -> None:
    script = (
        "import sys\n"
        "from rag.backends import PROVIDERS, load\n"
        "for provider, each in PROVIDERS.items():\n"
        "    sys.modules[each.package] = None\n"
        "    try:\n"
        "        load(f'{provider}:.', **({} if provider == 'huggingface' else {'base_url': 'http://127.0.0.1:9'}))\n"
        "    except ImportError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(backends.PROVIDERS)
    for line, provider in zip(lines, backends.PROVIDERS, strict=True):
        assert line == f"the backend '{provider}:.' needs a package: pip install 'sourcier[{provider}]'"


def test_naming_backends_loads_no_model_library() -> None:
    script = (
        "import sys, rag.backends\n"
        "heavy = {'torch', 'transformers', 'langchain', 'langchain_core', 'langchain_openai', 'openai', 'gradio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_can_be_asked_for_is_listed() -> None:
    assert available()["extractive"]
    assert set(available()) == {"extractive", *backends.PROVIDERS}


def test_two_answers_of_one_backend_do_not_meet() -> None:
    made = load(ScriptedChatModel(script=["Nvidia investit [2]. ", "Amazon reste [3]."]), interval=0.0)
    evidence = evidence_of(ARTICLE)
    streams = [made.stream("Qui ?", evidence, []) for _ in range(3)]
    lasts = [list(stream)[-1] for stream in streams]
    assert lasts[0] == lasts[1] == lasts[2]


@pytest.mark.parametrize(
    ("spec", "settings", "place"),
    [
        ("openai:m", {}, "openai"),
        ("openai:m", {"base_url": "http://127.0.0.1:9/v1"}, None),
        ("openai:m", {"base_url": "https://models.example.org/v1"}, "models.example.org"),
        ("anthropic:m", {}, "api.anthropic.com"),
        ("mistralai:m", {}, "api.mistral.ai"),
        ("ollama:m", {}, None),
        ("ollama:m", {"base_url": "http://gpu.example.org:11434"}, "gpu.example.org"),
    ],
)
def test_a_backend_says_where_prompts_go(
    monkeypatch: pytest.MonkeyPatch, spec: str, settings: dict[str, str], place: str | None
) -> None:
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY"):
        monkeypatch.setenv(key, CANARY)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    assert getattr(load(spec, **settings), "sends_to", "nothing") == place
    assert not hasattr(load("extractive"), "sends_to")
