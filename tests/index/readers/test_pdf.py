"""PDFs give the text a reader would type off the page, and every span of it has its place there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from index import Document, Skipped, Span, chunk, read
from index.readers.isolated import Box, boxes, render
from tests.index.readers.papers import CHROMIUM, lines, pdf, printed

PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><style>@page{size:A5;margin:1cm} p{margin:0 0 12px}
.columns{column-count:2;column-gap:8px;text-align:justify;font-size:14pt}</style>
<h1>Eﬃcacité ﬁnale de l’oﬃce</h1>
<p>Cafe\u0301 et e\u0301te\u0301, « 12,5 % » — 😀, Œuvre.</p>
<div class="columns"><p>L’adminis&shy;tration com&shy;munale a pré&shy;senté, devant une assem&shy;blée
parti&shy;culiè&shy;rement nom&shy;breuse, les carac&shy;téris&shy;tiques fonda&shy;men&shy;tales de
l’aména&shy;gement des infra&shy;struc&shy;tures inter&shy;commu&shy;nales. Le porte-avions du rendez-vous
intercommunal est peut-être là-bas, dit-il, au-dessus des porte-avions.</p><p>Second para&shy;graphe :
anti&shy;consti&shy;tution&shy;nelle&shy;ment, la subven&shy;tion&shy;nali&shy;sation repré&shy;sente
12,5 mil&shy;lions d’euros.</p></div>
<ul style="list-style:none"><li>premier point</li><li>deuxième point</li></ul>
<table><tr><th>Nom</th><th>Âge</th></tr><tr><td>Léa</td><td>12</td></tr></table>
<p style="page-break-before:always">La deuxième page commence ici et finit là.</p></html>"""

FIRST = (
    "L’administration communale a présenté, devant une assemblée particulièrement nombreuse, les caractéristiques "
    "fondamentales de l’aménagement des infrastructures intercommunales. Le porte-avions du rendez-vous intercommunal "
    "est peut-être là-bas, dit-il, au-dessus des porte-avions."
)
SECOND = "Second paragraphe : anticonstitutionnellement, la subventionnalisation représente 12,5 millions d’euros."


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Document:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    return next(iter(read([printed(PAGE, tmp_path_factory.mktemp("print"))])))


def one(folder: Path, data: bytes, name: str = "a.pdf") -> Document:
    (folder / name).write_bytes(data)
    return next(iter(read([folder / name])))


def reason(folder: Path, data: bytes, name: str = "a.pdf") -> str:
    (folder / name).write_bytes(data)
    (folder / "good.txt").write_text("Bon.", encoding="utf-8")
    skipped: list[Skipped] = []
    assert [d.id for d in read([folder], on_skip=skipped.append)] == ["good.txt"]
    assert [Path(s.path).name for s in skipped] == [name]
    return skipped[0].reason


def test_a_printed_page_is_text_again(page: Document) -> None:
    assert page.title == "Efficacité finale de l’office"
    assert FIRST in page.text and SECOND in page.text
    assert "« 12,5 % » — 😀, Œuvre." in page.text.replace("\u00a0", " ")
    assert "premier point\ndeuxième point" in page.text
    assert "Nom Âge\nLéa 12" in page.text
    assert not set("\u00ad\x02\r\ufb01\ufffe") & set(page.text)
    assert page.language == "fr" and len(str(page.metadata["file_sha256"])) == 64


def test_pages_are_known(page: Document) -> None:
    second = page.text.index("La deuxième page")
    assert page.page_starts == (0, second)
    assert (page.page(0), page.page(second - 1), page.page(second)) == (1, 1, 2)


def test_chunks_of_a_printed_page_are_verbatim(page: Document) -> None:
    chunks = chunk(page)
    assert chunks and all(page.text[c.span.start : c.span.end] == c.text for c in chunks)


@pytest.mark.parametrize("quote", ["caractéristiques fondamentales", "Efficacité finale", "12,5 millions", "😀"])
def test_a_span_is_found_on_the_rendered_page(page: Document, quote: str) -> None:
    start = page.text.index(quote)
    found = boxes(page.source, Span(page.id, start, start + len(quote)))
    sheet = Image.open(io.BytesIO(render(page.source, 1, scale=2.0))).convert("L")
    assert found and all(box.page == 1 for box in found)
    for box in found:
        inside = sheet.crop([round(2 * edge) for edge in (box.left, box.top, box.right, box.bottom)])
        assert inside.getextrema()[0] < 200, "nothing is printed inside the box"
        assert box.bottom - box.top < 40 and box.right - box.left < 380


def test_every_character_lies_in_the_boxes_of_the_whole_page(page: Document) -> None:
    """Cover all the text: then no ink is left outside the boxes."""
    found = boxes(page.source, Span(page.id, 0, page.page_starts[1]))
    sheet = Image.open(io.BytesIO(render(page.source, 1, scale=1.0))).convert("L")
    for box in found:
        low, high = (int(box.left) - 1, int(box.top) - 1), (int(box.right) + 2, int(box.bottom) + 2)
        sheet.paste(255, (*low, *high))
    ink = sheet.histogram()
    assert sum(ink[:128]) <= 40, "text outside the boxes"  # the hyphens that were taken out


def test_boxes_follow_the_span_over_pages(page: Document) -> None:
    start = page.text.index("Léa")
    found = boxes(page.source, Span(page.id, start, page.text.index("commence ici")))
    assert (found[0].page, found[-1].page) == (1, 2)
    assert boxes(page.source, Span(page.id, 5, 5)) == []
    with pytest.raises(ValueError, match="outside the PDF's text"):
        boxes(page.source, Span(page.id, 0, len(page.text) + 1))


def test_boxes_by_hand(tmp_path: Path) -> None:
    document = one(tmp_path, pdf(lines("A first line that wraps", "x")))
    assert document.text == "A first line that wraps x"
    (box,) = boxes(document.source, Span("a.pdf", 24, 25))
    assert box == Box(
        1, 50.0, pytest.approx(600 - 535 - 12, abs=4), pytest.approx(56, abs=0.1), pytest.approx(67, abs=4)
    )


@pytest.mark.parametrize(("turn", "left", "top"), [(90, 535, 50), (180, 343, 535), (270, 50, 343)])
def test_boxes_on_turned_pages(tmp_path: Path, turn: int, left: float, top: float) -> None:
    document = one(tmp_path, pdf(lines("x"), page=f"/Rotate {turn}"))
    (box,) = boxes(document.source, Span("a.pdf", 0, 1))
    assert (box.left, box.top) == (pytest.approx(left, abs=13), pytest.approx(top, abs=13))
    size = Image.open(io.BytesIO(render(document.source, 1, scale=1.0))).size
    assert size == ((600, 400) if turn in (90, 270) else (400, 600))
    assert 0 <= box.left < box.right <= size[0] and 0 <= box.top < box.bottom <= size[1]


def test_boxes_count_from_the_crop_box(tmp_path: Path) -> None:
    document = one(tmp_path, pdf(lines("x"), page="/CropBox[40 100 300 570]"))
    (box,) = boxes(document.source, Span("a.pdf", 0, 1))
    assert box.left == pytest.approx(10, abs=0.5) and box.top == pytest.approx(10, abs=4)


def test_pages_without_text_among_others(tmp_path: Path) -> None:
    document = one(tmp_path, pdf(lines("Un début."), "", lines("Une fin.")))
    assert document.text == "Un début.\n\nUne fin."
    assert document.page_starts == (0, 11, 11)
    assert (document.page(0), document.page(11)) == (1, 3)


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("une infor-", "mation utile", "une information utile"),
        ("un certain Jean-", "Pierre Dupont", "un certain Jean-Pierre Dupont"),
        ("il viendra peut-", "être demain", "il viendra peut-être demain"),
        ("le porte-", "avions est grand", "le porte-avions est grand"),
        ("le ministre dit-", "il hier encore", "le ministre dit-il hier encore"),
        ("la saison 2023-", "2024 commence", "la saison 2023-2024 commence"),
        ("ce courriel ou cour-", "rier est un courrier", "ce courriel ou courrier est un courrier"),
        ("un semi-conducteur, un semi-", "conducteur", "un semi-conducteur, un semi-conducteur"),
        ("une pause -", "puis la suite", "une pause - puis la suite"),
        ("the self-", "employed people", "the self-employed people"),
    ],
)
def test_hyphens_at_line_ends(tmp_path: Path, above: str, below: str, text: str) -> None:
    assert one(tmp_path, pdf(lines(above, below))).text == text


def test_a_word_cut_by_the_page_is_whole(tmp_path: Path) -> None:
    document = one(tmp_path, pdf(lines("Il attend cette infor-"), lines("mation depuis hier.")))
    assert document.text == "Il attend cette information depuis hier."
    assert document.text[document.page_starts[1] :] == "mation depuis hier."
    start = document.text.index("information")
    assert [box.page for box in boxes(document.source, Span("a.pdf", start, start + 11))] == [1, 2]


def test_running_titles_are_said_once(tmp_path: Path) -> None:
    pages = [
        lines("Rapport annuel 2024", top=580)
        + lines(f"Montant : {n * n} euros, et cela fait avec", "mille choses diverses un total.")
        + lines(f"Page {n} sur 4", top=20)
        for n in range(1, 5)
    ]
    document = one(tmp_path, pdf(*pages))
    assert document.text.count("Rapport annuel 2024") == 1 and document.text.count("sur 4") == 1
    assert all(
        f"Montant : {n * n} euros, et cela fait avec mille choses diverses un total." in document.text
        for n in range(1, 5)
    )
    assert [document.text[start:][:16] for start in document.page_starts[1:]] == [
        "Montant : 4 euro",
        "Montant : 9 euro",
        "Montant : 16 eur",
    ]
    start = document.text.index("9 euros")
    assert [box.page for box in boxes(document.source, Span("a.pdf", start, start + 7))] == [3]


def shifted(*texts: str, rise: float, size: float) -> str:
    """Give a line of pieces in turn on the base, in 12 points, and shifted, in `size` points."""
    parts = [f"{rise * (n % 2)} Ts /F {size if n % 2 else 12} Tf ({text}) Tj" for n, text in enumerate(texts)]
    return f"BT 50 550 Td {' '.join(parts)} ET\n"


@pytest.mark.parametrize(("rise", "size"), [(4, 7), (4.4, 8.4), (3, 10), (6, 6)])
def test_raised_figures_stay_apart_and_their_line_whole(tmp_path: Path, rise: float, size: float) -> None:
    pieces = ("Il faut 10", "-6", " g en 2024", "1", ". De 12 m", "2", " le 1", "er", " mai, 34 (5) et x", "2", "-7.")
    document = one(tmp_path, pdf(shifted(*pieces, rise=rise, size=size)))
    assert document.text == "Il faut 10⁻⁶ g en 2024¹. De 12 m² le 1er mai, 34 (5) et x²-7."
    start = document.text.index("⁶")
    (box,) = boxes(document.source, Span("a.pdf", start, start + 1))
    assert box.right - box.left < size and box.bottom < 600 - 550 + 1


@pytest.mark.parametrize(("rise", "size"), [(0, 7), (0, 4), (-3, 7), (4, 12)])
def test_figures_that_are_not_small_and_raised_stay(tmp_path: Path, rise: float, size: float) -> None:
    document = one(tmp_path, pdf(shifted("En 20", "24", " il a", rise=rise, size=size)))
    assert document.text.replace("\n", "") == "En 2024 il a"


def test_what_is_no_readable_pdf_says_why(tmp_path: Path) -> None:
    locked = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" + "o" * 32 + ")/U(" + "u" * 32 + ")>>/ID[(a)(a)]"
    assert "password" in reason(tmp_path, pdf(lines("secret"), trailer=locked))
    assert "OCR" in reason(tmp_path, pdf("0 0 100 100 re f", "0 0 1 1 re f"))
    assert "damaged" in reason(tmp_path, b"%PDF-1.7\n" + b"garbage" * 100)
    assert "PNG" in reason(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "no PDF" in reason(tmp_path, b"just words")
    assert "empty" in reason(tmp_path, b"")
    assert "damaged" in reason(tmp_path, pdf())
    assert "6000 pages" in reason(tmp_path, pdf(*[""] * 6000))


def test_a_cut_pdf_is_read_or_refused(tmp_path: Path) -> None:
    data = pdf(lines("Une phrase entière."))
    for share in (0.2, 0.5, 0.9):
        (tmp_path / f"{share}.pdf").write_bytes(data[: int(share * len(data))])
    (tmp_path / "good.pdf").write_bytes(data)
    skipped: list[Skipped] = []
    texts = {d.id: d.text for d in read([tmp_path], on_skip=skipped.append)}
    assert texts.pop("good.pdf") == "Une phrase entière."
    assert set(texts.values()) <= {"Une phrase entière."} and len(texts) + len(skipped) == 3


def test_no_picture_of_what_is_not_there(page: Document) -> None:
    for number in (0, 3):
        with pytest.raises(ValueError, match="page from 1 to 2"):
            render(page.source, number)
    with pytest.raises(ValueError, match="too large"):
        render(page.source, 1, scale=100.0)
    assert render(page.source, 2).startswith(b"\x89PNG")
