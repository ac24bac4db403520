"""Whose deed is it? "Mr Hall retires; Mrs Moss was elected" does not say that Mrs Moss retires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_BEING = frozenset("est sont etait etaient fut furent is are was were be been it il".split())


def clause_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what the statement says first, where the rest of it is told in a clause about something else."""
    linked = sorted({at for pairing in pairings for at in pairing.links} & _words(statement))
    if not linked or (linked[0] and statement.tokens[linked[0] - 1].norm in _BEING):
        return  # « il est interdit de »: no subject
    named = {name.position for name in statement.names}
    end = next((at for at in range(linked[0] + 1, len(statement.tokens)) if at not in named), linked[0] + 1)
    subject = range(linked[0], end)
    for pairing in pairings:
        source = pairing.source
        clauses = list(accumulate(token.norm == ";" for token in source.tokens))
        here = {clauses[place] for at in subject for place in pairing.links.get(at, ())}
        if not clauses or not clauses[-1] or len(here) != 1:
            continue
        spoken = {place for places in pairing.links.values() for place in places}
        for clause in {clauses[place] for place in spoken} - here:
            only = [at for at, places in pairing.links.items() if {clauses[place] for place in places} == {clause}]
            first = min((at for at in _words(source) if clauses[at] == clause), default=-1)
            if only and first >= 0 and first not in spoken:
                yield Difference("apart", statement.quote(subject.start, subject.stop))
                return


def _words(reading: Reading) -> frozenset[int]:
    """Give the items that are no figures and no dates."""
    facts = {amount.number for amount in reading.quantities} | {date.start for date in reading.dates}
    return items(reading) - facts
