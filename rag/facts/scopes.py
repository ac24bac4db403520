"""What a turning word governs: the words after it in its clause, or before it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.form import Token

CLAUSE_ENDS = frozenset(", ; : ! ? ( )".split())
_CLAUSE_OPENERS = frozenset(
    "mais but car because tandis while whereas alors puis then although however quoique".split()
)
_JOINERS = frozenset("et and ou or".split())
_REACH = 4


def outside(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    """Give what a condition that opens right before `start` governs: the clause before it, or else the one after."""
    low = next((p for p in range(start - 3, -1, -1) if tokens[p].norm in CLAUSE_ENDS | _JOINERS), -1)
    before = tuple(sorted(p for p in content if low < p < start))
    if before:
        return before
    end = next((p for p in range(start, len(tokens)) if tokens[p].norm in CLAUSE_ENDS), len(tokens))
    return tuple(sorted(p for p in content if p > end))


def scope_after(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    """Give the content words from `start` on, to the end of the clause."""
    scope: list[int] = []
    for position in range(start, len(tokens)):
        norm = tokens[position].norm
        if len(scope) >= _REACH or norm in CLAUSE_ENDS or (scope and norm in _CLAUSE_OPENERS):
            break
        if scope and norm in _JOINERS:
            break
        if position in content:
            scope.append(position)
    return tuple(scope)


_MODALS = frozenset("may can will must would could should shall might peut peuvent doit doivent pourra devra".split())


def before_modal(tokens: Sequence[Token], start: int, scope: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out what follows a modal: "those who fail to do so may be fined" does not deny the fine."""
    modal = next((p for p in range(start + 1, len(tokens)) if tokens[p].norm in _MODALS), len(tokens))
    return tuple(position for position in scope if position < modal)


def scope_before(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    """Give the content words before `start`, the nearest first, back to where the clause begins."""
    scope: list[int] = []
    for position in range(start - 1, -1, -1):
        if tokens[position].norm in CLAUSE_ENDS:
            break
        if position in content:
            scope.append(position)
    return tuple(scope[:_REACH])
