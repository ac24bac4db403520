"""Which index terms of one language stand for which of the other, with how much probability."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "models" / "translations.tsv.gz"
"""Lines of a French term, an English one, and the probabilities, in thousandths, of the second given the first and
of the first given the second; `index/training/translations.py` learns them."""

Alternatives = tuple[tuple[str, float], ...]
"""Terms that stand for one term of a query, each with its weight in 0..1."""

Table = Mapping[str, Alternatives]

UNTRANSLATED = 0.3
"""What a term itself weighs beside its translations: many words and most names are the same in both languages."""


@cache
def tables() -> dict[tuple[str, str], Table]:
    """Read the shipped table: for ("fr", "en") and ("en", "fr") each known term's translations, likeliest first."""
    found: dict[tuple[str, str], dict[str, list[tuple[float, str]]]] = {("fr", "en"): {}, ("en", "fr"): {}}
    with gzip.open(SHIPPED, "rt", encoding="utf-8") as lines:
        for line in lines:
            french, english, forth, back = line.rstrip("\n").split("\t")
            if forth != "0":
                found["fr", "en"].setdefault(french, []).append((int(forth) / 1000, english))
            if back != "0":
                found["en", "fr"].setdefault(english, []).append((int(back) / 1000, french))
    return {
        pair: {
            term: tuple((other, share) for share, other in sorted(others, reverse=True))
            for term, others in rows.items()
        }
        for pair, rows in found.items()
    }


def translations(term: str, source: str, target: str) -> Alternatives:
    """Give what the index term `term` of the language `source` is in `target`, likeliest first; () when not known.

    >>> translations("chomag", "fr", "en")[0][0]
    'unemploy'
    """
    return tables().get((source, target), {}).get(term, ())


def translated(asked: Sequence[str], own: Sequence[str], source: str, target: str) -> list[str | Alternatives]:
    """Give what may stand for the terms of a word in texts of the language `target`.

    `asked` are its terms as the language `source` has them, `own` as `target` would: the word itself is always one of
    the terms that stand for it, and the only one where no translation is known.
    """
    known = [translations(term, source, target) for term in asked]
    if len(asked) != len(own):
        return [*filter(None, known), *own]
    return [_with_itself(term, found) if found else term for term, found in zip(own, known, strict=True)]


def _with_itself(term: str, known: Alternatives) -> Alternatives:
    found = dict(known)
    found[term] = max(found.get(term, 0.0), UNTRANSLATED)
    return tuple(found.items())
