"""Web pages: what a reader came for, a line a block, without what stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, read

PAGE = """<!doctype html><html><head><title>Le site</title><style>p{}</style>
<script>var x = "1 < 2";</script></head>
<body><header><a href="/">Accueil</a></header><nav><ul><li>menu</li></ul></nav>
<main><article><header><h1>Le   titre</h1></header><p>Un <b>for</b>mulaire&nbsp;: l&rsquo;in&shy;for&shy;mation
sur deux lignes.<br>Suite.</p><h2>Une partie</h2>
<ul><li><p>un</p></li><li>deux<ul><li>dedans</li></ul></li><li></li></ul>
<table><tr><th>Poste<th>Montant</tr><tr><td><p>Cantine</p><p>école</p></td><td>12,5 M€</td></tr></table>
<pre>un
  deux</pre><aside>voir aussi</aside></article></main>
<p hidden>caché</p><p style="DISPLAY : none">caché</p><div aria-hidden="true">caché</div>
<div role="banner">bandeau</div><form><input value="v"><button>Envoyer</button>Votre avis</form><!-- remarque -->
<footer>Mentions légales</footer></body></html>
"""


def one(folder: Path, content: str | bytes, name: str = "a.html") -> Document:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return next(iter(read([folder / name])))


def test_a_page(tmp_path: Path) -> None:
    document = one(tmp_path, PAGE)
    assert document.title == "Le titre"
    assert document.text.split("\n\n") == [
        "Le titre",
        "Un formulaire\u00a0: l’information sur deux lignes.\nSuite.",
        "Une partie",
        "- un",
        "- deux",
        "- dedans",
        "Poste | Montant\n--- | ---",
        "Cantine école | 12,5 M€",
        "un\ndeux",
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<form id=aspnet><h1>T</h1><p>Tout.</p><input></form>", "T\n\nTout."),
        ("<table><tr><td>menu</td><td><h2>H</h2><p>a</p><p>b</p></td></tr></table>", "menu\n\nH\n\na\n\nb"),
        ("a<p>b<p>c", "a\n\nb\n\nc"),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
        ("<header><p>bandeau</p></header><p>x</p>", "x"),
        ("<header><h1>T</h1></header><p>x</p>", "T\n\nx"),
        ("plain words", "plain words"),
        ("<ul><li></li></ul>suite", "suite"),
    ],
)
def test_pieces(tmp_path: Path, page: str, text: str) -> None:
    assert one(tmp_path, page).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<p>12<sup>3</sup> millions, 10<sup>6</sup> et 10<sup> –<i>6</i></sup> m<sup>2</sup>",
            "12³ millions, 10⁶ et 10⁻⁶ m²",
        ),
        ("<p>2<sup>3/4</sup>, 10<sup>6,5</sup>, x<sup>n</sup>, 2<sup>2<sup>3</sup></sup>", "2³/⁴, 10⁶,⁵, xⁿ, 2²³"),
        ("<p>H<sub>2</sub>O, x<sub>i</sub>, 5<sub>2b</sub>, C<sub>y</sub>", "H₂O, xᵢ, 5₂b, Cy"),
        ("<p>le 1<sup>er</sup>, M<sup>me</sup>, 12<sup>,99</sup> €, 12<sup>€99</sup>", "le 1er, Mme, 12,99 €, 12€99"),
        ("<p>en 2024<sup><a href='#n1'>1</a>, <a href='p.html#n2'>2</a></sup>.", "en 2024."),
        ("<p>en 2024<a href='#n1'><sup>1</sup></a>, 12<sup>[3]</sup> et 13<sup>[a], [b]</sup>", "en 2024, 12 et 13"),
        ("<p><a href='#somme'>10<sup>6</sup> cellules</a> <a href='/'><sup>1</sup></a>", "10⁶ cellules ¹"),
        ("<p>de <del>10</del> <ins>12</ins> euros<s>, 13</s><strike>4</strike>", "de 12 euros"),
        ("<p>de <span style='text-decoration: line-through'>10</span> 12 euros", "de 12 euros"),
        ("<p>a\2b\3c\4d\5e<sup>6</sup>", "abcde⁶"),
    ],
)
def test_raised_lowered_and_struck_text_keeps_the_figures(tmp_path: Path, page: str, text: str) -> None:
    assert one(tmp_path, page).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>fin", "a | b\n\nc | d\n\nfin"),
        ("<table><tr><th>a<th><b>b<tr><td><p>c<td>d</table>", "a | b\n--- | ---\n\nc | d"),
        ("<table><caption>T<thead><tr><th>a<th>b<tbody><tr><td>c<td>d<tfoot><tr><td>e<td>f</table>",
         "T\n\na | b\n--- | ---\n\nc | d\n\ne | f"),
        ("<table><tr><td><th>a<th>b<tr><th>x<td>c<td>d</table>", "| a | b\n\nx | c | d"),
        ("<table><tr><th>x<td>c<tr><th>y<td>d</table>", "x | c\n\ny | d"),
        ("<table><tr><th>a<th>b</table><table><tr><td>c<td>d</table>", "a | b\n\nc | d"),
        ("<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>", "a\n\nb | c\n\nd"),
        ("<p hidden>a<p>b<div>c", "b\n\nc"),
        ("<ul><li hidden>a<li>b<ul><li>c<li hidden>d</ul><li>e</ul>", "- b\n\n- c\n\n- e"),
        ("<ul><li><p>a<li>b</ul>c", "- a\n\n- b\n\nc"),
        ("<dl><dt hidden>a<dd>b<dt>c<dd>d</dl>", "b\n\nc\n\nd"),
        ("<p>avec <select><option>un<option>deux</select> fin", "avec fin"),
        ("<p>a <ul><li>b</ul> c</p> d", "a\n\n- b\n\nc d"),
    ],
)  # fmt: skip
def test_tags_left_open_end_where_browsers_end_them(tmp_path: Path, page: str, text: str) -> None:
    assert one(tmp_path, page).text == text


def test_a_title_with_a_power(tmp_path: Path) -> None:
    assert one(tmp_path, "<h1>Les 10<sup>6</sup> cel<b>lu</b>les<sup><a href='#1'>1</a></sup></h1>").title == (
        "Les 10⁶ cellules"
    )


@pytest.mark.parametrize(
    "data",
    [
        "<meta charset=utf-8><p>été à 5 €".encode(),
        "<meta charset='windows-1252'><p>été à 5 €".encode("cp1252"),
        "<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'><p>été à 5 €".encode("cp1252"),
        "<?xml version='1.0' encoding='iso-8859-15'?><p>été à 5 €".encode("iso-8859-15"),
        "<p>été à 5 €".encode("cp1252"),
        "<p>été à 5 €".encode("utf-16"),
        "<meta charset=iso-8859-1><p>été à 5 €".encode(),
        "<meta charset=zlib_codec><p>été à 5 €".encode(),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    assert one(tmp_path, data, "a.htm").text == "été à 5 €"
