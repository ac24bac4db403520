"""The run card: what was run on what, and apart from it what two equal runs may differ in."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata

from index import Document
from rag.answer import Answer
from rag.evaluation.run import Record
from rag.evaluation.testset import Question, question_to_dict

IDENTIFYING = ("collection", "embedder", "reranker", "backend", "filter")
"""What of an answer's receipt says how it was made, apart from versions."""
PACKAGES = ("sourcier", "numpy", "scipy", "ir_measures")
TIMES = ("retrieve_s", "total_s", "first_token_s")


def testset_hash(questions: Sequence[Question]) -> str:
    """Give the SHA-256 of the questions in their canonical form, whatever file or order they came in."""
    forms = [question_to_dict(question) for question in questions]
    return _sha256(json.dumps(forms, ensure_ascii=False, sort_keys=True))


def documents_hash(documents: Iterable[Document]) -> str:
    """Give the SHA-256 over the ids and texts of all documents, in the order of their ids."""
    return _sha256("\n".join(sorted(f"{document.sha256} {document.id}" for document in documents)))


def card(
    questions: Sequence[Question],
    answers: Iterable[Answer],
    *,
    name: str,
    documents: tuple[int, str],
    k: int,
    seed: int,
) -> dict[str, object]:
    """Give what identifies a run: questions, documents (number and hash), models, settings, versions, seed.

    The models and settings are those that all the answers' receipts name alike.
    """
    stable: dict[str, str] | None = None
    versions: dict[str, str] = {}
    for answer in answers:
        told = answer.receipt.get("versions")
        versions |= dict(_texts(told)) if isinstance(told, Mapping) else {}
        texts = dict(_texts({name: answer.receipt[name] for name in IDENTIFYING if name in answer.receipt}))
        stable = texts if stable is None else {key: value for key, value in stable.items() if texts.get(key) == value}
    return {
        "system": name,
        "testset": testset_hash(questions),
        "questions": len(questions),
        "documents": documents[0],
        "documents_sha256": documents[1],
        "settings": stable or {},
        "k": k,
        "seed": seed,
        "versions": {"python": platform.python_version(), **_versions(), **versions},
    }


def timings(records: Sequence[Record]) -> dict[str, object]:
    """Give the seconds of every question and their percentiles, tokens, memory, machine and date."""
    import numpy as np

    seconds = {record.id: record.seconds for record in records}
    found: dict[str, object] = {
        "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()} {platform.system()} {platform.release()}",
        "peak_memory_mb": _peak_memory(),
        "seconds": seconds,
        "percentiles": _percentiles(np.array(list(seconds.values()))),
        "tokens": _tokens([record.answer for record in records if record.answer is not None]),
    }
    parts: dict[str, list[float]] = {}
    for record in records:
        for name, value in (record.answer.receipt if record.answer else {}).items():
            entries = value.items() if isinstance(value, Mapping) else [(name, value)]
            for key, number in entries:
                if key in TIMES and isinstance(number, int | float):
                    parts.setdefault(key.removesuffix("_s"), []).append(float(number))
    found["parts"] = {name: _percentiles(np.array(values)) for name, values in sorted(parts.items())}
    return found


def _percentiles(seconds: object) -> dict[str, float]:
    import numpy as np

    values = np.asarray(seconds, dtype=np.float64)
    return {f"p{q}": float(np.percentile(values, q)) for q in (50, 95, 99)} if len(values) else {}


def _tokens(answers: Sequence[Answer]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for answer in answers:
        for name, value in answer.receipt.items():
            entries = value.items() if isinstance(value, Mapping) else [(name, value)]
            for key, number in entries:
                if "tokens" in str(key) and isinstance(number, int) and not isinstance(number, bool):
                    totals[str(key)] = totals.get(str(key), 0) + number
    return totals


def _peak_memory() -> float | None:
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform.startswith("linux") else 1024 * 1024), 1)


def _texts(receipt: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in receipt.items():
        if isinstance(value, str | int | float):
            yield prefix + str(key), str(value)
        elif isinstance(value, Mapping):
            yield from _texts(value, f"{prefix}{key}.")


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
