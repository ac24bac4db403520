"""Answers and sources as HTML: our own markup with every text escaped, then nh3 as a second wall.

Nothing here is Gradio's. The words of documents, questions and models only ever become text nodes and attribute values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import nh3

from index import Span, cells
from rag import Answer, Statement, Verdict, cited, table_headers
from ui.markup import row, strong
from ui.messages import Words, backend_name, verdict_name
from ui.openers import marker, near, opening, sources
from ui.told import Told

NEAREST = 3
"""Nearest passages shown below a refusal."""

_RETURN = "&#13;"
_TAGS = set("article b button div h2 h3 li mark ol p small span strong ul".split())
_ATTRIBUTES = {
    "*": {"aria-hidden", "aria-label", "aria-live", "aria-pressed", "class", "dir", "id", "lang", "role", "tabindex"},
    "button": {"type"},
}


def clean(html: str) -> str:
    """Keep our own tags and attributes only: no link, image, style, script, form or event handler passes.

    >>> clean('<p onclick="x()">a<img src="//b"><script>c</script></p>')
    '<p>a</p>'
    """
    # A carriage return goes as a reference, before and after: else parsers make one line end of CR and LF, and a quote
    # from a file of Windows no longer is what stands in the document.
    cleaned = nh3.clean(
        html.replace("\r", _RETURN),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        generic_attribute_prefixes={"data-"},
        link_rel=None,
        url_schemes=set(),
    )
    return cleaned.replace("\r", _RETURN)


def turn(
    answer: Answer,
    words: Words,
    *,
    identifier: str = "",
    note: str = "",
    unfinished: bool = False,
    titles: Mapping[str, str] | None = None,
    likeliest: Mapping[Span, Span] | None = None,
    thumb: int | None = None,
    contrary: Sequence[Statement] = (),
    failed: str = "",
) -> str:
    """Give one question and what it got; `note` is a line below the answer (stopped), already in words.

    `failed`, also in words, is a line above it: why the model did not answer, and what stands here instead.

    `titles` names the documents of the nearest passages, by id, `likeliest` the sentence to look at first in each, by
    its span; `contrary` are sentences that disagree. While `unfinished`, an answer without statements yet shows that
    the search is on, or that a model reads what was found.
    """
    if answer.statements:
        body = "".join(_group(group, words) for group in _groups(answer))
        body = f'<div class="statements" lang="{answer.language}">{body}</div>{_contrary(contrary, words)}'
    elif unfinished:
        reading = answer.hits and not answer.receipt  # an answer that has its receipt is whole
        body = _waiting(words.reading if reading else words.searching)
    elif note:
        body = ""
    else:
        body = _refusal(answer, words, titles or {}, likeliest or {})
    everything = cited((*answer.statements, *contrary))
    foot = "" if unfinished else sources(everything, words) + _foot(answer, words, identifier, thumb)
    notes = [words.unanswered.format(question=part) for part in answer.unanswered] + ([note] if note else [])
    aside = "".join(f'<p class="note" role="note">{escape(each)}</p>' for each in notes)
    lead = f'<p class="note failed" role="alert">{escape(failed)}</p>' if failed else ""
    searched = words.searched.format(question=answer.searched) if answer.searched else ""
    lead += f'<p class="note" role="note">{escape(searched)}</p>' if searched else ""
    return _frame(
        answer.question, lead + body + aside + foot, words, identifier, "unfinished" if unfinished else "finished"
    )


def pending(question: str, words: Words) -> str:
    """Give a question that was just asked."""
    return _frame(question, _waiting(words.searching), words, "", "unfinished")


def failed(question: str, note: str, words: Words, *, identifier: str = "") -> str:
    """Give a question whose answer failed, with the reason already in words."""
    body = f'<p class="note failed" role="alert">{escape(note)}</p>'
    return _frame(question, body, words, identifier, "finished")


def placed(turn: str, run: str, conversation: str) -> str:
    """Give a turn with the id of the asking that it belongs to and of its conversation, for the page's script."""
    return f'<div data-run="{escape(run)}" data-conversation="{escape(conversation)}">{turn}</div>'


def notice(sentence: str) -> str:
    """Give a line above the question box: what is wrong with what was typed."""
    return clean(f'<p class="notice" role="alert">{escape(sentence)}</p>')


def told(question: str, said: Told, words: Words) -> str:
    """Give something a person wrote that is no question, and what is said to it, with documents to open."""
    rows = "".join(opening(document, words) for document in said.documents)
    shelf = f'<ol class="nearest">{rows}</ol>' if rows else ""
    sentence = f'<p class="told" lang="{said.words.language}">{escape(said.sentence)}</p>'
    return _frame(question, sentence + shelf, words, "", "finished")


def welcome(words: Words, examples: Sequence[str], has_documents: bool) -> str:
    """Give the page before the first question: what this is, and questions to try."""
    if not has_documents:
        return clean(f'<div class="welcome"><h2>{escape(words.no_documents)}</h2></div>')
    buttons = "".join(
        f'<li><button type="button" class="example" data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in examples
    )
    offered = f'<h3>{escape(words.examples)}</h3><ul class="examples">{buttons}</ul>' if buttons else ""
    heading = f"<h2>{escape(words.welcome)}</h2><p>{escape(words.welcome_detail)}</p>"
    return clean(f'<div class="welcome">{heading}{offered}</div>')


def made_by(receipt: Mapping[str, object], words: Words) -> str:
    """Give the line that says which backend and index answered; empty when the receipt does not tell."""
    backend, embedder, collection = (_part(receipt, name) for name in ("backend", "embedder", "collection"))
    if not backend.get("name"):
        return ""
    return words.made_by.format(
        backend=backend_name(str(backend["name"]), words),
        embedder=embedder.get("name", "?"),
        generation=collection.get("generation", "?"),
    )


def _part(receipt: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = receipt.get(name)
    return part if isinstance(part, Mapping) else {}


def _frame(question: str, body: str, words: Words, identifier: str, state: str) -> str:
    named = f' data-turn="{escape(identifier)}"' if identifier else ""
    return clean(
        f'<article class="turn {state}"{named}>'
        f'<h2 class="question"><span class="unseen">{escape(words.you_asked + words.colon)}</span>'
        f'<span dir="auto" class="asked">{escape(question)}</span></h2>'
        f'<div class="answer">{body}</div></article>'
    )


def _waiting(sentence: str) -> str:
    return f'<p class="searching"><span class="dots" aria-hidden="true"></span>{escape(sentence)}</p>'


def _groups(answer: Answer) -> Iterator[list[tuple[Statement, str]]]:
    """Give the statements with the headers above them: by themselves, but the supported rows of one table together."""
    group: list[tuple[Statement, str]] = []
    for statement, header in zip(answer.statements, table_headers(answer), strict=True):
        goes_on = group and not header and _width(statement) and _width(statement) == _width(group[-1][0])
        if group and not goes_on:
            yield group
            group = []
        group.append((statement, header))
    if group:
        yield group


def _width(statement: Statement) -> int:
    """Give how many cells a statement has that is a row of a table, word for word; 0 for another."""
    quoted = statement.verdict is Verdict.SUPPORTED and any(c.quote == statement.text for c in statement.citations)
    return len(cells(statement.text)) if quoted else 0


def _group(group: Sequence[tuple[Statement, str]], words: Words) -> str:
    shown = "".join(_statement(statement, header, words, together=len(group) > 1) for statement, header in group)
    return f'<div class="rows"><div class="lines">{shown}</div></div>' if len(group) > 1 else shown


def _statement(statement: Statement, header: str, words: Words, *, together: bool) -> str:
    markers = "".join(marker(citation, words) for citation in statement.citations)
    if statement.verdict is None:
        return f'<p class="statement unfinished" dir="auto">{_said(statement, header)}</p>'
    reason = statement.reason if statement.citations else words.no_source
    shown = f'<span class="reason"> · {escape(reason)}</span>' if reason else ""
    if statement.verdict is Verdict.SUPPORTED:
        shown = ""
    verdict = (
        f'<span class="verdict" dir="ltr" lang="{words.language}"><span class="icon" aria-hidden="true"></span>'
        f"<b>{escape(verdict_name(statement, words))}</b>{shown}</span>"
    )
    kind = "" if statement.citations else " sourceless"
    end = f'<span class="end">{markers} {verdict}</span>' if together else ""
    text = _said(statement, header, end)
    after = "" if together else f"{markers} {verdict}"
    return f'<p class="statement {statement.verdict.value}{kind}" dir="auto">{text}{after}</p>'


def _said(statement: Statement, header: str, end: str = "") -> str:
    """Give the statement's text, the answering words marked when the statement is a quote that tells them.

    A row of a table stands in its columns, below `header` where that is not empty, with `end` at its end.
    """
    text, low, high = statement.text, 0, 0
    for citation in statement.citations:
        if citation.focus is not None and citation.quote == text:
            low, high = citation.focus.start - citation.span.start, citation.focus.end - citation.span.start
            break
    if not cells(text):
        return f'<span class="said">{strong(text, 0, len(text), low, high)}</span>'
    above = f'<span class="columns">{row(header)}</span>' if header else ""
    said = f'<span class="said">{row(text, low, high)}</span>'
    line = f'<span class="line">{said}{end}</span>' if end else said
    return f'<span class="table">{above}{line}</span>'


def _contrary(contrary: Sequence[Statement], words: Words) -> str:
    """Give the sentences of other documents that say otherwise, each with its source; nothing when there are none."""
    if not contrary:
        return ""
    rows = "".join(
        f'<p class="statement contrary"><span class="said" dir="auto">{escape(statement.text)}</span>'
        f"{''.join(marker(citation, words) for citation in statement.citations)}"
        f' <span class="verdict">{escape(statement.reason)}</span></p>'
        for statement in contrary
    )
    heading = f'<h3><span class="icon" aria-hidden="true"></span>{escape(words.disagree)}</h3>'
    return (
        f'<div class="disagree" role="note">{heading}<p class="detail">{escape(words.disagree_detail)}</p>{rows}</div>'
    )


def _refusal(answer: Answer, words: Words, titles: Mapping[str, str], likeliest: Mapping[Span, Span]) -> str:
    rows = "".join(near(hit, words, titles, likeliest.get(hit.chunk.span)) for hit in answer.hits[:NEAREST])
    if rows:
        nearest = f'<h3 lang="{words.language}">{escape(words.nearest)}</h3><ol class="nearest">{rows}</ol>'
    else:
        nearest = f"<p>{escape(words.nothing_near)}</p>"
    return (
        '<div class="refusal"><p class="refused"><span class="icon" aria-hidden="true"></span>'
        f"<b>{escape(words.not_found_chosen if answer.receipt.get('filter') else words.not_found)}</b></p>"
        f'<p lang="{answer.language}">{escape(answer.text)}</p>{nearest}</div>'
    )


def _foot(answer: Answer, words: Words, identifier: str, thumb: int | None) -> str:
    """Give the line below an answer: what one can do with it, and what made it."""
    line = made_by(answer.receipt, words)
    made = f'<p class="made-by">{escape(line)}</p>' if line else ""
    if not identifier:
        return made
    actions: list[tuple[str, str, bool | None]]
    actions = [
        ("copy", words.copy, None),
        ("where", words.where_from, None),
        ("again", words.again, None),
        ("edit", words.edit, None),
    ]
    actions += [("good", words.good, thumb == 1), ("bad", words.bad, thumb == -1)]
    buttons = "".join(
        f'<button type="button" class="act {name}" aria-label="{escape(label)}"'
        + ("" if pressed is None else f' aria-pressed="{"true" if pressed else "false"}"')
        + '><span class="icon" aria-hidden="true"></span></button>'
        for name, label, pressed in actions
    )
    return f'<div class="foot-line"><div class="actions">{buttons}</div>{made}</div>'
