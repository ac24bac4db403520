"""Documents shown as they are meant: no character is lost, and what is cited stays one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from tests.ui.test_render import Page
from ui.markup import bare
from ui.render import clean
from ui.source import marked_text

TEXT = """# Piscine

Ouverte **tous** les jours.

| Public | Prix |
|---|---|
| Adulte | **6 €** |
| Enfant | 3 € |

- un
- deux

```
# pas un titre
a | b
c | d
```
"""


def shown(text: str, quote: str = "", focus: str = "", pages: tuple[int, ...] = ()) -> str:
    start = text.index(quote)
    inner = start + quote.index(focus)
    span, marked = Span("a", start, start + len(quote)), Span("a", inner, inner + len(focus))
    html = clean(marked_text(Document("a", text, page_starts=pages), 0, len(text), span, marked if focus else None))
    assert Page(html).text == text
    if quote:
        assert Page(html.split('tabindex="-1">', 1)[1].split("</mark>", 1)[0]).text == quote
    return html


def test_headings_bullets_bold_words_and_tables_are_shown_as_such() -> None:
    html = shown(TEXT)
    assert '<span class="sign"># </span><span class="heading high">Piscine</span>' in html
    assert '<span class="sign">**</span><b class="strong">tous</b><span class="sign">**</span>' in html
    assert html.count('class="bullet"') == 2
    assert html.count('class="table"') == 1 and html.count('class="row titles"') == 1 and html.count('class="row"') == 2
    assert '<span class="rule">|---|---|</span>' in html
    assert '<span class="cell">Enfant</span><span class="edge"> | </span><span class="cell">3 €</span>' in html
    assert "# pas un titre\na | b\nc | d\n" in html


@pytest.mark.parametrize(
    ("quote", "focus", "tables"),
    [
        ("| Enfant | 3 € |", "3 €", 1),  # a row stays in its table
        ("| Adulte | **6 €** |\n| Enfant | 3 € |", "| Enfant | 3 € |", 1),
        ("**6 €**", "", 1),
        ("Ouverte **tous** les jours.\n\n| Public | Prix |\n|---|---|\n| Adulte | **6 €** |", "Adulte", 2),
        ("|---|---|\n| Adulte | **6 €** |", "", 1),
        ("| Enfant | 3 € |\n\n- un\n- de", "", 2),
        (TEXT, "3 €", 1),
        ("Adulte | **6", "", 1),  # it goes through a cell: that row is shown as it stands
    ],
)
def test_what_is_cited_stays_one_and_tables_stay_tables_around_it(quote: str, focus: str, tables: int) -> None:
    html = shown(TEXT, quote, focus)
    assert html.count("<mark") == 1 and html.count("<strong") == bool(focus)
    assert html.count('class="table"') == tables


def test_a_table_goes_over_no_page() -> None:
    html = shown("a | b\nc | d\ne | f\n", pages=(0, 6))
    assert html.count('class="table"') == 2 and html.count('role="separator"') == 2


@pytest.mark.parametrize(
    "text", ["| a | " + "x" * 3_000 + " |\n| b | c |", "    # code", "a **b", "2 ** 3 ** 4", "#tag"]
)
def test_what_only_looks_like_markup_is_left_as_it_is(text: str) -> None:
    assert "<span" not in shown(text) and "<b" not in shown(text)


@given(st.text(alphabet="|ab- #*`\n\r\t3", max_size=60), st.data())
def test_no_character_is_lost_whatever_is_cited(text: str, data: st.DataObject) -> None:
    cut = st.integers(0, len(text))
    first, start, inner, other, end, last = sorted(data.draw(st.lists(cut, min_size=6, max_size=6)))
    pages = tuple(sorted(set(data.draw(st.lists(cut, max_size=2)))))
    document = Document("a", text, page_starts=pages)
    html = marked_text(document, first, last, Span("a", start, end), Span("a", inner, other))
    assert Page(html.replace("\r", "&#13;")).text == text[first:last]
    if start < end:
        marked = html.split('tabindex="-1">', 1)[1].split("</mark>", 1)[0]
        assert Page(marked.replace("\r", "&#13;")).text == text[start:end]
        assert html.count("<mark") == 1


def test_the_words_alone() -> None:
    told = "Piscine Ouverte tous les jours. Public · Prix — Adulte · 6 € — Enfant · 3 € un deux"
    assert bare(TEXT.split("```")[0]) == told
    assert bare("| Dîner |  | 32 € |") == "Dîner · – · 32 €"
    assert bare("2 * 3 ** 4 | x") == "2 * 3 ** 4 · x"
