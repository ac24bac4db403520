from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Collection, Document, Embedder
from index.embedder import Identity, embed, identify, load_embedder


class Fixed:
    """Gives whatever array it was made with, for as many texts as there are."""

    def __init__(self, vectors: NDArray[np.float32], name: str = "fixed") -> None:
        self.vectors = vectors
        self.name = name

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.vectors

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.vectors


def test_vectors_are_scaled_and_zero_stays_zero() -> None:
    vectors = embed(Fixed(np.array([[3, 4], [0, 0]], np.float32)), ["a", "b"])
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0, 0]])


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (np.ones((3, 4), np.float32), r"'fixed' should give 2 vectors, it gave an array of \(3, 4\)"),
        (np.ones(2, np.float32), "should give 2 vectors"),
        (np.array([[1, 2], [np.nan, 1]], np.float32), "NaN or infinity for text 2 of 2: 'second'"),
        (np.array([[np.inf, 2], [1, 1]], np.float32), "NaN or infinity for text 1 of 2: 'first'"),
    ],
)
def test_what_is_no_vector_is_refused(vectors: NDArray[np.float32], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        embed(Fixed(vectors), ["first", "second"])


class Pointing:
    """Gives every text the same direction."""

    def __init__(self, *direction: float, name: str = "pointing") -> None:
        self.direction, self.name = direction, name

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.direction] * len(texts), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)


def test_an_embedder_without_fingerprint_is_told_by_what_it_makes() -> None:
    one = identify(Pointing(0.6, 0.8))
    assert one.fits(identify(Pointing(0.601, 0.799)))
    assert not one.fits(identify(Pointing(0.8, 0.6)))
    assert not one.fits(identify(Pointing(0.6, 0.8, name="other")))
    assert not one.fits(identify(Pointing(0.6, 0.8, 0)))


def test_the_cosine_that_chance_reaches_is_remembered(embedder: Embedder) -> None:
    assert 0 < identify(embedder).chance < 0.6
    assert identify(Pointing(1, 0)).chance == 0.95


def test_a_model_that_moved_still_fits() -> None:
    one = Identity("/models/a", "f00", 4)
    assert one.fits(replace(one, name="/elsewhere/a"))
    assert not one.fits(replace(one, fingerprint="ba2"))
    assert not one.fits(replace(one, fingerprint="probe:0.1,0.2"))


def test_what_embeds_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="found int"):
        load_embedder(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no such model!", "./missing/folder"])
def test_a_model_that_is_not_there_is_not_downloaded(name: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"neither a folder nor a model on this machine; `sourcier models pull"):
        load_embedder(name)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"expected modules.json or config.json"):
        load_embedder(tmp_path)


class Failing:
    """Gives sound vectors for the first `good` passages, then what `bad` makes."""

    name = "failing"
    fingerprint = "f"

    def __init__(self, inner: Embedder, good: int, bad: float) -> None:
        self._inner, self._good, self._bad = inner, good + 9, bad  # nine texts tell an embedder apart

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._inner.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._inner.embed_passages(texts)
        self._good -= len(texts)
        if self._good < 0:
            vectors[-1, 0] = self._bad
        return vectors


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nothing_is_added_when_a_batch_is_not_sound(embedder: Embedder, tmp_path: Path, bad: float) -> None:
    with Collection.create(tmp_path / "library", embedder=Failing(embedder, 400, bad)) as collection:
        collection.add([Document("kept", "This one is kept.")])
        many = [Document(f"d{number}", f"Text number {number}.") for number in range(600)]
        with pytest.raises(ValueError, match=r"batch 2 of the documents 'd0' to 'd599'; nothing was added"):
            collection.add(many)
        assert [document.id for document in collection.documents()] == ["kept"]
    assert len(Collection.open(tmp_path / "library", embedder=Failing(embedder, 0, bad))) == 1
    assert not list((tmp_path / "library" / "segments").glob(".*"))


@pytest.mark.slow
def test_a_sentence_transformers_model_is_read_from_its_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("sentence_transformers")
    _save_tiny_transformer(tmp_path / "tiny")
    made = load_embedder(tmp_path / "tiny")
    vectors = embed(made, ["the lighthouse", "lighthouse the the the the the the the the the the the"])
    assert vectors.shape == (2, 32)
    assert identify(made).fits(identify(load_embedder(str(tmp_path / "tiny"))))
    assert "1 of 2 chunks are longer" in caplog.text
    with Collection.create(tmp_path / "library", embedder=tmp_path / "tiny") as collection:
        collection.add([Document("a", "The lighthouse.")])
    assert Collection.open(tmp_path / "library").search("lighthouse")[0].chunk.text == "The lighthouse."


def _save_tiny_transformer(folder: Path) -> None:
    """Save a transformer of random weights that reads eight tokens."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = folder.parent / "words"
    words.mkdir()
    vocabulary = words / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "lighthouse", "."]))
    BertTokenizerFast(vocab_file=str(vocabulary)).save_pretrained(words)
    config = BertConfig(
        vocab_size=8, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=8,
    )  # fmt: skip
    BertModel(config).save_pretrained(words)
    transformer = Transformer(str(words), max_seq_length=8)
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(folder))
