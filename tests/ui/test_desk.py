import asyncio
import json
import re
from dataclasses import replace
from html import unescape

import pytest

from index import Collection, Document
from rag import Chatbot
from rag.backends import load
from tests.rag.material import ARTICLE
from tests.rag.servers import ModelServer, Reply, openai
from tests.ui.scripted import (
    FRENCH_QUESTION,
    FRENCH_QUOTE,
    MIXED_QUESTION,
    Scripted,
    ScriptedBot,
    Shelf,
    article,
    seed_bot,
)
from ui.conversations import Conversations
from ui.desk import MAX_QUESTION, Desk
from ui.messages import ENGLISH, FRENCH
from ui.wish import Wish


def desk() -> Desk:
    return Desk(seed_bot(), ENGLISH, Conversations())


def ask(at: Desk, question: str, conversation: str = "", owner: str = "ana", **wish: object) -> list[str]:
    async def run() -> list[str]:
        wished = json.dumps({"conversation": conversation, **wish})
        return [shown async for shown in at.ask(question, wished, owner, "session")]

    return asyncio.run(run())


def named(shown: str) -> str:
    """The conversation that a page is told of."""
    return re.search(r'data-conversation="([^"]*)"', shown)[1]  # type: ignore[index]


def test_a_question_is_shown_answered_and_kept() -> None:
    at = desk()
    shown = ask(at, FRENCH_QUESTION)
    assert ENGLISH.searching in shown[0] and "unfinished" in shown[0]
    assert FRENCH_QUOTE[:30] in shown[-1] and "unfinished" not in shown[-1]
    conversation = named(shown[-1])
    assert {named(each) for each in shown} == {conversation}
    assert [turn.answer.question for turn in at.conversations.turns(conversation, "ana")] == [FRENCH_QUESTION]


def test_while_a_model_reads_the_page_says_so_instead_of_searching() -> None:
    first, *between, last = ask(desk(), "A question after long reading?")
    assert ENGLISH.searching in first and between
    for shown in between:
        assert ENGLISH.reading in shown and ENGLISH.searching not in shown and "unfinished" in shown
    assert ENGLISH.not_found in last and ENGLISH.reading not in last


def test_an_earlier_conversation_opens_for_its_owner_alone() -> None:
    at = desk()
    conversation = named(ask(at, FRENCH_QUESTION)[-1])
    assert 'class="marker"' in at.opened(conversation, "ana")
    for stranger in (at.opened(conversation, "bob"), at.opened("", "ana"), at.opened("made up", "ana")):
        assert ENGLISH.welcome in stranger


def test_the_examples_follow_the_documents_the_newest_first() -> None:
    at = Desk(ScriptedBot(Shelf()), ENGLISH, Conversations(":memory:"), examples=("Who wrote the plan?", "Qui ?"))
    shelf = at.bot.collection
    assert ENGLISH.no_documents in at.opened("", "ana") and "example" not in at.opened("", "ana")
    for day in range(1, 6):
        shelf.add([Document(f"{day}.txt", f"The bridge of Port {day} was opened on {day} June 1987.", language="en")])
        assert f"When was the bridge of Port {day} opened?" in at.opened("", "ana")
    offered = re.findall(r'data-question="([^"]*)"', at.opened("", "ana"))
    assert offered == ["Who wrote the plan?", *(f"When was the bridge of Port {day} opened?" for day in (5, 4, 3))]
    shelf.remove(["5.txt"])
    assert "Port 5" not in at.opened("", "ana")


def test_an_earlier_answer_says_which_of_its_sources_moved_changed_or_went() -> None:
    at = desk()
    conversation = named(ask(at, FRENCH_QUESTION)[-1])
    document = article()
    held = at.bot.collection.held  # type: ignore[attr-defined]

    def since() -> str:
        return unescape(at.opened(conversation, "ana"))

    assert "note" not in since()
    held[document.id] = replace(document, text="A new beginning.\n" + document.text)
    assert ENGLISH.since_then.format(what=ENGLISH.since_moved.format(numbers="[1]")) in since()
    held[document.id] = replace(document, text=document.text.replace("10 milliards", "12 milliards"))
    assert ENGLISH.since_then.format(what=ENGLISH.since_changed.format(numbers="[1]")) in since()
    del held[document.id]
    assert ENGLISH.since_then.format(what=ENGLISH.since_gone.format(numbers="[1]")) in since()


def test_another_owners_conversation_is_neither_read_nor_added_to() -> None:
    at = desk()
    conversation = named(ask(at, FRENCH_QUESTION)[-1])
    shown = ask(at, "And then?", conversation, owner="bob")
    assert named(shown[-1]) != conversation and FRENCH_QUOTE[:30] not in "".join(shown)
    assert len(at.conversations.turns(conversation, "ana")) == 1


def test_an_id_that_was_made_up_names_no_conversation() -> None:
    at = desk()
    for made_up in ("1", "../../etc", "x" * 500, "' OR 1=1 --" + "x" * 11):
        assert len(named(ask(at, "Anything?", made_up)[-1])) == 22


def test_chosen_documents_narrow_the_search_and_nonsense_does_not() -> None:
    at = desk()
    ask(at, "Anything?", documents=["a.txt"])
    ask(at, "Anything?", documents=[])
    ask(at, "Anything?", folders=["reports/2023/"])
    heard = [narrowed for _, _, narrowed in at.bot.heard]  # type: ignore[attr-defined]
    assert heard == [{"document_id": ["a.txt"]}, None, {"folder": ["reports/2023/"]}]
    for nonsense in ("", "[]", "{", '{"documents": [1]}', '{"documents": "a"}', '{"short": "yes"}', "null", "\ud800"):
        assert Wish.read(nonsense) == Wish()


def test_a_greeting_is_returned_and_not_searched() -> None:
    at = desk()
    shown = ask(at, "Hello!")
    assert len(shown) == 1 and ENGLISH.hello in shown[0]
    assert at.bot.heard == []  # type: ignore[attr-defined]


def test_thanks_are_returned_as_thanks() -> None:
    at = desk()
    assert ENGLISH.welcome_back in ask(at, "Thank you!")[0]
    assert ENGLISH.goodbye in ask(at, "Bye")[0]
    assert at.bot.heard == []  # type: ignore[attr-defined]


def test_a_list_that_is_not_found_is_refused_with_the_nearest_passages() -> None:
    (*_, live) = ask(desk(), "List all the dates")
    assert ENGLISH.not_found in unescape(live) and 'class="near"' in live
    assert unescape(ENGLISH.not_whole_documents) not in unescape(live)


def test_only_the_documents_that_are_asked_are_offered_for_reading() -> None:
    at = desk()
    at.bot.collection.add(
        Document(name, f"Words of {name}.", title=name) for name in ("guides/a", "guides/b", "laws/c")
    )
    at = replace(at, bot=replace(at.bot, backend=Scripted("extractive")))  # type: ignore[type-var]
    for wish, offered in (
        ({"folders": ["guides/"]}, {"guides/a", "guides/b"}),
        ({"documents": ["laws/c", "gone"]}, {"laws/c"}),
        ({}, {"guides/a", "guides/b", "laws/c", article().id}),
    ):
        (live,) = ask(at, "Summarise this document", **wish)
        assert set(re.findall(r'data-document="([^"]*)"', live)) == offered


def test_a_summary_is_declined_without_a_model_with_the_documents_to_read() -> None:
    at = desk()
    at.bot.backend = Scripted("extractive")  # type: ignore[misc]
    live = ask(at, "Summarise this document")[0]
    assert unescape(ENGLISH.no_summary) in unescape(live) and 'data-start="0"' in live
    assert at.bot.heard == []  # type: ignore[attr-defined]
    assert "data-document" not in ask(at, "Summarise this document", documents=["gone.txt"])[0]


def test_the_chosen_backend_answers_and_an_unknown_one_never_does() -> None:
    at = desk()
    other = seed_bot()
    other.backend = Scripted("openai:other")
    at = replace(at, others=[other])
    ask(at, "Anything?", backend="openai:other")
    ask(at, "Anything?", backend="openai:unknown")
    assert (len(other.heard), len(at.bot.heard)) == (1, 1)  # type: ignore[attr-defined]


def test_a_short_answer_is_the_first_sentence_alone() -> None:
    at = desk()
    full = ask(at, MIXED_QUESTION)[-1]
    short = ask(at, MIXED_QUESTION, short=True)[-1]
    assert full.count('class="said"') == 4 and short.count('class="said"') == 1


def test_a_short_answer_is_asked_of_a_model_in_its_prompt() -> None:
    said = ["Nvidia investit dans Anthropic [2]. ", "Amazon reste le fournisseur [3]."]
    with ModelServer(Reply(said)) as server:
        collection = Collection.in_memory()
        collection.add([ARTICLE])
        model = load("openai:some-model", base_url=f"{server.url}/v1")
        at = replace(desk(), bot=Chatbot(collection, backend=model))
        short = ask(at, "Combien Nvidia investit-il dans Anthropic ?", short=True)[-1]
        ask(at, "Combien Nvidia investit-il dans Anthropic ?")
    first, second = (json.dumps(body, ensure_ascii=False) for _, _, body in server.requests)
    assert "en une seule phrase" in first and "en une seule phrase" not in second
    assert short.count('class="said"') == 1


def test_an_answer_that_breaks_off_is_shown_as_incomplete() -> None:
    said = ["Nvidia investit dans Anthropic [2]. ", "Amazon reste le fourni"]
    arrived = b"".join([*openai(Reply(said), "some-model")][:2])
    with ModelServer(Reply(said, cut=len(arrived), clean=True)) as server:
        collection = Collection.in_memory()
        collection.add([ARTICLE])
        model = load("openai:some-model", base_url=f"{server.url}/v1")
        at = replace(desk(), bot=Chatbot(collection, backend=model))
        shown = ask(at, "Combien Nvidia investit-il dans Anthropic ?")[-1]
    assert shown.count('class="said"') == 1 and ENGLISH.stopped in shown


@pytest.mark.parametrize("question", ["Combien Nvidia investit-il dans Anthropic ?", "Qui a peint le plafond ?"])
def test_where_the_model_fails_the_documents_answer_without_it(question: str) -> None:
    with ModelServer(Reply(status=401)) as server:
        collection = Collection.in_memory()
        collection.add([ARTICLE])
        model = load("openai:some-model", base_url=f"{server.url}/v1")
        at = replace(desk(), bot=Chatbot(collection, backend=model))
        shown = ask(at, question)[-1]
    assert ENGLISH.quoted_instead in unescape(shown) and "401" in shown
    quoted = Chatbot(collection).ask(question)
    assert shown.count('class="said"') == len(quoted.statements)
    assert quoted.statements or 'class="nearest"' in shown
    (kept,) = at.conversations.turns(named(shown), "ana")
    assert kept.answer == quoted


def test_what_cannot_be_asked_changes_nothing_but_the_notice() -> None:
    for question in ("", " \n", "x" * (MAX_QUESTION + 1)):
        (shown,) = ask(desk(), question)
        assert 'class="notice"' in shown and 'class="turn' not in shown


def test_a_closed_page_stops_the_answer_and_keeps_its_part() -> None:
    at = desk()

    async def run() -> str:
        asking = at.ask("Talk forever", "", "ana", "session")
        first = await anext(asking)
        await anext(asking)
        await anext(asking)
        await asking.aclose()
        return named(first)

    conversation = asyncio.run(run())
    (turn,) = at.conversations.turns(conversation, "ana")
    assert turn.outcome == "stopped" and turn.answer.statements
    assert at.halts == {} and at.pace.running == 0


def test_stop_ends_the_answer_with_its_part() -> None:
    at = desk()

    async def run() -> list[str]:
        seen = []
        async for shown in at.ask("Talk forever", "", "ana", "session"):
            seen.append(shown)
            if len(seen) == 3:
                at.stop("another session")
                at.stop("session")
        return seen

    shown = asyncio.run(run())
    assert len(shown) < 8 and ENGLISH.stopped in shown[-1]


def test_help_and_what_there_is_to_ask_are_told_and_not_searched() -> None:
    at = desk()
    assert ENGLISH.help in ask(at, "help")[0] and ENGLISH.help in ask(at, "ok")[0]
    (live,) = ask(at, "Which documents do you have?")
    assert ENGLISH.about.format(count=1) in live and article().title in unescape(live)
    (live,) = ask(at, "Quels documents as-tu ?")
    assert FRENCH.about.format(count=1) in unescape(live) and 'class="told" lang="fr"' in live
    assert at.bot.heard == []  # type: ignore[attr-defined]


def test_what_documents_are_about_goes_to_a_model_and_is_told_without_one() -> None:
    at = desk()
    ask(at, "De quoi parle cet article ?")
    assert len(at.bot.heard) == 1  # type: ignore[attr-defined]
    at.bot.backend = Scripted("extractive")  # type: ignore[misc]
    (live,) = ask(at, "De quoi parle cet article ?")
    assert FRENCH.about.format(count=1) in unescape(live)
    (live,) = ask(at, "De quoi parle cet article ?", documents=["gone.txt"])
    assert FRENCH.no_document in unescape(live)
    assert len(at.bot.heard) == 1  # type: ignore[attr-defined]
