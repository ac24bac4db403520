"""Word documents: paragraphs, tables, notes and text boxes in the order they read."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from index import Document, chunk, read
from tests.index.readers.papers import repacked, word

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def one(folder: Path, data: bytes) -> Document:
    (folder / "a.docx").write_bytes(data)
    return next(iter(read([folder / "a.docx"])))


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_headings_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    paper = docx.Document()
    paper.add_paragraph("Avant le titre.")
    paper.add_heading("Le budget 2024", 0)
    paper.add_heading("Recettes", 1)
    paper.add_paragraph("Les recettes sont de 5\u00a0%\u00a0: l’in\u00adfor\u00admation.")
    table = paper.add_table(3, 2)
    for row, cells in enumerate((("Poste", "Montant"), ("Cantine", "12,5 M€"), ("", "2 M€"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    paper.add_paragraph("Un point", style="List Bullet")
    paper.add_paragraph("Fin\tdu texte.")
    document = one(tmp_path, saved(paper))
    assert document.text == (
        "Avant le titre.\n\nLe budget 2024\n\nRecettes\n\nLes recettes sont de 5\u00a0%\u00a0: l’information.\n\n"
        "Poste | Montant\nCantine | 12,5 M€\n | 2 M€\n\nUn point\n\nFin\tdu texte."
    )
    assert (document.title, document.language, document.page_starts) == ("Le budget 2024", "fr", ())
    assert all(document.text[c.span.start : c.span.end] == c.text for c in chunk(document))


def test_what_python_docx_leaves_out(tmp_path: Path) -> None:
    paper = docx.Document()
    paper.add_paragraph("Début.")
    body = paper.element.body
    run = "<w:r><w:t>{}</w:t></w:r>"
    for content in (
        "<w:p {0}><w:r><w:t>Il a </w:t></w:r><w:del><w:r><w:delText>refusé</w:delText></w:r></w:del>"
        "<w:ins>" + run.format("accepté") + "</w:ins><w:r><w:t>.</w:t></w:r></w:p>",
        "<w:sdt {0}><w:sdtContent><w:p>" + run.format("Un champ.") + "</w:p></w:sdtContent></w:sdt>",
        "<w:p {0}>" + run.format("Autour.") + "<w:r><w:pict><w:txbxContent><w:p>" + run.format("Dans l’encadré.")
        + "</w:p></w:txbxContent></w:pict></w:r></w:p>",
        "<w:p {0}><w:hyperlink>" + run.format("Un lien") + "</w:hyperlink><w:r><w:noBreakHyphen/><w:br/></w:r>"
        + run.format("suite") + "</w:p>",
    ):  # fmt: skip
        body.insert(len(body) - 1, parse_xml(content.format(SPACE)))
    assert one(tmp_path, saved(paper)).text == (
        "Début.\n\nIl a accepté.\n\nUn champ.\n\nAutour.\n\nDans l’encadré.\n\nUn lien\u2011\nsuite"
    )


def test_raised_lowered_and_struck_text_keeps_the_figures(tmp_path: Path) -> None:
    paper = docx.Document()
    paragraph = paper.add_paragraph("10")
    for raised in ("-", "6"):
        paragraph.add_run(raised).font.superscript = True
    paragraph.add_run(" m et CO")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run(" en 2024")
    paragraph.add_run("[1]").font.superscript = True
    paragraph.add_run(", soit ")
    paragraph.add_run("10").font.strike = True
    paragraph.add_run("11").font.double_strike = True
    paragraph.add_run("12").font.strike = False
    paragraph.add_run(" euros le 1")
    paragraph.add_run("er").font.superscript = True
    assert one(tmp_path, saved(paper)).text == "10⁻⁶ m et CO₂ en 2024, soit 12 euros le 1er"


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
X, Y, ONE, TWO = (f"<m:r><m:rPr/><m:t>{sign}</m:t></m:r>" for sign in ("x", "y", "1", "2"))


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        ("<m:oMath><m:r><m:t>mc²</m:t></m:r></m:oMath>", "mc²"),
        (f"<m:oMathPara><m:oMath><m:sSup><m:e>{X}</m:e><m:sup>{TWO}</m:sup></m:sSup></m:oMath></m:oMathPara>", "x²"),
        (f"<m:oMath><m:sSup><m:e>{X}</m:e><m:sup>{Y}</m:sup></m:sSup></m:oMath>", "x^y"),
        (f"<m:oMath><m:sSub><m:e>{X}</m:e><m:sub>{ONE}</m:sub></m:sSub></m:oMath>", "x₁"),
        (f"<m:oMath><m:f><m:fPr/><m:num>{ONE}</m:num><m:den>{TWO}{X}</m:den></m:f></m:oMath>", "1/(2x)"),
        (f"<m:oMath>{TWO}<m:f><m:num>{ONE}</m:num><m:den>{TWO}</m:den></m:f>{ONE}</m:oMath>", "2 1/2 1"),
        (f"<m:oMath><m:rad><m:deg/><m:e>{X}<m:r><m:t>+</m:t></m:r>{Y}</m:e></m:rad></m:oMath>", "√(x+y)"),
        (f"<m:oMath><m:d><m:e>{X}</m:e></m:d><m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr>"
         f"<m:e>{Y}</m:e></m:d></m:oMath>", "(x)[y]"),
        (f"<m:oMath><m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{ONE}</m:sub><m:sup>{TWO}</m:sup>"
         f"<m:e>{X}</m:e></m:nary></m:oMath>", "∑₁² x"),
        (f"<m:oMath><m:func><m:fName>{Y}</m:fName><m:e>{X}</m:e></m:func></m:oMath>", "y x"),
    ],
)  # fmt: skip
def test_an_equation_keeps_its_figures(tmp_path: Path, equation: str, text: str) -> None:
    paper = docx.Document()
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    paper.element.body.insert(
        0, parse_xml(f"<w:p {SPACE} {MATH}>{run.format('E = ')}{equation}{run.format(' fin')}</w:p>")
    )
    assert one(tmp_path, saved(paper)).text == f"E = {text} fin"


def test_hidden_text_is_left_out(tmp_path: Path) -> None:
    paper = docx.Document()
    paragraph = paper.add_paragraph("Vu")
    paragraph.add_run(" caché").font.hidden = True
    assert one(tmp_path, saved(paper)).text == "Vu"


@pytest.mark.parametrize(
    ("part", "old", "new", "reason"),
    [
        ("[Content_Types].xml", "document.main+xml", "template.main+xml", "holds a template"),
        ("word/document.xml", "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
         "http://purl.oclc.org/ooxml/wordprocessingml/main", "holds Strict Open XML"),
        ("_rels/.rels", "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         "http://purl.oclc.org/ooxml/officeDocument/relationships", "holds Strict Open XML"),
    ],
)  # fmt: skip
def test_other_forms_of_word_say_what_to_do(tmp_path: Path, part: str, old: str, new: str, reason: str) -> None:
    plain = word("Le texte.")
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        changed = package.read(part).decode().replace(old, new)
    with pytest.raises(ValueError, match=rf"{reason}.*save it as Word Document \(\.docx\)"):
        one(tmp_path, repacked(plain, {part: changed}))


def test_footnotes_come_last(tmp_path: Path) -> None:
    notes = (
        f'<w:footnotes {SPACE}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="1"><w:p><w:r><w:t>La note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    link = f'<Relationship Id="rN" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    types = 'application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>'
    plain = word("Le texte.")
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        links = package.read("word/_rels/document.xml.rels").decode().replace("</Relationships>", link)
        kinds = package.read("[Content_Types].xml").decode()
    kinds = kinds.replace("</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{types}')
    data = repacked(
        plain,
        {"word/footnotes.xml": notes, "word/_rels/document.xml.rels": links, "[Content_Types].xml": kinds},
    )
    assert one(tmp_path, data).text == "Le texte.\n\nLa note."


@pytest.mark.slow
def test_a_document_that_libreoffice_wrote(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "b.html").write_text("<h1>Le titre</h1><p>Un été à Noël.</p>", encoding="utf-8")
    command = [office, "--headless", "--convert-to", "docx:Office Open XML Text", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "b.html")], check=True, capture_output=True, timeout=120)
    document = next(iter(read([tmp_path / "b.docx"])))
    assert document.text == "Le titre\n\nUn été à Noël." and document.title == "Le titre"


HEADED = "Jour | Agent\n--- | ---\nSalle A | Marie\nSalle B | Paul"


def tabled(*, style: str | None = None, bold: int = 0, repeated: bool = False, first_row: bool = True) -> bytes:
    """A document with one table, the words of whose first `bold` rows are bold."""
    paper = docx.Document()
    table = paper.add_table(3, 2, style=style)
    for row, cells in enumerate((("Jour", "Agent"), ("Salle A", "Marie"), ("Salle B", "Paul"))):
        for column, text in enumerate(cells):
            table.cell(row, column).paragraphs[0].add_run(text).bold = row < bold or None
    if repeated:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), "1" if first_row else "0")
    look.set(qn("w:val"), "04A0" if first_row else "0480")
    return saved(paper)


@pytest.mark.parametrize(
    ("paper", "headed"),
    [
        (tabled(repeated=True), True),
        (tabled(bold=1), True),
        (tabled(style="Light Grid Accent 1"), True),
        (tabled(style="Light Grid Accent 1", first_row=False), False),
        (tabled(), False),
        (tabled(style="Table Grid"), False),
        (tabled(bold=2), False),
        (tabled(bold=3), False),
    ],
)
def test_a_line_is_drawn_below_what_word_shows_as_a_header(tmp_path: Path, paper: bytes, headed: bool) -> None:
    assert one(tmp_path, paper).text == (HEADED if headed else HEADED.replace("--- | ---\n", ""))
