"""The routes that the page's script uses: sources, conversations, thumbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from index import Document, Span
from rag import trace
from ui import export, render
from ui.bot import Bot
from ui.conversations import Conversations, Turn
from ui.feedback import Reason
from ui.messages import WORDS, Words
from ui.openers import traced
from ui.pages import front, pages, picture
from ui.source import WINDOW, Place, language, locate, marked_text, window
from ui.users import User


class Stretch(BaseModel):
    """Characters of a document."""

    document: str = Field(max_length=4_096)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Passage(Stretch):
    """A cited passage, with the words that answer within it, as the page asks for it."""

    quote: str = Field(max_length=200_000)
    focus_start: int | None = Field(default=None, ge=0)
    focus_end: int | None = Field(default=None, ge=0)


class Selected(BaseModel):
    """Words of an answer whose source is asked for, with the spans that the answer gives for them."""

    words: str = Field(min_length=1, max_length=2_000)
    cited: list[Stretch] = Field(default=[], max_length=50)
    lang: Literal["fr", "en"] = "en"


class Title(BaseModel):
    """A conversation's new title."""

    title: str = Field(min_length=1, max_length=500)


class Rating(BaseModel):
    """A thumb with its reason."""

    thumb: Literal[1, -1] | None
    reason: Reason | Literal[""] = ""
    comment: str = Field(default="", max_length=2_000)


def routes(bot: Bot, kept: Conversations, who: Callable[[Request], User]) -> APIRouter:
    """Give the routes; `who` tells whose conversations a request may see."""
    router = APIRouter()
    router.include_router(_sources(bot))
    router.include_router(_conversations(kept, who))
    return router


def _sources(bot: Bot) -> APIRouter:
    router = APIRouter()

    @router.post("/source")
    def source(passage: Passage) -> JSONResponse:
        document = _document(bot, passage.document)
        if passage.end < passage.start:
            raise HTTPException(422, "end comes before start")
        whole = not passage.quote and not passage.end  # the document, from its beginning
        span = Span(document.id, passage.start, passage.end)
        place = Place("exact", Span(document.id, 0, 0)) if whole else locate(document, span, passage.quote)
        first, last = window(document.text, place.span.start, place.span.end)
        focus = None
        if place.state == "exact" and passage.focus_start is not None and passage.focus_end is not None:
            focus = Span(document.id, passage.focus_start, max(passage.focus_start, passage.focus_end))
        marked = None if place.state == "changed" or whole else place.span
        original = bot.collection.original(document.id)
        if whole:
            sheets = front(document, original)
        else:
            sheets = pages(document, original, marked, focus) if marked is not None else []
        return JSONResponse(
            {
                "state": place.state,
                "title": document.title or document.id,
                "document": document.id,
                "language": language(document),
                "page": document.page(place.span.start),
                "start": place.span.start,
                "end": place.span.end,
                "first": first,
                "last": last,
                "total": len(document.text),
                "pages": [asdict(sheet) for sheet in sheets],
                "count": len(document.page_starts),
                "html": render.clean(marked_text(document, first, last, marked, focus)),
            }
        )

    @router.post("/part")
    def part(wanted: Stretch) -> JSONResponse:
        document = _document(bot, wanted.document)
        first = min(wanted.start, len(document.text))
        last = max(first, min(wanted.end, len(document.text), first + WINDOW))
        html = render.clean(marked_text(document, first, last))
        return JSONResponse({"first": first, "last": last, "html": html})

    @router.post("/trace")
    def trace_words(asked: Selected) -> JSONResponse:
        if not asked.words.strip():
            raise HTTPException(422, "no words are given")
        spans = [span for one in asked.cited if (span := _span(bot, one)) is not None]
        found = trace(asked.words, bot.collection, cited=spans)
        words = WORDS[asked.lang]
        return JSONResponse({"found": len(found), "html": render.clean(traced(asked.words, found, words))})

    @router.get("/page")
    def page(document: str, number: int) -> Response:
        try:
            picture_of_it = picture(_document(bot, document), bot.collection.original(document), number)
        except KeyError as error:
            raise HTTPException(404, "there is no such page to show") from error
        return Response(picture_of_it, media_type="image/png", headers={"Cache-Control": "no-store"})

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
        owner = who(request).name
        conversation, turns = kept.named(identifier, owner), kept.turns(identifier, owner)
        if conversation is None or not turns:
            raise HTTPException(404, "no such conversation")
        text, kind = _exported(conversation.title, turns, form, WORDS[lang])
        name = f"{export.file_name(conversation)}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode("utf-8", "replace"), media_type=kind, headers=headers)

    return router


def _exported(title: str, turns: Sequence[Turn], form: Literal["md", "html", "json"], words: Words) -> tuple[str, str]:
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


def _span(bot: Bot, cited: Stretch) -> Span | None:
    """Give a cited span as far as it is one of the documents as they are now."""
    try:
        length = len(bot.collection.document(cited.document).text)
    except KeyError:
        return None
    return Span(cited.document, cited.start, cited.end) if cited.start < cited.end <= length else None


def _document(bot: Bot, identifier: str) -> Document:
    try:
        return bot.collection.document(identifier)
    except KeyError as error:
        raise HTTPException(404, "this document is not in the collection") from error
