import random

import bm25s
import numpy as np
import pytest

from index import terms
from index.sparse import Postings, SparseIndex, build, merge

WORDS = [f"w{number}" for number in range(120)]


def bodies(count: int, seed: int = 0) -> list[list[str]]:
    source = random.Random(seed)
    return [[WORDS[int(source.paretovariate(0.6)) % 120] for _ in range(source.randint(0, 60))] for _ in range(count)]


def index(parts: list[list[list[str]]], live: list[list[bool]] | None = None, **parameters: float) -> SparseIndex:
    segments = []
    for number, part in enumerate(parts):
        alive = np.ones(len(part), np.bool_) if live is None else np.array(live[number], np.bool_)
        segments.append(({"fr": build(range(len(part)), part, [[]] * len(part))}, alive))
    return SparseIndex(segments, **parameters)


@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (1.5, 0.4), (0.9, 1.0)])
def test_scores_equal_an_independent_bm25(k1: float, b: float) -> None:
    corpus = [text for text in bodies(400) if text]
    oracle = bm25s.BM25(method="lucene", k1=k1, b=b)
    oracle.index(corpus, show_progress=False)
    ours = index([corpus], k1=k1, b=b)
    for seed in range(25):
        query = random.Random(seed).sample(WORDS[:40], 4)
        (found,), _ = ours.scores({"fr": query})
        assert found.max() > 1
        np.testing.assert_allclose(found, oracle.get_scores(query), atol=1e-4)


def test_a_score_worked_out_by_hand() -> None:
    (found,), ceilings = index([[["a", "a", "b"], ["b"], ["c", "d"]]]).scores({"fr": ["a"]})
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert found[0] == pytest.approx(idf * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2)), abs=1e-5)
    assert found[1:].tolist() == [0, 0]
    assert ceilings == {"fr": pytest.approx(idf)}


def test_cutting_into_segments_changes_no_score() -> None:
    corpus = bodies(300)
    (whole,), _ = index([corpus]).scores({"fr": ["w1", "w2", "w30"]})
    parts, _ = index([corpus[:100], corpus[100:101], corpus[101:]]).scores({"fr": ["w1", "w2", "w30"]})
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)


def test_removed_rows_count_for_nothing() -> None:
    corpus = bodies(200)
    alive = [row % 3 > 0 for row in range(200)]
    (found,), _ = index([corpus], [alive]).scores({"fr": ["w1", "w2"]})
    (kept,), _ = index([[text for text, live in zip(corpus, alive, strict=True) if live]]).scores({"fr": ["w1", "w2"]})
    np.testing.assert_allclose(found[np.array(alive)], kept, atol=1e-6)
    assert not found[~np.array(alive)].any()


def test_another_language_changes_no_score() -> None:
    french, english = bodies(50), bodies(80, seed=1)
    (alone,), _ = index([french]).scores({"fr": ["w1", "w5"]})
    both = {
        "fr": build(range(50), french, [[]] * 50),
        "en": build(range(50, 130), english, [[]] * 80),
    }
    (found,), _ = SparseIndex([(both, np.ones(130, np.bool_))]).scores({"fr": ["w1", "w5"], "en": []})
    np.testing.assert_allclose(found[:50], alone, atol=1e-6)
    assert not found[50:].any()


def test_the_context_counts_by_its_weight() -> None:
    postings = {"fr": build([0, 1], [["a", "b"], ["b", "c"]], [["t"], []])}
    live = np.ones(2, np.bool_)
    (without,), _ = SparseIndex([(postings, live)], context_weight=0).scores({"fr": ["t"]})
    (once,), _ = SparseIndex([(postings, live)], context_weight=1).scores({"fr": ["t"]})
    (twice,), _ = SparseIndex([(postings, live)], context_weight=2).scores({"fr": ["t"]})
    assert without.tolist() == [0, 0]
    assert 0 < once[0] < twice[0]
    assert once[1] == twice[1] == 0


def test_merging_equals_building_at_once() -> None:
    corpus = bodies(120)
    context = bodies(120, seed=3)
    kept = np.array([row % 5 != 0 for row in range(120)])
    first = build(range(70), corpus[:70], context[:70])
    second = build(range(50), corpus[70:], context[70:])
    target = np.where(kept, np.cumsum(kept) - 1, -1)
    merged = merge([(first, target[:70]), (second, target[70:])])
    rows = np.flatnonzero(kept)
    whole = build(range(len(rows)), [corpus[row] for row in rows], [context[row] for row in rows])
    assert merged.vocabulary == whole.vocabulary
    for name in ("members", "lengths", "edges", "starts", "chunks", "counts", "context_places", "context_counts"):
        np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name), err_msg=name)


def test_bytes_and_back() -> None:
    postings = build(range(3), [["été", "4.5"], [], ["\ud800"]], [["titre"], [], []])
    again = Postings.from_bytes(postings.to_bytes())
    assert list(again) == list(postings)
    assert again.find("4.5") == postings.find("4.5") != slice(0, 0)
    assert again.find("absent") == slice(0, 0)
    assert again.find("zzz") == slice(0, 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY"])
def test_bytes_that_are_no_postings_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Postings.from_bytes(data)


def test_more_than_255_of_a_term_are_clipped_not_wrapped() -> None:
    (found,), _ = index([[["a"] * 300, ["a"] * 2]]).scores({"fr": ["a"]})
    assert found[0] > 0


def test_nothing_at_all() -> None:
    assert SparseIndex([]).languages == []
    assert SparseIndex([]).scores({"fr": ["a"]})[0] == []
    (found,), _ = index([[[], []]]).scores({"fr": ["a"]})
    assert found.tolist() == [0, 0]


def test_french_words_meet_through_their_analysis() -> None:
    texts = ["Les forêts de l’Élysée", "Un cœur de pierre", "Claude Sonnet 4.5"]
    ours = index([[terms(text, "fr") for text in texts]])
    for question, row in (("foret", 0), ("elysee", 0), ("coeur", 1), ("4,5", 2)):
        (found,), _ = ours.scores({"fr": terms(question, "fr")})
        assert np.argmax(found) == row
        assert found[row] > 0


def test_terms_that_stand_for_one_count_as_one_term_by_their_weight() -> None:
    corpus = [["a", "a", "b"], ["b", "c"], ["c", "d", "d", "d"], ["e"]]
    (found,), ceilings = index([corpus]).scores({"fr": [(("a", 0.6), ("b", 0.3), ("z", 0.5))]})
    held = 0.6 * 1 + 0.3 * 2
    idf = np.log(1 + (4 - held + 0.5) / (held + 0.5))
    mean = sum(map(len, corpus)) / 4
    for row, (occurrences, length) in enumerate([(0.6 * 2 + 0.3, 3), (0.3, 2)]):
        norm = 1.2 * (0.25 + 0.75 * length / mean)
        assert found[row] == pytest.approx(idf * occurrences / (occurrences + norm), abs=1e-5)
    assert found[2:].tolist() == [0, 0]
    assert ceilings == {"fr": pytest.approx(idf)}


def test_one_term_that_stands_for_itself_scores_as_the_plain_term() -> None:
    corpus = bodies(300)
    alive = [row % 4 > 0 for row in range(300)]
    ours = index([corpus[:120], corpus[120:]], [alive[:120], alive[120:]])
    plain, ceilings = ours.scores({"fr": ["w1", "w2", "w1"]})
    standing, same = ours.scores({"fr": [(("w1", 1.0),), (("w2", 1.0), ("nowhere", 0.4)), (("w1", 1.0),)]})
    for one, other in zip(plain, standing, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert same == pytest.approx(ceilings)
