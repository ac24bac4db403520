"""Names of people, places and organisations, as capitals show them, with the forms they take in the other language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.tables import lines
from rag.facts.wording import is_known


class Name(NamedTuple):
    """One word of a name, or a known name of several words, at `tokens[position:end]`.

    `keys` are the forms it may take; `sure` unless its capital opens a sentence and may mean nothing.
    """

    keys: frozenset[str]
    position: int
    end: int
    sure: bool
    common: bool = False
    """Whether it is a common word with a capital, as in "Supreme Court"."""


_TITLES = frozenset(
    "rien nul personne aucun aucune tout tous nothing nobody everyone everything please now then here there yes no not "
    "a an and as at au aux but by ce ces cet cette colonel d dame dans de des docteur dr du elle elles en "
    "et for general he i if il ils in it judge juge king l la lady le les lord m madame mademoiselle mais "
    "maitre me mgr minister ministre miss mlle mm mme mmes monsieur mr mrs ms nous of on pour pr premier "
    "president prime prof professeur quand queen reine roi saint sainte senator she si sir st ste that "
    "the these they this those to un une we when with ".split()
)


def _read_same() -> dict[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for group in lines("names"):
        words = group.split()
        for word in words:
            forms.setdefault(word, set()).update(words)
    return {word: frozenset(group) for word, group in forms.items()}


_FORMS = _read_same()
_LONGEST = max(word.count("_") for word in _FORMS) + 1


def names(tokens: Sequence[Token], language: str, stop: frozenset[int], taken: frozenset[int]) -> list[Name]:
    """Give the words of names among `tokens`; positions in `stop` (function words) and `taken` (dates) are none."""
    found: list[Name] = []
    position = 0
    while position < len(tokens):
        joined = _joined(tokens, position)
        if joined is not None:
            keys, end = joined
            found.append(Name(keys, position, end, sure=True))
            position = end
            continue
        if position not in taken and _is_name(tokens, position, stop):
            keys = _FORMS.get(tokens[position].norm, frozenset()) | {tokens[position].norm}
            sure = not _opens(tokens, position) or _is_acronym(tokens[position].raw)
            common = _is_common(tokens, position, language)
            found.append(Name(keys, position, position + 1, sure and not common, common))
        position += 1
    return found


def forms(norm: str) -> frozenset[str]:
    """Give the forms, in either language, of the name `norm` (folded, words joined by `_`).

    >>> sorted(forms("londres"))
    ['london', 'londres']
    """
    return _FORMS.get(norm, frozenset({norm}))


_FROM_PLACES = (
    "ians", "ian", "ans", "an", "ese", "ish", "ais", "aise", "aises", "ois", "oise", "oises", "ien", "iens", "ienne",
    "iennes", "ain", "ains", "aine", "aines", "ique", "iques",
)  # fmt: skip
_LEAST_OF_PLACE = 4


@lru_cache(maxsize=50_000)
def are_of_one_place(one: str, other: str) -> bool:
    """Whether one folded name is that of the people or the quality of the other: Libyan and Libya.

    >>> are_of_one_place("libyan", "libya"), are_of_one_place("australian", "austria")
    (True, False)
    """
    for people, place in ((one, other), (other, one)):
        for ending in _FROM_PLACES:
            root = people.removesuffix(ending)
            if (
                root != people
                and len(root) >= _LEAST_OF_PLACE
                and place.startswith(root)
                and len(place) - len(root) < 3
            ):
                return True
    return False


_SOUNDS = (("ph", "f"), ("qu", "k"), ("ck", "k"), ("c", "k"), ("w", "v"), ("z", "s"), ("x", "ks"))
_LEAST_CONSONANTS = 3


@lru_cache(maxsize=50_000)
def skeleton(norm: str) -> str:
    """Give the consonants of a folded name, by which two languages' spellings agree; the name itself when too few.

    >>> skeleton("falloujah") == skeleton("fallujah"), skeleton("hanovre") == skeleton("hanover")
    (True, True)
    """
    for spelled, plain in _SOUNDS:
        norm = norm.replace(spelled, plain)
    consonants = "".join(c for c in norm if c not in "aeiouyh")
    single = "".join(c for c, before in zip(consonants, f" {consonants}", strict=False) if c != before)
    return single if len(single) >= _LEAST_CONSONANTS else norm


def _joined(tokens: Sequence[Token], at: int) -> tuple[frozenset[str], int] | None:
    """Read a known name of several words: « États-Unis », "United Kingdom"."""
    if not tokens[at].raw[0].isupper():
        return None
    words: list[str] = []
    best = None
    for position in range(at, min(len(tokens), at + 2 * _LONGEST)):
        norm = tokens[position].norm
        if norm in ("-", "'"):
            continue
        words.append(norm)
        key = "_".join(words)
        if len(words) > 1 and key in _FORMS:
            best = _FORMS[key], position + 1
        if len(words) == _LONGEST:
            break
    return best


def _is_name(tokens: Sequence[Token], at: int, stop: frozenset[int]) -> bool:
    token = tokens[at]
    raw = token.raw
    if not token.is_word or token.norm in _TITLES:
        return False
    if any(c.isdigit() for c in raw) and any(c.isupper() for c in raw):
        return True
    if _is_acronym(raw):
        return True
    if len(raw) == 1 and raw.isupper() and raw not in "AIYÀÔ":  # « la ligne B », but « P. Dupont »
        return at > 0 and tokens[at - 1].is_word and not (at + 1 < len(tokens) and tokens[at + 1].norm == ".")
    if not raw[0].isupper() or len(raw) == 1:
        return any(c.isupper() for c in raw[1:]) and len(raw) > 2
    return not (_opens(tokens, at) and (at in stop or _looks_like_a_verb(token.norm)))


def _looks_like_a_verb(norm: str) -> bool:
    """Whether the ending of a sentence's first word is that of a verb or adverb: « Passons », "Staring"."""
    return norm.endswith(("ons", "ez", "ant", "ment", "ing", "ly")) and len(norm) > 5


def _is_common(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Whether a capitalised word is a known common one, and no surname: "Supreme Court" but "Daniel Marsh"."""
    token = tokens[at]
    if _is_acronym(token.raw) or token.norm in _FORMS or not is_known(token.raw.lower(), language):
        return False
    before = at - 2 if at > 1 and tokens[at - 1].norm == "." else at - 1
    if before < 0 or not tokens[before].raw[0].isupper():
        return True
    return tokens[before].norm not in _BEFORE_SURNAMES and (
        tokens[before].norm in _TITLES or is_known(tokens[before].raw.lower(), language)
    )


_BEFORE_SURNAMES = frozenset("m mme mlle dr pr me monsieur madame maitre docteur mr mrs ms miss sir lord lady".split())


def _is_acronym(raw: str) -> bool:
    return len(raw) > 1 and raw.isupper() and raw.isalpha()


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token opens a sentence, a quotation or what follows a colon, where a capital may mean nothing."""
    before = at - 1
    while before >= 0 and tokens[before].norm in ('"', "-", "(", "'"):
        before -= 1
    if before != at - 1 and tokens[at - 1].norm in ("'", "-"):
        return before < 0
    return before < 0 or tokens[before].norm in (".", "!", "?", ":") or tokens[at - 1].norm == '"'
