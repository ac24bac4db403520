"""Do the sources say what a cue of the statement says, by a cue of their own, by a word, by an amount?"""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.alignment import Pairing
from rag.facts.binding import is_anchored, piece
from rag.facts.contrast import are_complements
from rag.facts.counterparts import are_contradictory
from rag.facts.cues import Cue
from rag.facts.denials import denies_beside, turned
from rag.facts.rates import TIME_OF
from rag.facts.reading import Reading
from rag.facts.wording import is_verbal


def same(one: Cue, other: Cue) -> bool:
    """Whether two cues may turn what they govern alike: of a kind, with a sense in common."""
    if {"except", "unless"} == {sense for cue in (one, other) for sense in cue.senses & {"except", "unless"}}:
        return True
    alike = one.kind == other.kind or {one.kind, other.kind} == {"quantifier", "degree"}  # "most", "mostly"
    return alike and not one.senses.isdisjoint(other.senses)


def overlap(cue: Cue, other: Cue, pairing: Pairing) -> int:
    """Give how much of what `cue` governs the source's `other` governs too."""
    return sum(not set(other.scope).isdisjoint(pairing.links.get(p, ())) for p in cue.scope)


def is_answered(statement: Reading, cue: Cue, pairings: Sequence[Pairing]) -> bool:
    """Whether the sources turn what the cue governs as the cue does."""
    linked = [p for p in cue.scope if any(p in pairing.links for pairing in pairings)]
    if "all" in cue.senses and _is_told_by_amount(statement, cue, pairings):
        return True
    own = range(cue.start, cue.end)
    if any(p in pairing.links for pairing in pairings for p in own if p not in cue.scope):
        return True  # « l’absence de » where the source says "absent"
    for pairing in pairings:
        for candidate in pairing.source.cues:
            if not same(cue, candidate) or _answers_another(statement, cue, candidate, pairing):
                continue
            if _is_of_another_subject(statement, cue, candidate, pairing):
                continue
            if not linked or overlap(cue, candidate, pairing) or _denies_subject(statement, cue, candidate, pairing):
                return True
            if is_anchored(statement, cue.start, (pairing, candidate.start)):
                return True
            if cue.kind != "negation" and any(p in pairing.links for p in cue.scope):
                return True
        if _is_worded(statement, cue, pairing):
            return True
    return bool(cue.scope) and not linked


def _is_worded(statement: Reading, cue: Cue, pairing: Pairing) -> bool:
    """Whether words of the source that are no cues say what the cue says."""
    if any(says_in_itself(cue, pairing.source, place) for p in cue.scope for place in pairing.links.get(p, ())):
        return True
    if "still" in cue.senses and any(token.norm.startswith(_STAYING) for token in pairing.source.tokens):
        return True
    return cue.kind == "negation" and (
        not complements(statement, [pairing]).isdisjoint(turned(statement, cue)[:1])
        or any(denies_beside(pairing, place) for p in cue.scope[:1] for place in pairing.links.get(p, ()))
    )


def complements(statement: Reading, pairings: Sequence[Pairing]) -> frozenset[int]:
    """Give the words of the statement that a source tells by their contrary denied: "not safe", "unsafe"; "closed"."""
    denied = {p for cue in statement.cues if cue.kind == "negation" for p in turned(statement, cue)[:1]}
    return frozenset(
        word.position
        for word in statement.words
        if word.position in denied
        and any(
            are_complements(word.text, other.text)
            or (are_contradictory(word.keys, other.keys) and not _is_denied(pairing.source, other.position))
            for pairing in pairings
            for other in pairing.source.words
        )
    ) | frozenset(
        word.position
        for word in statement.words
        if word.position not in denied
        and any(
            are_contradictory(word.keys, other.keys) and _is_denied(pairing.source, other.position)
            for pairing in pairings
            for other in pairing.source.words
        )
    )


def _is_denied(reading: Reading, position: int) -> bool:
    """Whether a negation turns the word at `position` first."""
    return any(position in turned(reading, cue)[:1] for cue in reading.cues if cue.kind == "negation")


def _answers_another(statement: Reading, cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the source's cue turns first what another cue of the statement turns first, and not this one."""
    if cue.kind != "negation" or not candidate.scope:
        return False

    def turns(one: Cue) -> bool:
        return candidate.scope[0] in pairing.links.get(one.scope[0], ()) if one.scope else False

    others = (other for other in statement.cues if other is not cue and same(other, candidate))
    return not turns(cue) and any(turns(other) for other in others)


_NO_SUBJECT = frozenset("neither nor no none aucun aucune ni".split())


def _denies_subject(statement: Reading, cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the source denies of its subject what the statement tells of "neither A nor B"."""
    if statement.tokens[cue.start].norm not in _NO_SUBJECT or not cue.scope or not candidate.scope:
        return False
    denied = {place for p in cue.scope[1:] for place in pairing.links.get(p, ())}
    return candidate.scope[0] in denied and any(
        place < candidate.start and not any(t.norm in _CLAUSE for t in pairing.source.tokens[place : candidate.start])
        for place in pairing.links.get(cue.scope[0], ())
    )


def _is_of_another_subject(statement: Reading, cue: Cue, candidate: Cue, pairing: Pairing) -> bool:
    """Whether the statement opens with "no" lodgers and the source denies in a part that is not about lodgers."""
    if cue.start or statement.tokens[0].norm not in _NO_SUBJECT or not cue.scope:
        return False
    places = pairing.links.get(cue.scope[0], ())
    source = pairing.source
    return bool(places) and all(piece(source, place) != piece(source, candidate.start) for place in places)


_CLAUSE = frozenset(", ; : ( ) but mais".split())
_EVERY = tuple("quotidien journalier daily hebdomadaire weekly mensuel monthly annuel annual yearly".split())


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


_STAYING = tuple("mainten maintien rest demeur continu conserv gard remain keep kept stay retain".split())
"""Openings of verbs that say « toujours » and "still"."""

_ABLE = ("able", "ible", "ables", "ibles")


def says_in_itself(cue: Cue, reading: Reading, position: int) -> bool:
    """Whether the word at `position` says what `cue` says: « remboursable » can be paid back, « par ruche » is each."""
    if "can" in cue.senses:
        return reading.tokens[position].norm.endswith(_ABLE) or bool(open_until(reading, position))
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


_HAVING = frozenset("has have a ont".split())
_UNTIL = frozenset("until till jusqu".split())
_TO = frozenset("to pour".split())
_LEADING = 3
_LONGEST_TERM = 10


def open_until(reading: Reading, verb: int) -> str:
    """Give "has until 9 August to" where it leads to the word at `verb`, "" elsewhere: one can still do it."""
    norms = [token.norm for token in reading.tokens]
    lead = next((p for p in range(verb - 1, max(-1, verb - _LEADING), -1) if norms[p] in _TO), -1)
    for at in range(lead - 2, max(-1, lead - _LONGEST_TERM), -1):
        if norms[at] in _HAVING:
            return reading.quote(at, lead) if norms[at + 1] in _UNTIL else ""
    return ""
