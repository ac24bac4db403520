from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from index.static import BATCH_CHARACTERS, SHIPPED, StaticEmbedder

TEXTS = [
    "Quel est le montant de l’investissement annoncé par le ministre ?",
    "What is the amount of the investment announced by the minister?",
    "Le chat dort sur le canapé.",
    "The river floods the valley every spring.",
    "",
    "😀",
    "x",
]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The shipped vocabulary with two numbers a word piece."""
    module = tmp_path / "model" / "0_StaticEmbedding"
    module.mkdir(parents=True)
    shutil.copy(SHIPPED / "modules.json", module.parent)
    shutil.copy(SHIPPED / module.name / "tokenizer.json", module)
    rows = load_file(SHIPPED / module.name / "model.safetensors")["embedding.weight"][:, :2]
    save_file({"embedding.weight": np.ascontiguousarray(rows)}, module / "model.safetensors")
    return module.parent


def test_rows_are_unit_float32_in_the_order_of_the_texts(embedder: StaticEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors[:4], axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(embedder.embed_queries(TEXTS), vectors)


def test_no_texts_give_no_rows(embedder: StaticEmbedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize("text", ["", " \n\t", "😀👩‍👩‍👧", "?!… «»", "漢字", "\x00"])
def test_a_text_without_known_words_is_a_zero_row(embedder: StaticEmbedder, text: str) -> None:
    assert not embedder.embed_queries([text, "maison"])[0].any()


def test_a_translation_is_nearer_than_other_texts(embedder: StaticEmbedder) -> None:
    vectors = embedder.embed_queries(TEXTS)
    similar = vectors @ vectors[0]
    assert similar[1] > 0.6
    assert similar[1] > similar[2:].max() + 0.2


def test_accents_case_and_apostrophes_make_no_difference(embedder: StaticEmbedder) -> None:
    vectors = embedder.embed_queries(["L’ÉTÉ à la cœur", "l'ete a la coeur"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)


@settings(max_examples=50)
@given(st.lists(st.text(max_size=60) | st.sampled_from(TEXTS), max_size=8))
def test_a_vector_depends_on_its_text_alone(texts: list[str]) -> None:
    embedder = _SHARED
    order = np.random.default_rng(len(texts)).permutation(len(texts))
    together = embedder.embed_passages(texts)
    np.testing.assert_array_equal(embedder.embed_passages([texts[n] for n in order]), together[order])
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_array_equal(embedder.embed_passages([text])[0], row)
        assert not row.any() or abs(float(np.linalg.norm(row)) - 1) < 1e-5


def test_a_lone_surrogate_is_no_error(embedder: StaticEmbedder) -> None:
    np.testing.assert_allclose(*embedder.embed_queries(["maison \ud800 bleue", "maison ? bleue"]))


def test_a_text_longer_than_a_batch_counts_whole(embedder: StaticEmbedder) -> None:
    """The end of a long text weighs as much as its beginning."""
    half = BATCH_CHARACTERS // len("chat ") + 100
    forward, backward = embedder.embed_passages(["chat " * half + "fleuve " * half, "fleuve " * half + "chat " * half])
    np.testing.assert_allclose(forward, backward, atol=1e-4)
    cat, river = embedder.embed_queries(["chat", "fleuve"])
    assert forward @ cat > 0.3
    assert forward @ river > 0.3


def test_a_very_long_word_is_no_error(embedder: StaticEmbedder) -> None:
    assert embedder.embed_passages(["a" * (3 * BATCH_CHARACTERS)]).shape == (1, embedder.dimension)


def test_the_shipped_model_is_called_default_and_a_folder_by_its_path(embedder: StaticEmbedder, model: Path) -> None:
    other = StaticEmbedder(model)
    assert (embedder.name, other.name) == ("default", str(model))
    assert (other.dimension, other.embed_queries(["maison"]).shape) == (2, (1, 2))


def test_the_fingerprint_follows_the_weights_and_the_vocabulary(embedder: StaticEmbedder, model: Path) -> None:
    first = StaticEmbedder(model).fingerprint
    assert (len(first), StaticEmbedder(model).fingerprint) == (64, first)
    file = model / "0_StaticEmbedding" / "model.safetensors"
    weights = load_file(file)["embedding.weight"]
    weights[5, 1] += 1
    save_file({"embedding.weight": weights}, file)
    second = StaticEmbedder(model).fingerprint
    with (file.parent / "tokenizer.json").open("a") as tokenizer:
        tokenizer.write("\n")
    assert len({embedder.fingerprint, first, second, StaticEmbedder(model).fingerprint}) == 4


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"modules\.json is missing"):
        StaticEmbedder(tmp_path)


def test_a_missing_file_is_named(model: Path) -> None:
    (model / "0_StaticEmbedding" / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"tokenizer\.json"):
        StaticEmbedder(model)


def test_a_transformer_is_refused(model: Path) -> None:
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    (model / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ValueError, match="expected a StaticEmbedding"):
        StaticEmbedder(model)


def test_weights_of_another_vocabulary_are_refused(model: Path) -> None:
    save_file(
        {"embedding.weight": np.zeros((10, 4), dtype=np.float16)}, model / "0_StaticEmbedding" / "model.safetensors"
    )
    with pytest.raises(ValueError, match="10 rows for"):
        StaticEmbedder(model)


def test_opening_imports_no_torch() -> None:
    script = (
        "import sys; from index.static import StaticEmbedder; StaticEmbedder().embed_queries(['maison']);"
        "assert not {'torch', 'sentence_transformers', 'transformers', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.slow
def test_sentence_transformers_gives_the_same_vectors(embedder: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED), device="cpu")
    texts = [*TEXTS[:4], " ".join(TEXTS[:4] * 100)]
    np.testing.assert_allclose(model.encode(texts), embedder.embed_passages(texts), atol=1e-3)


_SHARED = StaticEmbedder()
