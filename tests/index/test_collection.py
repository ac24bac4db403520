import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index import Changes, Collection, Document, Embedder
from index.intake import BATCH_CHUNKS
from index.merging import FEWEST

NASTY = {
    "NFC": "L’\u00e9t\u00e9 \u00e0 l’\u00eele.\n\nUn second paragraphe.",
    "NFD": "L’e\u0301te\u0301 a\u0300 l’i\u0302le.\n\nUn second paragraphe.",
    "emoji": "A family 👨‍👩‍👧‍👦 at sea. 🏴‍☠️ Then home.\n\n🍆🍆🍆 And more 𝔘𝔫𝔦𝔠𝔬𝔡𝔢.",
    "crlf": "First line.\r\n\r\nSecond paragraph.\r\nThird line.\r\n",
    "cr": "First line.\rSecond line.\r\rThird.",
    "separators": "One.\u2028Two.\u2029Three.\u0085Four.\x0cFive.",
    "soft hyphens": "L’infor\u00adma\u00adtion est là.\n\nUn\u00a0espace.",
    "combining": "a" + "\u0301" * 1000 + " end.",
    "bidi": "Name \u202egnp.exe\u202c and \u200bzero\u200bwidth.",
    "surrogate": "Lone \ud800 surrogate. Next \udfff one.",
    "nul": "Before\x00after. And \x1b[31mred\x1b[0m.",
    "bom": "\ufeffText after a mark.",
    "long word": "x" * 50_000,
    "many lines": "\n" * 20_000 + "end",
    "blank": " \n\t ",
    "empty": "",
    "template": "{curly} %s {{jinja}} <|endoftext|> [INST] <script>alert(1)</script>",
}


def contents(collection: Collection) -> dict[str, str]:
    return {document.id: document.text for document in collection.documents()}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"id": 7}, "id of a document as text, found 7"),
        ({"text": None}, "text of a document as text, found None"),
        ({"title": None}, "title of a document as text, found None"),
        ({"source": Path("a.md")}, "source of a document as text, found .*Path"),
        ({"language": ["fr"]}, "language of document 'a' as text or None"),
        ({"metadata": None}, "metadata of document 'a' as a dict, found None"),
    ],
)
def test_a_document_of_other_things_than_text_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=f"expected the {told}"):
        Document(**{"id": "a", "text": "Words.", **given})


def test_what_is_no_query_or_filter_is_refused(collection: Collection, documents: list[Document]) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match="a query as text, found None"):
            collection.search(None)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"a filter such as .*, found 'x'"):
            collection.search("phare", filter="x")  # type: ignore[arg-type]
        collection.add(documents)


def test_adding_says_what_changed(collection: Collection, documents: list[Document]) -> None:
    ids = tuple(document.id for document in documents)
    assert collection.add(documents) == Changes(added=ids)
    assert collection.add(documents) == Changes(unchanged=tuple(sorted(ids)))
    new = Document("new", "Something new.", language="en")
    other = replace(documents[1], text="Another text.")
    assert collection.add([documents[0], other, new]) == Changes(
        added=("new",), changed=(documents[1].id,), unchanged=(documents[0].id,)
    )
    assert collection.document(documents[1].id) == other
    assert len(collection) == 5
    assert collection.add([]) == Changes()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "New title"}, {"source": "elsewhere"}, {"language": "en"}, {"metadata": {"year": 1850}},
        {"page_starts": (0, 20)}, {"text": "Autre texte."},
    ],
)  # fmt: skip
def test_any_field_counts_as_a_change(
    collection: Collection, documents: list[Document], change: dict[str, object]
) -> None:
    collection.add(documents)
    after = replace(documents[0], **change)  # type: ignore[arg-type]
    assert collection.add([after]) == Changes(changed=(after.id,))
    assert collection.document(after.id) == after
    assert collection.add([after]) == Changes(unchanged=(after.id,))


def test_a_changed_document_is_found_as_it_is_now(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    collection.add([replace(documents[0], text="Le phare de Trézien a été construit en 1894.")])
    hits = collection.search("phare de Kermorvan construit", 50)
    assert hits[0].chunk.text == "Le phare de Trézien a été construit en 1894."
    assert not any("1849" in hit.chunk.text for hit in hits)


def test_documents_come_back_as_they_were_added(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    assert {document.id: document for document in collection.documents()} == {d.id: d for d in documents}
    for document in documents:
        assert collection.document(document.id) == document


def test_a_document_without_language_gets_a_detected_copy(collection: Collection, documents: list[Document]) -> None:
    given = [replace(document, language=None) for document in documents]
    collection.add(given)
    assert all(document.language is None for document in given)
    assert collection.document(documents[0].id).language == "fr"
    assert collection.document(documents[1].id).language == "en"
    assert collection.add(given).unchanged == tuple(sorted(d.id for d in given))


def test_a_language_we_have_no_rules_for_is_kept_and_searched(collection: Collection) -> None:
    collection.add([Document("de", "Der Leuchtturm steht in Kiel.", language="de")])
    assert collection.document("de").language == "de"
    assert collection.search("Leuchtturm Kiel", filter={"language": "de"})[0].chunk.span.document_id == "de"


@pytest.mark.parametrize("name", NASTY)
def test_texts_of_every_kind_come_back_verbatim(collection: Collection, name: str) -> None:
    given = Document(f"nasty/{name}", NASTY[name], title=f"{name} \ud800", language="fr")
    collection.add([Document("other", "Un autre texte.", language="fr"), given])
    assert collection.document(given.id) == given
    assert collection.add([given]).unchanged == (given.id,)
    hits = [hit for hit in collection.search("end paragraphe texte", 99) if hit.chunk.span.document_id == given.id]
    assert bool(hits) == bool(NASTY[name].strip())
    for hit in hits:
        assert given.quote(hit.chunk.span) == hit.chunk.text


@pytest.mark.parametrize(
    "document_id", ["../../etc/x", "a\nb", ".", "CON", "é" * 300, "<img onerror=x>", "", "\ud800", "a\x00b"]
)
def test_ids_are_never_paths(tmp_path: Path, embedder: Embedder, document_id: str) -> None:
    with Collection.create(tmp_path / "library", embedder=embedder) as collection:
        collection.add([Document(document_id, "Some text.")])
    again = Collection.open(tmp_path / "library", embedder=embedder)
    assert again.document(document_id).text == "Some text."
    assert again.search("text")[0].chunk.span.document_id == document_id
    assert {path.name for path in tmp_path.iterdir()} == {"library"}


def test_removing(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    gone = documents[2].id
    assert collection.remove([gone, gone]) == Changes(removed=(gone,))
    assert gone not in contents(collection)
    assert len(collection) == 3
    assert all(hit.chunk.span.document_id != gone for hit in collection.search("Nvidia Anthropic milliards", 50))
    assert collection.search("Nvidia", filter={"document_id": gone}) == []
    with pytest.raises(KeyError, match="nvidia"):
        collection.document(gone)
    assert collection.add([documents[2]]) == Changes(added=(gone,))
    assert collection.search("Nvidia Anthropic", 1)[0].chunk.span.document_id == gone
    collection.remove([document.id for document in documents])
    assert len(collection) == 0
    assert collection.search("Nvidia") == []
    assert collection.remove([]) == Changes()


def test_an_unknown_id_stops_a_removal_before_it_begins(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    with pytest.raises(KeyError, match="no document 'absent' in this collection; nothing was removed"):
        collection.remove([documents[0].id, "absent"])
    assert len(collection) == 4


def test_mistaken_arguments_are_named(collection: Collection, documents: list[Document]) -> None:
    with pytest.raises(TypeError, match="put it in a list"):
        collection.add(documents[0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="put it in a list"):
        collection.remove("a.txt")
    with pytest.raises(TypeError, match="expected documents, found str"):
        collection.add("abc")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two documents have the id"):
        collection.add([documents[0], documents[0]])
    with pytest.raises(ValueError, match="metadata of document 'm' can't be stored"):
        collection.add([documents[0], Document("m", "text", metadata={"a": object()})])
    with pytest.raises(ValueError, match="metadata of document 'm' can't be stored"):
        collection.add([Document("m", "text", metadata={"a": float("nan")})])
    assert len(collection) == 0


def test_an_error_in_the_source_adds_nothing(collection: Collection, documents: list[Document]) -> None:
    def broken() -> Iterator[Document]:
        yield from documents
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        collection.add(broken())
    assert len(collection) == 0


def test_chunks_that_did_not_change_keep_their_vectors(collection: Collection, embedder: Embedder) -> None:
    paragraphs = [f"Paragraph {number}. " + f"It speaks of subject {number} at length. " * 25 for number in range(6)]
    collection.add([Document("long", "\n\n".join(paragraphs), language="en")])
    asked: list[str] = embedder.embedded  # type: ignore[attr-defined]
    before = len(asked)
    assert before >= 6
    paragraphs[3] = "Paragraph 3. " + "It now speaks of something else entirely. " * 25
    collection.add([Document("long", "\n\n".join(paragraphs), language="en")])
    assert 1 <= len(asked) - before <= 2
    assert "something else" in collection.search("Paragraph 3 something else")[0].chunk.text


def test_many_small_additions_stay_in_few_segments(collection: Collection) -> None:
    for number in range(40):
        collection.add([Document(f"d{number:02}", f"Document number {number} about lamps.")])
    stats = collection.stats()
    assert (stats.documents, stats.chunks) == (40, 40)
    assert stats.segments <= FEWEST
    assert {hit.chunk.span.document_id for hit in collection.search("lamps", 50)} == {f"d{n:02}" for n in range(40)}


def test_removed_rows_do_not_pile_up(collection: Collection) -> None:
    for turn in range(30):
        collection.add([Document(f"d{number}", f"Document {number}, version {turn}.") for number in range(5)])
    snapshot = collection._store.snapshot()
    assert sum(part.segment.num_documents for part in snapshot.parts) <= 5 * FEWEST
    assert len(collection) == 5


def test_more_than_a_batch(embedder: Embedder, tmp_path: Path) -> None:
    with Collection.create(tmp_path / "library", embedder=embedder) as collection:
        changes = collection.add(Document(f"d{n}", f"Short text {n}.", language="en") for n in range(BATCH_CHUNKS + 50))
        assert len(changes.added) == BATCH_CHUNKS + 50
        assert (
            collection.search(f"Short text {BATCH_CHUNKS + 20}", 1)[0].chunk.text == f"Short text {BATCH_CHUNKS + 20}."
        )


def test_stats(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    collection.remove([documents[0].id])
    stats = collection.stats()
    assert (stats.documents, stats.languages, stats.generation) == (3, {"en": 2, "fr": 1}, 3)
    assert stats.embedder.name == "hashing"
    assert stats.chunks == 4


def test_a_listing_in_progress_does_not_change(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    listing = collection.documents()
    next(listing)
    for document in documents:
        collection.remove([document.id])
        collection.add([replace(document, id=f"{document.id}-2")])
    assert len(list(listing)) == 3


def test_documents_come_in_the_order_they_were_added_or_backwards(collection: Collection) -> None:
    for one in ("b", "c", "a"):
        collection.add([Document(f"{one}{number}", f"Text {one}{number}.") for number in (2, 1)])
    collection.remove(["c2"])
    collection.add([Document("b1", "Another text.")])
    ids = ["b2", "c1", "a2", "a1", "b1"]
    assert [document.id for document in collection.documents()] == ids
    assert [document.id for document in collection.documents(newest_first=True)] == ids[::-1]


def test_threads_add_and_search_one_handle(collection: Collection, documents: list[Document]) -> None:
    collection.add(documents)
    errors: list[BaseException] = []

    def search() -> None:
        try:
            for _ in range(60):
                hits = collection.search("phare de Kermorvan", 5)
                assert hits[0].chunk.span.document_id == documents[0].id
        except BaseException as error:
            errors.append(error)

    def add(name: str) -> None:
        try:
            for number in range(8):
                collection.add([Document(f"{name}-{number}", f"Cooking note {number} of {name}.")])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    threads += [threading.Thread(target=add, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(collection) == 4 + 16


def test_folders_are_created_and_opened(tmp_path: Path, embedder: Embedder, documents: list[Document]) -> None:
    path = tmp_path / "deep" / "library"
    with Collection.create(path, embedder=embedder) as collection:
        collection.add(documents)
    with pytest.raises(FileExistsError, match="not an empty folder"):
        Collection.create(path, embedder=embedder)
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileExistsError):
        Collection.create(tmp_path / "file", embedder=embedder)
    with pytest.raises(FileNotFoundError, match="no collection in"):
        Collection.open(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="no collection in"):
        Collection.open(tmp_path)
    (tmp_path / "empty").mkdir()
    Collection.create(tmp_path / "empty", embedder=embedder)
    assert contents(Collection.open(path)) == {document.id: document.text for document in documents}
    assert path.stat().st_mode & 0o777 == 0o700
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in path.rglob("*") if one.is_file())


def test_another_embedder_is_refused(tmp_path: Path, make_embedder: type, documents: list[Document]) -> None:
    path = tmp_path / "library"
    with Collection.create(path, embedder=make_embedder()) as collection:
        collection.add(documents)
    with pytest.raises(
        ValueError, match=r"'hashing' \(64 numbers a vector\), not with 'other' \(32 numbers\); open it"
    ):
        Collection.open(path, embedder=make_embedder(32, "other"))
    with pytest.raises(ValueError, match="with other weights"):
        Collection.open(path, embedder=make_embedder(32, "hashing"))
    unnamed = Collection.open(path)
    assert len(unnamed) == 4
    with pytest.raises(ValueError, match=r"made with the embedder 'hashing', which can't be loaded .* pass it"):
        unnamed.search("phare")
    unnamed.remove([documents[0].id])
    assert len(Collection.open(path, embedder=make_embedder())) == 3


def test_a_state_is_told_by_its_content(collection: Collection, documents: list[Document]) -> None:
    empty = collection.state()
    collection.add(documents[:2])
    two = collection.state()
    collection.add(documents[2:3])
    three = collection.state()
    assert len({empty.sha256, two.sha256, three.sha256}) == 3
    assert (three.documents, three.generation) == (3, two.generation + 1)
    assert three.chunks == collection.stats().chunks
    assert collection.state() == three
    collection.remove([documents[0].id])
    assert collection.state().sha256 != three.sha256


def test_telling_the_state_reads_no_document(
    collection: Collection, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.add(documents)
    monkeypatch.setattr("index.segment.Segment.record", None)
    assert collection.state().documents == len(documents)
