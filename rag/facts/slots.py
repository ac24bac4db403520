"""Is what a preposition ties to a word tied to it in the source too: "born in Oslo", « la requête de la société »?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import items
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_LEADS = {
    **dict.fromkeys("a au aux en dans at in".split(), "at"),
    **dict.fromkeys("de du des d of".split(), "of"),
}
_PASSED = frozenset("le la les l ' un une des the a an his her its their son sa ses leur".split())
_NEAR = 3


def slot_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what the statement ties to a word by a preposition by which the source ties something else to that word."""
    for holder, lead, filler in _slots(statement):
        if any(_is_tied(pairing, holder, filler) for pairing in pairings):
            continue
        for pairing in pairings:
            if pairing.links.get(filler) and _is_filled_otherwise(pairing, holder, lead, filler):
                yield Difference("absent", statement.quote(holder, filler + 1))
                return


def _slots(reading: Reading) -> Iterator[tuple[int, str, int]]:
    """Give each word, the preposition after it, and the item that the preposition leads."""
    held = items(reading)
    for at, token in enumerate(reading.tokens):
        lead = _LEADS.get(token.norm)
        if lead is None or at - 1 not in held or (token.norm == "a" and reading.language == "en"):
            continue
        for after in range(at + 1, min(len(reading.tokens), at + 1 + _NEAR)):
            if after in held:
                yield at - 1, lead, after
                break
            if reading.tokens[after].norm not in _PASSED:
                break


def _is_tied(pairing: Pairing, holder: int, filler: int) -> bool:
    """Whether both stand near each other in the source, in either order."""
    return any(abs(a - b) <= _NEAR + 1 for a in pairing.links.get(holder, ()) for b in pairing.links.get(filler, ()))


def _is_filled_otherwise(pairing: Pairing, holder: int, lead: str, filler: int) -> bool:
    """Whether the same preposition ties to the word, in the source, something that the statement does not speak of."""
    used = {place for places in pairing.links.values() for place in places}
    light = {word.position for word in pairing.source.words if word.light}
    return any(
        there in pairing.links.get(holder, ()) and led == lead and other not in used | light
        for there, led, other in _slots(pairing.source)
    )
