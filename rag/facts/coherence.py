"""Do the words of a statement stand together in its sources, or were they picked from places that speak of others?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.facts.alignment import Pairing
from rag.facts.binding import following, is_anchored, items, piece
from rag.facts.reading import Reading
from rag.facts.roles import is_passive
from rag.facts.subjects import FORMER, LATTER
from rag.facts.wording import keys

_STANDING_FOR = {
    "fr": (
        "entreprise société groupe compagnie firme établissement ville commune pays état région homme femme "
        "ministre président maire joueur club équipe usine site projet accord texte loi étude hôpital "
        "université association startup organisation institution navire auteur chercheur patient langue espèce "
        "animal plante ouvrage livre film bâtiment édifice monument appareil système carte document animaux lieu"
    ),
    "en": (
        "company firm group business city town country state region man woman minister president mayor player "
        "club team plant site project agreement deal bill law study hospital university association charity "
        "startup organisation organization institution ship vessel author researcher patient language species "
        "animal plant book film building monument device system card permit document place"
    ),
}
_NEAR = 4


def scattered(statement: Reading, pairings: Sequence[Pairing]) -> list[int]:
    """Give the words of the statement whose place is taken by something else where the sources say the rest.

    « Le Sénat a adopté le texte », of « L’Assemblée a adopté le texte » and a sentence that names the Senate.
    """
    spots = _spots(statement, pairings)
    if len(spots) < 2:
        return []
    best = max(spots, key=lambda spot: (len(spots[spot]), -spot[0], -spot[1]))
    main = next(pairing for pairing in pairings if pairing.order == best[0])
    light = {word.position for word in statement.words if word.light}
    taken = []
    for position in sorted(items(statement) - spots[best] - light):
        places = [(pairing, place) for pairing in pairings for place in pairing.links.get(position, ())]
        at_home = any(is_anchored(statement, position, place, _NEAR) for place in places)
        if places and not at_home and _is_taken(statement, position, main, best[1]):
            taken.append(position)
    return taken


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


def _is_taken(statement: Reading, position: int, main: Pairing, part: int) -> bool:
    """Whether another word stands beside the neighbour of `position` in the part of the source that says the rest."""
    source = main.source
    used = {place for places in main.links.values() for place in places}
    light = {word.position for word in source.words if word.light}
    crossed = statement.language != source.language or is_passive(statement) != is_passive(source)
    for step in (-1, 1):
        neighbour = following(statement, position, step, _NEAR, whole=True)
        for place in main.links.get(neighbour, ()) if neighbour >= 0 else ():
            if piece(source, place) != part:
                continue
            for side in (-step, step) if crossed else (-step,):
                other = following(source, place, side, _NEAR, whole=False)
                if other >= 0 and other not in used | light and not is_general(source, other):
                    return True
    return False


def is_general(source: Reading, position: int) -> bool:
    """Whether the word stands for something named elsewhere: "the company", "the latter"."""
    token = source.tokens[position]
    return token.norm in FORMER | LATTER or not keys(token.raw.lower(), source.language).isdisjoint(
        _general(source.language)
    )


@lru_cache(maxsize=2)
def _general(language: str) -> frozenset[str]:
    return frozenset(key for word in _STANDING_FOR[language].split() for key in keys(word, language) if key[0] != "#")


def standing_for(statement: Reading, pairings: Sequence[Pairing]) -> frozenset[int]:
    """Give the general words of the statement that stand for a name of the source it doesn't have: "the company".

    Only for the subject of a sentence, and where one source sentence has all the rest of it.
    """
    first = next((word for word in statement.words if not word.light), None)
    if first is None or first.position > _OPENING or first.keys.isdisjoint(_general(statement.language)):
        return frozenset()
    before = {token.norm for token in statement.tokens[: first.position]} - {"'"}
    if not before or not before <= _DEFINITE:
        return frozenset()
    rest = items(statement) - {word.position for word in statement.words if word.light} - {first.position}
    for pairing in pairings:
        used = {place for places in pairing.links.values() for place in places}
        free = [name for name in pairing.source.names if not name.common and name.position not in used]
        if free and rest and rest <= pairing.links.keys() and first.position not in pairing.links:
            return frozenset({first.position})
    return frozenset()


_OPENING = 2
_DEFINITE = frozenset("le la l les the".split())
