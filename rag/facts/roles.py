"""Who acts, on what, for whom: the groups of words around a verb, as far as their order and small words tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.facts.binding import items
from rag.facts.rates import TIME_OF
from rag.facts.reading import Reading
from rag.facts.wording import INFINITIVE

BY = frozenset({"par", "by"})
"""Words that lead to the one who acts."""
OF = frozenset("de du des d of".split())
_TO = frozenset("a au aux to from chez".split())
_PREPOSITIONS = (
    BY
    | OF
    | _TO
    | frozenset(
        "dans en sur sous pour vers avec sans entre contre depuis apres avant pendant malgre selon parmi face durant "
        "des jusqu hors outre lors pres loin "
        "in on at for with without into onto over under against between among during after before since until despite "
        "through near than as about like behind beside above below within across along around off out".split()
    )
)
_WALLS = frozenset("; : ( ) . ! ?".split()) | frozenset("mais but tandis while whereas car because si if".split())
_JOINS = frozenset("et and ou or , que qu that dont".split())
BEING = frozenset(
    "was were been is are be being est sont fut furent ete etait etaient sera seront etre soit got get gets".split()
)
_REACH = 16


class Roles(NamedTuple):
    """The items that act, that undergo, and that receive or give, around one verb; empty where the words don't tell."""

    agent: frozenset[int]
    patient: frozenset[int]
    other: frozenset[int]
    pronoun: bool = False
    """Whether a pronoun acts, so that `agent` is empty."""


_NONE: frozenset[int] = frozenset()


@lru_cache(maxsize=8192)
def roles(reading: Reading, verb: int) -> Roles | None:
    """Give the roles around the word at `verb`; None when it follows a determiner, a preposition or a number."""
    if not may_be_verb(reading, verb):
        return None
    acting = subject(reading, verb)
    passive = follows_being(reading, verb)
    doer = patient = other = _NONE
    first = True
    for lead, group in _after(reading, verb):
        if lead in BY:
            doer = doer or (group if passive or not patient else _NONE)  # « prolonge l'accord signé par Rome »
        elif not lead and first:
            patient = group
        elif lead in _TO:
            other = other or group
        first = False
    if doer:
        return Roles(doer, acting, other)
    if passive:
        return Roles(_NONE, _NONE, _NONE)
    pronoun = not acting and any(token.norm in PRONOUNS for token in reading.tokens[max(0, verb - 4) : verb])
    return Roles(acting, patient, other, pronoun)


PRONOUNS = frozenset("il elle ils elles he she they it who qui".split())


LEADS = frozenset(
    "le la les l un une des du au aux ce cet cette ces son sa ses leur leurs mon ma mes notre nos votre vos quel "
    "quelle chaque the a an its his her their this that these those some any each every no our my your".split()
)


def may_be_verb(reading: Reading, at: int) -> bool:
    """Whether a word stands where a verb may: not after a determiner, a preposition or a number."""
    if at in {name.position for name in reading.names}:
        return False
    before = reading.tokens[at - 1].norm if at else ""
    if before == "'" and at > 1:
        before = reading.tokens[at - 2].norm
        return before in ("l", "s", "n", "m", "t", "qu") and _is_led_as_verb(reading, at)
    if before == "-" or (reading.language == "en" and (_qualifies(reading, at) or _is_owned(reading, at))):
        return False
    if before == "a":
        return reading.language == "fr"
    numbers = {p for amount in reading.quantities for p in range(amount.start, amount.end)}
    return before not in LEADS and before not in _PREPOSITIONS and at - 1 not in numbers


def _qualifies(reading: Reading, at: int) -> bool:
    """Whether a common noun follows right after, so that the word is its adjective: "net profit"."""
    return at + 1 in {word.position for word in reading.words} and reading.tokens[at + 1].raw.islower()


def _is_owned(reading: Reading, at: int) -> bool:
    """Whether what follows an owner is named by the word: "the depot's manager", not "who's managed"."""
    if at < _FEWEST or reading.tokens[at - 1].norm != "s" or reading.tokens[at - 2].norm != "'":
        return False
    return at > _FEWEST and reading.tokens[at - 3].norm not in PRONOUNS | _CONTRACTED


_FEWEST = 2
_CONTRACTED = frozenset("that there what here where how".split())
"""Words after which « 's » is "is" or "has"."""


def _is_led_as_verb(reading: Reading, at: int) -> bool:
    """Whether « l' » before the word is a pronoun: « l'avait vendu », not « l'accord »."""
    return reading.tokens[at - 2].norm != "l"


def follows_being(reading: Reading, verb: int) -> bool:
    """Whether a form of "to be" leads to the verb, which is then passive."""
    return any(reading.tokens[p].norm in BEING and not _is_reflexive(reading, p) for p in range(max(0, verb - 3), verb))


def _is_reflexive(reading: Reading, being: int) -> bool:
    """Whether « s' » or « se » leads to the form of « être »: « s'est incliné » is no passive."""
    before = [token.norm for token in reading.tokens[max(0, being - 2) : being]]
    return before[-1:] == ["se"] or before == ["s", "'"]


@lru_cache(maxsize=4096)
def _held(reading: Reading) -> frozenset[int]:
    light = {word.position for word in reading.words if word.light}
    told = {p for amount in reading.quantities for p in range(amount.start, amount.end)}
    told |= {p for date in reading.dates for p in range(date.start, date.end)}
    times = {p for p, token in enumerate(reading.tokens) if token.norm in TIME_OF or token.norm in _WHEN}
    return items(reading) - light - told - times


_WHEN = frozenset("last next this dernier derniere prochain prochaine soir matin morning evening night nuit".split())


def subject(reading: Reading, verb: int) -> frozenset[int]:
    """Give the nearest group before the verb that no preposition leads; « de » groups belong to what they follow."""
    group: set[int] = set()
    held = _held(reading)
    for at in range(verb - 1, max(-1, verb - 1 - _REACH), -1):
        norm = reading.tokens[at].norm
        if norm in _WALLS:
            break
        if norm == "s" and reading.tokens[at - 1].norm == "'" and group and reading.language == "en":
            break  # "Whelan's employer": the employer acts
        if at in held:
            group.add(at)
        elif norm in _PREPOSITIONS and group and not (norm == "a" and reading.language == "en"):
            if norm == "a" and at + 1 not in held and reading.tokens[at + 1].norm not in LEADS:
                break  # the auxiliary of « la ville a »
            group.clear()
        elif norm in _JOINS and group:
            break
    return frozenset(group)


def _after(reading: Reading, verb: int) -> Iterator[tuple[str, frozenset[int]]]:
    """Give the groups after the verb, each with the preposition that leads it; « de » groups go with the one before."""
    held = _held(reading)
    lead, group = "", set[int]()
    for at in range(verb + 1, min(len(reading.tokens), verb + 1 + _REACH)):
        norm = reading.tokens[at].norm
        if at in held:
            group.add(at)
        elif norm in _WALLS or (norm in _JOINS and group) or (norm in BY and _opens_clause(reading, at)):
            break
        elif norm in _PREPOSITIONS and not (norm == "a" and reading.language == "en"):
            if norm in OF and group:
                if _leads_to_infinitive(reading, at):
                    break  # « demande au maire de suspendre »: what is asked
                continue
            if group:
                yield lead, frozenset(group)
            lead, group = ("" if norm in OF and not lead else norm), set()
    if group:
        yield lead, frozenset(group)


def _leads_to_infinitive(reading: Reading, at: int) -> bool:
    """Whether « de » or « d' » leads to a verb."""
    following = [token.norm for token in reading.tokens[at + 1 : at + 3] if token.norm != "'"]
    return bool(following) and INFINITIVE.fullmatch(following[0]) is not None


def _opens_clause(reading: Reading, at: int) -> bool:
    """Whether "by" leads to no one who acts: "by beating Aoki", « par mois », "by letter"."""
    following = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    return following is None or not (following.raw[0].isupper() or following.norm in LEADS)


def exchanged(said: Roles, found: Roles, links: dict[int, tuple[int, ...]], turned: bool) -> tuple[int, int] | None:
    """Give an item of the statement that plays another part in the source, and the item whose part it plays.

    `links` go from the statement's positions to the source's; `turned`, when the verbs tell the event from two sides.
    """
    agent, patient = (
        (found.patient | found.other, found.agent) if turned else (found.agent, found.patient | found.other)
    )
    acting = _places(said.agent, links)
    object_, rest = found.patient or found.other, _places(said.patient or said.other, links)
    if acting & agent or not acting & patient:
        return None
    both = rest & agent and not rest & object_ if not turned else rest & agent
    if not both and not (found.pronoun and not agent):
        return None
    first = min(p for p in said.agent if patient.intersection(links.get(p, ())))
    return first, min(said.patient | said.other, default=first)


def _places(positions: Sequence[int] | frozenset[int], links: dict[int, tuple[int, ...]]) -> frozenset[int]:
    return frozenset(place for position in positions for place in links.get(position, ()))


def agreeing(said: Roles, found: Roles, links: dict[int, tuple[int, ...]], turned: bool) -> frozenset[int]:
    """Give the items that act or undergo in the statement and do the same in the source."""
    agent, patient = (
        (found.patient | found.other, found.agent) if turned else (found.agent, found.patient | found.other)
    )
    acting = {p for p in said.agent if agent.intersection(links.get(p, ()))}
    return frozenset(acting | {p for p in said.patient | said.other if patient.intersection(links.get(p, ()))})


def is_passive(reading: Reading) -> bool:
    """Whether a sentence names who acts after "by" or « par »."""
    return any(token.norm in BY for token in reading.tokens)
