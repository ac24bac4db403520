"""Words that turn or limit what is said: negation, modality, quantifiers, frequency; each with what it governs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.facts.form import Token
from rag.facts.tables import lines


class Cue(NamedTuple):
    """A turning or limiting word at `tokens[start:end]`; it governs the positions `scope`, nearest first."""

    kind: str
    senses: frozenset[str]
    start: int
    end: int
    scope: tuple[int, ...]
    may_be_lost: bool = False
    """Whether saying less than the source ("the" for "all the") leaves the statement true."""


_WORD = re.compile(r"[*]?[^\W_]+[*]?|[*]|[^\w\s]")


class _Pattern(NamedTuple):
    words: tuple[str, ...]
    kind: str
    senses: frozenset[str]
    may_be_lost: bool


def _read_table() -> dict[str, dict[str, list[_Pattern]]]:
    """Give, per language and first three letters of the first word, the patterns, longest first."""
    index: dict[str, dict[str, list[_Pattern]]] = {"fr": {}, "en": {}}
    for line in lines("cues"):
        head, _, phrases = line.partition(": ")
        kind, senses, *lost = head.split()
        for language, side in zip(("fr", "en"), phrases.split("|"), strict=True):
            for phrase in side.split():
                words = tuple(_WORD.findall(phrase.replace("_", " "))) if phrase != "n't" else ("n't",)
                pattern = _Pattern(words, kind, frozenset(senses.split(",")), bool(lost))
                index[language].setdefault(words[0][:2], []).append(pattern)
    for patterns in index.values():
        for same_start in patterns.values():
            same_start.sort(key=lambda pattern: -len(pattern.words))
    return index


_INDEX = _read_table()
_CLAUSE_ENDS = frozenset(", ; : ! ? ( )".split())
_CLAUSE_OPENERS = frozenset(
    "mais but car because tandis while whereas alors puis then although however quoique".split()
)
_JOINERS = frozenset("et and ou or".split())
NEGATING = frozenset("pas plus jamais rien aucun aucune personne ni guere nul nulle point nullement".split())
"""Second words of a French negation."""

_REACH = 4
_NE_REACH = 8
_NOT_COMPARED = frozenset("au du de en a non ne le la les no once".split())
_NOT_NEGATIONS = frozenset({"only", "just", "merely", "seulement", "uniquement"})
_CONDITIONAL = re.compile(r"\w*(?:er|ir|dr|rr|ttr|[iî]tr|evr|uivr|vivr|aur)(?:ais|ait|ions|iez|aient)")
_FUTURE = re.compile(r"\w*(?:er|ir|dr|rr|ttr|[iî]tr|evr|uivr|vivr|aur)(?:ai|as|a|ons|ez|ont)")
_IRER = re.compile(
    r"(?:(?:re|at|é|sou)?tir|(?:cha)?vir|\w+spir|(?:ad)?mir|cir|désir|soupir|déchir|\w*cadr|engendr|barr|narr|serr|expir|"
    r"arbitr|chapitr)\w*"
)
"""Verbs in -rer, whose imperfect and past look like a conditional and a future."""


def cues(tokens: Sequence[Token], language: str, content: frozenset[int], taken: frozenset[int]) -> list[Cue]:
    """Give the cues among `tokens`; scopes hold positions of `content`; positions `taken` by quantities are no cues."""
    matched = _matches(tokens, language, taken)
    inside = frozenset(p for pattern, start, end in matched if pattern.words for p in range(start, end))
    governed = content - inside
    found: list[Cue] = []
    for pattern, start, end in matched:
        if not pattern.words:  # a verb form governs itself first
            scope = (start, *_scope(tokens, start + 1, governed))
        elif "if" in pattern.senses:
            scope = _outside(tokens, end, governed)
        else:
            scope = _scope(tokens, end, governed)
            if pattern.kind == "negation":
                scope = _before_modal(tokens, end, scope)
        if len(pattern.words) > 1 and pattern.words[-1].startswith("*") and end - 1 in content:
            scope = (end - 1, *scope)  # the verb of « compte recruter »
        if not scope or pattern.words[-1:] in (("faux",), ("false",), ("fausse",), ("untrue",), ("inexact",)):
            scope = (*scope, *_scope_back(tokens, start, governed))
        senses, may_be_lost = pattern.senses, pattern.may_be_lost
        if "reported" in senses and "expected" in senses and _is_told(tokens, start):
            senses, may_be_lost = senses | {"future"}, True  # « a dit qu'il viendrait » told « il viendra »
        if "not" in senses and any(token.norm in _UNTIL for token in tokens[end : (scope[0] if scope else end) + 3]):
            senses = frozenset({"until"})
        found.append(Cue(pattern.kind, senses, start, end, scope, may_be_lost))
    return _single_negations(found, tokens)


_UNTIL = frozenset("until till avant before".split())
"""Words that make a negation one of time alone: "not until 2004", « pas avant 2004 »."""
_TELLING = (
    "annonc", "dit", "affirm", "indiqu", "precis", "declar", "assur", "promi", "expliqu", "confirm", "fait savoir",
    "said", "announc", "told", "stated", "added", "warned", "say",
)  # fmt: skip
_LONGEST_TELLING = 6


def _is_told(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb of saying and its "that" come before: what would be is then what will be."""
    for lead in range(at - 1, 0, -1):
        if tokens[lead].norm in ("que", "qu", "that"):
            before = tokens[max(0, lead - _LONGEST_TELLING) : lead]
            return any(token.norm.startswith(_TELLING) for token in before)
        if tokens[lead].norm.startswith(("said", "told", "announc")) and tokens[lead].is_word:
            return True  # "said it would not appeal"
    return False


def _matches(tokens: Sequence[Token], language: str, taken: frozenset[int]) -> list[tuple[_Pattern, int, int]]:
    """Give the patterns found, in order, with where they start and end; a verb form has a pattern without words."""
    found: list[tuple[_Pattern, int, int]] = []
    position = 0
    while position < len(tokens):
        pattern, end = (None, position) if position in taken else _match(tokens, position, language)
        if pattern is not None:
            if not _is_idle(tokens, position, end, pattern):
                found.append((pattern, position, end))
            position = end
            continue
        if language == "en" and _compares(tokens, position):
            found.append((_Pattern((), "comparison", frozenset({"more"}), False), position, position + 1))
        verb = _verb_senses(tokens[position].raw, language) if position not in taken else None
        if verb is not None:
            found.append((_Pattern((), "modality", verb, "future" in verb), position, position + 1))
        position += 1
    return found


def _compares(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word at `at` is a comparative: "faster than"."""
    norm = tokens[at].norm
    than = at + 1 < len(tokens) and tokens[at + 1].norm == "than"
    return than and norm.endswith("er") and norm not in ("rather", "other", "under", "over", "lower", "later", "fewer")


def _match(tokens: Sequence[Token], at: int, language: str) -> tuple[_Pattern | None, int]:
    norm = tokens[at].norm
    if language == "fr" and norm in ("ne", "n"):
        return _match_ne(tokens, at)
    if language == "en" and norm == "t" and at > 1 and tokens[at - 1].norm == "'" and tokens[at - 2].norm.endswith("n"):
        return _Pattern(("t",), "negation", frozenset({"not"}), False), at + 1
    if language == "en" and norm == "cannot":
        return _Pattern(("cannot",), "negation", frozenset({"not"}), False), at + 1
    for pattern in _INDEX[language].get(norm[:2], ()):
        end = _ends(tokens, at, pattern.words)
        if end:
            return pattern, end
    return None, at


def _match_ne(tokens: Sequence[Token], at: int) -> tuple[_Pattern | None, int]:
    """Read "ne … pas", "ne … que"; the words between stay free to be cues and content themselves."""
    start = at + 2 if at + 1 < len(tokens) and tokens[at + 1].norm == "'" else at + 1
    for ahead in range(start, min(len(tokens), start + _NE_REACH)):
        word = tokens[ahead].norm
        if word in _CLAUSE_ENDS:
            break
        if word in NEGATING:
            if ahead + 1 < len(tokens) and tokens[ahead + 1].norm in _NOT_NEGATIONS:
                break
            return _Pattern(("ne", word), "negation", frozenset({"not"}), False), start
        if word in ("que", "qu"):
            return _Pattern(("ne", "que"), "quantifier", frozenset({"only"}), False), start
    if start < len(tokens) and tokens[start].norm in (
        "peut",
        "peuvent",
        "saurait",
        "sauraient",
        "pouvait",
        "cesse",
        "cessent",
    ):
        return _Pattern(("ne",), "negation", frozenset({"not"}), False), start
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


def _is_idle(tokens: Sequence[Token], start: int, end: int, pattern: _Pattern) -> bool:
    """Tell the cues that turn nothing here: "not only", "the most", « le plus grand jamais vu », "No. 11"."""
    word = tokens[start].norm
    following = tokens[end].norm if end < len(tokens) else ""
    before = tokens[start - 1].norm if start else ""
    if pattern.kind == "negation" and "not" in pattern.senses:
        if following in _NOT_NEGATIONS or (word == "no" and following == "."):
            return True
        if word == "no" and following in _NO_MORE:
            return True
        return word == "jamais" and before not in _OPENS_NEVER and not _after_ne(tokens, start)
    if "must" in pattern.senses and word in ("doit", "doivent", "devait"):
        leads_to_verb = end + 1 < len(tokens) and tokens[end + 1].norm.endswith(("er", "ir", "re"))  # « les renvoyer »
        return following in _OWED and not leads_to_verb
    if "if" in pattern.senses:
        return before in _NO_CONDITION
    if "can" in pattern.senses and (_is_purpose(tokens, start) or following in _SPEAKING):
        return True
    if pattern.kind == "comparison":
        return before in _NOT_COMPARED or following in ("tard", "que", "ou")
    if word == "most":
        return before in _SUPERLATIVE or following.endswith("ly")
    if word in _IDLE_BEFORE:
        return following in _IDLE_BEFORE[word] or (word == "risque" and before in _SUPERLATIVE_FR)
    if word in ("little", "peu"):
        return before in ("a", "un")
    if word in ("veut", "veux", "voulait") and following == "dire":
        return True
    return "only" in pattern.senses and (
        before in _NOT_ALONE
        or (following in _LESSENED and word not in ("seul", "seule") and before not in _CLAUSE_STARTS)
    )


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
_NO_MORE = frozenset("later more less fewer sooner earlier".split())
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
    return any(token.norm in ("ne", "n") for token in tokens[max(0, at - _NE_REACH) : at + 3])


def _outside(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    """Give what a condition that opens right before `start` governs: the clause before it, or else the one after."""
    low = next((p for p in range(start - 3, -1, -1) if tokens[p].norm in _CLAUSE_ENDS | _JOINERS), -1)
    before = tuple(sorted(p for p in content if low < p < start))
    if before:
        return before
    end = next((p for p in range(start, len(tokens)) if tokens[p].norm in _CLAUSE_ENDS), len(tokens))
    return tuple(sorted(p for p in content if p > end))


def _scope(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    scope: list[int] = []
    for position in range(start, len(tokens)):
        norm = tokens[position].norm
        if len(scope) >= _REACH or norm in _CLAUSE_ENDS or (scope and norm in _CLAUSE_OPENERS):
            break
        if scope and norm in _JOINERS:
            break
        if position in content:
            scope.append(position)
    return tuple(scope)


_MODALS = frozenset("may can will must would could should shall might peut peuvent doit doivent pourra devra".split())


def _before_modal(tokens: Sequence[Token], start: int, scope: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out what follows a modal: "those who fail to do so may be fined" does not deny the fine."""
    modal = next((p for p in range(start + 1, len(tokens)) if tokens[p].norm in _MODALS), len(tokens))
    return tuple(position for position in scope if position < modal)


def _scope_back(tokens: Sequence[Token], start: int, content: frozenset[int]) -> tuple[int, ...]:
    scope: list[int] = []
    for position in range(start - 1, -1, -1):
        if tokens[position].norm in _CLAUSE_ENDS:
            break
        if position in content:
            scope.append(position)
    return tuple(scope[:_REACH])


def _single_negations(found: list[Cue], tokens: Sequence[Token]) -> list[Cue]:
    """Count « ne … pas » and « aucun … ne » once: the second of the two words is dropped."""
    kept: list[Cue] = []
    for cue in found:
        word = tokens[cue.start].norm
        if cue.kind == "negation" and word in NEGATING:
            between = [c for c in kept if tokens[c.start].norm in ("ne", "n") and c.start < cue.start]
            if between and cue.start - between[-1].start <= _NE_REACH + 2:
                continue
        if cue.kind == "negation" and word in ("ne", "n"):
            earlier = [c for c in kept if tokens[c.start].norm in NEGATING and cue.start - c.start <= _NE_REACH]
            if earlier and not any(t.norm in _CLAUSE_ENDS for t in tokens[earlier[-1].start : cue.start]):
                continue
        kept.append(cue)
    return kept
