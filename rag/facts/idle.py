"""Turning words that turn nothing where they stand: "not only", « le plus grand jamais vu », "No. 11"."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.form import Token

NE_REACH = 8
_NOT_COMPARED = frozenset("au du de en a non ne le la les no once".split())
NOT_NEGATIONS = frozenset({"only", "just", "merely", "seulement", "uniquement"})


def is_idle(tokens: Sequence[Token], start: int, end: int, kind: str, senses: frozenset[str]) -> bool:
    """Tell the cues that turn nothing here: "not only", "the most", « le plus grand jamais vu », "No. 11"."""
    word = tokens[start].norm
    following = tokens[end].norm if end < len(tokens) else ""
    before = tokens[start - 1].norm if start else ""
    if kind == "negation" and "not" in senses:
        if following in NOT_NEGATIONS or (word == "no" and following in _NO_MORE):
            return True
        if word == "stops":
            return before in _BEFORE_STOPS
        return word == "jamais" and before not in _OPENS_NEVER and not _after_ne(tokens, start)
    if "must" in senses and word in ("doit", "doivent", "devait"):
        leads_to_verb = end + 1 < len(tokens) and tokens[end + 1].norm.endswith(("er", "ir", "re"))  # « les renvoyer »
        return following in _OWED and not leads_to_verb
    if "if" in senses:
        return before in _NO_CONDITION
    if "can" in senses and (_is_purpose(tokens, start) or following in _SPEAKING):
        return True
    if kind == "comparison":
        return before in _NOT_COMPARED or following in ("tard", "que", "ou")
    if word == "most":
        return before in _SUPERLATIVE or following.endswith("ly")
    if word in _IDLE_BEFORE:
        return following in _IDLE_BEFORE[word] or (word == "risque" and before in _SUPERLATIVE_FR)
    if word in ("little", "peu"):
        return before in ("a", "un")
    if word in ("veut", "veux", "voulait") and following == "dire":
        return True
    return "only" in senses and (
        before in _NOT_ALONE
        or (following in _LESSENED and word not in ("seul", "seule") and before not in _CLAUSE_STARTS)
    )


_BEFORE_STOPS = frozenset("the all bus tram train its their these those of at two three four".split())
"""Words before which "stops" is a noun: "all stops serving the village"."""
_OWED = frozenset("le la les l un une des son sa ses deux trois".split())
"""Words before which « doit » is owing: « on lui doit la halle »."""
_SPEAKING = frozenset(
    "announce confirm reveal report say tell add note annoncer confirmer dire preciser reveler".split()
)
"""Verbs before which "can" turns nothing: "the club can announce"."""


def _is_purpose(tokens: Sequence[Token], at: int) -> bool:
    """Whether the verb stands in what is aimed at: "so that it can", « pour que l’on puisse »."""
    before = " ".join(token.norm for token in tokens[max(0, at - _PURPOSE_REACH) : at])
    return any(lead in before for lead in ("so that", "in order", "pour que", "afin que", "pour qu '", "afin qu '"))


_PURPOSE_REACH = 7
_NOT_ALONE = frozenset({"not", "t", "pas", "non", "tout", "toute", "tous", "toutes"})
"""Words before which "only" limits nothing: « pas seulement », « tout seul »."""
_CLAUSE_STARTS = frozenset({"", ",", ";", ":", "and", "but", "that", "et", "mais", "que"})
"""Words before which "only a doctor" says who alone, where elsewhere "only a handful" says how few."""
_LESSENED = frozenset("a an few some un une quelques".split())
"""Words after which "only" says no more than how little it is: "only a handful"."""
_NO_MORE = frozenset(". later more less fewer sooner earlier".split())
_OPENS_NEVER = frozenset({"", ",", "et", "ou", "mais", "n", "'", ";"})
_NO_CONDITION = frozenset(
    "meme even as comme et savoir demander voir determiner verifier ask asked know see wonder".split()
)
_SUPERLATIVE = frozenset("the its his her their our your my s least at second third fourth fifth".split())
_SUPERLATIVE_FR = frozenset("un le du de ce des tout son ' les".split())
_IDLE_BEFORE = {
    **dict.fromkeys(("prevu", "prevue", "prevus", "prevues"), frozenset("par a au aux sous dans".split())),
    "hors": frozenset("de des du d".split()),
    "risque": frozenset(),
}
"""Words that turn nothing before others: « prévu par la loi », « hors des routes »."""


def _after_ne(tokens: Sequence[Token], at: int) -> bool:
    return any(token.norm in ("ne", "n") for token in tokens[max(0, at - NE_REACH) : at + 3])
