"""Content words and what they share across forms, synonyms and the two languages: stems, concepts, word families."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from index import fold, terms
from rag.facts.tables import lines


class Word(NamedTuple):
    """A content word at `tokens[position]`; two words mean the same when any of their keys is equal."""

    position: int
    keys: frozenset[str]
    light: bool
    text: str


_SHORTEST_ROOT = 4
_MEANINGFUL_STOPS = frozenset(
    "contre against avant après before after above below won bien mal well badly poorly".split()
)
_SPELLING = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"y"), "i"),
    (re.compile(r"qu|ck|k"), "c"),
    (re.compile(r"([b-df-hj-np-tv-z])\1"), r"\1"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"th"), "t"),
    (re.compile(r"rh"), "r"),
    (re.compile(r"x"), "cs"),
    (re.compile(r"z"), "s"),
    (re.compile(r"^es(?=[tcp])"), "s"),
)


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Give the index term of one word, "" for a stop word."""
    found = terms(word, language)
    if len(found) != 1:
        return ""
    basic = _lemmas()[language].get(word) or _lemmas()[language].get(fold(word))
    if basic is None and language == "en":
        basic = _positive(word)
    return (terms(basic, language) or found)[0] if basic else found[0]


def _positive(word: str) -> str | None:
    """Give the adjective that "largest", "biggest" or "earliest" is the superlative of, None for another word."""
    bare = word.removesuffix("est")
    if bare == word or len(bare) < _SHORTEST_ADJECTIVE:
        return None
    forms = (bare, f"{bare}e", bare[:-1] if bare[-1] == bare[-2] else "", f"{bare[:-1]}y" if bare[-1] == "i" else "")
    return next((form for form in forms if form and form in _listed()["en"]), None)


_SHORTEST_ADJECTIVE = 3


@lru_cache(maxsize=1)
def _lemmas() -> dict[str, dict[str, str]]:
    """Give, per language, the basic form of each irregular form."""
    table: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
    language = "fr"
    for line in lines("forms"):
        if line.startswith("["):
            language = line.strip("[]")
            continue
        basic, *forms = line.split()
        for form in forms:
            table[language].setdefault(form, basic)
    return table


@lru_cache(maxsize=1)
def _suffixes() -> tuple[str, ...]:
    """Give the endings, longest first."""
    return tuple(sorted(" ".join(lines("suffixes")).split(), key=lambda suffix: (-len(suffix), suffix)))


@lru_cache(maxsize=100_000)
def family(word: str) -> str:
    """Give the root that a word shares with its derivatives and its cognates in the other language, "" for short ones.

    >>> family("investissement") == family("investment"), family("démocratique") == family("democratic")
    (True, True)
    """
    folded = fold(word)
    for suffix in _suffixes():
        if folded.endswith(suffix) and len(folded) - len(suffix) >= _SHORTEST_ROOT:
            folded = folded[: -len(suffix)]
            break
    for pattern, plain in _SPELLING:
        folded = pattern.sub(plain, folded)
    return folded if len(folded) >= _SHORTEST_ROOT else ""


@lru_cache(maxsize=50_000)
def keys(word: str, language: str) -> frozenset[str]:
    """Give the keys of a lower-case word: its stem, its family, its concepts; empty for a function word."""
    root = stem(word, language)
    if not root and word not in _MEANINGFUL_STOPS:
        return frozenset()
    found = {f"{language}:{root or word}"}
    related = family(word)
    if related and root:
        found.add(f"~{related}")
    bare = fold(word)  # the concept table is written without accents, and a stem may hang on them
    concepts = _concepts()[language]
    for form in (root, bare, stem(bare, language)):
        found.update(concepts.get(form, ()))
    if related and root and not any(key[0] == "#" for key in found):  # a stem that stops short: « passagers »
        found.update(concepts.get(f"~{related}", ()))
    return frozenset(found)


@lru_cache(maxsize=1)
def _light() -> dict[str, frozenset[str]]:
    """Give, per language, the light words, and those light in every form as their stems with a star."""
    found: dict[str, list[str]] = {}
    language, in_every_form = "fr", False
    for line in lines("light"):
        if line.startswith("["):
            language, _, forms = line.strip("[]").partition(" ")
            in_every_form = bool(forms)
        else:
            words = (
                [f"*{stem(word, language) or fold(word)}" for word in line.split()] if in_every_form else line.split()
            )
            found.setdefault(language, []).extend(words)
    return {language: frozenset(words) for language, words in found.items()}


@lru_cache(maxsize=50_000)
def is_known(word: str, language: str) -> bool:
    """Whether the concept table lists a lower-case word of `language`, in this form or without its plural."""
    return not {fold(word), fold(word).removesuffix("s")}.isdisjoint(_listed()[language])


@lru_cache(maxsize=50_000)
def is_spoken(word: str, language: str) -> bool:
    """Whether a lower-case word belongs to `language`, as far as its stem and the concept table tell."""
    concepts = _concepts()[language]
    return bool(stem(word, language)) and any(form in concepts for form in (stem(word, language), fold(word)))


@lru_cache(maxsize=1)
def _listed() -> dict[str, frozenset[str]]:
    sides = [line.split("|") for line in lines("concepts")]
    return {
        "fr": frozenset(w for s in sides for w in s[0].split()),
        "en": frozenset(w for s in sides for w in s[1].split()),
    }


_AGENTS = ("eur", "eurs", "euse", "euses", "rice", "rices", "er", "ers", "or", "ors")


@lru_cache(maxsize=50_000)
def is_light(word: str, language: str) -> bool:
    """Whether a word carries too little to need a source: « selon », "also", reporting verbs."""
    other = "en" if language == "fr" else "fr"
    light = _light()[language]
    if word.endswith(_AGENTS):
        return word in light  # « utilisateur » is no form of « utiliser »
    return word in light or f"*{stem(word, language) or fold(word)}" in light or not terms(word, other)


@lru_cache(maxsize=1)
def _concepts() -> dict[str, dict[str, frozenset[str]]]:
    """Give, per language, the concept keys ("#12") of each stem; expressions are joined by `_`."""
    table: dict[str, dict[str, set[str]]] = {"fr": {}, "en": {}}
    for number, line in enumerate(lines("concepts")):
        for language, side in zip(("fr", "en"), line.split("|"), strict=True):
            for word in side.split():
                for form in {_joined_stem(word, language), f"~{family(word)}"} - {"", "~"}:
                    table[language].setdefault(form, set()).add(f"#{number}")
    return {language: {word: frozenset(ids) for word, ids in words.items()} for language, words in table.items()}


CARRYING = frozenset(
    "s se avoir a ont avait avaient aura auront eu eut etre est sont etait etaient sera seront fut furent be is are "
    "was were been have has had".split()
)
"""Words of an expression that change with tense and person and may be passed over: « a eu lieu », « s'est tenu »."""


def _joined_stem(expression: str, language: str) -> str:
    words = expression.replace("'", "_").split("_")
    if len(words) == 1:
        return stem(words[0], language) or fold(words[0])
    return "_".join(stem(word, language) or fold(word) for word in words if word not in CARRYING)


def expression_keys(stems: tuple[str, ...], language: str) -> frozenset[str]:
    """Give the concept keys of an expression given as the stems of its words, empty when none is known."""
    return _concepts()[language].get("_".join(stems), frozenset())


INFINITIVE = re.compile(
    r"(?!(?:hiver|mer|fer|danger|berger|verger|amer|cher|enfer|cancer|leger|etranger|plaisir|avenir|devoir|soir|noir|espoir|"
    r"miroir|couloir|loisir|desir|cuir|souvenir|pouvoir)$)"
    r"\w+(?:[^i]er|(?:f|tud|bl|ar|pr|c|gn)ier|ir|oir|[eo]ndre|aindre|eindre|oindre|ettre|attre|uire|crire|dire|faire|aitre|suivre|"
    r"vivre|rompre|clure|rire|traire)"
)
"""Folded French words that look like infinitives."""


@lru_cache(maxsize=1)
def _verbal() -> frozenset[str]:
    """Give the concepts that have a French infinitive among their words."""
    return frozenset(
        f"#{number}"
        for number, line in enumerate(lines("concepts"))
        if any(INFINITIVE.fullmatch(word.split("_")[0]) for word in line.split("|")[0].split())
    )


def is_verbal(word: frozenset[str]) -> bool:
    """Whether a word, given by its keys, means an action, so that it may be a verb."""
    return not _verbal().isdisjoint(word)


_PARTICIPLE = {"fr": re.compile(r"\w+(?:[iut]|[iut]e|[iut]s|[iut]es)"), "en": re.compile(r"\w+[ntdgk]")}
_REGULAR = {"fr": re.compile(r"\w{2,}(?:é|ée|és|ées)"), "en": re.compile(r"\w{2,}ed")}


@lru_cache(maxsize=50_000)
def is_participle(word: str, language: str) -> bool:
    """Whether a lower-case word looks like a past participle, regular or of a verb the tables know.

    >>> is_participle("built", "en"), is_participle("rédigée", "fr"), is_participle("mill", "en")
    (True, True, False)
    """
    if _REGULAR[language].fullmatch(word):
        return True
    irregular = word in _lemmas()[language] or fold(word) in _lemmas()[language]
    return irregular or (_PARTICIPLE[language].fullmatch(word) is not None and is_verbal(keys(word, language)))


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    return frozenset(
        key for word in ("dire", "annoncer", "expliquer", "confirmer", "signifier") for key in keys(word, "fr")
    )


def is_telling(word: frozenset[str]) -> bool:
    """Whether a word, given by its keys, reports what somebody says: its subject may follow it."""
    return not _telling().isdisjoint(word)
