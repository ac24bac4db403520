"""How well texts cover a question's words, paraphrase and translation counted: each word against its nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index import Embedder, detect, fold, load_embedder, terms, words
from rag.ranges import held

ALIKE = 0.6
"""The cosine from which two words are taken for the same when it is counted how many sentences hold a word."""


@cache
def embedder() -> Embedder:
    """Give the shipped embedder: what is fitted to its vectors holds whichever one the collection uses."""
    return load_embedder("default")


def alike(word: str, others: Sequence[str]) -> bool:
    """Say whether `word` means the same as one of `others`, in French or English."""
    if not others:
        return False
    if fold(word) in map(fold, others):
        return True
    vectors = embedder().embed_passages([word, *others])
    return bool((vectors[1:] @ vectors[0]).max() >= ALIKE)


def content_words(text: str) -> list[str]:
    """Give the words of `text` that carry its subject, in lower case, each once, in order."""
    language = detect(text)
    found = (text[a:b].lower() for a, b in words(text))
    return list(dict.fromkeys(word for word in found if terms(word, language)))


def best_matches(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Give an array of shape (content words of the question, texts): the cosine, 0..1, of each word's nearest word.

    The same word, accents and case aside, is 1; a figure is like no other figure, but like a range that holds it, as a
    month or a day of the week is (`rag.ranges`). The greatest similarity over a text's
    words, as ColBERT's late interaction takes it (Khattab and Zaharia, 2020), here between vectors of single words.
    """
    asked = content_words(question)
    words_of = [content_words(text) for text in texts]
    vocabulary = {word: row for row, word in enumerate(dict.fromkeys(word for found in words_of for word in found))}
    if not asked or not vocabulary:
        return np.zeros((len(asked), len(texts)), np.float32)
    embed = embedder().embed_passages
    near = (embed(asked) @ embed(list(vocabulary)).T).clip(0, 1)
    folded = np.array([fold(word) for word in vocabulary])
    for row, word in enumerate(asked):
        same = folded == fold(word)
        near[row] = np.where(same, 1, 0 if any(c.isdigit() for c in word) else near[row])
    rows = [[vocabulary[word] for word in found] for found in words_of]
    best = np.stack([near[:, row].max(axis=1) if row else np.zeros(len(asked), np.float32) for row in rows], axis=1)
    for column, text in enumerate(texts):
        for word, strength in held(question, text).items():
            if word in asked:
                best[asked.index(word), column] = max(best[asked.index(word), column], strength)
    return best


def weights(matches: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give each question word's weight by how few texts hold it, as in BM25's inverse document frequency; sum 1."""
    held = (matches >= ALIKE).sum(axis=1)
    rare = np.array([math.log(1 + (matches.shape[1] - n + 0.5) / (n + 0.5)) for n in held])
    return rare / rare.sum() if rare.sum() else rare
