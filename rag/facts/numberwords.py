"""The words for numbers in French and English, folded, with their values."""

from __future__ import annotations

from fractions import Fraction

_UNITS = {
    "fr": (
        "zero deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
    ),
    "en": (
        "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen",
        (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
    ),
}
SMALL = {language: dict(zip(names.split(), values, strict=True)) for language, (names, values) in _UNITS.items()}
TENS = {
    "fr": dict(
        zip("vingt trente quarante cinquante soixante septante octante huitante nonante".split(),
            (20, 30, 40, 50, 60, 70, 80, 80, 90), strict=True)
    ),
    "en": dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)),
}  # fmt: skip
ONE = {"fr": frozenset({"un", "une"}), "en": frozenset({"one", "a", "an"})}

SCALES: dict[str, dict[str, int]] = {
    "fr": {
        "cent": 2, "cents": 2, "mille": 3, "millier": 3, "milliers": 3, "million": 6, "millions": 6, "milliard": 9,
        "milliards": 9, "md": 9, "mds": 9, "mrd": 9, "mrds": 9, "billion": 12, "billions": 12, "trillion": 18,
        "trillions": 18, "mio": 6,
    },
    "en": {
        "hundred": 2, "hundreds": 2, "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "mn": 6, "mln": 6,
        "billion": 9, "billions": 9, "bn": 9, "bln": 9, "trillion": 12, "trillions": 12, "tn": 12, "trn": 12,
        "milliard": 9, "milliards": 9,
    },
}  # fmt: skip
"""Powers of ten. "billion" is 10^12 in French (long scale) and 10^9 in English."""

COLLECTIVE = {
    "fr": {
        "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
        "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
    },
    "en": {"dozen": 12, "score": 20},
}  # fmt: skip
ABOUT_EXACTLY = frozenset({"douzaine", "dozen", "millier"})  # "une douzaine" is as often 12 as about 12
ORDINALS = {
    "fr": {
        "premier": 1, "premiere": 1, "premiers": 1, "premieres": 1, "second": 2, "seconde": 2, "deuxieme": 2,
        "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9,
        "dixieme": 10, "onzieme": 11, "douzieme": 12, "treizieme": 13, "quatorzieme": 14, "quinzieme": 15,
        "seizieme": 16, "vingtieme": 20, "trentieme": 30, "centieme": 100,
    },
    "en": {
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
        "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
        "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "hundredth": 100,
    },
}  # fmt: skip
ORDINAL_ENDINGS = frozenset("er ere re e eme ieme nd nde st rd th".split())
FRACTIONS = {
    "fr": {
        "moitie": (1, 2), "demi": (1, 2), "demie": (1, 2), "tiers": (1, 3), "quart": (1, 4), "quarts": (1, 4),
        "cinquieme": (1, 5), "cinquiemes": (1, 5), "dixieme": (1, 10), "dixiemes": (1, 10),
    },
    "en": {
        "half": (1, 2), "halves": (1, 2), "thirds": (1, 3), "third": (1, 3), "quarter": (1, 4), "quarters": (1, 4),
        "fifths": (1, 5), "fifth": (1, 5), "tenth": (1, 10), "tenths": (1, 10),
    },
}  # fmt: skip
MULTIPLES = {
    "twice": Fraction(2),
    "thrice": Fraction(3),
    "halved": Fraction(1, 2),
    "halving": Fraction(1, 2),
    "halves": Fraction(1, 2),
}
