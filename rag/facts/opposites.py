"""Do the sources say the opposite of a word: rise and fall, before and after, spring and autumn?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import Place, rival
from rag.facts.contrast import are_converse, are_exclusive, are_opposite
from rag.facts.denials import turned
from rag.facts.differences import Difference
from rag.facts.reading import Reading


def opposite_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the words of the statement where the sources have the opposite: rise and fall, before and after."""
    linked = {position for pairing in pairings for position in pairing.links}
    exchanged = _has_two_names(statement)
    denied = {p for cue in statement.cues if cue.kind == "negation" for p in turned(statement, cue)[:1]}
    for word in statement.words:
        if word.text in _RELATIONS and _leads_to_amount(statement, word.position):
            continue
        others: list[Place] = []
        for pairing in pairings:
            used = {place for places in pairing.links.values() for place in places}
            for other in (*pairing.source.words, *pairing.source.others):
                if other.position in used or not are_opposite(word.keys, other.keys):
                    continue
                if other.text in _FROM_BOTH_SIDES:
                    continue
                if word.position in denied or other.position in _denied_in(pairing):
                    continue  # "not safe" says nothing against "unsafe", nor « interdit » against « pas autorisé »
                if not (exchanged and are_converse(word.keys, other.keys)):
                    others.append((pairing, other.position))
        if not others:
            if word.position not in linked:
                yield from _excluded(statement, word.position, word.keys, pairings)
            continue
        own = [(p, place) for p in pairings for place in p.links.get(word.position, ())]
        instead = rival(statement, word.position, own, others, lead=2 if own else 1, anchored=False, half=True)
        if instead is not None:
            yield _difference(statement, word.position, *instead)


def _difference(statement: Reading, position: int, pairing: Pairing, place: int) -> Difference:
    """Give the word that the statement turns round; or the "not" that it lost, where the source's word holds one."""
    source = pairing.source
    about = frozenset({position})
    if any(cue.senses == {"not"} and cue.start <= place < cue.end for cue in source.cues):  # "not allowed"
        found = source.quote(place, min(place + 2, len(source.tokens)))
        return Difference("lost", found=found, about=about, turn="negation")
    said = statement.quote(position, position + 1)
    return Difference("changed", said, source.quote(place, place + 1), about, turn="word")


def _denied_in(pairing: Pairing) -> frozenset[int]:
    """Give the words of a source that its negations turn first."""
    source = pairing.source
    return frozenset(p for cue in source.cues if cue.kind == "negation" for p in turned(source, cue)[:1])


_FROM_BOTH_SIDES = frozenset("pret prets prêt prêts loan loans".split())
"""Nouns for a deed of two, which either of them may be said to do: a loan is borrowed as well as lent."""
_RELATIONS = frozenset("avant apres before after above below over under dessus dessous".split())
_NEAR_AMOUNT = 4


def _leads_to_amount(statement: Reading, position: int) -> bool:
    """Whether a date or a quantity follows, whose own comparison tells "before" from "after"."""
    starts = {date.start for date in statement.dates if date.relation}
    starts |= {amount.number for amount in statement.quantities if amount.bound}
    return any(position + ahead in starts for ahead in range(1, _NEAR_AMOUNT + 1))


def _excluded(
    statement: Reading, position: int, said: frozenset[str], pairings: Sequence[Pairing]
) -> Iterator[Difference]:
    """Give the unlinked word of the source that excludes the statement's: « automne » where it says « printemps »."""
    for pairing in pairings:
        used = {place for places in pairing.links.values() for place in places}
        for other in (*pairing.source.words, *pairing.source.others):
            if other.position in used or not are_exclusive(said, other.keys):
                continue
            if rival(statement, position, [], [(pairing, other.position)], lead=1) is not None:
                found = pairing.source.quote(other.position, other.position + 1)
                yield Difference("changed", statement.quote(position, position + 1), found, frozenset({position}))
                return


def _has_two_names(statement: Reading) -> bool:
    return len(statement.names) > 1
