"""Sourcier beside LangChain's stock pipeline and txtai's hybrid index: the same chunks, the same vectors, one run.

    python tests/benchmarks/scale/sides.py DOCUMENTS --peers FOLDER [--chunks 100000] [--questions 100]
        [--model FOLDER --model-chunks 1000] [--repeats 1] [--report FILE]

The peers run in an environment of their own, made in FOLDER from peers.txt at the first use; they are handed the
chunks, Sourcier the documents, which it cuts into those chunks itself. Vectors are those of the shipped embedder,
computed beforehand; with --model, builds in which each system has that sentence-transformers model compute them are
added. Each job is a process of its own, the order changes with each repeat, figures are medians (lowest to highest).
Processor seconds stand beside wall time because other work on the machine disturbs them least.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from collection import read_lines  # noqa: E402

from index import chunk, load_embedder  # noqa: E402

SYSTEMS = ("sourcier", "langchain", "txtai")
PACKAGES = ("langchain-core", "langchain-community", "langchain-huggingface", "txtai", "faiss-cpu", "torch", "numpy")


def environment(folder: Path) -> Path:
    """Give the interpreter of the peers' environment, made where there is none."""
    python = folder / "bin" / "python"
    wanted = (HERE / "peers.txt").read_text()
    made = folder / "peers.txt"
    if not made.is_file() or made.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", str(HERE / "peers.txt")], check=True)
        made.write_text(wanted)
    return python


def prepare(arguments: argparse.Namespace, work: Path) -> int:
    """Cut the documents, compute the vectors, choose the questions; give the number of chunks."""
    embedder = load_embedder("default")
    texts: list[str] = []
    lines: list[str] = []
    for document in read_lines(arguments.documents, -1):
        found = chunk(document)
        if len(texts) + len(found) > arguments.chunks:
            break
        if any(one.headings for one in found) or document.language is None:
            continue  # what is embedded is then the chunk's own text, in every system
        texts += [one.text for one in found]
        fields = {"id": document.id, "text": document.text, "language": document.language, "chunks": len(found)}
        lines.append(json.dumps(fields) + "\n")
    (work / "documents.jsonl").write_text("".join(lines), encoding="utf-8")
    (work / "chunks.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    vectors = [embedder.embed_passages(texts[start : start + 256]) for start in range(0, len(texts), 256)]
    np.save(work / "vectors.npy", np.concatenate(vectors))
    source = np.random.default_rng(11)
    asked, wanted = [], []
    while len(asked) < arguments.questions:
        row = int(source.integers(len(texts)))
        words = re.findall(r"\w+", texts[row])
        if len(words) > 30:
            start = int(source.integers(len(words) - 8))
            asked.append(" ".join(words[start : start + 8]))
            wanted.append(row)
    (work / "questions.json").write_text(json.dumps(asked))
    (work / "wanted.json").write_text(json.dumps(wanted))
    np.save(work / "questions.npy", embedder.embed_queries(asked))
    return len(texts)


def ceiling() -> float:
    """Give billions of additions and multiplications a processor second, as this machine now does them."""
    matrix = np.ones((1024, 1024), np.float32)
    matrix @ matrix
    spent = time.process_time()
    for _ in range(10):
        matrix @ matrix
    return 10 * 2 * 1024**3 / (time.process_time() - spent) / 1e9


def run(python: Path, *words: str) -> dict[str, Any]:
    """Run one job of `side.py`; give its figures."""
    done = subprocess.run([python, HERE / "side.py", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def measured(runs: Sequence[dict[str, Any]], *keys: str) -> list[float]:
    """Give one figure of every repeat."""
    found = []
    for figures in runs:
        value: Any = figures
        for key in keys:
            value = value[key]
        found.append(float(value))
    return found


def shown(values: Sequence[float], form: str = "{:.2f}") -> str:
    """Give the median and, where there are several, the lowest and highest."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))} to {form.format(max(values))})"


def table(results: dict[str, dict[str, list[dict[str, Any]]]], text: int) -> list[str]:
    """Give the rows of the comparison with given vectors."""
    rows = [
        "| | build, chunks a processor s | wall s | hybrid question, processor ms | p50 / p95 wall ms | "
        "source among 5 | import, wall s | open, wall s | add one, durable, ms | bytes a chunk beyond the text | "
        "memory more after asking, MB |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for system in SYSTEMS:
        built, asked = results[system]["build"], results[system]["ask"]
        chunks = built[0]["chunks"]
        hybrid = [figures["hybrid"] for figures in asked]
        cells = [
            shown([chunks / cpu for cpu in measured(built, "build", "cpu")], "{:,.0f}"),
            shown(measured(built, "build", "wall"), "{:.1f}"),
            shown([1000 * one["cpu"] for one in hybrid], "{:.1f}"),
            f"{1000 * statistics.median(one['p50'] for one in hybrid):.1f} / "
            f"{1000 * statistics.median(one['p95'] for one in hybrid):.1f}",
            f"{hybrid[0]['found']:.2f} of {hybrid[0]['n']}",
            shown(measured(asked, "start")),
            shown(measured(asked, "open", "wall")),
            shown([1000 * wall for wall in measured(asked, "add", "wall")], "{:.0f}"),
            f"{(built[0]['disk'] - text) / chunks:,.0f}",
            shown(measured(asked, "memory"), "{:.0f}"),
        ]
        rows.append(f"| {system} | " + " | ".join(cells) + " |")
    return rows


def ratios(results: dict[str, dict[str, list[dict[str, Any]]]], text: int) -> list[str]:
    """Say how many times the peers' figures are ours: above 1, ours is the better."""

    def middle(system: str, job: str, *keys: str) -> float:
        return statistics.median(measured(results[system][job], *keys))

    measures = {
        "build, processor": ("build", "build", "cpu"),
        "hybrid question, processor": ("ask", "hybrid", "cpu"),
        "open, wall": ("ask", "open", "wall"),
        "add one, wall": ("ask", "add", "wall"),
    }
    rows = [f"| times ours | {' | '.join(measures)} | disk beyond the text |", "|---|---|---|---|---|---|"]
    for system in SYSTEMS[1:]:
        cells = [middle(system, *keys) / middle("sourcier", *keys) for keys in measures.values()]
        cells.append((middle(system, "build", "disk") - text) / (middle("sourcier", "build", "disk") - text))
        rows.append(f"| {system} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    return rows


def with_model(arguments: argparse.Namespace, python: Path, work: Path) -> list[str]:
    """Give the rows of builds in which a model computes the vectors."""
    limit = ("--model", str(arguments.model), "--limit", str(arguments.model_chunks))
    kinds = {
        "sourcier": (Path(sys.executable), "sourcier", "model", str(work), *limit),
        "langchain": (python, "langchain", "model", str(work), *limit),
        "langchain, bf16": (python, "langchain", "model", str(work), *limit, "--bf16"),
    }
    rows = ["| same model | chunks | chunks a processor s | chunks a wall s |", "|---|---|---|---|"]
    for name, (interpreter, *words) in kinds.items():
        figures = run(interpreter, *words)
        chunks, build = figures["chunks"], figures["build"]
        rows.append(f"| {name} | {chunks:,} | {chunks / build['cpu']:.1f} | {chunks / build['wall']:.1f} |")
    return rows


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--peers", type=Path, required=True, help="the folder of the peers' environment")
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--model-chunks", type=int, default=1_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--report", type=Path, default=None)
    arguments = parser.parse_args()
    python = environment(arguments.peers)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        count = prepare(arguments, work)
        text = sum(len(json.loads(line).encode()) for line in (work / "chunks.jsonl").open(encoding="utf-8"))
        before, load = ceiling(), os.getloadavg()[0]
        results: dict[str, dict[str, list[dict[str, Any]]]] = {name: {"build": [], "ask": []} for name in SYSTEMS}
        for repeat in range(arguments.repeats):
            for number in range(len(SYSTEMS)):
                system = SYSTEMS[(number + repeat) % len(SYSTEMS)]
                interpreter = Path(sys.executable) if system == "sourcier" else python
                subprocess.run(["rm", "-rf", str(work / system)], check=True)
                for job in ("build", "ask"):
                    results[system][job].append(run(interpreter, system, job, str(work)))
        rows = [*table(results, text), "", *ratios(results, text)]
        print("\n".join(rows), flush=True)
        if arguments.model:
            rows += ["", *with_model(arguments, python, work)]
        after = ceiling()
    told = "import sys; from importlib.metadata import version; print(*(f'{n} {version(n)}' for n in sys.argv[1:]))"
    versions = subprocess.run([python, "-c", told, *PACKAGES], capture_output=True, text=True, check=True).stdout
    ours = ", ".join(f"{name} {metadata.version(name)}" for name in ("faiss-cpu", "numpy"))
    rows += [
        "",
        f"{datetime.date.today()}; {count:,} chunks of {text / 1e6:.0f} MB; {arguments.repeats} repeats; Python "
        f"{platform.python_version()}; OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'not set')}, "
        f"{len(os.sched_getaffinity(0))} cores; load average {load:.1f} to {os.getloadavg()[0]:.1f}; a core did "
        f"{before:.0f} GFLOP a processor second before, {after:.0f} after. Peers: {versions.strip()}. Ours: {ours}.",
    ]
    print("\n".join(rows))
    if arguments.report:
        arguments.report.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
