"""Numbers as people write them, in digits and in words, French and English: tokens in, exact values out."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from rag.facts.digits import digits, roman
from rag.facts.form import Token
from rag.facts.numberwords import (
    ABOUT_EXACTLY,
    COLLECTIVE,
    FRACTIONS,
    MULTIPLES,
    ONE,
    ORDINAL_ENDINGS,
    ORDINALS,
    SCALES,
    SMALL,
    TENS,
)
from rag.facts.units import unit_from


class Numeral(NamedTuple):
    """A number read at `tokens[start:end]`; `ordinal` for "1er" and "third", `about` for "une dizaine"."""

    value: Fraction
    start: int
    end: int
    ordinal: bool = False
    about: bool = False
    vague: bool = False
    """An unstated number of tens, hundreds, millions: « des milliers », "dozens"."""


def numerals(tokens: Sequence[Token], language: str) -> list[Numeral]:
    """Give the numbers among `tokens`, in order, not overlapping: digits, words, ordinals, fractions, scale words."""
    found: list[Numeral] = []
    position = 0
    while position < len(tokens):
        read = _read(tokens, position, language)
        if read is None:
            position += 1
        else:
            found.append(read)
            position = read.end
    return found


def _read(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    token = tokens[at]
    if token.is_number:
        return _read_digits(tokens, at, language)
    if len(token.raw) == 1 and not token.raw.isdecimal() and token.raw.isnumeric() and token.raw < "\u3000":
        return Numeral(Fraction(unicodedata.numeric(token.raw)).limit_denominator(100), at, at + 1)
    if not token.is_word:
        return None
    for read in (
        _read_century,
        _read_compound,
        _read_fraction,
        _read_multiple,
        _read_collective,
        _read_words,
        _read_ordinal,
    ):
        found = read(tokens, at, language)
        if found is not None:
            return found
    return None


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _read_digits(tokens: Sequence[Token], at: int, language: str) -> Numeral:
    value = digits(tokens[at].raw, language)
    end = at + 1
    following = _norm(tokens, end)
    if following in ORDINAL_ENDINGS and tokens[end].glued:
        return Numeral(value, at, end + 1, ordinal=True)
    if following == "/" and tokens[end].glued and end + 1 < len(tokens) and tokens[end + 1].is_number:
        below = digits(tokens[end + 1].raw, language)
        if _norm(tokens, end + 2) != "/" and 0 < value < below <= 10:
            return Numeral(value / below, at, end + 2)
    if end < len(tokens) and len(tokens[end].raw) == 1 and tokens[end].raw in "½¼¾⅓⅔":
        value += Fraction(unicodedata.numeric(tokens[end].raw)).limit_denominator(100)
        end += 1
    return _scaled(tokens, _with_half(tokens, Numeral(value, at, end)), language)


def _with_half(tokens: Sequence[Token], numeral: Numeral) -> Numeral:
    """Read "two and a half", « deux et demi » before a unit."""
    ahead = [token.norm for token in tokens[numeral.end : numeral.end + 3]]
    length = 3 if ahead == ["and", "a", "half"] else 2 if ahead[:2] in (["et", "demi"], ["et", "demie"]) else 0
    if length:
        return numeral._replace(value=numeral.value + Fraction(1, 2), end=numeral.end + length)
    return numeral


def _scaled(tokens: Sequence[Token], numeral: Numeral, language: str) -> Numeral:
    value, end = numeral.value, numeral.end
    while True:
        skip = 1 if _norm(tokens, end) == "-" and _norm(tokens, end + 1) in SCALES[language] else 0
        power = SCALES[language].get(_norm(tokens, end + skip))
        if power is None:
            return numeral._replace(value=value, end=end)
        value *= Fraction(10) ** power
        end += skip + 1


def _read_century(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    token = tokens[at]
    for ending in ("e", "eme", "er", "ieme"):
        if token.raw.endswith(ending):
            value = roman(token.raw[: -len(ending)])
            if value:
                return Numeral(Fraction(value), at, at + 1, ordinal=True)
    if _norm(tokens, at + 1) in ("siecle", "siecles", "century") and roman(token.raw):
        return Numeral(Fraction(roman(token.raw)), at, at + 1, ordinal=True)
    return None


def _read_fraction(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    table = FRACTIONS[language]
    count, end = 1, at
    if _norm(tokens, at) in ONE[language] or _norm(tokens, at) in SMALL[language]:
        count = SMALL[language].get(_norm(tokens, at), 1)
        end += 2 if _norm(tokens, at + 1) == "-" else 1
    word = _norm(tokens, end)
    if word not in table:
        return None
    above, below = table[word]
    measured = _unit_after(tokens, end + 1, language)
    if measured:
        return Numeral(Fraction(count * above, below), at, measured)
    if word in ("demi", "demie"):
        return None
    ambiguous = word in ORDINALS[language]  # "the third bridge"; "a third of", "un cinquième des"
    followed = _norm(tokens, end + 1) in ("of", "des", "de", "du", "to", ",", ".", "")
    led = _norm(tokens, at - 1) in ("by", "d", "'")  # "grew by a third to 540,000"
    if ambiguous and (end == at or not (followed or led)):
        return None
    if word == "quarter" and end == at:
        return None
    if word in ("quart", "tiers", "quarts") and end == at and _norm(tokens, at - 1) not in ("le", "les", "du", "des"):
        return None
    if [_norm(tokens, end + 1), _norm(tokens, end + 2)] == ["de", "finale"] or _norm(tokens, end + 1) == "-":
        return None
    return Numeral(Fraction(count * above, below), at, end + 1)


_TO_UNIT = frozenset("- a an d ' de of".split())


def _unit_after(tokens: Sequence[Token], at: int, language: str) -> int:
    """Give where the unit of a fraction starts, 0 for none: « demi-degré », "half an hour"."""
    ahead = at
    while ahead < at + 2 and _norm(tokens, ahead) in _TO_UNIT:
        ahead += 1
    found = unit_from(tokens, ahead, language) if ahead < len(tokens) and tokens[ahead].is_word else None
    return ahead if found is not None and found[0].dimension not in ("%", "times") else 0


def _read_multiple(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    """Read "twice" as two times, "halved" as a half."""
    value = MULTIPLES.get(_norm(tokens, at)) if language == "en" else None
    return Numeral(value, at, at + 1) if value else None


def _read_collective(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    word = _norm(tokens, at)
    table, singular = COLLECTIVE[language], word.removesuffix("s")
    vague_scales = ("milliers", "millions", "milliards", "hundreds", "thousands", "millions", "billions", "trillions")
    if (singular in table and word != singular) or word in vague_scales:
        value = table.get(singular) or 10 ** SCALES[language].get(word, 0)
        return None if value == 1 else _scaled(tokens, Numeral(Fraction(value), at, at + 1, vague=True), language)
    if word in ONE[language] or word in SMALL[language]:
        count, noun = SMALL[language].get(word, 1), _norm(tokens, at + 1).removesuffix("s")
        if noun in table and noun != "score":
            about = noun not in ABOUT_EXACTLY
            return _scaled(tokens, Numeral(Fraction(count * table[noun]), at, at + 2, about=about), language)
    if word in table and word != "score":
        return _scaled(tokens, Numeral(Fraction(table[word]), at, at + 1, about=word not in ABOUT_EXACTLY), language)
    return None


def _read_words(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    """Read "deux cent cinquante mille", "quatre-vingt-dix-sept", "two hundred and fifty"."""
    small, tens, scales, ones = SMALL[language], TENS[language], SCALES[language], ONE[language]
    first = _norm(tokens, at)
    opens_scale = _norm(tokens, at + 1) in scales
    if first in ones and not opens_scale:
        single = Numeral(Fraction(1), at, at + 1)
        halved = _with_half(tokens, single)
        return None if halved == single else halved
    if first == "cent" and _norm(tokens, at - 1) == "pour":
        return None
    bare_scale = language == "fr" and first in ("cent", "mille")
    if not (first in small or first in tens or first in ones or bare_scale):
        return None
    total = current = Fraction(0)
    end = at
    while end < len(tokens):
        word = _norm(tokens, end)
        if word in ones and (end == at or current >= 20 or (word == "one" and current)):
            current += 1
        elif word in small:
            current += small[word]
        elif word in tens or word == "vingts":
            twenty = language == "fr" and word in ("vingt", "vingts") and current == 4
            current = Fraction(80) if twenty else Fraction(current + tens[word.removesuffix("s")])
        elif word in scales and (end > at or bare_scale):
            power = scales[word]
            if power == 2:
                current = (current or Fraction(1)) * 100
            else:
                total += (current or Fraction(1)) * Fraction(10) ** power
                current = Fraction(0)
        else:
            break
        end += 1
        joined = _norm(tokens, end)
        if joined == "-" or (joined in ("et", "and") and (current >= 20 or total)):
            after = _norm(tokens, end + 1)
            continues = after in small or after in tens or after in scales or after in ("un", "une", "one")
            if not continues or (joined != "-" and not _can_join(current, total, after, small)):
                break
            end += 1
    return _with_half(tokens, Numeral(total + current, at, end))


def _can_join(current: Fraction, total: Fraction, after: str, small: dict[str, int]) -> bool:
    """Tell "vingt et un", "soixante et onze", "two hundred and fifty" from "vingt et trois autres"."""
    if after in ("un", "une", "one", "onze"):
        return current >= 20
    return current >= 100 or (current == 0 and total > 0)


def _read_ordinal(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    word = _norm(tokens, at)
    value = ORDINALS[language].get(word)
    if value is not None and _norm(tokens, at + 1) not in ("ministre", "ministres", "minister", "lady", "plan"):
        return Numeral(Fraction(value), at, at + 1, ordinal=True)
    return None


def _read_compound(tokens: Sequence[Token], at: int, language: str) -> Numeral | None:
    """Read "twenty-first"."""
    word = _norm(tokens, at)
    if language == "en" and word in TENS["en"] and _norm(tokens, at + 1) == "-":
        unit = ORDINALS["en"].get(_norm(tokens, at + 2))
        if unit is not None:
            return Numeral(Fraction(TENS["en"][word] + unit), at, at + 3, ordinal=True)
    return None
