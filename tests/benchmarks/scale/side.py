"""One system's side of the comparison in `sides.py`, in a process and an environment of its own; prints JSON.

    python side.py SYSTEM JOB WORK [--model FOLDER] [--bf16] [--limit N]

WORK holds chunks.jsonl, vectors.npy (a row a chunk), questions.json and questions.npy. Jobs: `build` from the given
vectors and save; `ask` what was saved; `model`, build with the model computing the vectors.
"""

from __future__ import annotations

# ruff: noqa: ANN401 - each system brings its own types
import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

os.environ.update(HF_HUB_OFFLINE="1", ALLOW_RESOLVE_TRANSFORM="True", TOKENIZERS_PARALLELISM="false")
K = 5


class Given:
    """The vectors of known texts: an embedder of every kind that computes nothing."""

    name = "given"
    fingerprint = "given"

    def __init__(self, work: Path) -> None:
        texts = [*read_texts(work), *json.loads((work / "questions.json").read_text())]
        self.vectors = np.concatenate([np.load(work / "vectors.npy"), np.load(work / "questions.npy")])
        self.rows = {text: row for row, text in enumerate(texts)}

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Give the vectors of texts; of one that is not known, such as a probe, any."""
        return self.vectors[[self.rows.get(text, len(text)) for text in texts]]

    embed_queries = embed_passages = __call__

    def for_langchain(self) -> Any:
        """Give them as LangChain's embeddings do, which its own put out as lists too."""
        from langchain_core.embeddings import Embeddings

        given = self

        class Stock(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return given(texts).tolist()

            def embed_query(self, text: str) -> list[float]:
                return given([text])[0].tolist()

        return Stock()


class Side(Protocol):
    """A system under test; `place` is where it is saved."""

    def build(self, texts: Sequence[str], place: Path) -> None:
        """Index texts and save the index."""
        ...

    def open(self, place: Path) -> None:
        """Open a saved index."""
        ...

    def searches(self) -> dict[str, Callable[[str], list[str]]]:
        """Give the ways to search: a question in, the texts of the K best chunks out."""
        ...

    def add(self, text: str, place: Path) -> None:
        """Take in one text more and save it."""
        ...


class Sourcier:
    """Ours: it is handed the documents and cuts them itself, into those very chunks."""

    def __init__(self, embedder: Any) -> None:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        import index

        self.index, self.embedder = index, embedder

    def build(self, texts: Sequence[str], place: Path) -> None:
        """Add the documents, durably."""
        documents = self._documents(place.parent / "documents.jsonl", len(texts))
        self.collection = self.index.Collection.create(place, embedder=self.embedder)
        self.collection.add(documents)
        assert self.collection.stats().chunks == len(texts)

    def _documents(self, path: Path, chunks: int) -> Iterator[Any]:
        for line in path.open(encoding="utf-8"):
            fields = json.loads(line)
            chunks -= fields["chunks"]
            if chunks < 0:
                return
            yield self.index.Document(fields["id"], fields["text"], language=fields["language"])

    def open(self, place: Path) -> None:
        """Open the collection, every file checked against its checksum."""
        self.collection = self.index.Collection.open(place, embedder=self.embedder)

    def searches(self) -> dict[str, Callable[[str], list[str]]]:
        """Words and vectors together."""
        return {"hybrid": lambda text: [hit.chunk.text for hit in self.collection.search(text, K)]}

    def add(self, text: str, place: Path) -> None:
        """Add a document."""
        self.collection.add([self.index.Document(text[:40], text, language="en")])


class LangChain:
    """Its FAISS store, and BM25Retriever joined by EnsembleRetriever; saved, the words are built anew."""

    def __init__(self, embedder: Any) -> None:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS

        self.faiss, self.words, self.ensemble = FAISS, BM25Retriever, EnsembleRetriever
        self.embedder = embedder.for_langchain() if isinstance(embedder, Given) else embedder

    def build(self, texts: Sequence[str], place: Path) -> None:
        """Make the store and save it."""
        self.store = self.faiss.from_texts(texts, self.embedder)
        self.store.save_local(str(place))

    def open(self, place: Path) -> None:
        """Load the store; `BM25Retriever` can't be saved and is made anew."""
        self.store = self.faiss.load_local(str(place), self.embedder, allow_dangerous_deserialization=True)
        self.dense = self.store.as_retriever(search_kwargs={"k": K})
        words = self.words.from_documents(list(self.store.docstore._dict.values()), k=K)
        self.both = self.ensemble(retrievers=[words, self.dense], weights=[0.5, 0.5])

    def searches(self) -> dict[str, Callable[[str], list[str]]]:
        """Vectors alone, and with words."""
        return {
            "dense": lambda text: [found.page_content for found in self.dense.invoke(text)],
            "hybrid": lambda text: [found.page_content for found in self.both.invoke(text)][:K],
        }

    def add(self, text: str, place: Path) -> None:
        """Add a text; the words, which would have to be built anew, are left out."""
        self.store.add_texts([text])
        self.store.save_local(str(place))


def transform(texts: Sequence[str]) -> np.ndarray:
    """Give vectors to txtai, which finds this function by its name."""
    return Txtai.embedder(texts)


class Txtai:
    """Its hybrid index with content."""

    embedder: Any

    def __init__(self, embedder: Any) -> None:
        from txtai import Embeddings

        Txtai.embedder = embedder
        self.new = Embeddings

    def build(self, texts: Sequence[str], place: Path) -> None:
        """Index and save."""
        config = {"method": "external", "transform": "__main__.transform", "content": True, "hybrid": True}
        self.embeddings = self.new(config)
        self.embeddings.index((number, text, None) for number, text in enumerate(texts))
        self.embeddings.save(str(place))

    def open(self, place: Path) -> None:
        """Load what was saved."""
        self.embeddings = self.new()
        self.embeddings.load(str(place))

    def searches(self) -> dict[str, Callable[[str], list[str]]]:
        """Words and vectors together."""
        return {"hybrid": lambda text: [found["text"] for found in self.embeddings.search(text, K)]}

    def add(self, text: str, place: Path) -> None:
        """Add a text and save."""
        self.embeddings.upsert([("new" + text[:20], text, None)])
        self.embeddings.save(str(place))


SIDES: dict[str, Callable[[Any], Side]] = {"sourcier": Sourcier, "langchain": LangChain, "txtai": Txtai}


def read_texts(work: Path) -> list[str]:
    """Give the chunks."""
    with (work / "chunks.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def timed(do: Callable[[], object]) -> dict[str, float]:
    """Run something; give wall and processor seconds."""
    started, spent = time.perf_counter(), time.process_time()
    do()
    return {"wall": time.perf_counter() - started, "cpu": time.process_time() - spent}


def resident() -> float:
    """Give the memory this process holds now, MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def ask(side: Side, questions: Sequence[str], work: Path) -> dict[str, Any]:
    """Put every question in every way; `found` is how often the chunk it was taken from is among the K best."""
    wanted = json.loads((work / "wanted.json").read_text())
    texts = read_texts(work)
    figures: dict[str, Any] = {}
    for name, search in side.searches().items():
        search(questions[0])
        times, found, spent = [], 0, time.process_time()
        for question, row in zip(questions, wanted, strict=True):
            started = time.perf_counter()
            hits = search(question)
            times.append(time.perf_counter() - started)
            found += texts[row] in hits
        cpu = (time.process_time() - spent) / len(questions)
        p50, p95 = np.percentile(times, [50, 95])
        figures[name] = {"p50": p50, "p95": p95, "cpu": cpu, "found": found / len(questions), "n": len(questions)}
    return figures


def model_embedder(system: str, folder: str, bf16: bool) -> Any:
    """Give each system's own embedder over a model's folder."""
    if system == "sourcier":
        return folder
    from langchain_huggingface import HuggingFaceEmbeddings

    kwargs: dict[str, Any] = {"dtype": "bfloat16"} if bf16 else {}
    return HuggingFaceEmbeddings(model_name=folder, model_kwargs={"model_kwargs": kwargs} if kwargs else {})


def main() -> None:
    """Do one job and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("system", choices=SIDES)
    parser.add_argument("job", choices=["build", "ask", "model"])
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--limit", type=int, default=None)
    arguments = parser.parse_args()
    work, place = arguments.work, arguments.work / arguments.system
    texts = read_texts(work)[: arguments.limit]
    figures: dict[str, Any] = {}
    if arguments.job == "model":
        side = SIDES[arguments.system](model_embedder(arguments.system, arguments.model, arguments.bf16))
        place = work / f"{arguments.system}-model-{arguments.bf16}"
        warm = getattr(side.embedder, "embed_documents", None)  # type: ignore[attr-defined]
        if warm is None:
            side.embedder = side.index.load_embedder(side.embedder)  # type: ignore[attr-defined]
            warm = side.embedder.embed_passages  # type: ignore[attr-defined]
        warm(texts[:32])  # loading the model is not building
        figures["build"] = timed(lambda: side.build(texts, place))
    else:
        given, before = Given(work), resident()
        started = time.perf_counter()
        side = SIDES[arguments.system](given)
        figures["start"] = time.perf_counter() - started
        if arguments.job == "build":
            figures["build"] = timed(lambda: side.build(texts, place))
            figures["disk"] = sum(one.stat().st_size for one in place.rglob("*") if one.is_file())
        else:
            del texts
            figures["open"] = timed(lambda: side.open(place))
            figures |= ask(side, json.loads((work / "questions.json").read_text()), work)
            figures["add"] = timed(lambda: side.add("A lighthouse more was lit in the harbour of Brest.", place))
        figures["memory"] = resident() - before
    print(json.dumps({**figures, "chunks": len(read_texts(work)[: arguments.limit])}))


if __name__ == "__main__":
    main()
