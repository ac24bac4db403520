"""The page through Gradio's own client protocol, without a browser."""

import os

import pytest
from fastapi.testclient import TestClient

from tests.ui.conftest import built
from tests.ui.scripted import FRENCH_QUESTION, seed_bot

BASE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def config() -> dict[str, object]:
    with TestClient(built(seed_bot(), examples=(FRENCH_QUESTION,)), base_url=BASE) as client:
        form: dict[str, object] = client.get("/en/config").json()
        return form


def test_gradio_reports_to_nobody(config: dict[str, object]) -> None:
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert config["analytics_enabled"] is False


def test_no_event_is_open_to_other_programs(config: dict[str, object]) -> None:
    dependencies = config["dependencies"]
    assert isinstance(dependencies, list) and len(dependencies) >= 3
    assert {dependency["api_visibility"] for dependency in dependencies} == {"private"}


def test_the_fonts_are_the_readers_own() -> None:
    with TestClient(built(seed_bot()), base_url=BASE) as client:
        theme = client.get("/en/theme.css").text
        page = client.get("/en/").text
    assert "system-ui" in theme
    assert "@font-face" not in theme and "@import" not in theme
    assert "fonts.googleapis" not in page and "cdnjs" not in page


def test_the_script_and_style_name_no_other_host() -> None:
    with TestClient(built(seed_bot()), base_url=BASE) as client:
        for path in ("/static/chat.js", "/static/chat.css"):
            text = client.get(path).text.replace("http://www.w3.org/2000/svg", "")
            assert "http:" not in text and "https:" not in text and "@import" not in text
