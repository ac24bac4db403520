"""Are the words that turn a sentence the same: negation, modality, quantifiers?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import is_anchored, items, piece
from rag.facts.cues import Cue
from rag.facts.denials import denied, denies_beside, is_denied_otherwise, is_free_denial, turned
from rag.facts.differences import Difference
from rag.facts.rates import TIME_OF
from rag.facts.reading import Reading
from rag.facts.wording import are_complements, is_telling, is_verbal


def cue_differences(statement: Reading, pairings: Sequence[Pairing]) -> Iterator[Difference]:
    """Give the negations, modalities and quantifiers that the statement adds, exchanges or loses."""
    for cue in statement.cues:
        quote = _quote(statement, cue)
        other = _exchanged(cue, pairings)
        if other:
            yield Difference("changed", quote, other, turn="degree")
        elif (cue.kind == "stance" and _opposes(statement, cue, pairings)) or (cue.kind == "comparison" and _compares_otherwise(statement, cue, pairings)):
            yield Difference("absent", quote)
        elif not (cue.kind in _SOURCE_ONLY or _is_answered(statement, cue, pairings) or _is_mild(statement, cue)):
            otherwise = cue.kind != "negation" or is_denied_otherwise(statement, cue, pairings)
            added = not otherwise and _is_said_together(statement, cue, pairings)
            yield Difference("added" if added else "absent", quote, turn=_turn(cue))
    for pairing in pairings:
        back = pairing.back()
        for cue in pairing.source.cues:
            if (not cue.may_be_lost or "future" in cue.senses) and _is_lost(cue, back, statement, pairing, pairings):
                included = any(token.norm in _INCLUDING for token in statement.tokens)
                limited = bool(_LIMITING & cue.senses) and not included
                limited = limited or (cue.kind == "negation" and _tell_other_order(statement, pairing.source))
                limited = limited or bool(_WEAK & cue.senses)
                kind = "limited" if limited else "lost"
                yield Difference(kind, found=_quote(pairing.source, cue), turn=_turn(cue))
        yield from denied(statement, pairing)


_LIMITING = frozenset({"except", "usually", "unless"})
"""Senses whose loss may leave what is said true: the exception may be told beside it, "usually" be taken as read."""
_WEAK = frozenset({"must", "proposed"})
"""Senses that other words may tell: « a 14 jours pour rendre » is "must return within 14 days"."""
_INCLUDING = frozenset("compris inclus meme aussi egalement including included even also too".split())
_LONGEST_QUOTE = 6


def _quote(reading: Reading, cue: Cue) -> str:
    """Give the cue with the word it turns: « n’a pas signé », "plans to open"."""
    start = cue.start - 2 if reading.tokens[cue.start].norm == "t" and cue.start > 1 else cue.start  # "don't"
    after = [position for position in cue.scope[:1] if cue.start <= position < cue.start + _LONGEST_QUOTE]
    return reading.quote(start, max([cue.end, cue.start + 1, *(position + 1 for position in after)]))


_WHENEVER = frozenset("quand lorsque lorsqu des si cas when whenever once if where".split())
"""Words that tell a condition as a time or a case."""


def _is_mild(statement: Reading, cue: Cue) -> bool:
    """Whether the cue makes the statement say no more: a condition, "only" before a number."""
    amounts = {amount.number for amount in statement.quantities}
    return "if" in cue.senses or ("only" in cue.senses and bool(cue.scope) and not amounts.isdisjoint(cue.scope[:2]))


def _opposes(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether the statement is against something that no source word opposes: not « 81 contre 76 »."""
    amounts = {amount.number for amount in statement.quantities}
    if not cue.scope or cue.scope[0] in amounts | {name.position for name in statement.names}:
        return False
    verbal = any(word.position == cue.scope[0] and is_verbal(word.keys) for word in statement.words)
    opposed = any(c.kind in ("stance", "negation") for pairing in pairings for c in pairing.source.cues)
    return verbal and not opposed and not is_denied_otherwise(statement, cue, pairings)


_LESS_MORE = {"less": "more", "more": "less"}


def _compares_otherwise(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether the sources compare by the contrary word alone, which may be told of the other side."""
    tokens = {"more": {"plus", "more", "davantage"}, "less": {"moins", "less", "fewer"}}
    (sense,) = cue.senses & _LESS_MORE.keys() or {""}
    if (
        not sense
        or cue.end >= len(statement.tokens)
        or not any(t.norm in ("que", "qu", "than") for t in statement.tokens[cue.end :])
    ):
        return False
    words = {token.norm for pairing in pairings for token in pairing.source.tokens}
    return words.isdisjoint(tokens[sense]) and not words.isdisjoint(tokens[_LESS_MORE[sense]])


_SOURCE_ONLY = frozenset({"stance", "comparison"})
"""Kinds that a statement may say in other words, so that only what the source has is looked for."""


_ORDER = {
    **dict.fromkeys(("before", "avant"), "before"),
    **dict.fromkeys(("after", "once", "apres", "fois"), "after"),
    **dict.fromkeys(("until", "till", "jusqu", "tant"), "until"),
}


def _tell_other_order(statement: Reading, source: Reading) -> bool:
    """Whether both tell by other words what comes first: "not until it is clean" is "only after cleaning"."""
    said, found = ({_ORDER[t.norm] for t in reading.tokens if t.norm in _ORDER} for reading in (statement, source))
    return bool(said) and bool(found) and said.isdisjoint(found)


def _turn(cue: Cue) -> str:
    """Tell by what a cue turns what is said, "" for one that limits it."""
    if cue.kind == "negation":
        return "word" if cue.senses & {"deny", "refuse"} else "negation"
    return "degree" if cue.kind == "comparison" else ""


def _same(one: Cue, other: Cue) -> bool:
    if {"except", "unless"} == {sense for cue in (one, other) for sense in cue.senses & {"except", "unless"}}:
        return True
    alike = one.kind == other.kind or {one.kind, other.kind} == {"quantifier", "degree"}  # "most", "mostly"
    return alike and not one.senses.isdisjoint(other.senses)


def _overlap(cue: Cue, other: Cue, pairing: Pairing) -> int:
    return sum(not set(other.scope).isdisjoint(pairing.links.get(p, ())) for p in cue.scope)


def _is_answered(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    linked = [p for p in cue.scope if any(p in pairing.links for pairing in pairings)]
    if "all" in cue.senses and _is_told_by_amount(statement, cue, pairings):
        return True
    own = range(cue.start, cue.end)
    if any(p in pairing.links for pairing in pairings for p in own if p not in cue.scope):
        return True  # « l’absence de » where the source says "absent"
    for pairing in pairings:
        for candidate in pairing.source.cues:
            if not _same(cue, candidate) or _answers_another(statement, cue, candidate, pairing):
                continue
            if not linked or _overlap(cue, candidate, pairing):
                return True
            if is_anchored(statement, cue.start, (pairing, candidate.start)):
                return True
            if cue.kind != "negation" and any(p in pairing.links for p in cue.scope):
                return True
        if any(_says_in_itself(cue, pairing.source, place) for p in cue.scope for place in pairing.links.get(p, ())):
            return True
        if "still" in cue.senses and any(token.norm.startswith(_STAYING) for token in pairing.source.tokens):
            return True
        if cue.kind == "negation" and _is_complement(statement, cue, pairing):
            return True
        if cue.kind == "negation" and any(
            denies_beside(pairing, place) for p in cue.scope[:1] for place in pairing.links.get(p, ())
        ):
            return True
    return bool(cue.scope) and not linked


def _is_complement(statement: Reading, cue: Cue, pairing: Pairing) -> bool:
    """Whether the source denies by a prefix what the cue denies: "not safe", "unsafe"."""
    said = [word for word in statement.words if word.position in turned(statement, cue)[:1]]
    return any(are_complements(word.text, other.text) for word in said for other in pairing.source.words)


def _answers_another(statement: Reading, cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the source's cue turns first what another cue of the statement turns first, and not this one."""
    if cue.kind != "negation" or not candidate.scope:
        return False

    def turns(one: Cue) -> bool:
        return candidate.scope[0] in pairing.links.get(one.scope[0], ()) if one.scope else False

    others = (other for other in statement.cues if other is not cue and _same(other, candidate))
    return not turns(cue) and any(turns(other) for other in others)


_EVERY = (
    "quotidien",
    "journalier",
    "daily",
    "hebdomadaire",
    "weekly",
    "mensuel",
    "monthly",
    "annuel",
    "annual",
    "yearly",
)


def _is_told_by_amount(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether "both" is a source's « deux », "every day" its « quotidien » or its rate a day."""
    sources = [pairing.source for pairing in pairings]
    if statement.tokens[cue.start].norm == "both":
        return any(amount.value == 2 for source in sources for amount in source.quantities)
    after = statement.tokens[cue.end].norm if cue.end < len(statement.tokens) else ""
    return after in TIME_OF and any(
        any(amount.per == TIME_OF[after] for amount in source.quantities)
        or any(token.norm.startswith(_EVERY) for token in source.tokens)
        for source in sources
    )


_STAYING = (
    "mainten",
    "maintien",
    "rest",
    "demeur",
    "continu",
    "conserv",
    "gard",
    "remain",
    "keep",
    "kept",
    "stay",
    "retain",
)
"""Openings of verbs that say « toujours » and "still"."""
_ABLE = ("able", "ible", "ables", "ibles")


def _says_in_itself(cue: Cue, reading: Reading, position: int) -> bool:
    """Whether the word at `position` says what `cue` says: « remboursable » can be paid back, « par ruche » is each."""
    if "can" in cue.senses:
        return reading.tokens[position].norm.endswith(_ABLE)
    if "future" in cue.senses and _is_aim(reading, position):
        return True
    if "must" in cue.senses and _is_ordered(reading, position):
        return True
    return "all" in cue.senses and position > 0 and reading.tokens[position - 1].norm in ("par", "per")


def _is_aim(reading: Reading, position: int) -> bool:
    """Whether the verb at `position` is what is still to be done: "voted to turn", « chargé de bâtir »."""
    before = [token.norm for token in reading.tokens[max(0, position - 2) : position] if token.norm != "'"]
    if reading.language == "en":
        return before[-1:] == ["to"]
    return (
        bool(before)
        and before[-1] in ("de", "d", "a", "pour")
        and reading.tokens[position].norm.endswith(("er", "ir", "re"))
    )


def _is_ordered(reading: Reading, position: int) -> bool:
    """Whether the verb at `position` is an order: « remplacez les piles », "Stir, then add"."""
    token, before = reading.tokens[position], reading.tokens[position - 1].norm if position else "."
    if reading.language == "fr":
        addressed = any(t.norm == "vous" for t in reading.tokens[max(0, position - 3) : position])
        return token.norm.endswith("ez") and not addressed
    return before in (".", ";", "then", ",") and any(
        w.position == position and is_verbal(w.keys) for w in reading.words
    )


def _is_said_together(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether one source sentence says both what comes before the negation and what it governs, without it."""
    light = {word.position for word in statement.words if word.light}
    before = [p for p in items(statement) if p < cue.start and p not in light]
    governed = [*turned(statement, cue)[:1], *[p for p in cue.scope if p not in light][:_REACH]]
    between = statement.tokens[cue.end : cue.scope[0]] if cue.scope else ()
    if any(token.norm not in _ARTICLES and p not in governed for p, token in enumerate(between, cue.end)):
        return False  # a verb that is no word of its own: "never got the emails"
    for pairing in pairings:
        if all(p in pairing.links for p in governed) and (not before or any(p in pairing.links for p in before)):
            return True
    return False


_ARTICLES = frozenset(
    "le la les l un une de des du d ' a the an to pas plus jamais be been being was were is are ete etre est sont fut a avoir eu "
    "ever yet encore en y se s any".split()
)


def _has_exception(pairings: Sequence[Pairing]) -> bool:
    """Whether a source says "all … except one", which "only one does not" says too."""
    return any("except" in cue.senses for pairing in pairings for cue in pairing.source.cues)


def _exchanged(cue: Cue, pairings: Sequence[Pairing]) -> str:
    """Give the source's other quantifier that governs more of what `cue` governs than its own does."""
    if cue.kind not in ("quantifier", "comparison"):
        return ""
    if _has_exception(pairings):
        return ""
    own = max((_overlap(cue, c, p) for p in pairings for c in p.source.cues if _same(cue, c)), default=0)
    for pairing in pairings:
        for other in pairing.source.cues:
            if other.kind == cue.kind and not _same(cue, other) and _overlap(cue, other, pairing) > own:
                return _quote(pairing.source, other)
    return ""


def _is_lost(
    cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, pairing: Pairing, pairings: Sequence[Pairing]
) -> bool:
    """Whether the statement says what `cue` governs in the source, but without the cue."""
    head = _head(cue, back, statement, pairing.source)
    if head < 0:
        return False
    said = set(back[head])
    if _is_said_elsewhere(said, piece(pairing.source, head), pairing) or not _is_same_clause(
        cue, back, statement, pairing.source
    ):
        return False
    if _is_needless(cue, head, back, statement, pairing):
        return False
    governed_here = {p for place in cue.scope for p in back.get(place, ())}
    for candidate in statement.cues:
        if not _same(cue, candidate) or _is_for_another(cue, candidate, pairing):
            continue
        nearby = any(piece(statement, p) == piece(statement, candidate.start) for p in said)
        if cue.kind != "negation" or nearby or not governed_here.isdisjoint(candidate.scope):
            return False
    for other in pairings:  # said again elsewhere without the cue
        governed = {p for c in other.source.cues if c.kind == cue.kind for p in c.scope}
        free = {place for p in said for place in other.links.get(p, ())} - governed
        if free and len(other.links) >= len(pairing.links):
            return False
    return True


def _is_for_another(cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the statement's `candidate` turns first what another negation of the source turns first."""
    if cue.kind != "negation" or not candidate.scope or not cue.scope:
        return False
    places = pairing.links.get(candidate.scope[0], ())
    others = (other for other in pairing.source.cues if other is not cue and _same(other, candidate))
    return cue.scope[0] not in places and any(other.scope and other.scope[0] in places for other in others)


def _is_needless(cue: Cue, head: int, back: dict[int, tuple[int, ...]], statement: Reading, pairing: Pairing) -> bool:
    """Whether what the statement says needs no such cue, or says it in another way."""
    source, said = pairing.source, back[head]
    if cue.kind == "stance":
        before = max((p for p in items(source) if p < cue.start), default=-1)
        if before not in back or not any(word.position == head for word in source.words):
            return True  # « 23 voix contre 8 », "lost against Brévent"
    if "if" in cue.senses and any(token.norm in _WHENEVER for token in statement.tokens):
        return True
    if "only" in cue.senses and any(amount.number in cue.scope[:2] for amount in source.quantities):
        return True  # "only 12 of the 58" are 12 of the 58
    if "except" in cue.senses and sum(p in back for p in items(source) if p < cue.start) < 2:
        return True  # the statement speaks of the exception alone
    denied_here = cue.kind == "negation" and any(
        is_free_denial(statement, p, pairing) for p in range(len(statement.tokens))
    )
    return (
        denied_here
        or _may_be_left_out(cue, source, past=any(_is_past(statement, p) for p in said))
        or any(p in back for p in range(cue.start, cue.end) if p not in cue.scope)  # its own words are there
        or any(_says_in_itself(cue, statement, p) for p in said)
    )


_HALF = 0.5


def _is_same_clause(cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, source: Reading) -> bool:
    """Whether the statement speaks of half of what stands around the cue, not of one word in it only."""
    light = {word.position for word in source.words if word.light}
    before = [p for p in items(source) if p < cue.start and piece(source, p) == piece(source, cue.start)]
    around = [p for p in cue.scope if p not in light][:_REACH]
    said = {p for p in items(statement) if any(word.position == p and not word.light for word in statement.words)}
    apart = any(
        c.kind == "modality" and cue.end <= c.start < cue.scope[0] for c in source.cues
    )  # "who fail may be fined"
    if cue.kind == "negation" and not apart and said and said <= {p for places in back.values() for p in places}:
        return True  # all that the statement says stands in this sentence, as with a pronoun for its subject
    linked = sum(p in back for p in around) + any(p in back for p in before)
    return linked > _HALF * (len(around) + bool(before))


_REACH = 2


def _is_said_elsewhere(said: set[int], part: int, pairing: Pairing) -> bool:
    """Whether the words stand in a part of the source sentence too that carries more of the statement."""
    carried: dict[int, set[int]] = {}
    for position, places in pairing.links.items():
        for place in places:
            carried.setdefault(piece(pairing.source, place), set()).add(position)
    most = len(carried.get(part, ()))
    return any(len(carried[piece(pairing.source, place)]) > most for p in said for place in pairing.links.get(p, ()))


def _may_be_left_out(cue: Cue, source: Reading, *, past: bool) -> bool:
    """Whether a statement, told of the past or not, stays true without the cue."""
    if cue.may_be_lost:
        return not ("future" in cue.senses and past)
    word = source.tokens[cue.start].norm
    narrated = word == "would" and past  # "the two sides would meet", told of the past
    return narrated or (word == "some" and cue.start > 0)  # "sold some apples"


_FARTHEST = 6
_AUXILIARIES = 3


def _head(cue: Cue, back: dict[int, tuple[int, ...]], statement: Reading, source: Reading) -> int:
    """Give the position that `cue` turns first, -1 when the statement does not speak of it.

    Where the statement speaks only of what comes after the cue, as when it quotes X of "this does not mean X", the
    first of that is what it turns.
    """
    if not cue.scope:
        return -1
    if cue.kind == "negation":
        for other in source.cues:  # "has not been accused of anything"
            if "reported" in other.senses and cue.end <= other.start <= cue.end + _AUXILIARIES and other.start in back:
                return other.start
    if "if" in cue.senses:
        main = [position for position in cue.scope if position in back]
        return main[0] if 2 * len(main) >= max(4, len(items(statement))) else -1
    if cue.scope[0] in back or cue.kind == "stance":
        return cue.scope[0] if cue.scope[0] in back else -1
    if cue.kind == "negation":
        for position in cue.scope[1:]:
            joined = any(token.norm in ("ni", "nor", "or", "ou") for token in source.tokens[cue.end : position])
            if joined and position in back:
                return position  # « ni repris ni échangés »
    if not any(word.position == cue.scope[0] and (word.light or is_telling(word.keys)) for word in source.words):
        return -1
    linked = sorted(p for p in back if p in items(source))
    wall = any(token.norm in (",", ";", "(") for token in source.tokens[cue.end : linked[0]]) if linked else True
    embedded = len(linked) > 1 and cue.end <= linked[0] <= cue.end + _FARTHEST and not wall
    return linked[0] if embedded and linked[0] in cue.scope else -1


_PAST_LEADS = {
    "fr": frozenset("a ont avait avaient est sont ete fut furent eut eurent etait etaient".split()),
    "en": frozenset("has have had was were been went did took got made gave held".split()),
}


def _is_past(reading: Reading, position: int) -> bool:
    """Whether the verb at `position` is told as done: "mapped", « a cartographié »."""
    before = [token.norm for token in reading.tokens[max(0, position - 3) : position]]
    if before[-1:] == ["to"]:
        return False
    if not _PAST_LEADS[reading.language].isdisjoint(before):
        return True
    norm = reading.tokens[position].norm
    return reading.language == "en" and norm.endswith("ed") and not {"to", "be", "is", "are"} & set(before)
