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

from ui.desk import AT_ONCE, Desk, Shown
from ui.messages import as_dict, backend_name

QUEUE = 400
"""Questions that may wait; more are told that the chat is full."""

_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_app(desk: Desk, *, sign_out: bool = False) -> gr.Blocks:
    """Give the chat page of one desk; `sign_out` offers a way out where people sign in."""
    words = desk.words

    def load(request: gr.Request) -> tuple[str | None, str | None, str | None]:
        shown = desk.opened(str(request.query_params.get("c", "")), request.username or "")
        return shown.conversation, shown.past, shown.live

    async def ask(question: str, conversation: str, chosen: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        owner, session = request.username or "", request.session_hash or ""
        async for shown in desk.ask(question, conversation, chosen, owner, session):
            yield {**changes(shown), **buttons(shown)}

    async def stop(request: gr.Request) -> None:
        desk.stop(request.session_hash or "")

    def changes(shown: Shown) -> dict[Any, Any]:
        pairs = (
            (past, shown.past),
            (live, shown.live),
            (notice, shown.notice),
            (state, shown.conversation),
            (place, shown.kept),
        )
        return {component: value for component, value in pairs if value is not None}

    def buttons(shown: Shown) -> dict[Any, Any]:
        if shown.busy is None:
            return {}
        if shown.busy:
            return {box: gr.update(value="", submit_btn=False, stop_btn=words.stop)}
        return {box: gr.update(submit_btn=words.send, stop_btn=False)}

    with gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True) as app:
        state = gr.State("")
        _html(_shell(desk, sign_out), "shell")
        past = _html("", "past")
        live = _html("", "live")
        with gr.Column(elem_id="composer"):
            notice = _html("", "notice")
            box = gr.Textbox(
                elem_id="question",
                label=words.question_label,
                placeholder=words.question_placeholder,
                show_label=False,
                lines=1,
                max_lines=6,
                submit_btn=words.send,
                autofocus=True,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
            )
            _html(_foot(desk), "foot")
        chosen = gr.Textbox("", elem_id="chosen", visible="hidden", label="document_id", interactive=True)
        place = gr.Textbox(elem_id="place", visible="hidden", label="?c=")
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [box, past, live, notice, state, place]
        waiting: dict[str, Any] = {**hidden, "show_progress": "minimal", "show_progress_on": notice}
        box.submit(ask, [box, state, chosen], outputs, concurrency_limit=AT_ONCE, **waiting)
        box.stop(stop, None, None, queue=False, **hidden)
        app.load(load, None, [state, past, live], **hidden)
    queued: gr.Blocks = app.queue(max_size=QUEUE)
    return queued


def mount(
    server: FastAPI, page: gr.Blocks, path: str, head: str, who: Callable[[Request], str | None] | None = None
) -> None:
    """Mount a page at `path`, with a theme of system fonts and without anything that asks another host.

    `who` names the signed-in user of a request; None where nobody signs in.
    """
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=_FONTS, font_mono=_MONO)
    gr.mount_gradio_app(
        server,
        page,
        path=path,
        head=head,
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


def _html(value: str, identifier: str) -> gr.HTML:
    return gr.HTML(value, elem_id=identifier, js_on_load=None, apply_default_css=False, padding=False)


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


def _foot(desk: Desk) -> str:
    """The line below the question: what answers, and whether anything leaves the host."""
    backend = desk.bot.backend
    ending = "" if getattr(backend, "sends_to", None) else " · " + desk.words.stays_on_host
    return f'<p class="foot">{escape(backend_name(backend.name, desk.words))}{escape(ending)}</p>'
