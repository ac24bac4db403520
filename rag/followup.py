"""A follow-up question -> one that stands alone: by a model, or by carrying over what the question lacks."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from index import detect, fold
from rag.backend import Message
from rag.counterpart import YEAR, exchange
from rag.times import days
from rag.topic import BLANK, is_name, names, points_back, preposed, thing, unmarked

Rewrite = Callable[[str, Sequence[Message]], str]

_log = logging.getLogger(__name__)
_OPENER = re.compile(
    rf"(?:et|mais|alors|ou|et{BLANK}+(?:pour|alors|donc)|qu[’']en{BLANK}est-il(?={BLANK}+d)|"
    rf"and|but|or|so|what{BLANK}+about|how{BLANK}+about|and{BLANK}+for|and{BLANK}+what{BLANK}+about)\b[\s,]*",
    re.IGNORECASE,
)
_FROM = re.compile(r"d(?:e |u |es |[’'])", re.IGNORECASE)
_ASKING = re.compile(
    rf"(?:combien|quand|où|pourquoi|comment|depuis{BLANK}quand|jusqu[’']à{BLANK}(?:quand|combien)"
    rf"|(?:pour|à|de){BLANK}combien|(?:par|à|pour|avec|chez|de){BLANK}qui|d[’']où"
    rf"|how{BLANK}much|how{BLANK}many|how{BLANK}long|when|where|why|how"
    rf"|(?:until|since|by|from){BLANK}when|for{BLANK}how{BLANK}(?:much|long)|(?:by|to|with|for|from){BLANK}whom?)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"(?:(?:(?:en|à|de|dans|depuis|pour|par|jusqu[’'](?:à|en)|in|on|at|by|since|until|for|to|from){BLANK}+)?"
    rf"(?:quel(?:le)?s?|what|which))(?:{BLANK}+[\w-]+){{0,2}}",
    re.IGNORECASE,
)
_EXCHANGEABLE = re.compile(
    rf"{BLANK}+(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b"
    rf"|(?!d(?:e\b|es\b|[’'])|\w+{BLANK}+(?:do|does|did|is|are|was|were|has|have|will)\b)\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_ASKS = re.compile(
    r"\b(?:qu[’']?|qui|que|quoi|quel(?:le)?s?|quand|what|which|whom?|when|where|how|why)\b", re.IGNORECASE
)
_ADDED = re.compile(r"(?P<own>[^?!…]+) \((?P<topic>[^()]+)\)")
_LONGEST = 400
_LONGEST_BEFORE = 1000
_FEW = 4


def standalone(question: str, history: Sequence[Message], rewrite: Rewrite | None = None) -> str:
    """Give the question to search for: `question` itself, or with what it takes from the turns before it.

    A rule, always the same, carries over what is missing. Where it can only add words, `rewrite` asks a model instead
    (`GenerativeBackend.rewrite`), though not for a question that plainly stands alone; where it fails, gives no short
    question, loses a name of the question or brings one that nobody spoke of, the rule holds.

    >>> standalone("Et Microsoft ?", [Message("user", "Combien Nvidia investit-il dans Anthropic ?")])
    'Combien Microsoft investit-il dans Anthropic ?'
    """
    before = ""
    told = ""
    for turn in history:
        if turn.role == "user":
            before, _ = _complete(turn.content.strip(), before, told)
        else:
            told = turn.content
    by_rule, exchanged = _complete(question, before, told)
    plain = by_rule == question and (names(question) or len(question.split()) > 8)
    if not before or rewrite is None or exchanged or plain:
        return by_rule
    try:
        written = " ".join(rewrite(question, history).split()).strip('«»"“” ')
    except Exception as error:  # a backend may be anybody's
        _log.warning("the follow-up is completed by rule: %s", error)
        return by_rule
    short = len(written) <= max(_LONGEST, 3 * len(question)) and re.search(r"\w", written)
    asks = written.endswith("?") or not question.rstrip().endswith("?")  # a small model is apt to answer instead
    return written if short and asks and _same_names(written, question, history) else by_rule


def _same_names(written: str, question: str, history: Sequence[Message]) -> bool:
    """Say whether a rewrite keeps the question's names and figures, and has no others than those it was told."""
    asked, given = _told(question), _told(written)
    spoken = {fold(word) for text in (question, *(turn.content for turn in history)) for word in _WORD.findall(text)}
    return asked <= {fold(word) for word in _WORD.findall(written)} and given <= spoken


def _told(text: str) -> set[str]:
    words = [word for name in names(text) for word in _WORD.findall(name.group())]
    return {fold(word) for word in (*words, *re.findall(r"\d+", text))}


def _complete(question: str, before: str, told: str) -> tuple[str, bool]:
    """Complete `question` from the one before it and, where that names nothing, from the answer it got.

    The second part says whether it took the place of a part of that question, which leaves nothing to be told.
    """
    if not before or len(question) > _LONGEST or len(before) > _LONGEST_BEFORE:
        return question, False
    opener = _OPENER.match(question)
    bare = question[opener.end() :] if opener else question
    if opener and "en est-il" in opener.group():
        bare = _FROM.sub("", bare, count=1)
    bare = unmarked(bare)
    if not bare:
        return before, True
    if _WHICH.fullmatch(bare) and not names(bare):
        return f"{before} {question}", False
    if _asks_only(bare):
        return _ask_otherwise(before, bare)
    added = question.rstrip().endswith("?") and _is_addition(bare)
    if (opener and _is_fragment(bare)) or _is_place(bare) or added:
        replaced = exchange(before, bare)
        return replaced or f"{_last(before)} {question}", bool(replaced)
    if points_back(bare) or (opener and not names(bare)):
        return _with_topic(question, before, told), False
    return question, False


def _asks_only(bare: str) -> bool:
    match = _ASKING.match(bare)
    return match is not None and match.end() == len(bare)


def _ask_otherwise(before: str, asked: str) -> tuple[str, bool]:
    """Put another question word before the same question, where it opens with one that can be exchanged."""
    match = _ASKING.match(before)
    if match is None or not _EXCHANGEABLE.match(before, match.end()):
        return f"{_last(before)} {asked[0].upper()}{asked[1:]}{_mark(before)}", False
    return asked[0].upper() + asked[1:] + before[match.end() :], True


def _is_fragment(bare: str) -> bool:
    """Say whether `bare` is no sentence of its own: a name, a year, a short phrase without a question word."""
    words = bare.split()
    first = fold(re.split(r"[’'-]", words[0])[0])
    asks = re.fullmatch(
        r"(?:qui|que|qu|quel(?:le)?s?|quoi|comment|combien|est|how|what|when|where|why|who|which)", first
    )
    verb = re.match(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", bare, re.IGNORECASE)
    return not asks and not verb and len(words) <= 6 and not re.search(r"-t?-?(?:ils?|elles?|on|ce)\b", bare)


def _is_place(bare: str) -> bool:
    """Say whether `bare` is nothing but a preposition and a name or a year: "Jusqu'en 2030", "in OpenAI"."""
    word, rest = preposed(bare)
    return bool(word) and bool(is_name(rest) or YEAR.fullmatch(rest))


def _is_addition(bare: str) -> bool:
    """Say whether `bare` is a preposition and few words that ask nothing: « pour les enfants », "in winter"."""
    word, _ = preposed(bare)
    few = len(bare.split()) <= _FEW and _is_fragment(bare)
    return bool(few and word and not _ASKS.search(bare))


def _with_topic(question: str, before: str, told: str) -> str:
    """Add the names that the last question was about, or else the thing, or else the names in its answer."""
    topics = list(dict.fromkeys(m.group() for m in names(before) if not days(m.group())))
    if not topics and detect(question) != detect(before):
        topics = list(dict.fromkeys(m.group() for m in names(told)))[:3]
    topic = ", ".join(topics) or _carried(before) or thing(before)
    if not topic:
        return f"{_last(before)} {question}"
    asked = unmarked(question)
    return f"{asked} ({topic}){question[len(asked) :]}"


def _last(before: str) -> str:
    """Give the last of the questions that follow each other: a conversation must not pile up."""
    return re.split(rf"(?<=[?!]){BLANK}+(?=\w)", before)[-1]


def _carried(before: str) -> str:
    """Give what `before`, a follow-up itself, had added in brackets; "" where it is none."""
    found = _ADDED.match(before)
    return found.group("topic") if found and (points_back(found.group("own")) or _OPENER.match(before)) else ""


def _mark(text: str) -> str:
    return text[len(unmarked(text, "?")) :] if text.endswith("?") else "?"
