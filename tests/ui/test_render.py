from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from rag import Answer, Citation, Statement, Verdict
from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, MIXED_QUESTION, article, hit, seed_bot
from ui import render
from ui.messages import ENGLISH, FRENCH
from ui.openers import SNIPPET_LENGTH
from ui.source import marked_text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)>",
    '"><b onmouseover="alert(1)">',
    "' onfocus='alert(1)' autofocus='",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1)) ![](http://evil.example/a.png)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form action=//evil.example><input name=q><button>Sign in again</button></form>",
    "<p style='position:fixed;inset:0'>overlay</p>",
    "<link rel=stylesheet href=//evil.example/x.css><meta http-equiv=refresh content='0;url=//evil.example'>",
    "</span></p></article><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "\u202egnp.exe\u202c \u200b\u0000",
]


class Page(HTMLParser):
    """Everything that stands in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]


def hostile(payload: str) -> Answer:
    document = Document(payload, payload + " and more", title=payload)
    citation = Citation(1, Span(payload, 0, len(payload)), payload, payload)
    return Answer(
        payload,
        (
            Statement(payload, (citation,), Verdict.SUPPORTED, payload),
            Statement(payload, (citation,), Verdict.ALTERED, payload),
            Statement(payload, (), Verdict.CANNOT_CHECK, payload),
            Statement(payload),
        ),
        (hit(document, 0, len(payload)),),
        found=True,
        receipt={"backend": {"name": payload}, "embedder": {"name": payload}, "collection": payload},
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_stay_words_everywhere(payload: str) -> None:
    answer = hostile(payload)
    refusal = Answer(payload, hits=answer.hits)
    document = Document("a", payload * 3, title=payload)
    pieces = [
        render.turn(answer, FRENCH, identifier=payload, note=payload),
        render.turn(answer, ENGLISH, unfinished=True),
        render.turn(refusal, ENGLISH, titles={payload: payload}),
        render.pending(payload, ENGLISH),
        render.failed(payload, payload, ENGLISH),
        render.welcome(ENGLISH, [payload], True),
        render.clean(marked_text(document, 0, len(document.text), Span("a", 2, len(payload)))),
    ]
    ours = {"article", "b", "button", "div", "h2", "h3", "li", "mark", "ol", "p", "small", "span", "strong", "ul"}
    for piece in pieces:
        page = Page(piece)
        assert set(page.tags) <= ours
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("style", "href", "src")]
        visible = " ".join(page.text.replace("\0", "").replace("\ufffd", "").split())
        assert " ".join(payload.replace("\0", "").split())[:20] in visible


def test_the_second_wall_alone_removes_what_is_not_ours() -> None:
    html = "".join(PAYLOADS)
    page = Page(render.clean(html))
    assert not {"script", "img", "svg", "iframe", "a", "form", "input", "link", "meta", "style", "math"} & set(
        page.tags
    )
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("style", "href", "src")]


def test_a_marker_carries_its_passage_and_reads_as_a_source() -> None:
    answer = seed_bot().answers[FRENCH_QUESTION]
    page = Page(render.turn(answer, FRENCH, identifier="t1"))
    citation = answer.citations[0]
    assert page.values("data-quote") == [FRENCH_QUOTE] * 2
    assert page.values("data-start")[0] == str(citation.span.start)
    label = next(value for value in page.values("aria-label") if value.startswith("source 1"))
    assert "En parallèle, Nvidia investit" in label
    assert len(label) < 200
    assert FRENCH.quoted in page.text
    assert "scripted · index hashing, version 3" in page.text


HEADER, *ROWS = "| Repas | <Paris> |", "| Déjeuner | 20 € |", "| Dîner | 32 € |"


def table_answer() -> Answer:
    """An answer of two rows and a sentence."""
    document = Document("a", "\n".join([HEADER, "|---|---|", *ROWS]))
    places = [Span("a", document.text.index(row), document.text.index(row) + len(row)) for row in ROWS]
    citations = [
        Citation(1, place, row, focus=place.narrow(row.index("€") - 3, row.index("€") + 1))
        for place, row in zip(places, ROWS, strict=True)
    ]
    statements = tuple(Statement(c.quote, (c,), Verdict.SUPPORTED) for c in citations)
    prose = Statement("Either a|b or c.")
    return Answer("Combien ?", (*statements, prose), (hit(document, 0, len(document.text)),), found=True)


def test_rows_stand_in_columns_below_their_header_and_each_character_stays() -> None:
    html = render.turn(table_answer(), FRENCH)
    assert html.count('class="columns"') == 1
    assert html.index("&lt;Paris&gt;") < html.index("Déjeuner") < html.index("<strong>20 €</strong>")
    assert "<strong>32 €</strong>" in html
    assert all(text in Page(html).text for text in (HEADER, *ROWS, "Either a|b or c."))


def test_what_part_of_a_question_has_no_answer_is_told() -> None:
    answer = Answer("A et B ?", (Statement("A."),), receipt={"backend": {"unanswered": ["<B> ?"]}}, found=True)
    assert FRENCH.unanswered.format(question="<B> ?") in Page(render.turn(answer, FRENCH)).text


def test_a_refusal_out_of_chosen_documents_says_so() -> None:
    chosen = Answer("Quoi ?", receipt={"filter": {"id": ["a"]}})
    assert FRENCH.not_found_chosen in Page(render.turn(chosen, FRENCH)).text
    assert FRENCH.not_found_chosen not in Page(render.turn(Answer("Quoi ?"), FRENCH)).text


def test_each_verdict_has_its_word_and_reason_and_a_sourceless_statement_looks_different() -> None:
    answer = seed_bot().answers[MIXED_QUESTION]
    html = render.turn(answer, ENGLISH)
    page = Page(html)
    for expected in (
        ENGLISH.supported,
        ENGLISH.altered,
        ENGLISH.cannot_check,
        "the source says 5 milliards",
        "no source",
    ):
        assert expected in page.text
    classes = [value for tag, name, value in page.attributes if tag == "p" and name == "class" and "statement" in value]
    assert classes == [
        "statement supported",
        "statement altered",
        "statement cannot_check",
        "statement cannot_check sourceless",
    ]
    assert len([value for value in page.values("class") if value == "marker"]) == 3
    assert len([value for value in page.values("class") if value == "source"]) == 2


def test_an_unfinished_statement_carries_neither_marker_nor_verdict() -> None:
    answer = Answer("Q", (Statement("Still being"),), found=True)
    page = Page(render.turn(answer, ENGLISH, unfinished=True))
    assert "marker" not in page.values("class") and "verdict" not in page.values("class")
    assert "statement unfinished" in page.values("class")


def test_a_refusal_cites_nothing_and_labels_the_nearest_passages() -> None:
    document = article()
    answer = Answer("Qui ?", hits=tuple(hit(document, n, n + 50, n + 1) for n in range(5)), language="fr")
    page = Page(render.turn(answer, ENGLISH, titles={document.id: "A title"}))
    assert "marker" not in page.values("class") and "source" not in page.values("class")
    assert page.values("class").count("near") == render.NEAREST
    for expected in (ENGLISH.not_found, answer.text, ENGLISH.nearest, "A title"):
        assert expected in page.text


def test_a_nearest_passage_is_shown_without_its_mark_of_markdown() -> None:
    document = Document("ville.md", "## Budget\n\n- Le budget baisse.\n")
    page = Page(render.turn(Answer("Qui ?", hits=(hit(document, 0, len(document.text), 1),)), ENGLISH))
    (quote,) = page.values("data-quote")
    start, end = (int(page.values(f"data-{name}")[0]) for name in ("start", "end"))
    assert document.text[start:end] == quote == "Budget\n\n- Le budget baisse.\n"


def test_a_row_to_look_at_first_is_shown_in_its_columns_below_its_header() -> None:
    text = f"## Repas\n\n{HEADER}\n|---|---|\n{ROWS[0]}\n"
    passage = hit(Document("a", text), 0, len(text))
    start = text.index(ROWS[0])
    place = Span("a", start, start + len(ROWS[0]))
    html = render.turn(Answer("Quoi ?", hits=(passage,)), ENGLISH, likeliest={passage.chunk.span: place})
    snippet = html.split('class="snippet"')[1]
    assert snippet.index('class="columns"') < snippet.index("&lt;Paris&gt;") < snippet.index("Déjeuner</span>")
    assert "##" not in Page(snippet).text and "|---|" not in Page(snippet).text
    assert "Repas Repas · &lt;Paris&gt; — Déjeuner · 20 €" in render.turn(Answer("Quoi ?", hits=(passage,)), ENGLISH)


@pytest.mark.parametrize("length", [40, 400])
def test_the_sentence_to_look_at_first_is_shown_and_marked(length: int) -> None:
    before, sentence, after = "Un mot. " * (length // 8), "Le <b>maire</b> est élu. ".strip(), " La suite."
    document = Document("a", before + sentence + after)
    place = Span("a", len(before), len(before) + len(sentence))
    passage = hit(document, 0, len(document.text), 1)
    html = render.turn(Answer("Qui ?", hits=(passage,)), ENGLISH, likeliest={passage.chunk.span: place})
    page = Page(html)
    assert "<strong>Le &lt;b&gt;maire&lt;/b&gt; est élu.</strong> La suite." in html
    assert ("Un mot. Un mot." in html.split("snippet")[1]) == (length < SNIPPET_LENGTH)
    assert page.values("data-focus-start") == [str(place.start)]
    assert document.text[slice(*(int(page.values(f"data-focus-{end}")[0]) for end in ("start", "end")))] == sentence


def test_a_refusal_without_any_passage_says_so() -> None:
    assert ENGLISH.nothing_near in Page(render.turn(Answer("Q"), ENGLISH)).text


def test_a_search_that_has_just_begun_is_not_shown_as_a_refusal() -> None:
    page = Page(render.turn(Answer("Q"), ENGLISH, unfinished=True))
    assert ENGLISH.searching in page.text and ENGLISH.not_found not in page.text
    document = Document("a", "Some words.")
    page = Page(render.turn(Answer("Q", hits=(hit(document, 0, 11),)), ENGLISH, unfinished=True))
    assert ENGLISH.reading in page.text and ENGLISH.searching not in page.text and "Some words" not in page.text


def test_a_stopped_answer_says_so_instead_of_refusing() -> None:
    page = Page(render.turn(Answer("Q"), ENGLISH, note=ENGLISH.stopped))
    assert ENGLISH.stopped in page.text and ENGLISH.not_found not in page.text


def test_without_documents_the_page_says_so() -> None:
    assert ENGLISH.no_documents in Page(render.welcome(ENGLISH, ["Q"], False)).text


@given(
    st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0"), max_size=80),
    st.data(),
)
def test_the_source_shows_exactly_the_document_and_marks_exactly_the_span(text: str, data: st.DataObject) -> None:
    cut = st.integers(0, len(text))
    first, start, inner, end, last = sorted(data.draw(st.lists(cut, min_size=5, max_size=5)))
    pages = tuple(sorted(set(data.draw(st.lists(cut, max_size=3)))))
    document = Document("a", text, page_starts=pages)
    html = marked_text(document, first, last, Span("a", start, end), Span("a", inner, end))
    assert Page(html).text == text[first:last]
    if start < end:
        assert Page(html.split('tabindex="-1">', 1)[1].split("</mark>", 1)[0]).text == text[start:end]
        assert html.count("<mark") == 1


def test_pages_are_numbered_where_they_begin() -> None:
    document = Document("a", "one.two.three", page_starts=(0, 4, 8))
    assert Page(marked_text(document, 2, 13)).values("data-page") == ["2", "3"]


def test_line_ends_of_windows_survive_the_browsers_parser() -> None:
    html = render.clean('<p data-quote="a\r\nb">a\r\nb</p>')
    assert "\r" not in html and html.count("&#13;\n") == 2
