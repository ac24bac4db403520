"""Times of day: 14 h 30, 2:30 pm, midi, midnight."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts.form import Token


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def time_at(tokens: Sequence[Token], at: int, language: str) -> tuple[int, int] | None:
    """Give the minutes after midnight that `tokens` tell at `at`, and where they end."""
    word = _norm(tokens, at)
    if word in ("midi", "noon") and _norm(tokens, at - 1) in _NOON_LEADS:
        return 720, at + 1
    if word in ("minuit", "midnight"):
        return 0, at + 1
    read = _hour_and_minute(tokens, at, language)
    if read is None:
        return None
    hour, minute, end = read
    offset, after = _half_day(tokens, end)
    if offset >= 0:
        hour, end = hour % 12 + offset, after
    elif _norm(tokens, end) in ("heures", "heure"):
        end += 1
    return (hour * 60 + minute, end) if minute < 60 and hour <= 24 else None


_NOON_LEADS = frozenset("a at vers before avant after apres".split())


def _hour_and_minute(tokens: Sequence[Token], at: int, language: str) -> tuple[int, int, int] | None:
    """Read 14:30, 14 h 30, 2.30 pm and "2 pm" up to the half of the day, with where they end."""
    head, _, tail = tokens[at].raw.partition(".")
    if not head.isdecimal() or len(head) > 2:
        return None
    hour, end = int(head), at + 1
    if tail:
        return (hour, int(tail[:2]), end) if tail.isdecimal() and _half_day(tokens, end)[0] >= 0 else None
    following, next_norm = _norm(tokens, end), _norm(tokens, end + 1)
    if following == ":" and tokens[end].glued and next_norm.isdecimal() and tokens[end + 1].glued:
        return None if _norm(tokens, end + 2) == ":" else (hour, int(next_norm), end + 2)
    if following.startswith("h") and following[1:].isdecimal() and tokens[end].glued:
        return hour, int(following[1:]), end + 1
    written = language == "fr" or (following == "h" and next_norm.isdecimal())
    if written and following in ("h", "heure", "heures") and _is_clock(tokens, at):
        with_minutes = next_norm.isdecimal() and len(next_norm) == 2
        return (hour, int(next_norm), end + 2) if with_minutes else (hour, 0, end + 1)
    return (hour, 0, end) if _half_day(tokens, end)[0] >= 0 else None


def _is_clock(tokens: Sequence[Token], at: int) -> bool:
    """Tell the hour « à 14 h » from the duration « 14 heures »."""
    opened = _norm(tokens, at - 1) in ("a", "vers", "des", "avant", "apres", "jusqu'a", "entre", "lundi", "dimanche")
    minutes = _norm(tokens, at + 2)
    closing = [_norm(tokens, at + ahead) for ahead in range(2, 6)]
    opened = opened or (
        _norm(tokens, at - 1) in ("de", "entre") and "h" in closing and ("a" in closing or "et" in closing)
    )
    second = _norm(tokens, at - 1) in ("et", "a") and "h" in (_norm(tokens, at - 2), _norm(tokens, at - 3))
    return opened or second or (minutes.isdecimal() and len(minutes) == 2 and _norm(tokens, at + 1) == "h")


def _half_day(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    words = [_norm(tokens, at + ahead) for ahead in range(4)]
    for name, offset in (("am", 0), ("pm", 12)):
        if words[0] == name:
            return offset, at + 1
        if words[:4] == [name[0], ".", name[1], "."]:
            return offset, at + 4
    return -1, at
