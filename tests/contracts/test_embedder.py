"""What every embedder promises, checked on each."""

from collections.abc import Callable

import numpy as np
import pytest

from index import Embedder
from index.embedder import LangChainEmbedder, embed, identify, load_embedder
from index.static import SHIPPED

TEXTS = ["Le phare de Kermorvan a été construit en 1849.", "The lighthouse was built in 1849.", "🍆", "", "a" * 5000]


class Toy:
    """The shape of LangChain's `Embeddings`; its vectors are not of unit length."""

    model = "toy-1"

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        return [3.0 * len(text), 4.0 * text.count("a") + 1, 0.0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return [self.embed_query(text) for text in texts]


@pytest.fixture(
    params=[
        "hashing",
        "langchain",
        pytest.param(
            "default", marks=pytest.mark.skipif(not (SHIPPED / "modules.json").exists(), reason="no model is shipped")
        ),
    ]
)
def made(request: pytest.FixtureRequest, make_embedder: Callable[[], Embedder]) -> Embedder:
    if request.param == "hashing":
        return make_embedder()
    return load_embedder(Toy() if request.param == "langchain" else "default")


def test_one_unit_vector_a_text(made: Embedder) -> None:
    for questions in (False, True):
        vectors = embed(made, TEXTS, questions=questions)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), identify(made).dimension)
        norms = np.linalg.norm(vectors, axis=1)
        assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))
        assert norms[0] > 0


def test_no_text_no_vector(made: Embedder) -> None:
    assert len(made.embed_passages([])) == 0


def test_a_vector_does_not_depend_on_its_neighbours(made: Embedder) -> None:
    together = embed(made, TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(embed(made, [text])[0], together[row], atol=1e-5)


def test_it_is_told_apart_by_name_and_weights(made: Embedder) -> None:
    assert identify(made).fits(identify(made))
    assert identify(made).name


def test_a_langchain_embedder_is_named_by_class_and_model() -> None:
    assert LangChainEmbedder(Toy()).name == "Toy:toy-1"
