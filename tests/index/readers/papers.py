"""Files as outside programs and strangers write them: printed by Chromium, or made by hand to be broken."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def printed(html: str, folder: Path, name: str = "page") -> Path:
    """Give the PDF that Chromium prints of a page."""
    source, target = folder / f"{name}.source", folder / f"{name}.pdf"
    source.write_text(html, encoding="utf-8")
    page = source.rename(folder / f"{name}-source.html")
    flags = (
        "--headless --no-sandbox --disable-gpu --no-pdf-header-footer --no-first-run --disable-background-networking"
    )
    subprocess.run(
        [str(CHROMIUM), *flags.split(), f"--print-to-pdf={target}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    page.unlink()
    return target


def pdf(
    *pages: str, trailer: str = "", catalog: str = "", objects: dict[int, str] | None = None, page: str = ""
) -> bytes:
    """Give a PDF of content streams; `objects`, numbered from 900, and entries of trailer, catalog, pages are added."""
    body: dict[int, str] = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{10 + 2 * n} 0 R' for n in range(len(pages)))}]>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    for number, content in enumerate(pages):
        body[10 + 2 * number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents {11 + 2 * number} 0 R"
            f"/Resources<</Font<</F 3 0 R>>>>{page}>>"
        )
        body[11 + 2 * number] = f"<</Length {len(content.encode('cp1252'))}>>stream\n{content}\nendstream"
    body |= objects or {}
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in body.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items())
    end = f"trailer<</Root 1 0 R/Size {max(body) + 1}{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return bytes(out) + b"xref\n0 1\n0000000000 65535 f \n" + table + end.encode("ascii")


def lines(*texts: str, left: int = 50, top: int = 550, size: int = 12, step: int = 15) -> str:
    """Give a content stream of lines below each other."""
    return "".join(
        f"BT /F {size} Tf {left} {top - number * step} Td ({text}) Tj ET\n" for number, text in enumerate(texts)
    )


def word(*paragraphs: str) -> bytes:
    """Give a Word document as python-docx writes it."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(data: bytes, parts: dict[str, bytes | str]) -> bytes:
    """Give a Word document with parts put in or replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry not in parts:
                new.writestr(entry, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()
