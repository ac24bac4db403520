import gzip

from index.translation import SHIPPED, UNTRANSLATED, tables, translated


def test_common_words_are_translated_both_ways() -> None:
    for french, english in [("maison", "hous"), ("roi", "king"), ("eglis", "church"), ("guerr", "war")]:
        assert tables()["fr", "en"][french][0][0] == english
        assert tables()["en", "fr"][english][0][0] == french


def test_translations_are_likeliest_first_and_probabilities() -> None:
    for table in tables().values():
        for found in table.values():
            weights = [weight for _, weight in found]
            assert weights == sorted(weights, reverse=True)
            assert all(0 < weight <= 1 for weight in weights)
            assert sum(weights) <= 1.01


def test_a_word_always_stands_for_itself_too() -> None:
    assert dict(translated(["roi"], ["roi"], "fr", "en")[0]) == {
        **dict(tables()["fr", "en"]["roi"]),
        "roi": UNTRANSLATED,
    }  # type: ignore[arg-type]
    assert translated(["kermorvan"], ["kermorvan"], "fr", "en") == ["kermorvan"]


def test_a_word_that_parts_otherwise_in_the_other_language_is_translated_and_kept() -> None:
    found = translated(["roi"], ["roi", "x"], "fr", "en")
    assert found == [tables()["fr", "en"]["roi"], "roi", "x"]
    assert translated(["kermorvan"], [], "fr", "en") == []


def test_the_shipped_table_holds_no_figures_and_reads_line_by_line() -> None:
    with gzip.open(SHIPPED, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    assert rows == sorted(rows)
    assert all(len(row) == 4 and row[0][0].isalpha() and row[1][0].isalpha() for row in rows)
