import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from ui.source import language, locate, window

DOCUMENT = Document("a", "one two three two four")


def test_words_that_still_stand_at_their_span_are_exact_even_when_they_stand_elsewhere_too() -> None:
    place = locate(DOCUMENT, Span("a", 14, 17), "two")
    assert (place.state, place.span) == ("exact", Span("a", 14, 17))


def test_words_that_moved_to_one_place_are_found_there() -> None:
    edited = Document("a", "a new line\n" + DOCUMENT.text)
    place = locate(edited, Span("a", 8, 13), "three")
    assert place.state == "moved"
    assert edited.quote(place.span) == "three"


def test_words_that_are_gone_or_ambiguous_are_changed_and_nothing_is_marked() -> None:
    edited = Document("a", "xx " + DOCUMENT.text)
    for quote in ("two", "five", ""):
        place = locate(edited, Span("a", 4, 4 + len(quote)), quote)
        assert (place.state, len(place.span)) == ("changed", 0), quote


def test_a_span_past_the_end_of_a_shortened_document_stays_inside() -> None:
    place = locate(Document("a", "short"), Span("a", 90, 95), "gone!")
    assert (place.state, place.span.end) == ("changed", 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Un été, œuvré.", "fr"), ("مرحبا بكم في المكتبة", None), ("Привет, мир. Hi", None), ("12 : 5", "fr"), ("", "fr")],
)
def test_a_language_is_told_of_latin_letters_only(text: str, expected: str | None) -> None:
    assert language(Document("a", text, language="fr")) == expected


def test_a_short_text_is_shown_whole() -> None:
    assert window("x" * 100, 50, 60) == (0, 100)


def test_a_long_text_is_cut_at_line_ends_around_the_passage() -> None:
    text = "".join(f"line {number}\n" for number in range(1000))
    start = text.index("line 500")
    first, last = window(text, start, start + 8, whole=100, around=200)
    assert 0 < first < start < last < len(text)
    assert text[first - 1] == "\n" and text[last - 1] == "\n"


@given(st.text(alphabet="ab\n", max_size=300), st.data())
def test_the_window_always_holds_the_passage(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = window(text, start, end, whole=20, around=data.draw(st.integers(0, 50)))
    assert 0 <= first <= start <= end <= last <= len(text)
