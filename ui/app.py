"""The web chat as Gradio Blocks. The only module that imports gradio; it launches nothing."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from html import escape
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # else a pandas summary is made after every answer

import gradio as gr
from fastapi import FastAPI, Request

from ui.desk import AT_ONCE, Desk
from ui.messages import as_dict

QUEUE = 400
"""Questions that may wait; more are told that the chat is full."""

_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_app(desk: Desk, *, sign_out: bool = False) -> gr.Blocks:
    """Give the chat page of one desk; `sign_out` offers a way out where people sign in."""
    words = desk.words

    def load(request: gr.Request) -> str:
        return desk.opened(str(request.query_params.get("c", "")), request.username or "")

    async def ask(question: str, wished: str, request: gr.Request) -> AsyncIterator[str]:
        async for shown in desk.ask(question, wished, request.username or "", request.session_hash or ""):
            yield shown

    async def stop(request: gr.Request) -> None:
        desk.stop(request.session_hash or "")

    with gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True) as app:
        _outlet("shell", _shell(desk, sign_out))
        past, live = _outlet("past"), _outlet("live")
        with gr.Column(elem_id="composer"):
            box = gr.Textbox(
                elem_id="question",
                label=words.question_label,
                placeholder=words.question_placeholder,
                show_label=False,
                lines=1,
                max_lines=6,
                submit_btn=words.send,
                stop_btn=words.stop,
                autofocus=True,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
            )
        wish = gr.Textbox("", elem_id="wish", visible="hidden", label="wish", interactive=True)
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        waiting: dict[str, Any] = {**hidden, "show_progress": "minimal", "show_progress_on": live}
        box.submit(ask, [box, wish], live, concurrency_limit=AT_ONCE, **waiting)
        box.stop(stop, None, None, queue=False, **hidden)
        app.load(load, None, past, **hidden)
    queued: gr.Blocks = app.queue(max_size=QUEUE)
    return queued


def mount(server: FastAPI, page: gr.Blocks, path: str, who: Callable[[Request], str | None] | None = None) -> None:
    """Mount a page at `path`, with a theme of system fonts and without anything that asks another host.

    `who` names the signed-in user of a request; None where nobody signs in.
    """
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=_FONTS, font_mono=_MONO)
    gr.mount_gradio_app(
        server,
        page,
        path=path,
        auth_dependency=who,
        theme=theme,
        footer_links=[],
        run_history=False,
        show_error=False,
        mcp_server=False,
        enable_monitoring=False,
        ssr_mode=False,
        max_file_size="1mb",
    )


def _outlet(name: str, value: str = "") -> gr.Textbox:
    """Give a hidden field for HTML that the page's script draws into the element `name`.

    Not `gr.HTML`: that one compiles a template anew for each update with `Function`, so the page would have to allow
    the evaluation of text as code. Two lines, since a field of one line drops line ends.
    """
    return gr.Textbox(value, elem_id=f"{name}-given", lines=2, max_lines=2, visible="hidden", label=name)


def _shell(desk: Desk, sign_out: bool) -> str:
    """The bar above the conversation, with the words for the page's script."""
    words = desk.words
    said = escape(json.dumps(as_dict(words), ensure_ascii=False))
    backends = escape(json.dumps(desk.backends(), ensure_ascii=False))
    place = getattr(desk.bot.backend, "sends_to", None)
    warning = words.leaves_host.format(backend=place)
    leaving = f'<p class="leaves" role="note">{escape(warning)}</p>' if place else ""
    return (
        f'<a class="skip" href="#question">{escape(words.skip_to_question)}</a>'
        f'<header class="bar" data-words="{said}" data-backends="{backends}" data-leave="{"yes" if sign_out else ""}">'
        f"{_button('menu', words.menu)}<h1>Sourcier</h1>"
        f'<p class="tagline">{escape(words.tagline)}</p>'
        f"{_button('theme', words.theme)}"
        f'<a class="language" href="../{words.other_language}/" lang="{words.other_language}" '
        f'hreflang="{words.other_language}">{escape(words.language_switch)}</a></header>{leaving}'
    )


def _button(kind: str, label: str) -> str:
    said = escape(label)
    return (
        f'<button type="button" class="{kind}" aria-label="{said}" title="{said}">'
        '<span aria-hidden="true"></span></button>'
    )
