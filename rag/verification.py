"""Is a statement carried by its sources? Fact by fact, never by resemblance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from index import sentences
from rag.answer import Verdict
from rag.facts import (
    ALTERATIONS,
    Difference,
    Pairing,
    Reading,
    align,
    anchor_differences,
    attribution_differences,
    axis_differences,
    bare_predicates,
    circumstance_differences,
    clause_differences,
    company_differences,
    complements,
    converse,
    course_differences,
    cue_differences,
    cut_differences,
    date_differences,
    day_differences,
    displaced,
    doer_differences,
    exception_differences,
    exchange_differences,
    gapping_differences,
    identity_differences,
    measured_words,
    mirrored,
    name_differences,
    office_differences,
    opposite_differences,
    pair,
    planned_differences,
    quantity_differences,
    rank_differences,
    read,
    reason,
    relation_differences,
    retold,
    scattered,
    scope_differences,
    slot_differences,
    spoken,
    standing_for,
    step_differences,
    undone_differences,
    unframed,
    writing_differences,
)


class Verification(NamedTuple):
    """A verdict on a statement, and why."""

    verdict: Verdict
    reason: str


RELATED = 0.4
"""Below this share of its words and facts in the sources, a statement is about something else."""


def verify(statement: str, sources: Sequence[str], *, language: str | None = None) -> Verification:
    """Tell whether `statement` is carried by `sources`, the quoted texts it cites, taken together.

    The reason is given in `language`, "fr" or "en"; None: in that of the statement.

    SUPPORTED: every number, date, unit, name, negation and qualifier is in the sources with the same value, also
    across French and English, and its wording is covered. ALTERED: one of those differs; the reason names it.
    CANNOT_CHECK: the facts agree but the wording is not covered, or there is nothing to compare. Raises TypeError when
    `sources` is a bare string, or anything else but texts is given.

    >>> verify("Nvidia investit 10 milliards.", ["Nvidia investit jusqu’à 10 milliards de dollars."]).verdict
    <Verdict.ALTERED: 'altered'>
    """
    if isinstance(sources, str):
        raise TypeError("expected a sequence of source texts, found one text: write verify(statement, [source])")
    if not isinstance(statement, str) or not all(isinstance(source, str) for source in sources):
        raise TypeError("expected a statement and its sources as texts")
    statement = " ".join(statement.split())  # its lines mean nothing, those of a source may be headings
    own = spoken(statement)
    texts = [source for source in sources if source.strip()]
    verdict, difference = _verify(statement, own, texts)
    if texts and verdict is Verdict.CANNOT_CHECK and (bare := unframed(statement)) != statement:
        verdict, difference = _verify(bare, own, texts)  # "according to passage 2" is ours, not the source's
    return Verification(verdict, reason(difference, language or own))


def coverage(statement: str, sources: Sequence[str]) -> float:
    """Give the share, 0 to 1, of the words and facts of `statement` that have a counterpart in `sources`.

    >>> coverage("Nvidia investit 10 milliards.", ["Le maire a inauguré le pont."])
    0.0
    """
    said = read(" ".join(statement.split()), spoken(statement))
    items = _items(said)
    linked = {position for pairing in align(said, _readings(sources)) for position in pairing.links}
    return len(items & linked) / len(items) if items else 0.0


def _verify(statement: str, language: str, texts: Sequence[str]) -> tuple[Verdict, Difference]:
    if not texts:
        return Verdict.CANNOT_CHECK, Difference("no source")
    found = _readings(texts)
    results = [_verify_sentence(read(statement[a:b], language), found) for a, b in sentences(statement)]
    for verdict in (Verdict.ALTERED, Verdict.CANNOT_CHECK):
        for result in results:
            if result[0] is verdict:
                return result
    return results[0] if results else (Verdict.CANNOT_CHECK, Difference("nothing"))


def _readings(texts: Sequence[str]) -> list[Reading]:
    """Read each sentence of the texts, in the language of its text."""
    spoken_in = ((text, spoken(text)) for text in texts)
    return [read(text[start:end], language) for text, language in spoken_in for start, end in sentences(text)]


def _verify_sentence(said: Reading, found: Sequence[Reading]) -> tuple[Verdict, Difference]:
    if _is_whole_quote(said, found):
        return Verdict.SUPPORTED, Difference("whole")
    items = _items(said)
    if not items:
        return Verdict.CANNOT_CHECK, Difference("nothing")
    pairings = align(said, found)
    linked = {position for pairing in pairings for position in pairing.links}
    if len(items & linked) < RELATED * len(items):
        return Verdict.CANNOT_CHECK, Difference("unrelated")
    differences = list(_differences(said, found, pairings))
    amounts = {amount.number for amount in said.quantities} | {date.start for date in said.dates}
    turned = {position for pairing in pairings for position, _ in converse(said, pairing)}
    open_items = items - amounts - linked - turned
    contraries = len({difference.turn for difference in differences} - {""}) > 1  # "not more than" is "at most"
    for difference in differences:
        certain = open_items <= difference.about  # else what differs may be told of something else
        if certain and difference.kind in ALTERATIONS and not (contraries and difference.turn):
            return Verdict.ALTERED, difference
    if differences:
        return Verdict.CANNOT_CHECK, differences[0]
    if _is_part_quote(said, pairings):
        return Verdict.SUPPORTED, Difference("whole")
    light = {word.position for word in said.words if word.light}  # a capital makes no name of "Facts"
    if len(items) == 1 and (items <= light or not any(_is_most_of(pairing, items) for pairing in pairings)):
        return Verdict.CANNOT_CHECK, Difference("unrelated")
    apart = scattered(said, pairings) or displaced(said, pairings, found)
    if apart:
        listed = ", ".join(said.quote(position, position + 1) for position in apart[:4])
        return Verdict.CANNOT_CHECK, Difference("apart", listed)
    carried = linked | mirrored(said, pairings) | measured_words(said, pairings) | complements(said, pairings)
    carried |= standing_for(said, pairings)
    uncovered = [word.position for word in said.words if not word.light and word.position not in carried]
    if not uncovered or retold(said, pairings, uncovered):
        uncovered = [position for position in bare_predicates(said, pairings, items) if position not in carried]
    if uncovered:
        listed = ", ".join(said.quote(position, position + 1) for position in uncovered[:4])
        return Verdict.CANNOT_CHECK, Difference("uncovered", listed)
    return Verdict.SUPPORTED, Difference("agree")


def _is_most_of(pairing: Pairing, items: frozenset[int]) -> bool:
    """Whether the one thing a statement speaks of is at least half of what a source sentence speaks of."""
    places = {place for position in items for place in pairing.links.get(position, ())}
    return bool(places) and 2 * len(places) >= len(_items(pairing.source))


def _differences(said: Reading, found: Sequence[Reading], pairings: Sequence[Pairing]) -> Iterator[Difference]:
    figured = said.quantities or said.dates  # a figure may stand with its own in a sentence that align passes over
    beside = [pair(said, source) for source in found] if figured else []
    return chain(
        quantity_differences(said, pairings),
        date_differences(said, pairings, found),
        day_differences(said, pairings),
        cue_differences(said, pairings),
        opposite_differences(said, pairings),
        name_differences(said, pairings),
        exception_differences(said, pairings),
        exchange_differences(said, pairings),
        doer_differences(said, found),
        identity_differences(said, found),
        office_differences(said, found),
        gapping_differences(said, beside),
        anchor_differences(said, beside),
        attribution_differences(said, pairings),
        slot_differences(said, pairings),
        clause_differences(said, pairings),
        circumstance_differences(said, pairings),
        company_differences(said, pairings),
        relation_differences(said, pairings),
        course_differences(said, pairings),
        rank_differences(said, pairings),
        scope_differences(said, pairings),
        writing_differences(said, pairings),
        undone_differences(said, pairings),
        planned_differences(said, pairings),
        step_differences(said, pairings),
        cut_differences(said, pairings),
        axis_differences(said, pairings),
    )


def _items(said: Reading) -> frozenset[int]:
    """Give the positions of what can be compared: content words, names, numbers, dates."""
    words = {word.position for word in said.words if not word.light}
    facts = {amount.number for amount in said.quantities} | {date.start for date in said.dates}
    return frozenset(words | facts | {name.position for name in said.names})


_SILENT = frozenset('" . , ; : ! ? ( ) -'.split())


def _bare(reading: Reading) -> list[str]:
    """Give the tokens that must be equal in two texts of the same content: all but punctuation and quote marks."""
    return [
        token.norm
        for position, token in enumerate(reading.tokens)
        if token.norm not in _SILENT or _is_sign(reading, position)
    ]


def _is_sign(reading: Reading, position: int) -> bool:
    """Whether the token is the minus of a number below zero."""
    after = reading.tokens[position + 1 : position + 2]
    minus = reading.tokens[position].norm == "-" and not (reading.tokens[position].glued and position)
    return minus and bool(after) and after[0].is_number and after[0].glued


def _is_whole_quote(said: Reading, found: Sequence[Reading]) -> bool:
    bare = _bare(said)
    return bool(bare) and any(bare == _bare(reading) for reading in found)


def _is_part_quote(said: Reading, pairings: Sequence[Pairing]) -> bool:
    """Whether the statement is a run of words of one source sentence; what the cut lost is for the facts to tell."""
    bare = _bare(said)
    for pairing in pairings:
        whole = _bare(pairing.source)
        if any(whole[start : start + len(bare)] == bare for start in range(len(whole) - len(bare) + 1)):
            return True
    return False
