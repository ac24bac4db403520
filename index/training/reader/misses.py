"""Questions that a passage nearly answers: another name, figure or word than it has, or its answering sentence gone."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

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
        """Give the question with a name, figure or word that `passage` does not hold in the place of one of its own."""
        held = fold(passage)
        spans = _spans(question)
        if spans and self._draw.random() < 0.6:
            begin, end = self._draw.choice(spans)
            for _ in range(8):
                new = self._other(number, question[begin:end])
                if fold(new) not in held and fold(new) != fold(question[begin:end]):
                    return question[:begin] + new + question[end:]
            return None
        words = [match for match in _WORD.finditer(question) if (language, match.group().lower()) in self._near]
        for match in self._draw.sample(words, min(3, len(words))):
            new = self._draw.choice(self._near[language, match.group().lower()])
            if fold(new)[:5] not in held:
                return question[: match.start()] + new + question[match.end() :]
        return None

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
