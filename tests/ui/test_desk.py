import asyncio
import json
from dataclasses import replace
from html import unescape

from tests.ui.scripted import FRENCH_QUESTION, FRENCH_QUOTE, MIXED_QUESTION, Scripted, seed_bot
from ui.conversations import Conversations
from ui.desk import MAX_QUESTION, Desk, Shown
from ui.messages import ENGLISH


def desk() -> Desk:
    return Desk(seed_bot(), ENGLISH, Conversations())


def ask(at: Desk, question: str, conversation: str = "", chosen: str = "", owner: str = "ana") -> list[Shown]:
    async def run() -> list[Shown]:
        return [shown async for shown in at.ask(question, conversation, chosen, owner, "session")]

    return asyncio.run(run())


def test_a_question_is_shown_answered_and_kept() -> None:
    at = desk()
    shown = ask(at, FRENCH_QUESTION)
    assert shown[0].busy and ENGLISH.searching in str(shown[0].live)
    assert FRENCH_QUOTE[:30] in str(shown[-1].live) and shown[-1].busy is False
    conversation = str(shown[-1].kept)
    assert shown[0].conversation == conversation
    assert [turn.answer.question for turn in at.conversations.turns(conversation, "ana")] == [FRENCH_QUESTION]


def test_an_earlier_conversation_opens_for_its_owner_alone() -> None:
    at = desk()
    conversation = str(ask(at, FRENCH_QUESTION)[-1].kept)
    assert 'class="marker"' in str(at.opened(conversation, "ana").past)
    for stranger in (at.opened(conversation, "bob"), at.opened("", "ana"), at.opened("made up", "ana")):
        assert ENGLISH.welcome in str(stranger.past) and stranger.conversation == ""


def test_another_owners_conversation_is_neither_read_nor_added_to() -> None:
    at = desk()
    conversation = str(ask(at, FRENCH_QUESTION)[-1].kept)
    shown = ask(at, "And then?", conversation, owner="bob")
    assert shown[0].past == "" and shown[-1].kept != conversation
    assert len(at.conversations.turns(conversation, "ana")) == 1


def test_chosen_documents_narrow_the_search_and_nonsense_does_not() -> None:
    at = desk()
    for chosen in (json.dumps({"documents": ["a.txt"]}), "", "[]", "{", '{"documents": [1]}', '{"documents": "a"}'):
        ask(at, "Anything?", chosen=chosen)
    assert [narrowed for _, _, narrowed in at.bot.heard] == [{"document_id": ["a.txt"]}, *[None] * 5]  # type: ignore[attr-defined]


def test_a_greeting_is_returned_and_not_searched() -> None:
    at = desk()
    shown = ask(at, "Hello!")
    assert [each.busy for each in shown] == [True, False] and ENGLISH.hello in str(shown[0].live)
    assert at.bot.heard == []  # type: ignore[attr-defined]


def test_thanks_are_returned_as_thanks() -> None:
    at = desk()
    assert ENGLISH.welcome_back in str(ask(at, "Thank you!")[0].live)
    assert ENGLISH.goodbye in str(ask(at, "Bye")[0].live)
    assert at.bot.heard == []  # type: ignore[attr-defined]


def test_a_summary_is_declined_without_a_model_with_the_documents_to_read() -> None:
    at = desk()
    at.bot.backend = Scripted("extractive")  # type: ignore[misc]
    live = str(ask(at, "Summarise this document")[0].live)
    assert unescape(ENGLISH.no_summary) in unescape(live) and 'data-start="0"' in live
    assert at.bot.heard == []  # type: ignore[attr-defined]
    named = json.dumps({"documents": ["gone.txt"]})
    assert "data-document" not in str(ask(at, "Summarise this document", chosen=named)[0].live)


def test_the_chosen_backend_answers_and_an_unknown_one_never_does() -> None:
    at = desk()
    other = seed_bot()
    other.backend = Scripted("openai:other")
    at = replace(at, others=[other])
    ask(at, "Anything?", chosen=json.dumps({"backend": "openai:other"}))
    ask(at, "Anything?", chosen=json.dumps({"backend": "openai:unknown"}))
    assert (len(other.heard), len(at.bot.heard)) == (1, 1)  # type: ignore[attr-defined]


def test_a_short_answer_is_the_first_sentence_alone() -> None:
    at = desk()
    full = str(ask(at, MIXED_QUESTION)[-1].live)
    short = str(ask(at, MIXED_QUESTION, chosen=json.dumps({"short": True}))[-1].live)
    assert full.count('class="said"') == 4 and short.count('class="said"') == 1


def test_what_cannot_be_asked_changes_nothing_but_the_notice() -> None:
    for question in ("", " \n", "x" * (MAX_QUESTION + 1)):
        (shown,) = ask(desk(), question)
        assert shown.notice and shown.past is None and shown.live is None


def test_a_closed_page_stops_the_answer_and_keeps_its_part() -> None:
    at = desk()

    async def run() -> str:
        asking = at.ask("Talk forever", "", "", "ana", "session")
        first = await anext(asking)
        await anext(asking)
        await anext(asking)
        await asking.aclose()
        return str(first.conversation)

    conversation = asyncio.run(run())
    (turn,) = at.conversations.turns(conversation, "ana")
    assert turn.outcome == "stopped" and turn.answer.statements
    assert at.halts == {} and at.pace.running == 0


def test_stop_ends_the_answer_with_its_part() -> None:
    at = desk()

    async def run() -> list[Shown]:
        seen = []
        async for shown in at.ask("Talk forever", "", "", "ana", "session"):
            seen.append(shown)
            if len(seen) == 3:
                at.stop("another session")
                at.stop("session")
        return seen

    shown = asyncio.run(run())
    assert len(shown) < 8 and ENGLISH.stopped in str(shown[-1].live)
