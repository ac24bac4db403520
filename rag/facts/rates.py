"""The time that a quantity is told for: "$7 a year", « 12 € par utilisateur et par an »."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.form import Token

_RATE_WORDS = {
    "fr": {"par": 1, "/": 1, "l": 2, "chaque": 1},
    "en": {"a": 1, "an": 1, "per": 1, "/": 1, "each": 1, "every": 1},
}
_FARTHEST = 6
_AGO = frozenset("earlier ago later before after previously".split())
_TIMES = {
    "second": "seconde secondes second seconds s", "minute": "minute minutes min", "hour": "heure heures hour hours h",
    "day": "jour jours day days", "week": "semaine semaines week weeks", "month": "mois month months",
    "quarter": "trimestre quarter", "year": "an ans annee annees year years annum",
}  # fmt: skip
TIME_OF = {word: time for time, words in _TIMES.items() for word in words.split()}
_ADVERBS = {"yearly": "year", "annually": "year", "annuel": "year", "annuels": "year", "annuelle": "year",
            "annuellement": "year", "annual": "year", "monthly": "month", "mensuel": "month", "mensuels": "month",
            "weekly": "week", "hebdomadaires": "week", "daily": "day", "quotidiens": "day"}  # fmt: skip


def rate_after(tokens: Sequence[Token], end: int, language: str) -> tuple[str, int]:
    """Give the time that the quantity ending at `end` is told for, "" for none, and where it ends with it."""
    for ahead in range(end, min(len(tokens) - 1, end + _FARTHEST - 1)):
        norm = tokens[ahead].norm
        if norm in ".,;:" or (tokens[ahead].is_number and ahead > end):
            break
        step = _RATE_WORDS[language].get(norm)
        if step is None or ahead + step >= len(tokens):
            continue
        time = TIME_OF.get(tokens[ahead + step].norm, "")
        if ahead + step + 1 < len(tokens) and tokens[ahead + step + 1].norm in _AGO:
            break
        if time:
            return time, ahead + step + 1 if ahead == end else end
    return (_ADVERBS.get(tokens[end].norm, "") if end < len(tokens) else ""), end


def told_until(tokens: Sequence[Token], end: int, per: str) -> int:
    """Give where a quantity ends with the time `per` that it is told for, which words may part from it."""
    for at in range(end, min(len(tokens), end + _FARTHEST)):
        if per and per in (TIME_OF.get(tokens[at].norm), _ADVERBS.get(tokens[at].norm)):
            return at + 1  # « 15 tonnes de farine par semaine »
    return end
