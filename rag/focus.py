"""The part of a sentence that answers: an amount, a date, a name, told by what the question wants."""

from __future__ import annotations

from collections.abc import Sequence

from index import detect, fold, terms
from rag.facts.binding import piece
from rag.facts.dates import Date
from rag.facts.names import Name
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading, read
from rag.likeness import alike
from rag.question import Kind, Question


def focus(question: Question, sentence: str) -> tuple[int, int] | None:
    """Give the half-open offsets, in `sentence`, of the words that answer; None when their form doesn't tell.

    >>> from rag.question import read_question
    >>> sentence = "Nvidia investit jusqu’à 10 milliards de dollars en 2025."
    >>> a, b = focus(read_question("Combien Nvidia investit-il ?"), sentence)
    >>> sentence[a:b]
    'jusqu’à 10 milliards de dollars'
    """
    return _nearest(question, sentence, strict=True) or _nearest(question, sentence, strict=False)


def its_own(question: Question, sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Give the one other amount that goes with a name of the question, when that in [start, end) goes with another's.

    Half-open offsets in `sentence`; None when the amount there may well be the one that is asked for.

    >>> from rag.question import read_question
    >>> sentence = "Nvidia investit 10 milliards de dollars dans Anthropic, et Microsoft ajoute 5 milliards."
    >>> a, b = its_own(read_question("Combien Microsoft investit-il dans Anthropic ?"), sentence, 16, 39)
    >>> sentence[a:b]
    '5 milliards'
    """
    reading = read(sentence, detect(sentence))
    things = _things(question, reading, strict=False)
    here = [(a, b) for a, b in things if reading.tokens[a].start < end and start < reading.tokens[b - 1].end]
    if len(here) != 1:
        return None
    asked = set(question.names) | _months(read(question.text, question.language))
    beside = _beside(here[0][0], reading)
    if beside <= asked:
        return None
    own = []
    for thing in things:
        names = _beside(thing[0], reading)
        if names & asked - beside and names <= asked and _comparable(thing, here[0], reading):
            own.append((reading.tokens[thing[0]].start, reading.tokens[thing[1] - 1].end))
    return own[0] if len(own) == 1 else None


def _beside(position: int, reading: Reading) -> set[str]:
    """Give the names, folded, and the months in the piece of the sentence that a token stands in."""
    here = piece(reading, position, fine=True)
    places = [name.position for name in reading.names]
    names = {fold(reading.tokens[at].raw) for at in places if piece(reading, at, fine=True) == here}
    return names | _months(reading, [date for date in reading.dates if piece(reading, date.start, fine=True) == here])


def _months(reading: Reading, dates: Sequence[Date] | None = None) -> set[str]:
    """Give a word for each month of the dates of `reading`, or of some of them, the same in both languages."""
    return {f"month {date.month}" for date in (reading.dates if dates is None else dates) if date.month}


def _comparable(first: tuple[int, int], second: tuple[int, int], reading: Reading) -> bool:
    """Say whether two amounts have a word, their unit or "billion", in common, or no words at all."""
    here, there = ({token.norm for token in reading.tokens[a:b] if token.raw.isalpha()} for a, b in (first, second))
    return here == there or bool(here & there)


def holds_kind(question: Question, sentence: str) -> bool:
    """Say whether `sentence` holds a thing of the kind that `question` wants; True when any sentence might."""
    return question.kind in (Kind.OTHER, Kind.REASON) or _nearest(question, sentence, strict=False) is not None


def holds_number(question: Question, sentence: str) -> bool:
    """Say whether `sentence` holds an amount that may be of what is counted: people are no money, nor hours.

    >>> from rag.question import read_question
    >>> asked = read_question("Combien d’employés a Nvidia ?")
    >>> holds_number(asked, "Nvidia investit 10 milliards de dollars."), holds_number(asked, "Nvidia en a 36 000.")
    (False, True)
    """
    if not question.counted:
        return holds_kind(question, sentence)
    counted = next(iter(read(f"3 {question.counted}", question.language).quantities), None)
    if counted is not None and counted.dimension in MEASURES["duration"]:  # days: "10 h" is none
        times = [a for a in read(sentence, detect(sentence)).quantities if a.dimension in MEASURES["duration"]]
        return any(a.dimension != counted.dimension or 3 * a.value >= counted.value for a in times)
    if counted is None or counted.dimension:
        return holds_kind(question, sentence)  # hectares, euros
    measures = {dimension for found in MEASURES.values() for dimension in found}
    reading = read(sentence, detect(sentence))
    return any(amount.dimension not in measures for amount in reading.quantities if not amount.ordinal) or fits_kind(
        question, sentence
    )


def fits_kind(question: Question, sentence: str) -> bool:
    """Say whether that thing is also of what is counted, in the unit asked for, or the year."""
    return question.kind in (Kind.OTHER, Kind.REASON) or _nearest(question, sentence, strict=True) is not None


def _nearest(question: Question, sentence: str, *, strict: bool) -> tuple[int, int] | None:
    """Give the thing of the right kind that the question doesn't hold and that stands nearest to words it does."""
    if question.kind in (Kind.OTHER, Kind.REASON):
        return None
    language = detect(sentence)
    reading = read(sentence, language)
    asked = {term for found in question.terms.values() for term in found} | set(question.names)
    repeated = [bool(asked.intersection(_forms(token.raw, language))) for token in reading.tokens]
    new = [
        (start, end)
        for start, end in _things(question, reading, strict=strict)
        if not all(repeated[at] for at in range(start, end) if terms(reading.tokens[at].raw, language))
    ]
    if not new:
        return None
    # Near to all the question's names that stand here, else to all its words: each amount goes with its own name.
    anchors: dict[str, list[int]] = {}
    for at, again in enumerate(repeated):
        if again:
            anchors.setdefault(fold(reading.tokens[at].raw), []).append(at)
    anchors = {word: places for word, places in anchors.items() if word in question.names} or anchors
    start, end = min(
        new, key=lambda thing: (sum(min(abs(thing[0] - at) for at in places) for places in anchors.values()), thing)
    )
    return reading.tokens[start].start, reading.tokens[end - 1].end


def _things(question: Question, reading: Reading, *, strict: bool) -> list[tuple[int, int]]:
    """Give where, in tokens, the amounts, dates or names of a sentence stand."""
    if question.kind is Kind.AMOUNT:
        amounts = [
            amount for amount in reading.quantities if not amount.ordinal and not _numbers_a_name(amount, reading)
        ]
        return [(a.start, a.end) for a in amounts if not strict or _is_of(question.counted, a, reading)]
    if question.kind is Kind.DATE:
        return [(d.start, d.end) for d in reading.dates if d.year or not (strict and question.counted == "year")]
    return _joined([name for name in reading.names if name.sure], reading)


def _numbers_a_name(amount: Quantity, reading: Reading) -> bool:
    """Say whether a bare number only numbers the name before it: "Claude 4", "GPT-5"."""
    before = reading.tokens[amount.start - 1].raw if amount.start else ""
    return not amount.dimension and (before[:1].isupper() or before == "-")


def _is_of(counted: str, amount: Quantity, reading: Reading) -> bool:
    """Say whether `amount` is of what the question counts."""
    if not counted:
        return True
    if counted in MEASURES:
        return amount.dimension in MEASURES[counted]
    here = reading.tokens[amount.start : amount.end + 3]
    return alike(counted, [token.raw for token in here if token.is_word and terms(token.raw, reading.language)])


MEASURES = {
    "%": ("%", "point"),
    "money": ("€", "$", "£", "¥", "yuan", "chf", "franc", "rouble", "roupie"),
    "duration": ("months", "time"),
}
"""The dimensions of quantities that a question may ask an amount in."""


def _joined(names: Sequence[Name], reading: Reading) -> list[tuple[int, int]]:
    """Join the words of one name: those that follow each other, or have one small word such as "de" between them."""
    found: list[tuple[int, int]] = []
    for name in names:
        between = reading.tokens[found[-1][1] : name.position] if found else ()
        if found and (not between or (len(between) == 1 and between[0].norm in _PARTICLES)):
            found[-1] = (found[-1][0], name.end)
        else:
            found.append((name.position, name.end))
    return found


_PARTICLES = frozenset("de du des of von van di da bin ibn al -".split())


def _forms(word: str, language: str) -> list[str]:
    """Give the forms under which a question may hold `word`; none for a function word of its sentence."""
    if not terms(word, language):
        return []
    return [*terms(word, "fr"), *terms(word, "en"), fold(word)]
