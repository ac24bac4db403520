"""Words that can't both hold of the same: opposites, one event's two sides, members of one class."""

from __future__ import annotations

from functools import lru_cache

from rag.facts.tables import lines
from rag.facts.wording import is_known, keys, stem


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    """Give, for each key, the keys that mean the opposite."""
    table: dict[str, set[str]] = {}

    def oppose(one: frozenset[str], other: frozenset[str]) -> None:
        for a in one - other:
            table.setdefault(a, set()).update(other - one)
        for b in other - one:
            table.setdefault(b, set()).update(one - other)

    named = {line.split(maxsplit=1)[0]: f"#{number}" for number, line in reversed(list(enumerate(lines("concepts"))))}
    for pair in " ".join(lines("opposites")).split():
        one, other = pair.split("/")
        if one in named and other in named:
            oppose(frozenset({named[one]}), frozenset({named[other]}))
        for language in ("fr", "en"):
            oppose(_plain_keys(one, language), _plain_keys(other, language))
    for pair in " ".join(lines("antonyms")).split():
        for language in ("fr", "en"):
            stems = [frozenset({f"{language}:{stem(word, language) or word}"}) for word in pair.split("/")]
            oppose(stems[0], stems[1])
    return {key: frozenset(values) for key, values in table.items()}


def _plain_keys(word: str, language: str) -> frozenset[str]:
    """Give the keys of a word without the concepts that it has only through its family."""
    known = is_known(word, language)
    return frozenset(key for key in keys(word, language) if known or key[0] != "#")


@lru_cache(maxsize=1)
def _converse() -> frozenset[tuple[str, str]]:
    pairs = set()
    for pair in " ".join(lines("converses")).split():
        one, other = (keys(word, "fr") for word in pair.split("/"))
        for a in one - other:
            for b in other - one:
                if a[0] == b[0] == "#":
                    pairs |= {(a, b), (b, a)}
    return frozenset(pairs)


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[int]]:
    """Give, for each key, the classes of words that exclude each other."""
    table: dict[str, set[int]] = {}
    for number, line in enumerate(lines("classes")):
        for word in line.split():
            for language in ("fr", "en"):
                for key in keys(word, language):
                    if key[0] != "#":
                        table.setdefault(key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in table.items()}


def are_exclusive(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two words name different members of one class: spring and autumn, « frère » and « neveu »."""
    if not one.isdisjoint(other):
        return False
    table = _classes()
    classes = {number for key in one for number in table.get(key, ())}
    return bool(classes) and any(not classes.isdisjoint(table.get(key, ())) for key in other)


def are_converse(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two verbs tell the same event from its two sides: "beat" and "lost to", "buy" and "sell"."""
    table = _converse()
    return one.isdisjoint(other) and any((a, b) in table for a in one for b in other)


def are_complements(one: str, other: str) -> bool:
    """Whether one folded word is the other with a prefix that denies, so that "not safe" is "unsafe".

    >>> are_complements("safe", "unsafe"), are_complements("safe", "safer")
    (True, False)
    """
    return any({one, other} == {word, f"{prefix}{word}"} for word in (one, other) for prefix in _DENYING_PREFIXES)


_DENYING_PREFIXES = ("in", "im", "il", "ir", "un", "dis", "non")


def has_opposite(word: frozenset[str]) -> bool:
    """Whether the tables know an opposite of a word, given by its keys."""
    return not _opposites().keys().isdisjoint(word)


def are_opposite(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two words, given by their keys, mean opposite things, as the tables or a negating prefix tell."""
    table = _opposites()
    if any(not table.get(key, frozenset()).isdisjoint(other) for key in one):
        return True
    return any(_negates(a, b) or _negates(b, a) for a in one if a[0] == "~" for b in other if b[0] == "~")


_NEGATING_PREFIXES = ("in", "im", "il", "ir", "un", "dis", "mal", "non", "anti", "des", "de", "me", "mis")


def _negates(whole: str, root: str) -> bool:
    return any(whole == f"~{prefix}{root[1:]}" for prefix in _NEGATING_PREFIXES) and len(root) > 5
