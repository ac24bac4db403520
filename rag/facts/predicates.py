"""Light words that are all a statement says of its one thing, so that they need a source too: "the mill is old"."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.alignment import Pairing
from rag.facts.reading import Reading
from rag.facts.roles import BEING, LEADS, OF

_TYING = OF | LEADS | frozenset("' - s".split())
_ENDS = frozenset(". ! ? ; , : et and".split())
_IDLE = frozenset(
    "agir agit agissait s appele appelee nomme nommee called named also although already however here now then there "
    "therefore thus indeed currently actually according ainsi alors aussi actuellement deja desormais donc egalement "
    "enfin ensuite effet ici notamment pourtant toutefois cependant simplement selon apres d let please thanks due "
    "cause case cas lieu time even meme spite faut falloir".split()
)
"""Light words that tell nothing of anything: « il s'agit de », "also"."""


def bare_predicates(statement: Reading, pairings: Sequence[Pairing], weighed: frozenset[int]) -> list[int]:
    """Give the light words that no source has and that are all the statement says of what it speaks of.

    They are all its light words where everything else (`weighed`) is one name or noun, and what "is" leads to at the
    end of a piece of the sentence.
    """
    linked = {position for pairing in pairings for position in pairing.links}
    free = [
        word.position
        for word in statement.words
        if word.light and word.position not in linked and word.text not in _IDLE
    ]
    if not free or _is_one_thing(statement, weighed):
        return free
    return [position for position in free if _is_description(statement, position)]


def _is_one_thing(statement: Reading, weighed: frozenset[int]) -> bool:
    """Whether all that weighs is one name or noun, with what "of" ties to it."""
    if statement.quantities or statement.dates or statement.cues or not weighed:
        return False
    low, high = min(weighed), max(weighed)
    return all(position in weighed or statement.tokens[position].norm in _TYING for position in range(low, high))


def _is_description(statement: Reading, position: int) -> bool:
    """Whether the word is all that "is" or "was" leads to: "the mill, by the river, is old"."""
    after = statement.tokens[position + 1].norm if position + 1 < len(statement.tokens) else "."
    return position > 0 and statement.tokens[position - 1].norm in BEING and after in _ENDS
