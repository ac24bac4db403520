"""Do the words of a statement stand together in its sources, or were they picked from places that speak of others?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import items, neighbours, piece
from rag.facts.reading import Reading
from rag.facts.wording import keys

_POINTING = {
    "fr": frozenset("je nous il elle ils elles ce cela celui celle ceux celles qui son sa ses leur leurs".split()),
    "en": frozenset("i we he she it they this that these those who which his her its their".split()),
}
_STANDING_FOR = {
    "fr": (
        "entreprise société groupe compagnie firme établissement ville commune pays état région homme femme "
        "ministre président maire joueur club équipe usine site projet accord texte loi étude hôpital "
        "université association startup organisation institution navire auteur chercheur patient "
    ),
    "en": (
        "company firm group business city town country state region man woman minister president mayor player "
        "club team plant site project agreement deal bill law study hospital university association charity "
        "startup organisation organization institution ship author researcher patient "
    ),
}
_LEAST_COMPANY = 2


def scattered(statement: Reading, pairings: Sequence[Pairing]) -> list[int]:
    """Give the words of the statement that stand in the sources, but away from what it says of them.

    A word may stand in another sentence than the rest when it has company there. An opening word may also when the
    rest points back to it by a pronoun or a general noun: « il », "the company".
    """
    spots = _spots(statement, pairings)
    if len(spots) < 2:
        return []
    best = max(spots, key=lambda spot: (len(spots[spot]), -spot[0], -spot[1]))
    named = {name.position for name in statement.names}
    named = {name.position for name in statement.names}
    light = {word.position for word in statement.words if word.light}
    first = min(spots[best])
    together = neighbours(statement, first, fine=True)
    opening = [p for p in sorted(items(statement) - spots[best]) if p <= first + 1 and p in together]
    exempt = frozenset(light)
    if light.intersection(opening) or _points_back(best, spots[best], pairings, _kinds(statement, opening)):
        exempt |= frozenset(opening)
    alone = []
    for position in sorted(items(statement) - spots[best] - exempt):
        held = [spot for spot, carried in spots.items() if position in carried]
        if position not in named and any(_points_back(spot, spots[spot], pairings, frozenset()) for spot in held):
            continue
        if position in opening:
            lonely = not any(len(spots[spot].difference(opening)) >= _LEAST_COMPANY for spot in held)
        else:
            lonely = all(spots[spot] == {position} and spot[0] != best[0] for spot in held)
        if held and lonely:
            alone.append(position)
    return alone


def _kinds(statement: Reading, positions: Sequence[int]) -> frozenset[str]:
    """Give the keys of the general nouns among the opening words: an association is no "company"."""
    return frozenset(
        key
        for word in statement.words
        if word.position in positions and not word.keys.isdisjoint(_general(statement.language))
        for key in word.keys
    )


def _spots(statement: Reading, pairings: Sequence[Pairing]) -> dict[tuple[int, int], frozenset[int]]:
    """Give, for each part of a source sentence, the items of the statement that it carries."""
    wanted = items(statement)
    spots: dict[tuple[int, int], set[int]] = {}
    for pairing in pairings:
        for position, places in pairing.links.items():
            if position in wanted:
                for place in places:
                    spots.setdefault((pairing.order, piece(pairing.source, place)), set()).add(position)
    return {spot: frozenset(carried) for spot, carried in spots.items()}


def _points_back(
    spot: tuple[int, int], carried: frozenset[int], pairings: Sequence[Pairing], kinds: frozenset[str]
) -> bool:
    """Whether the part of the sentence opens with a word that stands for something named elsewhere.

    `kinds` are the keys of what it would stand for, where the statement tells its kind.
    """
    pairing = next(p for p in pairings if p.order == spot[0])
    source = pairing.source
    used = {place for position in carried for place in pairing.links[position]}
    first = min(place for place in used if piece(source, place) == spot[1])
    general = _general(source.language)
    for position, token in enumerate(source.tokens):
        if piece(source, position) != spot[1]:
            continue
        if token.norm in _POINTING[source.language] and position <= first + 1:
            return True
        said = keys(token.raw.lower(), source.language)
        if position not in used and not said.isdisjoint(general) and (not kinds or not said.isdisjoint(kinds)):
            return True
    return False


@lru_cache(maxsize=2)
def _general(language: str) -> frozenset[str]:
    return frozenset(key for word in _STANDING_FOR[language].split() for key in keys(word, language) if key[0] != "#")
