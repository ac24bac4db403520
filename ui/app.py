"""The web chat as Gradio Blocks. The only module that imports gradio; it launches nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # else a pandas summary is made after every answer

import gradio as gr
from fastapi import FastAPI

from rag import Answer, BackendError
from ui import render
from ui.bot import Bot
from ui.conversations import Conversations, Turn, new_id
from ui.messages import Words, as_dict
from ui.streaming import Pace, paced

MAX_QUESTION = 4_000
"""Characters of a question."""
AT_ONCE = 64
"""Answers written at the same time; further questions wait in Gradio's queue."""
QUEUE = 400
"""Questions that may wait; more are told that the chat is full."""

_log = logging.getLogger(__name__)
_executor = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="answer")
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_app(
    bot: Bot,
    words: Words,
    conversations: Conversations,
    *,
    examples: Sequence[str] = (),
    pace: Pace | None = None,
) -> gr.Blocks:
    """Give the chat page in one language, over anything with `stream`, `collection` and `backend.name`.

    Answers stream into the page; each is kept in `conversations` under the signed-in user ("" where nobody signs in).
    """
    shared_pace = pace or Pace()

    def opened(conversation: str, owner: str) -> tuple[str, str]:
        turns = conversations.turns(conversation, owner) if conversation else []
        if turns:
            return conversation, "".join(_turn(turn, words, bot) for turn in turns)
        return "", render.welcome(words, examples, _has_documents(bot))

    def load(request: gr.Request) -> tuple[str, str, str]:
        conversation, past = opened(str(request.query_params.get("c", "")), request.username or "")
        return conversation, past, ""

    halts: dict[str, asyncio.Event] = {}

    async def ask(question: str, conversation: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        question, owner, session = question.strip(), request.username or "", request.session_hash or ""
        problem = _problem(question, words)
        if problem:
            yield {notice: _notice(problem)}
            return
        turns = await asyncio.to_thread(conversations.turns, conversation, owner) if conversation else []
        history = [turn.answer for turn in turns]
        conversation = conversation or new_id()
        yield {
            box: gr.update(value="", submit_btn=False, stop_btn=words.stop),
            past: "".join(_turn(turn, words, bot) for turn in turns),
            live: render.pending(question, words),
            notice: "",
            state: conversation,
        }
        idle = gr.update(submit_btn=words.send, stop_btn=False)
        answer, halt = Answer(question), asyncio.Event()
        halts[session] = halt
        stream = paced(lambda: bot.stream(question, history=history), _executor, shared_pace, halt)
        try:
            async for answer in stream:
                yield {live: render.turn(answer, words, unfinished=True)}
        except BackendError as error:
            yield {live: render.failed(question, words.backend_failed.format(reason=error), words), box: idle}
            return
        except Exception:
            _log.exception("the answer to a question failed")
            yield {live: render.failed(question, words.something_failed, words), box: idle}
            return
        except BaseException:  # the page was closed
            conversations.append(conversation, owner, answer, "stopped")
            raise
        finally:
            halts.pop(session, None)
            await stream.aclose()
        outcome = "stopped" if halt.is_set() else "finished"
        conversation, identifier = await asyncio.to_thread(conversations.append, conversation, owner, answer, outcome)
        yield {
            live: _turn(Turn(identifier, answer, outcome), words, bot),
            state: conversation,
            place: conversation,
            box: idle,
        }

    async def stop(request: gr.Request) -> None:
        halt = halts.get(request.session_hash or "")
        if halt is not None:
            halt.set()

    with gr.Blocks(title="Sourcier", analytics_enabled=False, fill_width=True) as app:
        state = gr.State("")
        _html(_shell(bot, words), "shell")
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
            _html(_foot(bot, words), "foot")
        place = gr.Textbox(elem_id="place", visible="hidden", label="?c=")
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        box.submit(ask, [box, state], [box, past, live, notice, state, place], concurrency_limit=AT_ONCE, **hidden)
        box.stop(stop, None, None, queue=False, **hidden)
        app.load(load, None, [state, past, live], **hidden)
    queued: gr.Blocks = app.queue(max_size=QUEUE)
    return queued


def mount(server: FastAPI, page: gr.Blocks, path: str, head: str) -> None:
    """Mount a page at `path`, with a theme of system fonts and without anything that asks another host."""
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=_FONTS, font_mono=_MONO)
    gr.mount_gradio_app(
        server,
        page,
        path=path,
        head=head,
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


def _turn(turn: Turn, words: Words, bot: Bot) -> str:
    note = words.stopped if turn.outcome == "stopped" else ""
    near = {} if turn.answer.found else _titles(bot, turn.answer)
    return render.turn(turn.answer, words, identifier=turn.id, note=note, titles=near)


def _titles(bot: Bot, answer: Answer) -> dict[str, str]:
    titles = {}
    for hit in answer.hits:
        with contextlib.suppress(KeyError):
            titles[hit.chunk.span.document_id] = bot.collection.document(hit.chunk.span.document_id).title
    return titles


def _problem(question: str, words: Words) -> str:
    if not question:
        return words.empty_question
    if len(question) > MAX_QUESTION:
        return words.too_long_question.format(limit=MAX_QUESTION, found=len(question))
    return ""


def _notice(text: str) -> str:
    return f'<p class="notice" role="alert">{escape(text)}</p>'


def _has_documents(bot: Bot) -> bool:
    return next(iter(bot.collection.documents()), None) is not None


def _shell(bot: Bot, words: Words) -> str:
    """The bar above the conversation, with the words for the page's script."""
    said = escape(json.dumps(as_dict(words), ensure_ascii=False))
    place = getattr(bot.backend, "sends_to", None)
    warning = words.leaves_host.format(backend=place)
    leaving = f'<p class="leaves" role="note">{escape(warning)}</p>' if place else ""
    return (
        f'<a class="skip" href="#question">{escape(words.skip_to_question)}</a>'
        f'<header class="bar" data-words="{said}"><h1>Sourcier</h1>'
        f'<p class="tagline">{escape(words.tagline)}</p>'
        f'<button type="button" class="theme" aria-label="{escape(words.theme)}" title="{escape(words.theme)}">'
        '<span aria-hidden="true"></span></button>'
        f'<a class="language" href="../{words.other_language}/" lang="{words.other_language}" '
        f'hreflang="{words.other_language}">{escape(words.language_switch)}</a></header>{leaving}'
    )


def _foot(bot: Bot, words: Words) -> str:
    """The line below the question: what answers, and whether anything leaves the host."""
    ending = "" if getattr(bot.backend, "sends_to", None) else " · " + words.stays_on_host
    return f'<p class="foot">{escape(bot.backend.name)}{escape(ending)}</p>'
