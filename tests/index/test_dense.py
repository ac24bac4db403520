import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from index.dense import LISTS_FROM, RECALL, DenseIndex

DIMENSION = 48


def unit(count: int, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def exact(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Brute force in numpy over the vectors as half precision keeps them."""
    return vectors.astype(np.float16).astype(np.float32) @ query


def test_neighbours_and_scores_equal_brute_force() -> None:
    vectors, queries = unit(3000), unit(20, seed=1)
    index = DenseIndex.build(vectors)
    for query in queries:
        rows, scores = index.search(query, 10)
        expected = exact(vectors, query)
        assert rows.tolist() == np.argsort(-expected, kind="stable")[:10].tolist()
        np.testing.assert_allclose(scores, expected[rows], atol=1e-5)
        np.testing.assert_allclose(index.scores(query, rows), expected[rows], atol=1e-5)


def test_half_precision_stays_near_full_precision() -> None:
    vectors, query = unit(3000), unit(1, seed=1)[0]
    rows, scores = DenseIndex.build(vectors).search(query, 3000)
    np.testing.assert_allclose(scores, (vectors @ query)[rows], atol=1e-3)


def test_only_allowed_rows_are_found() -> None:
    vectors, query = unit(500), unit(1, seed=1)[0]
    index = DenseIndex.build(vectors)
    allowed = np.zeros(500, np.bool_)
    allowed[[3, 77, 400]] = True
    rows, _ = index.search(query, 10, allowed)
    assert sorted(rows.tolist()) == [3, 77, 400]
    assert index.search(query, 10, np.zeros(500, np.bool_))[0].tolist() == []


@pytest.mark.parametrize("share", [0.02, 0.3, 0.999])
def test_a_filter_keeps_neighbours_exact(share: float) -> None:
    vectors, query = unit(2000), unit(1, seed=1)[0]
    allowed = np.random.default_rng(2).random(2000) < share
    rows, scores = DenseIndex.build(vectors).search(query, 10, allowed)
    expected = np.where(allowed, exact(vectors, query), -2)
    assert rows.tolist() == np.argsort(-expected, kind="stable")[:10].tolist()
    np.testing.assert_allclose(scores, expected[rows], atol=1e-5)


def test_a_filter_may_leave_out_all_that_is_near() -> None:
    vectors, query = unit(2000), unit(1, seed=1)[0]
    allowed = exact(vectors, query) < 0
    rows, _ = DenseIndex.build(vectors).search(query, 10, allowed)
    assert len(rows) == 10
    assert allowed[rows].all()


def test_more_wanted_than_there_is_gives_no_row_minus_one() -> None:
    index = DenseIndex.build(unit(3))
    assert sorted(index.search(unit(1)[0], 10)[0].tolist()) == [0, 1, 2]
    empty = DenseIndex.build(np.zeros((0, DIMENSION), np.float32))
    assert len(empty) == 0
    assert empty.search(unit(1)[0], 10)[0].tolist() == []
    assert empty.vectors(np.zeros(0, np.int64)).shape == (0, DIMENSION)


def test_bytes_and_back() -> None:
    vectors, query = unit(100), unit(1, seed=1)[0]
    index = DenseIndex.build(vectors)
    again = DenseIndex.from_bytes(index.to_bytes(), rows=100, dimension=DIMENSION)
    assert again.search(query, 5)[0].tolist() == index.search(query, 5)[0].tolist()
    np.testing.assert_array_equal(again.vectors(np.arange(100)), index.vectors(np.arange(100)))
    assert len(index.to_bytes()) < 100 * DIMENSION * 2 + 200


@pytest.mark.parametrize("data", [b"", b"not an index", b"IxSQ" + bytes(40)])
def test_bytes_that_are_no_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a vector index|expected 5 vectors"):
        DenseIndex.from_bytes(data, rows=5, dimension=DIMENSION)


def test_an_index_of_another_shape_is_refused() -> None:
    data = DenseIndex.build(unit(4)).to_bytes()
    with pytest.raises(ValueError, match="expected 5 vectors of 48 numbers, found 4 of 48"):
        DenseIndex.from_bytes(data, rows=5, dimension=DIMENSION)


def test_joining_keeps_vectors_bit_for_bit() -> None:
    first, second = DenseIndex.build(unit(50)), DenseIndex.build(unit(60, seed=2))
    joined = DenseIndex.join([(first, np.array([4, 9])), (second, np.arange(60))])
    assert len(joined) == 62
    np.testing.assert_array_equal(joined.vectors(np.array([0, 1])), first.vectors(np.array([4, 9])))
    np.testing.assert_array_equal(joined.vectors(np.arange(2, 62)), second.vectors(np.arange(60)))


@pytest.fixture(scope="module")
def clustered() -> NDArray[np.float32]:
    """Give 40,000 vectors around 300 centres, as texts lie around subjects."""
    source = np.random.default_rng(5)
    centres = source.standard_normal((300, DIMENSION), dtype=np.float32)
    vectors = centres[source.integers(0, 300, 40_000)] + source.standard_normal((40_000, DIMENSION), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def lists(clustered: NDArray[np.float32]) -> DenseIndex:
    return DenseIndex.build(clustered)


def test_inverted_lists_reach_the_stated_recall(lists: DenseIndex, clustered: NDArray[np.float32]) -> None:
    assert lists.num_lists == 200
    source = np.random.default_rng(6)
    noise = source.standard_normal((200, DIMENSION), dtype=np.float32) / np.sqrt(DIMENSION)
    queries = clustered[:200] + noise.astype(np.float32)
    recall = []
    for query in queries:
        rows, scores = lists.search(query, 10)
        expected = exact(clustered, query)
        np.testing.assert_allclose(scores, expected[rows], atol=1e-4)
        recall.append(len(set(rows.tolist()) & set(np.argsort(-expected)[:10].tolist())) / 10)
    assert np.mean(recall) >= RECALL - 0.01


def test_inverted_lists_find_what_few_rows_are_allowed(lists: DenseIndex, clustered: NDArray[np.float32]) -> None:
    allowed = np.zeros(40_000, np.bool_)
    allowed[[7, 11_111, 39_999]] = True
    assert sorted(lists.search(clustered[0], 10, allowed)[0].tolist()) == [7, 11_111, 39_999]


def test_inverted_lists_keep_vectors_as_they_were(lists: DenseIndex, clustered: NDArray[np.float32]) -> None:
    rows = np.array([3, 20_000, 39_999])
    expected = clustered[rows].astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(lists.vectors(rows), expected)
    again = DenseIndex.from_bytes(lists.to_bytes(), rows=40_000, dimension=DIMENSION)
    np.testing.assert_array_equal(again.vectors(rows), expected)
    assert again.search(clustered[9], 10)[0].tolist() == lists.search(clustered[9], 10)[0].tolist()
    joined = DenseIndex.join([(lists, rows)])
    assert joined.num_lists == 0
    np.testing.assert_array_equal(joined.vectors(np.arange(3)), expected)


def test_identical_vectors_can_be_cut_into_lists() -> None:
    same = np.tile(unit(1), (LISTS_FROM, 1))
    assert len(DenseIndex.build(same).search(same[0], 10)[0]) == 10


def test_threads_search_alike() -> None:
    vectors, queries = unit(2000), unit(40, seed=1)
    index = DenseIndex.build(vectors)
    expected = [index.search(query, 5)[0].tolist() for query in queries]
    found: list[list[list[int]]] = []

    def work() -> None:
        found.append([index.search(query, 5)[0].tolist() for query in queries])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
