"""Anthropic's own citations: evidence as document blocks out, text whose citations name those blocks back in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rag.backend import Evidence
from rag.prompt import visible

Content = str | list[Any]


def documents(passages: Sequence[Sequence[Evidence]]) -> list[dict[str, Any]]:
    """Give each passage as a document whose blocks are its evidence sentences, so that a citation names sentences."""
    return [
        {
            "type": "document",
            "title": visible(passage[0].title)[:200] or f"Passage {position}",
            "source": {
                "type": "content",
                "content": [{"type": "text", "text": visible(each.text) or "…"} for each in passage],
            },
            "citations": {"enabled": True},
        }
        for position, passage in enumerate(passages, 1)
    ]


def reader(passages: Sequence[Sequence[Evidence]]) -> Callable[[Content | None], str]:
    """Give the function that turns each streamed content into text, with a marker wherever a cited block ends.

    Call it once with None at the end of the stream for the markers that are still due. A citation that names no block
    of ours becomes the marker [0], which is counted as dropped.
    """
    block: list[int | None] = [None]
    due: list[int] = []

    def flush() -> str:
        marker = "".join(f"[{number}]" for number in dict.fromkeys(due))
        due.clear()
        return marker

    def read(content: Content | None) -> str:
        if content is None:
            return flush()
        if isinstance(content, str):
            return content
        text = ""
        for part in content:
            if isinstance(part, str):
                text += part
            if not isinstance(part, dict) or part.get("type") != "text":
                continue
            if part.get("index") != block[0]:
                text += flush()
                block[0] = part.get("index")
            text += part.get("text") or ""
            for citation in part.get("citations") or ():
                due.extend(_numbers(citation, passages))
        return text

    return read


def plain(content: Content | None) -> str:
    """Give the text of a streamed content, without what is not meant to be read, such as a model's thoughts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "".join(
        part if isinstance(part, str) else part.get("text") or ""
        for part in content
        if isinstance(part, str) or part.get("type") in ("text", "text_delta")
    )


def _numbers(citation: dict[str, Any], passages: Sequence[Sequence[Evidence]]) -> list[int]:
    """Give the evidence numbers that one annotation names: by blocks, or by characters of the document's text."""
    document = citation.get("document_index")
    if not isinstance(document, int) or not 0 <= document < len(passages):
        return [0]
    passage = passages[document]
    low, high = citation.get("start_block_index"), citation.get("end_block_index")
    if isinstance(low, int) and isinstance(high, int):
        return [each.number for each in passage[max(low, 0) : high]] or [0]
    start, end = citation.get("start_char_index"), citation.get("end_char_index")
    if isinstance(start, int) and isinstance(end, int):
        found, place = [], 0
        for each in passage:
            length = len(visible(each.text))
            if place < end and start < place + length:
                found.append(each.number)
            place += length
        return found or [0]
    return [0]
