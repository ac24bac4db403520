"""What a cut leaves out right behind its words: "parking is free" of "parking is free for residents only"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.differences import Difference
from rag.facts.reading import Reading

_CONDITIONS = frozenset("only solely unless except excluding if provided seulement uniquement sauf hormis si".split())
_ONLY = frozenset("only solely seulement uniquement exclusivement exclusively".split())
_FOR = frozenset("for pour aux".split())
_ACCESS = frozenset(
    "free open allowed permitted compulsory mandatory forbidden prohibited exempt gratuit gratuite gratuits gratuites "
    "ouvert ouverte ouverts ouvertes autorise autorisee autorises autorisees permis permise permises obligatoire "
    "obligatoires interdit interdite interdits interdites".split()
)
"""Words that hold for those alone whom "for" names."""
_ANYBODY = frozenset(
    "all everyone everybody public visitors tous toutes visiteurs business reasons raisons repairs".split()
)


def cut_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give what limits a word of the statement in the source, where it follows that word and the statement drops it."""
    if any(cue.senses & {"only", "except", "if", "unless"} for cue in statement.cues):
        return
    weighed = items(statement) - {word.position for word in statement.words if word.light}
    for pairing in pairings:
        if not weighed <= pairing.links.keys():
            continue  # another sentence may say the rest
        source = pairing.source
        used = {place for places in pairing.links.values() for place in places}
        for place in sorted(used):
            end = _limit(source, place + 1)
            if end and used.isdisjoint(range(place + 1, end)):
                yield Difference("limited", found=source.quote(place + 1, end))
                return


def _limit(source: Reading, start: int) -> int:
    """Give where the phrase ends that limits the word before `start`; 0 where none does."""
    end = start
    while end < len(source.tokens) and piece(source, end, fine=True) == piece(source, start, fine=True):
        end += 1
    words = [token.norm for token in source.tokens[start:end]]
    while words and not words[-1].isalnum():
        words.pop()
    end = start + len(words)
    if not words or (len(words) == 1 and words[0] in _ONLY):
        return 0  # "from May to September only" limits what it follows
    if any(amount.number in range(start, start + 2) for amount in source.quantities):
        return 0  # "only three times"
    told_for = source.tokens[start - 1].norm in _ACCESS and _ANYBODY.isdisjoint(words)
    if words[0] in _CONDITIONS or (words[0] in _FOR and (told_for or not _ONLY.isdisjoint(words))):
        return end
    return 0
