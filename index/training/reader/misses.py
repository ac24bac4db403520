"""Questions that a passage nearly answers: another name, figure or word, parts exchanged, its opposite, denied.

The ways are among those in which people made SQuAD 2.0's (Rajpurkar, Jia and Liang, 2018, table 2). Some questions come
out answerable after all, most of them where names are exchanged.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from index.embedder import Embedder
from index.language import fold
from index.sentence import sentences
from index.stopwords import STOP_WORDS

_NAME = re.compile(r"(?<=[\s'’])[A-ZÀ-Þ][\w'-]+(?:\s[A-ZÀ-Þ][\w'-]+)*|\d[\d.,]*")
_YEAR = re.compile(r"1\d{3}|20\d\d")
_WORD = re.compile(r"[^\W\d_]{4,}")
NEAR = (0.2, 0.5)
"""The cosine of a word that may take another's place: of the same field, yet no synonym."""
REACH = 60
"""How many names before or after a question's own another may come from: often the same article's."""

WAYS = {"named": 0.35, "exchanged": 0.25, "opposed": 0.2, "denied": 0.08, "worded": 0.12}
"""How often each way is tried first."""
_OPPOSITES = {
    "en": """first/last before/after largest/smallest biggest/smallest highest/lowest most/least more/fewer
        longest/shortest increase/decrease increased/decreased rise/fall win/lose won/lost north/south
        northern/southern east/west eastern/western male/female men/women father/mother son/daughter brother/sister
        husband/wife king/queen begin/end began/ended start/stop started/stopped open/close opened/closed
        oldest/youngest older/younger old/new early/late earliest/latest major/minor majority/minority maximum/minimum
        above/below with/without inside/outside allowed/forbidden accepted/rejected built/destroyed created/abolished
        positive/negative public/private strong/weak strongest/weakest fast/slow fastest/slowest hot/cold warm/cold
        rich/poor high/low upper/lower birth/death born/buried arrived/left bought/sold joined/left attack/defend
        offensive/defensive same/different advantage/disadvantage advantages/disadvantages cause/prevent best/worst
        better/worse always/never import/export imports/exports teacher/student buyer/seller winner/loser
        summer/winter morning/evening""",
    "fr": """premier/dernier première/dernière premiers/derniers premières/dernières avant/après grand/petit
        grande/petite grands/petits grandes/petites plus/moins augmenté/diminué augmente/diminue
        augmentation/diminution hausse/baisse gagné/perdu gagne/perd remporté/perdu victoire/défaite nord/sud
        hommes/femmes homme/femme père/mère fils/fille frère/sœur roi/reine mari/femme début/fin commencé/fini
        commence/finit commencement/fin ouvert/fermé ouverture/fermeture ancien/nouveau ancienne/nouvelle vieux/jeune
        âgé/jeune maximum/minimum maximale/minimale haut/bas haute/basse supérieur/inférieur supérieure/inférieure
        avec/sans accepté/refusé autorisé/interdit construit/détruit construite/détruite créé/supprimé créée/supprimée
        positif/négatif positive/négative public/privé publique/privée fort/faible forte/faible rapide/lent
        rapide/lente chaud/froid chaude/froide riche/pauvre riches/pauvres naissance/mort né/mort née/morte naît/meurt
        arrivé/parti acheté/vendu vend/achète attaque/défense avantage/inconvénient avantages/inconvénients
        meilleur/pire meilleure/pire toujours/jamais importation/exportation importations/exportations
        élève/professeur vainqueur/vaincu matin/soir majorité/minorité court/long courte/longue proche/éloigné
        entrée/sortie""",
}
_DENIABLE = {
    "en": re.compile(r"\b(?:is|are|was|were|did|does|do|has|had|could|would|should)\b"),
    "fr": re.compile(
        r"(?<![-'’])\b(?:est|sont|était|étaient|fut|a|ont|avait|peut|doit)\b(?:-(?:t-)?(?:ils?|elles?|on)\b)?"
    ),
}
_DENIED = re.compile(r"\bn['’]|\b(?:ne|not|never|no)\b", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|and|et|or|ou|&)\s*")


class Misses:
    """Makes near misses of questions, given all of them: `asked` in order, with their languages."""

    def __init__(self, asked: Sequence[tuple[str, str]], embedder: Embedder, draw: random.Random) -> None:
        self._draw = draw
        self._names = [question[a:b] for question, _ in asked for a, b in _spans(question)]
        counts = np.cumsum([0, *(len(_spans(question)) for question, _ in asked)])
        self._first = [int(count) for count in counts]
        self._near: dict[tuple[str, str], list[str]] = {}
        for language in ("fr", "en"):
            words = Counter(
                word
                for question, spoken in asked
                if spoken == language
                for word in _WORD.findall(question.lower())
                if word not in STOP_WORDS[language]
            )
            self._learn(language, [word for word, count in words.items() if count > 1], embedder)

    def _learn(self, language: str, words: Sequence[str], embedder: Embedder) -> None:
        vectors = embedder.embed_passages(words)
        for first in range(0, len(words), 2000):
            cosines = vectors[first : first + 2000] @ vectors.T
            for row, nearest in enumerate(np.argsort(-cosines, axis=1)[:, :40]):
                near = [words[n] for n in nearest if NEAR[0] < cosines[row, n] < NEAR[1]]
                if near:
                    self._near[language, words[first + row]] = near

    def question(self, number: int, question: str, language: str, passage: str) -> str | None:
        """Give a question like the one given that `passage` should not answer; None where no way leads to one."""
        left = dict(WAYS)
        while left:
            way = self._draw.choices(list(left), list(left.values()))[0]
            del left[way]
            if made := self._by(way, number, question, language, passage):
                return made
        return None

    def _by(self, way: str, number: int, question: str, language: str, passage: str) -> str | None:
        if way == "named":
            return self._named(number, question, fold(passage))
        if way == "exchanged":
            return self._exchanged(question, passage)
        if way == "opposed":
            return self._put(question, _opposites(question, language), fold(passage))
        if way == "denied":
            return _denied(question, language)
        words = [match for match in _WORD.finditer(question) if (language, match.group().lower()) in self._near]
        near = ((match.span(), self._draw.choice(self._near[language, match.group().lower()])) for match in words)
        return self._put(question, near, fold(passage))

    def _named(self, number: int, question: str, held: str) -> str | None:
        """Put a name or figure of another question in."""
        spans = _spans(question)
        if not spans:
            return None
        begin, end = self._draw.choice(spans)
        for _ in range(8):
            new = self._other(number, question[begin:end])
            if fold(new) not in held and fold(new) not in fold(question):
                return question[:begin] + new + question[end:]
        return None

    def _exchanged(self, question: str, passage: str) -> str | None:
        """Let two names change places, or put a name of the passage in."""
        spans = [(a, b) for a, b in _spans(question) if not question[a].isdigit()]
        if not spans:
            return None
        if len(spans) > 1 and self._draw.random() < 0.5:
            (a, b), (c, d) = spans[:2]
            if not _JOINED.fullmatch(question[b:c]):
                return question[:a] + question[c:d] + question[b:c] + question[a:b] + question[d:]
        known = {fold(word) for word in question.split()}
        others = sorted({passage[a:b] for a, b in _spans(passage) if not passage[a].isdigit() and b - a > 3})
        others = [name for name in others if known.isdisjoint(fold(name).split()) and not is_stop_word(name)]
        if not others:
            return None
        begin, end = self._draw.choice(spans)
        return question[:begin] + self._draw.choice(others) + question[end:]

    def _put(self, question: str, changes: Iterator[tuple[tuple[int, int], str]], held: str) -> str | None:
        """Make one of the changes whose new word the passage does not hold."""
        possible = [(span, new) for span, new in changes if fold(new)[:5] not in held]
        if not possible:
            return None
        (begin, end), new = self._draw.choice(possible)
        return question[:begin] + new + question[end:]

    def _other(self, number: int, name: str) -> str:
        if _YEAR.fullmatch(name):
            return str(int(name) + self._draw.choice((-1, 1)) * self._draw.randint(1, 20))
        if name[0].isdigit():
            return str(self._draw.randint(2, 900))
        at = self._first[number] + self._draw.randint(-REACH, REACH)
        return self._names[min(max(at, 0), len(self._names) - 1)]


def without(text: str, span: tuple[int, int]) -> str | None:
    """Give the text without the sentences that `span` lies in; None where none would be left."""
    found = sentences(text)
    left = [text[a:b].strip() for a, b in found if b <= span[0] or a >= span[1]]
    return " ".join(left) if 0 < len(left) < len(found) else None


def _spans(question: str) -> list[tuple[int, int]]:
    return [match.span() for match in _NAME.finditer(question)]


def is_stop_word(word: str) -> bool:
    """Say whether a word carries little meaning in French or in English."""
    return any(fold(word) in words for words in STOP_WORDS.values())


def _opposites(question: str, language: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Give the places of words that have an opposite, and what it is."""
    for match in re.finditer(r"\w+", question):
        for pair in _OPPOSITES[language].split():
            one, other = pair.split("/")
            if match.group().lower() in (one, other):
                yield match.span(), other if match.group().lower() == one else one


def _denied(question: str, language: str) -> str | None:
    """Deny the first auxiliary: "didn't", « n'a-t-il pas »."""
    match = _DENIABLE[language].search(question)
    if match is None or _DENIED.search(question):
        return None
    verb = match.group()
    ne = "n'" if fold(verb)[0] in "aeo" else "ne "
    return (
        question[: match.start()] + (f"{verb}n't" if language == "en" else f"{ne}{verb} pas") + question[match.end() :]
    )
