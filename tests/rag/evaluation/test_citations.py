"""Character-level measures against sets of characters, the slowest and plainest way to count them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Chunk, Document, Hit, Span
from rag.answer import Citation
from rag.evaluation.citations import coverage, dangling, merge, score, shared, size, verbatim

SPANS = st.lists(
    st.builds(lambda doc, start, length: Span(doc, start, start + length), st.sampled_from("ab"), st.integers(0, 30),
              st.integers(0, 12)), max_size=6,
)  # fmt: skip
ASTRAL = Document("a", "le 🗼 mesure 𝟐𝟎 mètres, e\u0301")


def characters(spans: list[Span]) -> set[tuple[str, int]]:
    return {(span.document_id, at) for span in spans for at in range(span.start, span.end)}


@settings(max_examples=150)
@given(SPANS, SPANS)
def test_unions_are_sets_of_characters(left: list[Span], right: list[Span]) -> None:
    merged = merge(left)
    assert characters(merged) == characters(left)
    assert sum(len(span) for span in merged) == size(left) == len(characters(left))
    assert merged == sorted(merged)
    assert shared(left, right) == shared(right, left) == len(characters(left) & characters(right))


@settings(max_examples=150)
@given(SPANS, st.lists(SPANS, max_size=4))
def test_precision_recall_f1_are_those_of_sets(cited: list[Span], alternatives: list[list[Span]]) -> None:
    chosen, golds = characters(cited), [characters(gold) for gold in alternatives]
    recall = max((len(chosen & gold) / len(gold) for gold in golds if gold), default=0.0)
    found = score(cited, alternatives)
    assert found.recall == coverage(cited, alternatives) == recall
    if not chosen:
        assert (found.precision, found.f1) == (None, 0.0)
        return
    precision = len(chosen & set().union(*golds)) / len(chosen)
    assert found.precision == precision
    assert found.f1 == (2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def test_an_alternative_needs_all_of_its_spans() -> None:
    first, second = Span("a", 0, 10), Span("a", 20, 30)
    assert score([first], [[first, second]]).recall == 0.5
    assert score([first], [[first], [second]]).recall == 1.0


def test_quotes_are_compared_by_code_points() -> None:
    start = ASTRAL.text.index("𝟐𝟎")
    good = Citation(1, Span("a", start, start + 9), "𝟐𝟎 mètres")
    assert verbatim(good, {"a": ASTRAL})
    in_utf16 = Citation(1, Span("a", start + 1, start + 10), "𝟐𝟎 mètres")
    assert not verbatim(in_utf16, {"a": ASTRAL})


@pytest.mark.parametrize(
    ("span", "expected"),
    [(Span("a", 0, 2), False), (Span("a", 0, 999), True), (Span("a", 3, 3), True), (Span("b", 0, 2), True)],
)
def test_what_dangles(span: Span, expected: bool) -> None:
    assert dangling(Citation(1, span, "le"), {"a": ASTRAL}) is expected


def test_without_the_document_the_retrieved_chunk_is_asked() -> None:
    hit = Hit(Chunk(Span("web", 100, 110), "0123456789"), 1.0, 1)
    inside = Citation(1, Span("web", 102, 104), "23")
    assert verbatim(inside, {}, [hit])
    assert not dangling(inside, {}, [hit])
    assert not verbatim(Citation(1, Span("web", 102, 104), "32"), {}, [hit])
    outside = Citation(1, Span("web", 109, 112), "9")
    assert dangling(outside, {}, [hit])
    assert not verbatim(outside, {}, [hit])


@pytest.mark.soak
@settings(max_examples=100_000)
@given(SPANS, st.lists(SPANS, max_size=4))
def test_sets_of_characters_at_length(cited: list[Span], alternatives: list[list[Span]]) -> None:
    chosen, golds = characters(cited), [characters(gold) for gold in alternatives]
    found = score(cited, alternatives)
    assert found.recall == max((len(chosen & gold) / len(gold) for gold in golds if gold), default=0.0)
    assert found.precision == (len(chosen & set().union(*golds)) / len(chosen) if chosen else None)
