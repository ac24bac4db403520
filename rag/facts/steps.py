"""By how much, from what or to what: "rose by 5%" is not "rose to 5%", « passé de 700 » is not « passé à 700 »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing, linked_quantities
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.quantity import Quantity
from rag.facts.reading import Reading
from rag.facts.wording import keys

_LEADS = {
    "fr": {"a": "to", "au": "to", "aux": "to", "de": "by", "d": "by", "depuis": "from"},
    "en": {"to": "to", "from": "from", "by": "by", "of": "by"},
}
_GOING = frozenset("went goes gone go moved moves passe passa passee passes passees passent passait passer".split())
_STANDING = ("montant", "elev")
"""Openings of words that share their root with a rise but say how much there is: « d'un montant de », « s'élève à »."""
_FARTHEST = 8


def step_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the numbers that something rose or fell by, from or to, where the sources tell another of the three."""
    for amount in statement.quantities:
        own = step(statement, amount)
        if not own:
            continue
        found = list(linked_quantities(amount, pairings))
        steps = [step(source, other) for source, other in found]
        if all(steps) and own not in steps and found:
            source, other = found[0]
            yield Difference("changed", _quote(statement, amount), _quote(source, other))


def step(reading: Reading, amount: Quantity) -> str:
    """Tell whether a number is what something rose or fell "by", "from" or "to"; "" for another number."""
    if amount.ordinal or amount.role in ("whole", "more", "less"):
        return ""
    others = (other for other in reading.quantities if {other.role, amount.role} == {"from", "to"})
    if any(other.dimension == amount.dimension for other in others):  # else « de 12 % à 3 milliards »: by, and to
        return amount.role
    lead = amount.start - 1
    move = _move(reading, lead)
    if move < 0:
        return ""
    if move == lead:
        bound = {token.norm for token in reading.tokens[amount.start : amount.number]}
        return "to" if bound & {"jusqu", "to"} else "by"  # "rose 5%"
    found = _LEADS[reading.language].get(reading.tokens[lead].norm, "")
    going = reading.tokens[move].norm in _GOING
    return "from" if found == "by" and going and reading.language == "fr" else "" if found == "by" and going else found


def _move(reading: Reading, before: int) -> int:
    """Give the word for a rise or a fall that a number at `before` belongs to; -1 for none."""
    verbs = {
        word.position
        for word in (*reading.words, *reading.others)
        if not (word.keys.isdisjoint(_moves()) or reading.tokens[word.position].norm.startswith(_STANDING))
    }
    told = {date.start for date in reading.dates} | {amount.number for amount in reading.quantities}
    for at in range(before, max(-1, before - _FARTHEST), -1):
        if at in verbs or reading.tokens[at].norm in _GOING:
            return at
        aside = at in told or reading.tokens[at].norm.endswith(("ly", "ment"))
        if piece(reading, at, fine=True) != piece(reading, before, fine=True) or (at in items(reading) and not aside):
            return -1
    return -1


@lru_cache(maxsize=1)
def _moves() -> frozenset[str]:
    return frozenset(key for word in ("hausse", "baisse") for key in keys(word, "fr") if key[0] == "#")


def _quote(reading: Reading, amount: Quantity) -> str:
    return reading.quote(max(0, amount.start - 1), amount.end)
