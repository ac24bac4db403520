"""Exact match and F1 of an answer against the right ones, by language and by the official SQuAD rules."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

ARTICLES = {
    "fr": frozenset("le la les un une des du de d l au aux".split()),
    "en": frozenset(("a", "an", "the")),
}

TOKEN = re.compile(
    r"(?<!\S)-(?=\d)\d+(?:[.,]\d+)*"  # a minus sign counts where nothing stands before it
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_](?:[^\W_]|[\u0300-\u036f])*"
    r"|[%‰€$£¥°§]"
)
FOLDED = {
    **dict.fromkeys(map(ord, "−–‐‑"), "-"),
    **dict.fromkeys(
        map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None
    ),  # invisible: soft hyphens and the like
    ord("œ"): "oe",
    ord("æ"): "ae",
}
ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?")
OFFICIAL_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
OFFICIAL_PUNCTUATION = frozenset(string.punctuation)


def normalise(text: str, language: str) -> str:
    """Give what is compared of an answer: its words and numbers in lower case, one blank between them.

    Compatibility forms, ligatures (œ), elisions, hyphens and quote marks do not count, articles neither unless there
    is nothing else. Numbers keep their value: "3,5" is "3.5" and not 35, "30 000" is "30000". Any language but "fr"
    is read by the English rules.

    >>> normalise("L’article 12", "fr"), normalise("« 3,5 »", "fr"), normalise("30 000 €", "fr")
    ('article 12', '3.5', '30000 €')
    """
    found = tokens(text, language)
    return " ".join(found) if found else " ".join(_plain(text).split())


def tokens(text: str, language: str) -> list[str]:
    """Give the words and numbers that `normalise` joins; none for a text of punctuation alone."""
    plain = _plain(text)
    found: list[str] = []
    for token in TOKEN.findall(plain):
        number = token[0].isdigit() or token[0] == "-"
        found.append(_number(token, language) if number else token)
    found = _join_thousands(found)
    articles = ARTICLES["fr" if language == "fr" else "en"]
    return [token for token in found if token not in articles] or found


def official(text: str) -> str:
    """Give an answer as the SQuAD 1.1 and 2.0 scripts compare it (Rajpurkar et al. 2016): English, made for parity."""
    kept = "".join(character for character in text.lower() if character not in OFFICIAL_PUNCTUATION)
    return " ".join(OFFICIAL_ARTICLES.sub(" ", kept).split())


def exact_match(prediction: str, golds: Iterable[str], normaliser: Callable[[str], str] = official) -> float:
    """Give 1.0 when the prediction equals one of the right answers after normalising, else 0.0."""
    wanted = normaliser(prediction)
    return float(wanted in _comparable(golds, normaliser))


def f1(prediction: str, golds: Iterable[str], normaliser: Callable[[str], str] = official) -> float:
    """Give the best F1, 0..1, of the bag of words against the right answers; where either is empty, equality."""
    words = normaliser(prediction).split()
    return max(_f1(words, gold.split()) for gold in _comparable(golds, normaliser))


def contains(prediction: str, golds: Iterable[str], language: str) -> float:
    """Give 1.0 when the words of a right answer stand in the prediction, in their order and without a gap."""
    text = f" {normalise(prediction, language)} "
    return float(any(f" {normalise(gold, language)} " in text for gold in golds if gold.strip()))


def trigram_recall(prediction: str, golds: Iterable[str], language: str) -> float:
    """Give the best share, 0..1, of a right answer's three-letter windows that the prediction has (BERGEN, 2024)."""
    have = _trigrams(normalise(prediction, language))
    shares = []
    for gold in golds:
        want = _trigrams(normalise(gold, language))
        shares.append((want & have).total() / want.total() if want else 0.0)
    return max(shares, default=0.0)


def _comparable(golds: Iterable[str], normaliser: Callable[[str], str]) -> list[str]:
    # As the official script has it: right answers without a word do not count, and where none is left the empty one is.
    return [text for gold in golds if (text := normaliser(gold))] or [""]


def _plain(text: str) -> str:
    # Twice, because folding case can undo a composition and composing can bring a capital back.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text.translate(FOLDED).replace("n°", "no")


def _number(token: str, language: str) -> str:
    if language != "fr" and ENGLISH_THOUSANDS.fullmatch(token.lstrip("-")):
        return token.replace(",", "")
    return token.replace(",", ".")


def _join_thousands(found: list[str]) -> list[str]:
    joined: list[str] = []
    open_number = False
    for token in found:
        group = len(token.split(".")[0]) == 3 and token.replace(".", "", 1).isdecimal()
        if open_number and group:
            joined[-1] += token
            open_number = token.isdecimal()
        else:
            joined.append(token)
            open_number = token.removeprefix("-").isdecimal() and len(token.removeprefix("-")) <= 3
    return joined


def _f1(words: list[str], gold: list[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    common = (Counter(words) & Counter(gold)).total()
    if not common:
        return 0.0
    precision, recall = common / len(words), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _trigrams(text: str) -> Counter[str]:
    return Counter(text[at : at + 3] for at in range(max(len(text) - 2, min(len(text), 1))))
