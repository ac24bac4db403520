"""Do the words of a statement stand together in its sources, or were they picked from places that speak of others?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import items, piece
from rag.facts.reading import Reading
from rag.facts.wording import keys

_POINTING = {
    "fr": frozenset("je nous il elle ils elles ce cela celui celle ceux celles lui son sa ses leur leurs".split()),
    "en": frozenset("i we he she it they this that these those his her its their him them".split()),
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
    """Give the opening words of the statement that stand in the sources, but away from what it says of them.

    Such a word may stand in another sentence than the rest when it has company there, or when the rest points back to
    it: « il », "the company".
    """
    spots = _spots(statement, pairings)
    if len(spots) < 2:
        return []
    best = max(spots, key=lambda spot: (len(spots[spot]), -spot[0], -spot[1]))
    if _points_back(best, spots[best], pairings):
        return []
    named = {name.position for name in statement.names}
    alone = []
    for position in sorted(items(statement) - spots[best]):
        held = [spot for spot, carried in spots.items() if position in carried]
        light = any(word.position == position and word.light for word in statement.words)
        if position > min(spots[best]) + 1 or light:
            break
        if position not in named and any(_points_back(spot, spots[spot], pairings) for spot in held):
            continue
        if held and not any(len(spots[spot]) > _LEAST_COMPANY for spot in held):
            alone.append(position)
    return alone


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


def _points_back(spot: tuple[int, int], carried: frozenset[int], pairings: Sequence[Pairing]) -> bool:
    """Whether the part of the sentence holds a word that stands for something named elsewhere."""
    pairing = next(p for p in pairings if p.order == spot[0])
    source = pairing.source
    used = {place for position in carried for place in pairing.links[position]}
    general = _general(source.language)
    for position, token in enumerate(source.tokens):
        if piece(source, position) != spot[1]:
            continue
        if token.norm in _POINTING[source.language]:
            return True
        if position not in used and not keys(token.raw.lower(), source.language).isdisjoint(general):
            return True
    return False


@lru_cache(maxsize=2)
def _general(language: str) -> frozenset[str]:
    return frozenset(key for word in _STANDING_FOR[language].split() for key in keys(word, language) if key[0] != "#")
