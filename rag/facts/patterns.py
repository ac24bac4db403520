"""Where turning words stand: the table of them, French negations in two words, verb endings, comparatives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.idle import NE_REACH, NOT_NEGATIONS, is_idle
from rag.facts.scopes import CLAUSE_ENDS
from rag.facts.tables import lines

_WORD = re.compile(r"[*]?[^\W_]+[*]?|[*]|[^\w\s]")


class Pattern(NamedTuple):
    """Words that turn what is said, as the table has them; a star stands for any letters, or any word."""

    words: tuple[str, ...]
    kind: str
    senses: frozenset[str]
    may_be_lost: bool


def _read_table() -> dict[str, dict[str, list[Pattern]]]:
    """Give, per language and first two letters of the first word, the patterns, longest first."""
    index: dict[str, dict[str, list[Pattern]]] = {"fr": {}, "en": {}}
    for line in lines("cues"):
        head, _, phrases = line.partition(": ")
        kind, senses, *lost = head.split()
        for language, side in zip(("fr", "en"), phrases.split("|"), strict=True):
            for phrase in side.split():
                words = tuple(_WORD.findall(phrase.replace("_", " "))) if phrase != "n't" else ("n't",)
                pattern = Pattern(words, kind, frozenset(senses.split(",")), bool(lost))
                index[language].setdefault(words[0][:2], []).append(pattern)
    for patterns in index.values():
        for same_start in patterns.values():
            same_start.sort(key=lambda pattern: -len(pattern.words))
    return index


_INDEX = _read_table()
NEGATING = frozenset("pas plus jamais rien aucun aucune personne ni guere nul nulle point nullement".split())
"""Second words of a French negation."""
_CONDITIONAL = re.compile(r"\w*(?:er|ir|dr|rr|ttr|[iî]tr|evr|uivr|vivr|aur)(?:ais|ait|ions|iez|aient)")
_FUTURE = re.compile(r"\w*(?:er|ir|dr|rr|ttr|[iî]tr|evr|uivr|vivr|aur)(?:ai|as|a|ons|ez|ont)")
_IRER = re.compile(
    r"(?:(?:re|at|é|sou)?tir|(?:cha)?vir|\w+spir|(?:ad)?mir|cir|désir|soupir|déchir|\w*cadr|engendr|barr|narr|serr|expir|"
    r"arbitr|chapitr)\w*"
)
"""Verbs in -rer, whose imperfect and past look like a conditional and a future."""


def matches(tokens: Sequence[Token], language: str, taken: frozenset[int]) -> list[tuple[Pattern, int, int]]:
    """Give the patterns found, in order, with where they start and end; a verb form has a pattern without words."""
    found: list[tuple[Pattern, int, int]] = []
    position = 0
    while position < len(tokens):
        pattern, end = (None, position) if position in taken else _match(tokens, position, language)
        if pattern is not None:
            if not is_idle(tokens, position, end, pattern.kind, pattern.senses):
                found.append((pattern, position, end))
            position = end
            continue
        if language == "en" and _compares(tokens, position):
            found.append((Pattern((), "comparison", frozenset({"more"}), False), position, position + 1))
        verb = _verb_senses(tokens[position].raw, language) if position not in taken else None
        if verb is not None:
            found.append((Pattern((), "modality", verb, "future" in verb), position, position + 1))
        position += 1
    return found


def _compares(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word at `at` is a comparative: "faster than"."""
    norm = tokens[at].norm
    than = at + 1 < len(tokens) and tokens[at + 1].norm == "than"
    return than and norm.endswith("er") and norm not in ("rather", "other", "under", "over", "lower", "later", "fewer")


def _match(tokens: Sequence[Token], at: int, language: str) -> tuple[Pattern | None, int]:
    norm = tokens[at].norm
    if language == "fr" and norm in ("ne", "n"):
        return _match_ne(tokens, at)
    if language == "en" and norm == "t" and at > 1 and tokens[at - 1].norm == "'" and tokens[at - 2].norm.endswith("n"):
        return Pattern(("t",), "negation", frozenset({"not"}), False), at + 1
    if language == "en" and norm == "cannot":
        return Pattern(("cannot",), "negation", frozenset({"not"}), False), at + 1
    for pattern in _INDEX[language].get(norm[:2], ()):
        end = _ends(tokens, at, pattern.words)
        if end:
            return pattern, end
    return None, at


def _match_ne(tokens: Sequence[Token], at: int) -> tuple[Pattern | None, int]:
    """Read "ne … pas", "ne … que"; the words between stay free to be cues and content themselves."""
    start = at + 2 if at + 1 < len(tokens) and tokens[at + 1].norm == "'" else at + 1
    for ahead in range(start, min(len(tokens), start + NE_REACH)):
        word = tokens[ahead].norm
        if word in CLAUSE_ENDS:
            break
        if word in NEGATING:
            if ahead + 1 < len(tokens) and tokens[ahead + 1].norm in NOT_NEGATIONS:
                break
            return Pattern(("ne", word), "negation", frozenset({"not"}), False), start
        if word in ("que", "qu"):
            return Pattern(("ne", "que"), "quantifier", frozenset({"only"}), False), start
    if start < len(tokens) and tokens[start].norm in (
        "peut",
        "peuvent",
        "saurait",
        "sauraient",
        "pouvait",
        "cesse",
        "cessent",
    ):
        return Pattern(("ne",), "negation", frozenset({"not"}), False), start
    return None, at


_NO_VERBS = frozenset("the a an its his her their this that these those my our your it which what".split())
"""Words that cannot be the verb of "due to open"."""


def _ends(tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> int:
    """Give where `words` end when they stand at `at`, else 0."""
    for offset, word in enumerate(words):
        norm = tokens[at + offset].norm if at + offset < len(tokens) else ""
        if word == "*":
            if not norm.isalpha() or norm in _NO_VERBS:
                return 0
        elif word.endswith("*"):
            if not norm.startswith(word[:-1]) or not norm:
                return 0
        elif word.startswith("*"):
            if not norm.endswith(word[1:]):
                return 0
        elif norm != word and not (word == "ne" and norm == "n"):
            return 0
    return at + len(words)


def _verb_senses(raw: str, language: str) -> frozenset[str] | None:
    """Give what the ending of a French verb says: conditional or future."""
    if language != "fr" or raw != raw.lower() or _IRER.fullmatch(raw):
        return None
    if _CONDITIONAL.fullmatch(raw):
        return frozenset({"possible", "expected", "reported"})
    return frozenset({"future"}) if _FUTURE.fullmatch(raw) else None
