"""The routes that list documents, take them in, read them again and take them out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from index import Document, fold
from ui import library, originals
from ui.bot import Bot
from ui.desk import Desk
from ui.messages import WORDS
from ui.source import language
from ui.users import User

SHOWN = 100
"""Documents that a list shows at once."""


def shelf_routes(
    bot: Bot, uploads: Path | None, who: Callable[[Request], User], desks: Mapping[str, Desk]
) -> APIRouter:
    """Give the routes; `who` tells whether a request may change documents, `uploads` is where their files are kept.

    The desk of the page's language greets anew once documents came or went.
    """
    router = APIRouter()

    @router.get("/welcome")
    def welcome(lang: Literal["fr", "en"] = "en") -> JSONResponse:
        return JSONResponse({"welcome": desks[lang].opened("", "")})

    @router.get("/documents")
    def documents(request: Request, q: str = "") -> JSONResponse:
        wanted = fold(q[:200])
        found = sorted(
            (one for one in bot.collection.documents() if wanted in fold(f"{one.title} {one.id}")),
            key=lambda one: (one.title or one.id).casefold(),
        )
        titles = Counter(one.title or one.id for one in found)
        return JSONResponse(
            {
                "documents": [_row(one, titles) for one in found[:SHOWN]],
                "folders": [{"folder": name, "count": count} for name, count in _folders(found)[:SHOWN]],
                "total": len(found),
                "editable": who(request).editor,
                "kinds": list(library.KINDS),
                "megabytes": library.MEGABYTES,
            }
        )

    @router.put("/documents")
    async def add(request: Request, name: str, lang: Literal["fr", "en"] = "en") -> JSONResponse:
        _must_edit(request, who)
        words = WORDS[lang]
        with library.folder(uploads) as folder:
            try:
                place = Path(folder) / library.checked_name(name, words)
                await library.received(request.stream(), place, words)
                taken = await asyncio.to_thread(library.add, bot.collection, place, words, uploads)
            except library.RefusedError as refusal:
                return JSONResponse({"reason": str(refusal)}, status_code=refusal.status)
        return JSONResponse({"added": place.name, "skipped": taken.skipped, "twin": taken.twin})

    @router.post("/documents/reread")
    def reread(request: Request, id: str, lang: Literal["fr", "en"] = "en") -> Response:
        _must_edit(request, who)
        try:
            library.reread(bot.collection, bot.collection.document(id), WORDS[lang])
        except KeyError as error:
            raise HTTPException(404, "this document is not in the collection") from error
        except library.RefusedError as refusal:
            return JSONResponse({"reason": str(refusal)}, status_code=refusal.status)
        return Response(status_code=204)

    @router.delete("/documents")
    def remove(request: Request, id: str) -> Response:
        _must_edit(request, who)
        try:
            library.remove(bot.collection, id, uploads)
        except KeyError as error:
            raise HTTPException(404, "this document is not in the collection") from error
        except BlockingIOError as error:
            raise HTTPException(503, str(error)) from error
        return Response(status_code=204)

    return router


def _folders(documents: Sequence[Document]) -> list[tuple[str, int]]:
    """Give every folder that documents lie in, as the beginning of their ids, with how many lie below it."""
    parts = [one.id.split("/")[:-1] for one in documents]
    counts = Counter("/".join(names[:depth]) + "/" for names in parts for depth in range(1, len(names) + 1))
    return sorted(counts.items())


def _row(document: Document, titles: Mapping[str, int]) -> dict[str, object]:
    """Give what the list tells of a document: its file's name, too, where another one has its title."""
    title = document.title or document.id
    return {
        "id": document.id,
        "title": title,
        "name": document.id if titles[title] > 1 else "",
        "kind": PurePath(document.source or document.id).suffix[1:].partition(":")[0].lower(),
        "language": language(document),
        "characters": len(document.text),
        "pages": len(document.page_starts) or None,
        "date": originals.date(document),
        "state": originals.state(document),
    }


def _must_edit(request: Request, who: Callable[[Request], User]) -> None:
    if not who(request).editor:
        raise HTTPException(403, "only editors may change the documents")
