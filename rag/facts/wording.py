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


_LIGHT = {
    "fr": frozenset(
        "faire fait faisant font prendre prend prennent pris prise donner donne donné donnée mettre met mis mise obtenir obtient obtenu "
        "rendre rend rendu rester reste restent trouver trouve concerner concerne disposer dispose compter compte comptent recevoir "
        "voir voit vu vue jamais aucun aucune rien nul nulle représenter représente représentent constituer constitue situé située appelé appelée dire dit affirmer affirme affirmé préciser précise précisé expliquer explique expliqué selon ajouter "
        "ajoute ajouté indiquer indique indiqué souligner souligne rappeler rappelle notamment aussi ainsi également "
        "alors donc ensuite puis enfin cependant toutefois pourtant afin lors lorsque tandis dont être avoir étant "
        "ayant aller va vont venir vient viennent cela ceci celui celle ceux celles même mêmes autre autres chose "
        "effet fois façon manière cas terme termes part égard sujet niveau cadre moment actuellement désormais "
        "déjà très bien plus moins peu trop soit dès via voire quant après avant depuis pendant jusque jusqu entre vers "
        "chez contre hors sous grâce suite raison cause point ici là".split()
    ),
    "en": frozenset(
        "make makes made give gives gave given put puts keep keeps kept remain remains remained obtain obtains obtained find "
        "see sees saw seen throughout concern concerns represent represents account accounts called located say says said state states stated tell told explain explains explained add adds added note "
        "noted according also thus therefore then however though although while whereas moreover finally get gets got "
        "take takes taken took thing things way case terms regard being having go goes went come comes came namely "
        "well very much more less too such own same other others already now currently per via just even so "
        "after before since until during between among within upon toward towards against due thanks following "
        "include includes including regarding concerning respectively both either here there one ones".split()
    ),
}
_SUFFIXES = tuple(
    sorted(
        "issement issements issant issante issait isation isations ization izations iser isee ise ize ized ises izes "
        "izing ising ification ifier ify ified ement ements ment ments emment amment ation ations ateur ateurs atrice "
        "ator ators atif atifs ative atives ition itions iteur ition ion ions eur eurs euse euses or ors er ers re res ant "
        "ants ante antes ent ents ente entes ance ances ence ences ancy ency ity ities ite ites ism isms isme ismes "
        "ist ists iste istes ic ics ical ically ique iques iquement al als ale ales aux ally el els elle elles ary "
        "ary aire aires oire ory ories able ables ible ibles ably ibly eux ous ously age ages ure ures ship hood ness "
        "if ifs ive ives ively ed ing ee ees e es s y ie ies ir irs it i is ait aient era eront ons ez ly ful less "
        "ionnel ionnels ionnelle ionnelles ional ionnaire ionary ioner ionner ionne ionnee issent oyen ian ians ien iens ienne "
        "iennes ien acy atie cy tie".split(),
        key=len,
        reverse=True,
    )
)
_SHORTEST_ROOT = 4
_MEANINGFUL_STOPS = frozenset("contre against avant après before after won".split())
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
    return (terms(basic, language) or found)[0] if basic else found[0]


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


@lru_cache(maxsize=100_000)
def family(word: str) -> str:
    """Give the root that a word shares with its derivatives and its cognates in the other language, "" for short ones.

    >>> family("investissement") == family("investment"), family("démocratique") == family("democratic")
    (True, True)
    """
    folded = fold(word)
    for suffix in _SUFFIXES:
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
    found = {f"{language}:{root}"} if root else set()
    related = family(word)
    if related and root:
        found.add(f"~{related}")
    found.update(_concepts()[language].get(root, ()))
    found.update(_concepts()[language].get(fold(word), ()))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def is_known(word: str, language: str) -> bool:
    """Whether the concept table holds a lower-case word of `language`."""
    return any(key.startswith("#") for key in keys(word, language))


@lru_cache(maxsize=50_000)
def is_light(word: str, language: str) -> bool:
    """Whether a word carries too little to need a source: « selon », "also", reporting verbs."""
    other = "en" if language == "fr" else "fr"
    return word in _LIGHT[language] or not terms(word, other)


@lru_cache(maxsize=1)
def _concepts() -> dict[str, dict[str, frozenset[str]]]:
    """Give, per language, the concept keys ("#12") of each stem; expressions are joined by `_`."""
    table: dict[str, dict[str, set[str]]] = {"fr": {}, "en": {}}
    for number, line in enumerate(lines("concepts")):
        for language, side in zip(("fr", "en"), line.split("|"), strict=True):
            for word in side.split():
                table[language].setdefault(_joined_stem(word, language), set()).add(f"#{number}")
    return {language: {word: frozenset(ids) for word, ids in words.items()} for language, words in table.items()}


def _joined_stem(expression: str, language: str) -> str:
    words = expression.replace("'", "_").split("_")
    if len(words) == 1:
        return stem(words[0], language) or fold(words[0])
    return "_".join(filter(None, (stem(word, language) for word in words)))


def expression_keys(stems: tuple[str, ...], language: str) -> frozenset[str]:
    """Give the concept keys of an expression given as the stems of its words, empty when none is known."""
    return _concepts()[language].get("_".join(stems), frozenset())


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
            oppose(keys(one, language), keys(other, language))
    return {key: frozenset(values) for key, values in table.items()}


_CONVERSE = ("gagner/perdre", "battre/perdre", "acheter/vendre", "victoire/defaite", "envoyer/recevoir", "preceder/suivre",
             "succeder/preceder", "embaucher/travail", "pret/emprunt")  # fmt: skip


@lru_cache(maxsize=1)
def _converse() -> frozenset[tuple[str, str]]:
    pairs = set()
    for pair in _CONVERSE:
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


def are_opposite(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two words, given by their keys, mean opposite things, as the tables or a negating prefix tell."""
    table = _opposites()
    if any(not table.get(key, frozenset()).isdisjoint(other) for key in one):
        return True
    return any(_negates(a, b) or _negates(b, a) for a in one if a[0] == "~" for b in other if b[0] == "~")


_NEGATING_PREFIXES = ("in", "im", "il", "ir", "un", "dis", "mal", "non", "anti", "des", "de", "me", "mis")


def _negates(whole: str, root: str) -> bool:
    return any(whole == f"~{prefix}{root[1:]}" for prefix in _NEGATING_PREFIXES) and len(root) > 5
