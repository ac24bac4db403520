"""Paragraphs and sentences of French and English text, as offsets. Blank lines and list items first, then rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.table import GAP, cells

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]*(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]|$)")
_BLANK_LINES = re.compile(r"(?<![^\S\r\n])(?:[^\S\r\n]*(?:\r\n|\r(?!\n)|(?<!\r)\n|[\x0c\u2029])){2,}|[\x0c\u2029]")
_LINE_END = re.compile(r"[\r\n\x0c\u2029]")
_ITEM = re.compile(r"(?:[-*•–—▪‣·]|\(?\d{1,3}[.)]|[a-z]\))\s")
_LIST_ITEM = re.compile(rf"\s*(?:{_ITEM.pattern}|#{{1,6}}\s|>\s|\|\s?)")
_HEADING = re.compile(r"#{1,6}\s[^\r\n]{0,158}(?<![.;])")
"""A heading of Markdown, on one line, no longer than the chunker takes for one, and not ended as a sentence is."""
_RULE = re.compile(r"[-|:+=_*~\s]{2,}")
"""A line drawn under a heading or the header of a table."""
_MARK = re.compile(r"(?:(?:[-*•–—▪‣·]|#{1,6})\s+(?=\S)(?<![-–—] (?=\d)))+")
_END = re.compile(
    r"(?<![.!?…])(?:[.!?…]|[ \u00a0\u202f][!?])+"  # the stop itself, French spaces before it allowed
    r"(?:\[\d{1,3}\])*"  # reference marks stuck to it
    r"(?:[ \u00a0\u202f]?[»”’\"')\]])*"  # closing quotes and brackets
    r"(?:\[\d{1,3}\])*"
    r"(?=\s|$)"
)
_NEXT = re.compile(r"\s+((?:[«“\"'‘(\[—–-][ \u00a0\u202f]?)*)(\S)")
_REACH = 60
"""How far before a stop its word is looked for, and after it the next: megabytes must cost no more than prose."""
_LAST_WORD = re.compile(r"[^\s«“\"(\[’']*$")
_INITIALS = re.compile(r"(?:[A-ZÀÂÉÈÊÎÔ]\.-?)*[A-ZÀÂÉÈÊÎÔ]\.$")

# After these a stop never ends a sentence: a name or a number follows.
_BEFORE_NAME = frozenset(
    "m mm mme mmes mlle mlles mr mrs ms dr drs pr prof me mgr "
    "st ste sts gen gén col cdt lt sgt capt sen sén rep dép gov hon "
    "rev fr messrs av ave bd boul pl jr sr ch r.p s.e s.m".split()
)
_BEFORE_NUMBER = frozenset(
    "art p pp n no nos nº n° num fig figs al alin chap chapt t "
    "tom vol vols éd ed sect § tab tabl ex eq éq par para l ll "
    "ann pt st ca env v art al div reg r tél tel janv févr "
    "fév avr juil sept oct nov déc jan feb mar apr jun jul aug sep dec".split()
)
_UNITS = frozenset("m l g t h s min mm cm km kg mg ml cl ha".split())
# After these it may: the next word decides.
_ANYWHERE = frozenset(
    "etc cf e.g i.e vs inc ltd corp co cie sté al ibid op.cit a.m p.m approx dept est min max hab ie eg".split()
)
_STARTERS = frozenset(
    "le la les un une des ce cet cette ces il elle ils elles on nous vous je en dans pour par mais or et selon depuis "
    "après avant lors ainsi cependant toutefois the a an this that these those "
    "he she it they we you i in on at for but and "
    "however according after before since when while there its his her their as l’ c’ d’ l' c' d'".split()
)


def paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Give the half-open offsets of the paragraphs of `text`, trimmed of white space.

    Blank lines part them, and so do line ends that mean something: list items, and lines that are not simply wrapped.

    >>> paragraphs("One,\ntwo\n\n three ")
    [(0, 8), (11, 16)]
    """
    found, start = [], 0
    for low, high in [*_blank_lines(text), (len(text), len(text))]:
        found += _lines(text, start, low)
        start = high
    return found


def _blank_lines(text: str) -> Iterator[tuple[int, int]]:
    """Give what `_BLANK_LINES.finditer` finds, looking only where a line ends: thirty times as fast on prose."""
    done = 0
    for match in _LINE_END.finditer(text):
        start = match.start()
        if start < done:
            continue
        while start > done and text[start - 1].isspace() and text[start - 1] not in "\r\n":
            start -= 1
        if found := _BLANK_LINES.match(text, start) or _BLANK_LINES.match(text, match.start()):
            done = found.end()
            yield found.span()


def sentences(text: str) -> list[tuple[int, int]]:
    """Give the half-open offsets of the sentences of `text`, in order, trimmed; every visible character is in one.

    >>> [("M. Dupont est là. Il parle."[a:b]) for a, b in sentences("M. Dupont est là. Il parle.")]
    ['M. Dupont est là.', 'Il parle.']
    """
    return [sentence for start, end in paragraphs(text) for sentence in _split(text, start, end)]


def quotable(text: str, *, headings: bool = False) -> list[tuple[int, int]]:
    r"""Give the half-open offsets of the sentences of `text` as they may be shown: without the marks of Markdown.

    The bullets of lists are cut off; drawn lines (|---|) and headings are left out, but with `headings` these come
    too, without their mark.

    >>> [("# Menu\n\n- Some soup.\n- A cake."[a:b]) for a, b in quotable("# Menu\n\n- Some soup.\n- A cake.")]
    ['Some soup.', 'A cake.']
    """
    found = []
    for low, high in paragraphs(text):
        if _RULE.fullmatch(text, low, high):
            continue
        if headings or not _HEADING.fullmatch(text, low, high):
            for start, end in _split(text, low, high):
                mark = _MARK.match(text, start, end)
                found.append((mark.end() if mark else start, end))
    return found


def is_item(line: str) -> bool:
    """Say whether `line` begins as an item of a list does: with a bullet or a number.

    >>> is_item("- a cake"), is_item("2. a cake"), is_item("a cake")
    (True, True, False)
    """
    return _ITEM.match(line) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Part what stands between blank lines at the line ends that mean something."""
    lines = []
    position = start
    while position < end:
        match = _LINE.match(text, position, end)
        if match is None or match.end() == position:
            break
        if trimmed := _trim(text, position, match.end()):
            lines.append(trimmed)
        position = match.end()
    merged: list[tuple[int, int]] = []
    for previous, (low, high) in zip([None, *lines], lines, strict=False):
        if previous is not None and _wrapped(text, previous, low, high):
            merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


def _wrapped(text: str, previous: tuple[int, int], low: int, high: int) -> bool:
    if _LIST_ITEM.match(text, low):
        return False
    last_line = re.split(r"[\r\n\x0b\x85\u2028]", text[previous[0] : previous[1]])[-1]
    columns = len(GAP.findall(last_line))
    if columns and columns == len(GAP.findall(text, low, high)):  # rows of a table
        return False
    if text[low].islower():
        return text[previous[1] - 1] not in ".!?;"
    if last_line.endswith(".") and _BEFORE_NAME.intersection([last_line[:-1].split(" ")[-1].lower()]):
        return True
    return len(last_line) >= 50 and text[previous[1] - 1] not in ".!?…:;,»”"


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if text[start] == "|" and cells(text[start:end]):  # a row stays whole
        return [(start, end)]
    found = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.start() >= begin and _ends(text, begin, match, end):
            found.append((begin, match.end()))
            following = _trim(text, match.end(), end)
            begin = following[0] if following else end
    if begin < end and (rest := _trim(text, begin, end)):
        found.append(rest)
    return found


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Say whether the stop that `match` found ends the sentence that starts at `begin`."""
    following = _NEXT.match(text, match.end(), end)
    if following is None:
        return True
    letter = following.group(2)
    if letter.islower():
        return False
    stop = match.group()
    if stop[0] != "." or stop.startswith(".."):
        return True
    before = text[max(begin, match.start() - _REACH) : match.start()]
    if re.fullmatch(r"\(?(?:\d{1,3}|[A-Za-z]|[IVX]{1,4})", before):  # "1. Foo" opens a list item
        return False
    found = _LAST_WORD.search(before)
    word = found.group() if found else ""
    after = text[following.start(2) : min(end, following.start(2) + _REACH)]
    return not _abbreviated(word, before[: len(before) - len(word)], after, bool(following.group(1)))


def _abbreviated(word: str, before: str, after: str, quoted: bool) -> bool:
    """Say whether the stop after `word` belongs to an abbreviation and the sentence goes on with `after`."""
    bare = word.strip("-–—").lower()
    measured = bare in _UNITS and word.islower() and bool(re.search(r"\d[ \u00a0\u202f]?$", before))  # "1,80 m. Elle"
    if bare in _BEFORE_NAME and not measured and not quoted:
        return word != "m" or after[:1].isupper()
    if bare in _BEFORE_NUMBER and not measured and re.match(r"[\dIVXLC]+\b|[A-Z]\.", after):
        return True
    if len(word) == 1 and before.endswith("(") and after[:1].isdigit():  # "(d. 1950)"
        return True
    first = re.match(r"[^\W\d_]+[’']?", after)
    starter = bool(first) and first is not None and first.group().lower() in _STARTERS
    if bare in _ANYWHERE:
        return not starter and bare != "etc"
    if _INITIALS.search(word + ".") and not measured:
        return not starter and not quoted
    return False
