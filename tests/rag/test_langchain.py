"""Inside LangChain: a retriever that keeps our spans, and a runnable in a chain."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document as Passage
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from index import Collection
from rag import Answer, Chatbot
from tests.rag.material import ARTICLE, ScriptedChatModel

QUESTION = "Combien Nvidia investit-il dans Anthropic ?"


@pytest.fixture(scope="module")
def bot() -> Chatbot:
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    return Chatbot(
        collection, backend=ScriptedChatModel(script=["Nvidia investit jusqu’à 10 milliards de dollars [2]."])
    )


def test_documents_carry_their_spans(bot: Chatbot) -> None:
    found = bot.as_retriever(k=3).invoke(QUESTION)
    hits = bot.collection.search(QUESTION, 3)
    assert found
    assert len(found) == len(hits)
    for document, hit in zip(found, hits, strict=True):
        about = document.metadata
        assert document.page_content == ARTICLE.text[about["start"] : about["end"]]
        assert {"document_id": "accord.txt", "title": "Un accord à trois", "rank": hit.rank}.items() <= about.items()
        assert {"source", "language", "page", "score"} <= about.keys()


def test_the_retriever_obeys_k_and_filter(bot: Chatbot) -> None:
    assert len(bot.as_retriever(k=1).invoke(QUESTION)) == 1
    assert bot.as_retriever(filter={"document_id": "other"}).invoke(QUESTION) == []
    with pytest.raises(ValueError, match="k of 1 or more"):
        bot.as_retriever(k=0)


def test_the_retriever_works_in_a_chain(bot: Chatbot) -> None:
    def join(found: list[Passage]) -> str:
        return "\n".join(each.page_content for each in found)

    chain = {"context": bot.as_retriever(k=2) | RunnableLambda(join), "question": RunnablePassthrough()}
    given = RunnableLambda(lambda asked: asked) | chain
    assert "10 milliards" in given.invoke(QUESTION)["context"]


def test_the_runnable_answers(bot: Chatbot) -> None:
    runnable = bot.as_runnable()
    answer = runnable.invoke(QUESTION)
    assert isinstance(answer, Answer)
    assert answer == bot.ask(QUESTION)
    assert runnable.invoke({"question": QUESTION, "k": 5}) == bot.ask(QUESTION, k=5)
    follow = runnable.invoke({"question": "Et Microsoft ?", "history": [answer]})
    assert follow.question == "Et Microsoft ?"
    assert (runnable | RunnableLambda(lambda given: given.text)).invoke(QUESTION) == answer.text
    assert runnable.batch([QUESTION, QUESTION]) == [answer, answer]


@pytest.mark.parametrize("asked", [3, None, {}, {"question": 4}, {"question": "Quoi ?", "top_k": 3}, ["Quoi ?"]])
def test_the_runnable_refuses_what_is_no_question(bot: Chatbot, asked: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        bot.as_runnable().invoke(asked)  # type: ignore[arg-type]
