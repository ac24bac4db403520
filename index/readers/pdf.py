"""PDF through PDFium: text page by page, the boxes of a span, a page as a picture. Runs in the child process only."""

from __future__ import annotations

import base64
import ctypes
import hashlib
import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from index.readers.layout import Flow, flow
from index.readers.running import Line, whole_lines
from index.readers.scripts import RAISED, RAISED_END, settle

Image.preinit()  # loads the PNG writer now: later the child process may open no file

MAX_PAGES = 5_000
MAX_CHARACTERS = 50_000_000
MAX_PIXELS = 25_000_000

_SHIFTABLE = re.compile(r"(?<=[\w)\]»”’%.,;:!?])[-+−–()\d]{0,4}\d[-+−–()\d]*")

_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: "the PDF is encrypted with a password: save a copy without one",
    pdfium.FPDF_ERR_SECURITY: "the PDF is encrypted in a way that is not supported: print it to a new PDF",
    pdfium.FPDF_ERR_FORMAT: "the PDF is damaged: open it in a PDF viewer and save it anew",
}


def extract(data: bytes) -> dict[str, object]:
    """Give `text`, `page_starts` and `title` of a PDF. Raises ValueError with a reason a person understands."""
    with _document(data) as document:
        found = _flow(document)
        if not found.text.strip():
            raise ValueError(
                f"none of its {len(document)} pages holds text, they are pictures: "
                "run text recognition (OCR) on it first, for instance with ocrmypdf"
            )
        unknown = sum(1 for character in found.text if character == "\ufffd" or "\ue000" <= character <= "\uf8ff")
        if 3 * unknown > len(found.text):
            raise ValueError("its fonts do not say which letters they draw: run text recognition (OCR) on it first")
    return {"text": found.text, "page_starts": found.page_starts, "title": ""}


def boxes(data: bytes, start: int, end: int) -> list[tuple[int, float, float, float, float]]:
    """Give (page from 1, left, top, right, bottom) of what the characters [start:end] cover, a line each.

    Points (1/72 inch) from the top left corner of the page as it is shown. The text is made anew from the file in the
    same way, so its glyphs are known: nothing is searched. Raises ValueError when the span runs past the end.
    """
    with _document(data) as document:
        found = _remembered(data, document)
        if not 0 <= start <= end <= len(found.text):
            raise ValueError(f"[{start}:{end}] lies outside the PDF's text ({len(found.text)} characters)")
        rectangles = []
        offset = start
        while offset < end:
            number = bisect_right(found.page_starts, offset)
            stop = found.page_starts[number] if number < len(found.page_starts) else end
            glyphs = [glyph for glyph in found.glyphs[offset : min(stop, end)] if glyph >= 0]
            page = document[number - 1]
            rectangles += [(number, *box) for box in _rectangles(page, glyphs)]
            page.close()
            offset = max(stop, offset + 1)
    return rectangles


def render(data: bytes, page: int, scale: float) -> str:
    """Give page number `page` (from 1) as a PNG in base64, `scale` pixels a point.

    Raises ValueError for a page that is not there and for a picture of more than 25 million pixels.
    """
    with _document(data) as document:
        if not 1 <= page <= len(document):
            raise ValueError(f"expected a page from 1 to {len(document)}, found {page}")
        sheet = document[page - 1]
        width, height = sheet.get_size()
        if not 0 < width * height * scale * scale <= MAX_PIXELS:
            raise ValueError(f"at scale {scale} a page of {width:.0f} x {height:.0f} points is too large a picture")
        bitmap = sheet.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
        buffer = io.BytesIO()
        picture: Image.Image = bitmap.to_pil()
        picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


_LATEST: dict[bytes, Flow] = {}


@contextmanager
def _document(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = pdfium.FPDF_GetLastError()
        raise ValueError(_REASONS.get(code, f"the PDF could not be opened ({error})")) from error
    try:
        if len(document) == 0:
            raise ValueError("the PDF has no pages")
        if len(document) > MAX_PAGES:
            raise ValueError(f"the PDF has {len(document)} pages, more than {MAX_PAGES}: split it")
        yield document
    finally:
        document.close()


def _remembered(data: bytes, document: pypdfium2.PdfDocument) -> Flow:
    """Give the flow of a PDF, kept from the last call: a reader looks at several places of one document."""
    key = hashlib.sha256(data).digest()
    if key not in _LATEST:
        _LATEST.clear()
        _LATEST[key] = _flow(document)
    return _LATEST[key]


def _flow(document: pypdfium2.PdfDocument) -> Flow:
    pages: list[list[Line]] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            pages.append([])  # a damaged page among good ones
            continue
        textpage = page.get_textpage()
        characters += pdfium.FPDFText_CountChars(textpage)
        if characters > MAX_CHARACTERS:
            raise ValueError(f"the PDF unfolds to more than {MAX_CHARACTERS} characters")
        pages.append(list(whole_lines(_lines(textpage))))
        textpage.close()
        page.close()
    return flow(pages)


def _lines(textpage: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """Give the lines of a page; PDFium ends them with CR LF, or with U+0002 for a hyphen that wrapping made."""
    characters: list[str] = []
    glyphs: list[int] = []
    for glyph, character in _characters(textpage):
        if character not in "\r\n":
            characters.append(character)
            glyphs.append(glyph)
        if character in "\r\n\x02" and characters:
            yield _line(textpage, "".join(characters), glyphs)
            characters, glyphs = [], []
    if characters:
        yield _line(textpage, "".join(characters), glyphs)


def _characters(textpage: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Give each glyph's index and character, surrogate pairs made one, halves of one U+FFFD."""
    high = -1
    for glyph in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, glyph)
        if high >= 0 and 0xDC00 <= code < 0xE000:
            yield glyph - 1, chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
            high = -1
            continue
        if high >= 0:
            yield glyph - 1, "\ufffd"
        high = code if 0xD800 <= code < 0xDC00 else -1
        if high < 0:
            yield glyph, chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _with_superscripts(textpage: pypdfium2.PdfTextPage, text: str, glyphs: list[int]) -> str:
    """Give `text` with digits that stand higher and smaller than what they follow as superscripts."""
    characters = list(text)
    for match in _SHIFTABLE.finditer(text):
        base = last = _box(textpage, glyphs[match.start() - 1])
        raised: list[int] = []
        for place in range(match.start(), match.end() + 1):
            box = _box(textpage, glyphs[place]) if place < match.end() else base
            height = base[3] - base[1]
            up = box[1] - base[1] > 0.22 * height and box[3] - box[1] < 0.92 * height
            if up and abs(box[0] - last[2]) < 0.3 * height:
                raised.append(place)
            else:
                for high in raised if any(text[high].isdigit() for high in raised) else ():
                    characters[high] = settle(f"{RAISED}{text[high]}{RAISED_END}")
                base, raised = box, []
            last = box
    return "".join(characters)


def _line(textpage: pypdfium2.PdfTextPage, text: str, glyphs: list[int]) -> Line:
    low = next((place for place, character in enumerate(text) if not character.isspace()), 0)
    high = len(text.rstrip()) - 1 if text.strip() else len(text) - 1
    space = next((place for place in range(low, len(text)) if text[place].isspace()), high + 1)
    first, last = _box(textpage, glyphs[low]), _box(textpage, glyphs[high])
    size = first[3] - first[1]
    return Line(
        _with_superscripts(textpage, text, glyphs),
        tuple(glyphs),
        left=first[0],
        right=last[2],
        bottom=first[1],
        top=first[3],
        size=size,
        word=_box(textpage, glyphs[max(space - 1, low)])[2] - first[0],
        upright=abs(pdfium.FPDFText_GetCharAngle(textpage, glyphs[low])) < 0.1 and last[2] > first[0],
    )


def _box(textpage: pypdfium2.PdfTextPage, glyph: int) -> tuple[float, float, float, float]:
    """Give left, bottom, right, top of a glyph, as high as its font, in the page's own points."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, glyph, box)
    return box.left, box.bottom, box.right, box.top


def _rectangles(page: pypdfium2.PdfPage, glyphs: list[int]) -> list[tuple[float, float, float, float]]:
    """Give the boxes of glyphs as left, top, right, bottom on the page as shown, those side by side made one."""
    textpage = page.get_textpage()
    width, height = page.get_size()
    merged: list[list[float]] = []
    for glyph in dict.fromkeys(glyphs):
        left, bottom, right, top = _box(textpage, glyph)
        (x0, y0), (x1, y1) = (_shown(page, width, height, *corner) for corner in ((left, top), (right, bottom)))
        box = [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]
        if box[0] == box[2] or box[1] == box[3]:
            continue
        if merged and _beside(merged[-1], box):
            old = merged[-1]
            merged[-1] = [min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3])]
        else:
            merged.append(box)
    textpage.close()
    return [(round(a, 2), round(b, 2), round(c, 2), round(d, 2)) for a, b, c, d in merged]


def _beside(old: list[float], new: list[float]) -> bool:
    """Say whether two boxes stand in one line (upright or sideways) without a gap that a word would fill."""
    across = min(old[3], new[3]) - max(old[1], new[1]), min(old[2], new[2]) - max(old[0], new[0])
    height, width = min(old[3] - old[1], new[3] - new[1]), min(old[2] - old[0], new[2] - new[0])
    if across[0] > 0.5 * height:
        return across[1] > -3 * height
    return across[1] > 0.5 * width and across[0] > -0.6 * width and new[3] - new[1] < 0.8 * (new[2] - new[0])


def _shown(page: pypdfium2.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    """Map a point of the page's own space to the page as shown (crop box and rotation applied), y downwards."""
    across, down = ctypes.c_int(), ctypes.c_int()
    # PDFium answers in whole pixels: ask for a picture of 100 pixels a point.
    pdfium.FPDF_PageToDevice(page, 0, 0, round(100 * width), round(100 * height), 0, x, y, across, down)
    return across.value / 100, down.value / 100
