"""The routes that the page's script uses: sources, conversations, thumbs, documents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from index import Document, Span, fold
from ui import export, library, render
from ui.bot import Bot
from ui.conversations import Conversations, Turn
from ui.feedback import Reason
from ui.messages import WORDS, Words
from ui.source import WINDOW, locate, window
from ui.users import User

SHOWN = 100
"""Documents that a list shows at once."""


class Passage(BaseModel):
    """A cited passage, as the page asks for it."""

    document: str = Field(max_length=4_096)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str = Field(max_length=200_000)
    focus_start: int | None = Field(default=None, ge=0)
    focus_end: int | None = Field(default=None, ge=0)


class Part(BaseModel):
    """A stretch of a document to read on."""

    document: str = Field(max_length=4_096)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Title(BaseModel):
    """A conversation's new title."""

    title: str = Field(min_length=1, max_length=500)


class Rating(BaseModel):
    """A thumb with its reason."""

    thumb: Literal[1, -1] | None
    reason: Reason | Literal[""] = ""
    comment: str = Field(default="", max_length=2_000)


def routes(bot: Bot, kept: Conversations, who: Callable[[Request], User]) -> APIRouter:
    """Give the routes; `who` tells whose conversations a request may see, and whether it may change documents."""
    router = APIRouter()
    router.include_router(_sources(bot))
    router.include_router(_conversations(kept, who))
    router.include_router(_documents(bot, who))
    return router


def _sources(bot: Bot) -> APIRouter:
    router = APIRouter()

    @router.post("/source")
    def source(passage: Passage) -> JSONResponse:
        document = _document(bot, passage.document)
        if passage.end < passage.start:
            raise HTTPException(422, "end comes before start")
        place = locate(document, Span(document.id, passage.start, passage.end), passage.quote)
        first, last = window(document.text, place.span.start, place.span.end)
        focus = None
        if place.state == "exact" and passage.focus_start is not None and passage.focus_end is not None:
            focus = Span(document.id, passage.focus_start, max(passage.focus_start, passage.focus_end))
        marked = None if place.state == "changed" else place.span
        return JSONResponse(
            {
                "state": place.state,
                "title": document.title or document.id,
                "document": document.id,
                "language": document.language,
                "page": document.page(place.span.start),
                "start": place.span.start,
                "end": place.span.end,
                "first": first,
                "last": last,
                "total": len(document.text),
                "html": render.clean(render.source_text(document, first, last, marked, focus)),
            }
        )

    @router.post("/part")
    def part(wanted: Part) -> JSONResponse:
        document = _document(bot, wanted.document)
        first = min(wanted.start, len(document.text))
        last = max(first, min(wanted.end, len(document.text), first + WINDOW))
        html = render.clean(render.source_text(document, first, last))
        return JSONResponse({"first": first, "last": last, "html": html})

    return router


def _conversations(kept: Conversations, who: Callable[[Request], User]) -> APIRouter:
    router = APIRouter()

    @router.get("/conversations")
    def conversations(request: Request, q: str = "") -> JSONResponse:
        owned = kept.owned(who(request).name, q[:200])
        return JSONResponse([{"id": one.id, "title": one.title, "updated": one.updated} for one in owned])

    @router.patch("/conversations/{identifier}")
    def rename(request: Request, identifier: str, wanted: Title) -> Response:
        with _missing_is_404():
            kept.rename(identifier, who(request).name, wanted.title)
        return Response(status_code=204)

    @router.delete("/conversations/{identifier}")
    def delete(request: Request, identifier: str) -> Response:
        with _missing_is_404():
            kept.delete(identifier, who(request).name)
        return Response(status_code=204)

    @router.post("/turns/{identifier}/rating")
    def rate(request: Request, identifier: str, rating: Rating) -> Response:
        with _missing_is_404():
            kept.rate(identifier, who(request).name, rating.thumb, rating.reason, rating.comment)
        return Response(status_code=204)

    @router.get("/conversations/{identifier}/export")
    def exported(
        request: Request, identifier: str, form: Literal["md", "html", "json"] = "md", lang: Literal["fr", "en"] = "en"
    ) -> Response:
        turns = kept.turns(identifier, who(request).name)
        if not turns:
            raise HTTPException(404, "no such conversation")
        text, kind = _exported(turns, form, WORDS[lang])
        headers = {"Content-Disposition": f'attachment; filename="conversation.{form}"'}
        return Response(text.encode("utf-8", "replace"), media_type=kind, headers=headers)

    return router


def _exported(turns: Sequence[Turn], form: Literal["md", "html", "json"], words: Words) -> tuple[str, str]:
    title = turns[0].answer.question
    if form == "md":
        return export.markdown(title, turns, words), "text/markdown; charset=utf-8"
    if form == "html":
        return export.page(title, turns, words), "text/html; charset=utf-8"
    return export.as_json(title, turns), "application/json"


@contextmanager
def _missing_is_404() -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise HTTPException(404, str(error.args[0])) from error
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


def _documents(bot: Bot, who: Callable[[Request], User]) -> APIRouter:
    router = APIRouter()

    @router.get("/documents")
    def documents(request: Request, q: str = "") -> JSONResponse:
        wanted = fold(q[:200])
        found = sorted(
            (one for one in bot.collection.documents() if wanted in fold(f"{one.title} {one.id}")),
            key=lambda one: (one.title or one.id).casefold(),
        )
        rows = [
            {
                "id": one.id,
                "title": one.title or one.id,
                "language": one.language,
                "characters": len(one.text),
                "pages": len(one.page_starts) or None,
            }
            for one in found[:SHOWN]
        ]
        editable = who(request).editor
        return JSONResponse({"documents": rows, "total": len(found), "editable": editable, **_limits()})

    @router.put("/documents")
    async def add(request: Request, name: str, lang: Literal["fr", "en"] = "en") -> JSONResponse:
        _must_edit(request, who)
        words: Words = WORDS[lang]
        with library.folder() as folder:
            try:
                place = Path(folder) / library.checked_name(name, words)
                await library.received(request.stream(), place, words)
                await asyncio.to_thread(library.add, bot.collection, place)
            except library.RefusedError as refusal:
                return JSONResponse({"reason": str(refusal)}, status_code=refusal.status)
        return JSONResponse({"added": place.name})

    @router.delete("/documents")
    def remove(request: Request, id: str) -> Response:
        _must_edit(request, who)
        try:
            bot.collection.remove([id])
        except KeyError as error:
            raise HTTPException(404, "this document is not in the collection") from error
        return Response(status_code=204)

    return router


def _limits() -> dict[str, object]:
    return {"kinds": list(library.KINDS), "megabytes": library.MEGABYTES}


def _must_edit(request: Request, who: Callable[[Request], User]) -> None:
    if not who(request).editor:
        raise HTTPException(403, "only editors may change the documents")


def _document(bot: Bot, identifier: str) -> Document:
    try:
        return bot.collection.document(identifier)
    except KeyError as error:
        raise HTTPException(404, "this document is not in the collection") from error
