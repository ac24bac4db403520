"""Do the dates and times of a statement stand in its sources, and do they tell them of the same?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing, agree, lasts, told
from rag.facts.amounts import same_sign
from rag.facts.binding import Place, rival, used
from rag.facts.dates import Date
from rag.facts.differences import Difference
from rag.facts.reading import Reading


def date_differences(
    statement: Reading, pairings: Sequence[Pairing], sentences: Sequence[Reading] = ()
) -> Iterator[Difference]:
    """Give the dates and times of the statement that the sources contradict, don't hold, or tell of something else.

    `sentences` are all those of the sources: « le 3 mars » may be of any year named there, and 03/04 told clearly.
    """
    years = frozenset(date.year for reading in sentences for date in reading.dates)
    everything = [(pairing, date) for pairing in pairings for date in pairing.source.dates]
    taken = used(pairings)
    for said in statement.dates:
        quote = statement.quote(said.start, said.end)
        same = [(pairing, date) for pairing, date in everything if agree(said, date)]
        comparable = [(p, d) for p, d in everything if not told(said).keys().isdisjoint(told(d))]
        others = [(p, d.start) for p, d in comparable if (p.order, d.start) not in taken]
        if not same:
            if _is_number(said, pairings) or _is_pieced(said, [date for _, date in everything], years):
                continue
            against = [
                (p, d.start)
                for p, d in comparable
                if (p, d.start) in others and told(said).keys() <= told(d).keys() and not _may_be(said, d)
                if _same_relation(said.relation, d.relation)
            ]
            instead = rival(statement, said.start, [], against, lead=1)
            if instead is not None and said.year and not said.month and _tells_from_now(instead[0].source):
                instead = None  # "this year" may be the year that the statement names
            yield Difference("absent", quote) if instead is None else Difference("changed", quote, _date_at(instead))
            continue
        clear = any(agree(said, d) and not _is_ambiguous(d) for reading in sentences for d in reading.dates)
        if said.month and not (said.either or clear) and all(_is_ambiguous(date) for _, date in same):
            pairing, date = same[0]
            yield Difference("ambiguous", quote, pairing.source.quote(date.start, date.end))
            continue
        deadline = not said.relation and any(token.norm in _DEADLINES for token in statement.tokens)
        if not any(
            _same_relation(said.relation, d.relation)
            or _not_until(statement, said, p, d)
            or (deadline and d.relation in ("before", "by", "until"))
            for p, d in same
        ):
            pairing, date = next((place for place in same if place[1].relation), same[0])
            kind = "changed" if date.relation and same_sign(statement, said.start, (pairing, date)) else "absent"
            yield Difference(kind, _related(statement, said), _related(pairing.source, date), turn="relation")
            continue
        instead = rival(statement, said.start, [(p, d.start) for p, d in same], others)
        if instead is not None:
            yield Difference("changed", quote, _date_at(instead))


def _is_ambiguous(date: Date) -> bool:
    """Whether a date is written so that day and month may be exchanged: 03/04/2024 in English, not 04/04/2024."""
    return date.either and date.day != date.month


_FROM_NOW = (
    "this year", "last year", "next year", "following year", "year before", "year earlier", "year later", "cette annee",
    "an dernier", "an prochain", "annee derniere", "annee prochaine", "annee suivante", "annee precedente",
)  # fmt: skip


def _tells_from_now(reading: Reading) -> bool:
    """Whether a year is told from that of the text: "this year", « l'an dernier »."""
    text = " ".join(token.norm for token in reading.tokens)
    return any(words in text for words in _FROM_NOW)


def _date_at(place: Place) -> str:
    source, start = place[0].source, place[1]
    return next(source.quote(date.start, date.end) for date in source.dates if date.start == start)


def _may_be(said: Date, found: Date) -> bool:
    """Whether two dates tell different things of what may be one date: "May" and "May 2018"."""
    fields = told(found)
    return all(fields.get(name, value) == value for name, value in told(said).items())


_DEADLINES = frozenset("limite deadline delai echeance date latest tard".split())
_LIKE_RELATIONS = ({"by", "before"}, {"since", ""}, {"until", "by"}, {"since", "after"}, {"until", ""})


def _same_relation(said: str, found: str) -> bool:
    return said == found or any({said, found} == pair for pair in _LIKE_RELATIONS)


def _not_until(statement: Reading, said: Date, pairing: Pairing, found: Date) -> bool:
    """Whether "not until 1818" is told as « pas avant 1818 »."""
    negated = all(any(cue.kind == "negation" for cue in reading.cues) for reading in (statement, pairing.source))
    return negated and {said.relation, found.relation} == {"until", "before"}


def _related(reading: Reading, date: Date) -> str:
    """Give the date with the few words before it, where its relation stands."""
    return reading.quote(max(0, date.start - 2), date.end)


def _is_number(said: Date, pairings: Sequence[Pairing]) -> bool:
    return not said.month and any(
        (said.year and q.value == said.year) or lasts(q, said) for p in pairings for q in p.source.quantities
    )


def _is_pieced(said: Date, found: Sequence[Date], years: frozenset[int]) -> bool:
    """Whether the source tells the parts of the date apart: the day here, its year or weekday there."""
    wanted = told(said)
    partial = [date for date in found if told(date).items() <= wanted.items()]
    together: dict[str, int] = {}
    for date in partial:
        together |= told(date)
    return together == wanted or (bool(partial) and said.year in years and together | {"year": said.year} == wanted)
