"""Where words come from: the narrowest sentence that carries them, or honestly nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Collection, Document, Span, read
from rag import Statement, Verdict, trace

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def collection() -> Collection:
    opened = Collection.in_memory()
    opened.add(read([SEEDS]))
    return opened


def checked(found: list[Statement], collection: Collection) -> list[str]:
    """The quotes, each seen to stand at its span, its focus within."""
    for statement in found:
        (citation,) = statement.citations
        assert collection.document(citation.span.document_id).quote(citation.span) == citation.quote
        assert citation.focus is None or citation.span.contains(citation.focus)
    return [statement.citations[0].quote for statement in found]


@pytest.mark.parametrize(
    "words",
    ["10 milliards de dollars dans Anthropic", "milliards de dollars dans Anthr",
     "Nvidia invests up to $10 billion in Anthropic",
     "  jusqu’à   10 milliards\nde dollars "],
)  # fmt: skip
def test_words_lead_to_the_sentence_that_carries_them(collection: Collection, words: str) -> None:
    found = trace(words, collection)
    assert checked(found, collection)[0].startswith("En parallèle, Nvidia investit jusqu’à 10 milliards")
    assert {statement.verdict for statement in found} == {Verdict.SUPPORTED}


def test_the_very_words_are_marked_in_their_sentence(collection: Collection) -> None:
    (citation,) = trace("10 milliards de dollars dans Anthropic", collection)[0].citations
    assert citation.focus is not None
    document = collection.document(citation.focus.document_id)
    assert document.quote(citation.focus) == "10 milliards de dollars dans Anthropic"


def test_another_figure_is_shown_as_altered_never_as_a_source(collection: Collection) -> None:
    found = trace("Nvidia investit jusqu’à 12 milliards de dollars dans Anthropic.", collection)
    assert found and {statement.verdict for statement in found} == {Verdict.ALTERED}
    assert "12 milliards" in found[0].reason and "10 milliards" in found[0].reason


@pytest.mark.parametrize("words", ["Paris est la capitale de la France", "The swimming pool opens in June", "zxqv"])
def test_what_no_document_says_has_no_source(collection: Collection, words: str) -> None:
    assert trace(words, collection) == []


def test_what_the_answer_cites_is_looked_at_first() -> None:
    text = "The fee is 5 euros. It is paid in June."
    with Collection.in_memory() as collection:
        collection.add([Document("a", text), Document("b", text)])
        for name in ("a", "b"):
            found = trace("The fee is 5 euros.", collection, cited=[Span(name, 0, 19)])
            assert found[0].citations[0].span == Span(name, 0, 19)
            assert len(found) == 2, "and the other document says so too"


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("Le budget est de 4 millions", "Le budget est de 4 millions."),
        ("Budget de la ville", "Budget de la ville"),
        (
            "Le budget est de 4 millions. Il baisse.",
            "Budget de la ville\n\n- Le budget est de 4 millions.\n- Il baisse.",
        ),
    ],
)
def test_a_source_starts_with_no_mark_of_markdown(words: str, quote: str) -> None:
    with Collection.in_memory() as collection:
        collection.add([Document("a.md", "# Budget de la ville\n\n- Le budget est de 4 millions.\n- Il baisse.\n")])
        assert checked(trace(words, collection), collection)[0] == quote


def test_nothing_selected_is_refused(collection: Collection) -> None:
    with pytest.raises(ValueError, match="select some of the answer"):
        trace(" \n", collection)
