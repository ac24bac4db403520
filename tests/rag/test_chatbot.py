"""The whole path: true quotes, stable numbers, honest refusals, one path for every way of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Collection, Document, Hit, Span
from rag import Answer, BackendError, Chatbot, Citation, Draft, Evidence, Message, Statement, Verdict
from rag.chatbot import evidence
from tests.conftest import HashingEmbedder


@dataclass
class Scripted:
    """Answers with sentences of the evidence picked by their words; keeps what it was asked."""

    wanted: Sequence[str]
    name: str = "scripted"
    asked: str = ""
    history: Sequence[Message] = ()
    spoil: int = 0
    number: str = ""

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Write one statement after the other, each first without its end."""
        self.asked, self.history = question, history
        written: list[Statement] = []
        for words in self.wanted:
            item = next(e for e in evidence if words in e.text)
            span = Span(item.span.document_id, item.span.start + self.spoil, item.span.end + self.spoil)
            yield Draft((*written, Statement(item.text[:5])))
            written.append(
                Statement(self.number + item.text, (Citation(item.number, span, item.text, item.title, item.page),))
            )
        yield Draft(tuple(written), complete=True, details={"model": "script"})


@pytest.fixture
def filled(collection: Collection, documents: list[Document]) -> Collection:
    """The small corpus."""
    collection.add(documents)
    return collection


def test_every_quote_is_the_slice_and_numbers_follow_first_use(filled: Collection) -> None:
    bot = Chatbot(filled, backend=Scripted(["Microsoft investit 5", "Nvidia investit", "Microsoft investit 5"]))
    answer = bot.ask("Combien Nvidia et Microsoft investissent-ils ?")
    assert [[c.number for c in s.citations] for s in answer.statements] == [[1], [2], [1]]
    assert [c.number for c in answer.citations] == [1, 2]
    for citation in answer.citations:
        assert filled.document(citation.span.document_id).quote(citation.span) == citation.quote
    assert all(s.verdict is Verdict.SUPPORTED for s in answer.statements)
    assert answer.found
    scores = [hit.score for hit in answer.hits if any(hit.chunk.span.contains(c.span) for c in answer.citations)]
    assert answer.confidence == max(scores)


def test_a_quote_that_is_not_at_its_span_never_leaves(filled: Collection) -> None:
    answer = Chatbot(filled, backend=Scripted(["Nvidia investit"], spoil=1)).ask("Combien Nvidia investit-il ?")
    assert not answer.found and not answer.citations and answer.hits


class Changing:
    """A reranker beside which the collection changes while it works."""

    def __init__(self, change: Callable[[], object], times: int = 99) -> None:
        self.change, self.left = change, times

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        if self.left:
            self.change()
            self.left -= 1
        return list(hits)


MILL, SHORTER = "The Harlow mill was built in 1874 by Thomas Reed.", "A mill."
OTHER = "Bread costs 2 pounds. The Harlow mill was built in 1874. It stands."
BRIDGE = "The Harlow bridge was built in 1901."
SENTENCES = {MILL, SHORTER, BRIDGE, *OTHER.replace(". ", ".|").split("|")}


@pytest.mark.parametrize("texts", [(None, MILL), (SHORTER, MILL), (OTHER, MILL)])
def test_a_document_that_changes_meanwhile_is_never_quoted_as_it_was(texts: tuple[str | None, ...]) -> None:
    collection = Collection.in_memory()
    collection.add([Document("mill", MILL), Document("other", BRIDGE)])
    turns = cycle(texts)

    def change() -> None:
        text = next(turns)
        if text is None:
            collection.remove(["mill"])
        else:
            collection.add([Document("mill", text)])

    for times in (1, 2, 99):
        answer = Chatbot(collection, reranker=Changing(change, times)).ask("When was the Harlow mill built?")
        assert {citation.quote for citation in answer.citations} <= SENTENCES


class Spoofing(Scripted):
    """Cites with another title, page and focus than the document's, twice, and is surer than sure."""

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        """Write one statement."""
        item = evidence[0]
        cited = Citation(1, item.span, item.text, "Another title", 99, Span("nowhere", 0, 3))
        yield Draft((Statement(item.text, (cited, cited)),), complete=True, confidence=float(self.wanted[0]))


@pytest.mark.parametrize(("given", "told"), [("7", 1), ("-1", 0), ("nan", 0)])
def test_what_a_backend_says_of_a_source_is_the_document_s(filled: Collection, given: str, told: float) -> None:
    answer = Chatbot(filled, backend=Spoofing([given])).ask("Combien Nvidia investit-il ?")
    (citation,) = answer.statements[0].citations
    document = filled.document(citation.span.document_id)
    assert (citation.title, citation.page, citation.focus) == (document.title, None, None)
    assert answer.confidence == told


def test_what_is_no_reranker_is_refused(filled: Collection) -> None:
    assert Chatbot(filled, reranker="none").reranker is None
    for reranker in ("", 5, object()):
        with pytest.raises(ValueError, match="an object with rerank, found"):
            Chatbot(filled, reranker=reranker)  # type: ignore[arg-type]


def test_while_it_streams_the_last_statement_has_no_mark_and_finished_ones_stay(filled: Collection) -> None:
    bot = Chatbot(filled, backend=Scripted(["Nvidia investit", "Microsoft investit 5"]))
    answers = list(bot.stream("Combien Nvidia investit-il ?"))
    for answer, later in pairwise(answers):
        assert answer.statements[-1].verdict is None and not answer.statements[-1].citations
        assert later.statements[: len(answer.statements) - 1] == answer.statements[:-1]
    assert answers[-1] == bot.ask("Combien Nvidia investit-il ?")


def test_the_hits_come_first_where_asked_for_and_a_model_reads_them(filled: Collection) -> None:
    bot = Chatbot(filled, backend=Scripted(["Nvidia investit"]))
    first, *rest = bot.stream("Combien Nvidia investit-il ?", hits_first=True)
    assert first.hits == rest[-1].hits and not first.statements
    assert rest == list(bot.stream("Combien Nvidia investit-il ?"))
    assert len(list(Chatbot(filled).stream("Combien Nvidia investit-il ?", hits_first=True))) == 1


@pytest.mark.parametrize("question", ["Combien Nvidia investit-il ?", "Quelle est la recette du cassoulet ?"])
def test_every_way_of_asking_gives_the_same(filled: Collection, question: str) -> None:
    bot = Chatbot(filled)

    async def streamed() -> Answer:
        return [answer async for answer in bot.astream(question)][-1]

    asked = bot.ask(question)
    assert asked == list(bot.stream(question))[-1] == asyncio.run(bot.aask(question)) == asyncio.run(streamed())
    assert asked == bot.as_runnable().invoke(question)


def test_an_altered_statement_is_shown_as_such(filled: Collection) -> None:
    class Liar(Scripted):
        def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
            for draft in super().stream(question, evidence, history):
                told = tuple(replace(s, text=s.text.replace("jusqu’à 10", "12")) for s in draft.statements)
                yield replace(draft, statements=told)

    answer = Chatbot(filled, backend=Liar(["Nvidia investit"])).ask("Combien Nvidia investit-il ?")
    assert answer.statements[0].verdict is Verdict.ALTERED and "12" in answer.statements[0].reason


@pytest.mark.parametrize(("question", "words"), [("Qui dirige Tesla ?", "Je ne"), ("Who runs Tesla?", "I cannot")])
def test_what_is_not_there_is_refused_in_the_questions_language(filled: Collection, question: str, words: str) -> None:
    answer = Chatbot(filled).ask(question)
    assert not answer.found and not answer.statements and not answer.citations
    assert answer.text.startswith(words) and answer.hits


def test_a_follow_up_is_searched_with_what_it_lacks(filled: Collection) -> None:
    script = Scripted(["Microsoft investit 5"])
    bot = Chatbot(filled, backend=script)
    first = bot.ask("Combien Nvidia investit-il dans Anthropic ?")
    answer = bot.ask("Et Microsoft ?", history=[first, {"role": "user", "content": "Combien Nvidia investit-il ?"}])
    assert "Microsoft" in script.asked and "investit" in script.asked
    assert answer.question == "Et Microsoft ?" and answer.receipt["question"] == script.asked
    assert answer.searched == script.asked and not first.searched
    assert [m.role for m in script.history] == ["user", "assistant", "user"]


def test_confidence_is_that_of_the_cited_passages_and_falls_with_what_differs(filled: Collection) -> None:
    question = "Combien Nvidia investit-il dans Anthropic ?"
    right = Chatbot(filled, backend=Scripted(["Nvidia"])).ask(question)
    plain = Chatbot(filled, backend=Scripted(["Nvidia"]), reranker=None).ask(question)
    assert right.confidence > 0.5 and plain.confidence == 0.5

    class Wrong(Scripted):
        def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
            for draft in super().stream(question, evidence, history):
                wrong = replace(draft.statements[0], text="Nvidia investit jusqu’à 99 milliards de dollars.")
                yield replace(draft, statements=(*draft.statements, wrong)) if draft.complete else draft

    half = Chatbot(filled, backend=Wrong(["Nvidia"])).ask(question)
    assert [s.verdict for s in half.statements] == [Verdict.SUPPORTED, Verdict.ALTERED]
    assert half.confidence == right.confidence / 2


class Broken(Scripted):
    """Breaks the contract of a backend in the way that `wanted` names."""

    def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
        if "raises" in self.wanted:
            raise RuntimeError("no answer with sk-canary-0123456789abcdef")
        if "str" in self.wanted:
            yield "Nvidia"  # type: ignore[misc]
        if "unfinished" in self.wanted:
            yield Draft((Statement("Nvidia"),))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("nothing", "found no draft at all"),
        ("str", "expected Drafts of the backend scripted, found str"),
        ("unfinished", "found an unfinished one"),
        ("raises", r"the backend scripted failed: RuntimeError: no answer with \[key\]"),
    ],
)
def test_a_backend_that_breaks_its_contract_is_told_how(filled: Collection, wanted: str, said: str) -> None:
    with pytest.raises(BackendError, match=said) as caught:
        Chatbot(filled, backend=Broken([wanted])).ask("Qui ?")
    assert (caught.value.__cause__ is not None) is (wanted == "raises")


def test_an_embedder_that_fails_is_a_failing_model_and_a_bad_k_is_not(documents: list[Document]) -> None:
    class Embeddings(HashingEmbedder):
        fails = False

        def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.fails:
                raise RuntimeError("quota")
            return super().embed_queries(texts)

    embedder = Embeddings()
    bot = Chatbot(Collection.in_memory(embedder=embedder))
    bot.collection.add(documents)
    embedder.fails = True
    with pytest.raises(BackendError, match="the embedder could not read the question: RuntimeError: quota"):
        bot.ask("Qui ?")
    embedder.fails = False
    with pytest.raises(ValueError, match="k"):
        bot.ask("Qui ?", k=0)


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_refused(filled: Collection, question: str) -> None:
    with pytest.raises(ValueError, match="expected a question"):
        Chatbot(filled).ask(question)


@pytest.mark.parametrize("question", ["???", "Who?", "Et pourquoi ?"])
def test_a_question_that_names_nothing_finds_nothing(filled: Collection, question: str) -> None:
    assert not Chatbot(filled).ask(question).found


def test_what_is_no_question_filter_or_number_is_refused(filled: Collection) -> None:
    bot = Chatbot(filled)
    with pytest.raises(TypeError, match="a question as text, found None"):
        bot.ask(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a filter such as .*, found 'x'"):
        bot.ask("Quoi ?", filter="x")  # type: ignore[arg-type]
    for k in (0, 2.5, None, "5"):
        with pytest.raises(ValueError, match="k must be at least 1, found"):
            bot.ask("Quoi ?", k=k)  # type: ignore[arg-type]


def test_history_of_another_form_is_refused(filled: Collection) -> None:
    with pytest.raises(ValueError, match="history"):
        Chatbot(filled).ask("Quoi ?", history=["hello"])  # type: ignore[list-item]
    for history in (None, "hello", Answer("Quoi ?")):
        with pytest.raises(ValueError, match="expected a list of earlier answers"):
            Chatbot(filled).ask("Quoi ?", history=history)  # type: ignore[arg-type]


def test_an_empty_collection_answers_not_found(collection: Collection) -> None:
    answer = Chatbot(collection).ask("Combien ?")
    assert not answer.found and answer.hits == () and answer.confidence == 0


@pytest.mark.parametrize("question", ["😀", "a" * 100_000, "\x00\x1b[31m", "'; DROP TABLE x; --", "{{7*7}} %s {0}"])
def test_odd_questions_get_an_answer(filled: Collection, question: str) -> None:
    assert isinstance(Chatbot(filled).ask(question), Answer)


def test_filter_and_k_reach_the_search(filled: Collection) -> None:
    answer = Chatbot(filled).ask("Combien Nvidia investit-il ?", filter={"language": "en"}, k=2)
    assert len(answer.hits) <= 2
    assert all(filled.document(h.chunk.span.document_id).language == "en" for h in answer.hits)


def test_headings_and_bullets_are_no_evidence() -> None:
    text = "# Ville\n\nUne phrase.\n\n## Budget\n\n- Le budget est de 4 millions.\n* La piscine - un tiers.\n"
    collection = Collection.in_memory()
    collection.add([Document("ville", text)])
    found = evidence(collection.search("budget", 5), {"ville": collection.document("ville")})
    assert {item.text for item in found} == {"Une phrase.", "Le budget est de 4 millions.", "La piscine - un tiers."}
    assert all(text[item.span.start : item.span.end] == item.text for item in found)


@pytest.mark.parametrize("number", ["1. ", "2) ", "12. "])
def test_the_number_of_a_list_is_none_of_its_facts(filled: Collection, number: str) -> None:
    bot = Chatbot(filled, backend=Scripted(["Microsoft investit 5"], number=number))
    (statement,) = bot.ask("Combien Microsoft investit-il ?").statements
    assert statement.text.startswith(f"{number}Microsoft")
    assert statement.verdict is Verdict.SUPPORTED
