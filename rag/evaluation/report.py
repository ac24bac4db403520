"""What a report folder holds: run.json, which equal runs repeat byte for byte, and timings.json apart from it."""

from __future__ import annotations

from pathlib import Path

from rag.evaluation.outcome import Evaluation, to_json


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Write an evaluation to a folder, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "run.json": to_json(evaluation.to_dict()),
        "timings.json": to_json(evaluation.timings),
    }.items():
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(folder / name)
