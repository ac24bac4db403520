"""Word documents through python-docx: paragraphs, lists and tables in order. Runs in the child process only.

python-docx gives a paragraph's own runs; what stands in content controls, tracked insertions and text boxes is read
here from the same elements, and what was deleted under tracking is left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.readers.equation import EQUATION, written
from index.readers.scripts import LOWERED, LOWERED_END, RAISED, RAISED_END, settle

MAX_ENTRIES = 10_000
MAX_EXPANDED = 200_000_000
MAX_RATIO = 100

_Element: TypeAlias = Any  # lxml and python-docx bring no types of their own

_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_STRICT = b"http://purl.oclc.org/ooxml/"
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:delText"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GLYPHS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "\u2011", qn("w:ptab"): "\t"}
_NOT_SHOWN = (qn("w:strike"), qn("w:dstrike"), qn("w:vanish"))
_SHIFTED = {"superscript": (RAISED, RAISED_END), "subscript": (LOWERED, LOWERED_END)}
_ON = ("true", "1", "on")
_FIRST_ROW = re.compile("[0-9A-Fa-f]{2}[2367AaBbEeFf][0-9A-Fa-f]")  # bit 0x0020 of older files' four digits
_HEADING = re.compile(r"(?:heading|titre|überschrift|título) ?[1-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Styles:
    """What the styles of a document are called, by their ids, and which of tables give the first row a look."""

    names: Mapping[str, str]
    heading: frozenset[str]


def extract(data: bytes) -> dict[str, object]:
    """Give `text` and `title` of a Word document. Raises ValueError with a reason a person understands."""
    _check(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except KeyError as error:
        raise ValueError(f"the Word document lacks a part: {error}") from error
    except ValueError as error:  # python-docx takes documents only
        raise ValueError(
            "the file is named .docx but holds a template or a document with macros: "
            "open it in Word and save it as Word Document (.docx)"
        ) from error
    styles = _Styles(
        {style.style_id: style.name or "" for style in document.styles},
        frozenset(
            style.style_id
            for style in document.styles
            if any(part.get(qn("w:type")) == "firstRow" for part in style.element.iterfind(qn("w:tblStylePr")))
        ),
    )
    blocks = [block for block in _blocks(document.element.body, styles) if block[0].strip()]
    blocks += [block for block in _notes(document, styles) if block[0].strip()]
    if not blocks:
        raise ValueError("the Word document holds no text")
    titles = [text for text, kind in blocks if kind == "title"] or [text for text, kind in blocks if kind == "heading"]
    title = " ".join(titles[0].split()) if titles else ""
    return {"text": "\n\n".join(text for text, _ in blocks), "page_starts": (), "title": title[:200]}


def _check(data: bytes) -> None:
    """Refuse what would unfold to far more than it looks, and XML that declares entities, before anything is parsed."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ValueError(f"the Word document is damaged ({error}): open it in Word and save it anew") from error
    entries = package.infolist()
    expanded = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"the Word document holds {len(entries)} files, more than {MAX_ENTRIES}")
    if expanded > MAX_EXPANDED or expanded > MAX_RATIO * len(data):
        raise ValueError(
            f"the Word document unfolds from {len(data)} to {expanded} bytes, more than {MAX_RATIO} times "
            f"or more than {MAX_EXPANDED} in all"
        )
    for entry in entries:
        if entry.flag_bits & 1:
            raise ValueError("the Word document is encrypted: save a copy without a password")
        if entry.filename.lower().endswith((".xml", ".rels")):
            try:
                content = package.read(entry)
            except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
                raise ValueError(f"the Word document is damaged ({error}): open it in Word and save it anew") from error
            if entry.filename in ("_rels/.rels", "word/document.xml") and _STRICT in content:
                raise ValueError(
                    "the file is named .docx but holds Strict Open XML, another form of Word document: "
                    "open it in Word and save it as Word Document (.docx)"
                )
            if any(mark in content for mark in _DOCTYPE):
                raise ValueError("the Word document declares XML entities (DOCTYPE), which no word processor writes")


def _blocks(container: _Element, styles: _Styles) -> Iterator[tuple[str, str]]:
    """Give (text, kind) of the paragraphs and tables of a body, cell, note or text box, in order."""
    for element in container:
        if element.tag == qn("w:p"):
            style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            name = styles.names.get(style.get(qn("w:val"), ""), "") if style is not None else ""
            kind = "title" if name == "Title" else "heading" if _HEADING.match(name) else "text"
            boxes: list[_Element] = []
            yield settle("".join(_characters(element, boxes))).strip("\n"), kind
            for box in boxes:
                yield from _blocks(box, styles)
        elif element.tag == qn("w:tbl"):
            yield _table(element, styles), "table"
        elif element.tag not in _LEFT_OUT and len(element) and isinstance(element.tag, str):
            yield from _blocks(element, styles)


def _table(table: _Element, styles: _Styles) -> str:
    """Give a table's rows as lines, its cells joined by " | "; a cell that goes on from the row above is empty.

    Below the first row a line is drawn where Word shows it as a header.
    """
    rows = []
    elements = [row for row in table.iter(qn("w:tr")) if next(row.iterancestors(qn("w:tbl"))) is table]
    for row in elements:
        cells = []
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            cells.append("" if goes_on else " ".join(" ".join(text for text, _ in _blocks(cell, styles)).split()))
        if any(cells):
            rows.append(" | ".join(cells))
        if len(cells) > 1 and all(cells) and row is elements[0] and _is_header(table, elements, styles):
            rows.append(" | ".join(["---"] * len(cells)))
    return "\n".join(rows)


def _is_header(table: _Element, rows: Sequence[_Element], styles: _Styles) -> bool:
    """Say whether Word shows the first row as a header: on each page, by the table's style, or in bold as no other."""
    first, *below = rows
    if not below:
        return False
    repeated = first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")
    if repeated is not None and repeated.get(qn("w:val"), "true") in _ON:
        return True
    form = table.find(qn("w:tblPr"))
    style, look = (form.find(qn(f"w:{name}")) if form is not None else None for name in ("tblStyle", "tblLook"))
    if style is None or look is None or style.get(qn("w:val")) not in styles.heading:
        return _is_bold(first) and not _is_bold(below[0])
    return look.get(qn("w:firstRow")) in _ON or _FIRST_ROW.fullmatch(look.get(qn("w:val"), "")) is not None


def _is_bold(row: _Element) -> bool:
    """Say whether all words of a row are made bold by themselves."""
    runs = [run for run in row.iter(qn("w:r")) if "".join(text.text or "" for text in run.iter(qn("w:t"))).strip()]
    marks = [run.find(f"{qn('w:rPr')}/{qn('w:b')}") for run in runs]
    return bool(runs) and all(mark is not None and mark.get(qn("w:val"), "true") in _ON for mark in marks)


def _characters(element: _Element, boxes: list[_Element]) -> Iterator[str]:
    """Give the text below a paragraph as it reads; text boxes met on the way go to `boxes`."""
    for child in element:
        if child.tag in _LEFT_OUT or child.tag == _FALLBACK:
            continue
        if child.tag == qn("w:t"):
            yield (child.text or "").replace("\u00ad", "")
        elif child.tag in _GLYPHS:
            yield _GLYPHS[child.tag]
        elif child.tag == qn("w:txbxContent"):
            boxes.append(child)
        elif child.tag == EQUATION:
            yield written(child)
        elif child.tag == qn("w:r"):
            yield from _run(child, boxes)
        elif len(child):
            yield from _characters(child, boxes)


def _run(run: _Element, boxes: list[_Element]) -> Iterator[str]:
    """Give the text of a run, marked where it is raised or lowered; nothing where it is struck out or hidden."""
    form = run.find(qn("w:rPr"))
    looks = {look.tag: look.get(qn("w:val"), "true") for look in form} if form is not None else {}
    if any(looks.get(name, "false") not in ("false", "0", "off") for name in _NOT_SHOWN):
        return
    before, after = _SHIFTED.get(looks.get(qn("w:vertAlign"), ""), ("", ""))
    yield before
    yield from _characters(run, boxes)
    yield after


def _notes(document: _Element, styles: _Styles) -> Iterator[tuple[str, str]]:
    """Give the paragraphs of the foot- and endnotes, in order."""
    for relation in document.part.rels.values():
        if relation.is_external or relation.reltype not in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            continue
        for note in parse_xml(relation.target_part.blob):
            if note.get(qn("w:type")) is None:  # the others are separators
                yield from _blocks(note, styles)
