"""The same questions asked worse: without accents, in capitals, with typing errors, in the other language."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index import Document
from rag.evaluation.comparison import Difference, paired
from rag.evaluation.evaluation import Library, System, evaluate
from rag.evaluation.formats import load
from rag.evaluation.outcome import Evaluation
from rag.evaluation.testset import Question, unique

TYPO_LENGTH = 5
"""Only words of this length and more get a typing error: a shorter one is often another word then."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The run on one kind of worse questions, and what it lost against the run on the questions as they are."""

    evaluation: Evaluation
    differences: Mapping[str, Difference]


def without_accents(question: Question, seed: int = 0) -> Question | None:
    """Give the question without accents; None when it has none."""
    folded = "".join(c for c in unicodedata.normalize("NFD", question.question) if not unicodedata.combining(c))
    return replace(question, question=folded) if folded != question.question else None


def upper_case(question: Question, seed: int = 0) -> Question | None:
    """Give the question in capitals."""
    return replace(question, question=question.question.upper())


def with_typos(question: Question, seed: int = 0) -> Question | None:
    """Give the question with a typing error in every fourth word of five letters and more, at least in one.

    Two neighbours change places, or a letter is lost or doubled; which, depends on the seed and the id alone.
    None when no word is long enough.
    """
    dice = random.Random(f"{seed} {question.id}")  # noqa: S311 - repeatable, not secret
    words = question.question.split(" ")
    long = [at for at, word in enumerate(words) if sum(map(str.isalpha, word)) >= TYPO_LENGTH]
    for at in dice.sample(long, -(-len(long) // 4)):
        word = words[at]
        inner = [place for place in range(1, len(word) - 1) if word[place].isalpha() and word[place + 1].isalpha()]
        if inner:
            place = dice.choice(inner)
            pair = word[place : place + 2]
            words[at] = word[:place] + dice.choice([pair[::-1], pair[1], pair[0] + pair]) + word[place + 2 :]
    changed = " ".join(words)
    return replace(question, question=changed) if changed != question.question else None


def other_language(question: Question, seed: int = 0) -> Question | None:
    """Give the question in the other language, where the test set has it: {"translations": {"en": "…"}}."""
    told = question.extra.get("translations")
    other = "en" if question.language == "fr" else "fr"
    text = told.get(other) if isinstance(told, Mapping) else None
    return replace(question, question=text, language=other) if isinstance(text, str) and text.strip() else None


VARIANTS: dict[str, Callable[[Question, int], Question | None]] = {
    "without_accents": without_accents,
    "upper_case": upper_case,
    "with_typos": with_typos,
    "other_language": other_language,
}


def robustness(
    system: System,
    questions: str | Path | Sequence[Question],
    base: Evaluation,
    *,
    collection: Library | None = None,
    documents: Iterable[Document] = (),
    k: int = 10,
    seed: int = 0,
) -> dict[str, Variant]:
    """Give what a system loses on each kind of worse questions against `base`, its run on the questions as they are.

    Questions that a variant leaves unchanged are not asked again and take no part in its difference; a variant that
    changes none is left out. The other arguments are those of `evaluate`.
    """
    items = unique(load(questions).questions if isinstance(questions, str | Path) else questions)
    known = tuple(documents)
    found = {}
    for name, change in VARIANTS.items():
        changed = [new for question in items if (new := change(question, seed)) is not None]
        if changed:
            run = evaluate(system, changed, collection=collection, documents=known, k=k, seed=seed, name=name)
            asked = {question.id for question in changed}
            kept = replace(base, results=tuple(result for result in base.results if result.question.id in asked))
            found[name] = Variant(run, paired(kept.to_dict(), run.to_dict(), seed))
    return found
