"""Conversations as files: Markdown with footnotes, a page of HTML, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from index import fold
from rag import Answer, Citation, Statement, cited, table_headers
from ui.conversations import Conversation, Turn
from ui.messages import Words, verdict_name

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1d2421}"
    "blockquote{margin:.2rem 0;padding-left:.8rem;border-left:3px solid #c9d6d2;color:#56605b}"
    "small{color:#56605b}sup{color:#0b5f55}@media(prefers-color-scheme:dark){body{background:#141816;color:#e9ecea}}"
)


def markdown(title: str, turns: Sequence[Turn], words: Words) -> str:
    """Give a conversation as Markdown: each sentence with its footnotes, each footnote with place and quote.

    A row of a table stands below the table's header, as on the page.
    """
    parts = [f"# {_plain(title)}\n"]
    for at, turn in enumerate(turns, start=1):
        answer = turn.answer
        parts.append(f"## {_plain(answer.question)}\n")
        if remark := _remark(turn, words):
            parts.append(f"{_plain(remark)}\n")
        for statement, header in zip(answer.statements, table_headers(answer), strict=True):
            if header:
                parts.append(f"{_plain(header)}\n")
            notes = "".join(f"[^{at}-{citation.number}]" for citation in statement.citations)
            parts.append(f"{_plain(statement.text)}{notes} *({_plain(_verdict(statement, words))})*\n")
        if turn.contrary:
            parts.append(f"**{_plain(words.disagree)}**\n")
        for statement in turn.contrary:
            notes = "".join(f"[^{at}-{citation.number}]" for citation in statement.citations)
            parts.append(f"> {_plain(statement.text)}{notes} *({_plain(statement.reason)})*\n")
        for citation in cited((*answer.statements, *turn.contrary)):
            place = _plain(_place(citation, words))
            parts.append(f"[^{at}-{citation.number}]: {place} — {_plain(_quoted(citation, words))}\n")
    return "\n".join(parts)


def page(title: str, turns: Sequence[Turn], words: Words) -> str:
    """Give a conversation as one page of HTML that needs nothing else and runs nothing."""
    parts = [f"<h1>{escape(title)}</h1>", *(_section(turn, words) for turn in turns)]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def file_name(conversation: Conversation) -> str:
    """Give what a conversation's file is called, without ending: its title in plain letters, and its last day.

    >>> file_name(Conversation("a", "Combien coûte l’été ? <à/Noël>", 43200.0))
    'combien-coute-l-ete-a-noel-1970-01-01'
    """
    words = "-".join(re.findall(r"[a-z0-9]+", fold(conversation.title)))[:60].strip("-")
    day = datetime.fromtimestamp(conversation.updated, UTC).astimezone().date()
    return f"{words or 'conversation'}-{day.isoformat()}"


def as_json(title: str, turns: Sequence[Turn]) -> str:
    """Give a conversation as JSON, each answer in the form of `Answer.to_dict`."""
    rows = []
    for turn in turns:
        row: dict[str, object] = {"outcome": turn.outcome, "answer": turn.answer.to_dict()}
        if turn.contrary:
            row["contrary"] = Answer("", turn.contrary, found=True).to_dict()["statements"]
        rows.append(row)
    form = {"title": title, "turns": rows}
    return json.dumps(form, ensure_ascii=False, indent=2, default=str)


def _section(turn: Turn, words: Words) -> str:
    answer = turn.answer
    parts = [f"<h2>{escape(answer.question)}</h2>"]
    if remark := _remark(turn, words):
        parts.append(f"<p>{escape(remark)}</p>")
    for statement, header in zip(answer.statements, table_headers(answer), strict=True):
        if header:
            parts.append(f"<p><small>{escape(header)}</small></p>")
        marks = "".join(f"<sup>[{citation.number}]</sup>" for citation in statement.citations)
        verdict = escape(_verdict(statement, words))
        parts.append(f"<p>{escape(statement.text)}{marks} <small>({verdict})</small></p>")
    if turn.contrary:
        parts.append(f"<p><strong>{escape(words.disagree)}</strong></p>")
    for statement in turn.contrary:
        marks = "".join(f"<sup>[{citation.number}]</sup>" for citation in statement.citations)
        parts.append(f"<p>{escape(statement.text)}{marks} <small>({escape(statement.reason)})</small></p>")
    for citation in cited((*answer.statements, *turn.contrary)):
        place = escape(_place(citation, words))
        parts.append(f"<p>[{citation.number}] {place}</p><blockquote>{escape(citation.quote)}</blockquote>")
    return "".join(parts)


def _remark(turn: Turn, words: Words) -> str:
    """Say what was searched for where it is not what was asked, and what got no answer, was stopped or refused."""
    searched = turn.answer.searched
    told = [words.searched.format(question=searched)] if searched else []
    told += [words.unanswered.format(question=part) for part in turn.answer.unanswered]
    if turn.outcome == "stopped":
        told.append(words.stopped)
    elif not turn.answer.found:
        told.append(turn.answer.text)
    return " ".join(told)


def _verdict(statement: Statement, words: Words) -> str:
    label = verdict_name(statement, words)
    reason = statement.reason if statement.citations else words.no_source
    return f"{label} · {reason}" if reason and label != words.quoted else label


def _place(citation: Citation, words: Words) -> str:
    page = f", {words.page.format(page=citation.page)}" if citation.page is not None else ""
    characters = words.characters.format(start=citation.span.start, end=citation.span.end)
    return f"{citation.title or citation.span.document_id}{page}, {characters}"


def _quoted(citation: Citation, words: Words) -> str:
    return f"«\u00a0{citation.quote}\u00a0»" if words.language == "fr" else f"“{citation.quote}”"


def _plain(text: str) -> str:
    """Give `text` on one line with Markdown's signs made harmless."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
