"""How a large collection builds, opens, searches, takes one document more, and what it weighs.

    python tests/benchmarks/scale/collection.py DOCUMENTS [--limit N] [--queries 300] [--keep FOLDER]

DOCUMENTS is JSON Lines, plain, .gz or .xz (id, title, text, lang). Build and search run in processes of their own, so
that each one's peak memory is its own. Queries are eight words in a row taken from the documents.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from index import Collection, Document

SEED = 11


def read_lines(path: Path, limit: int) -> Iterator[Document]:
    """Go through the documents of a file."""
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number == limit:
                return
            fields = json.loads(line)
            yield Document(fields["id"], fields["text"], fields.get("title") or "", language=fields.get("lang"))


def queries(path: Path, limit: int, count: int) -> list[str]:
    """Give questions made of the documents' own words."""
    source = random.Random(SEED)
    found: list[str] = []
    for document in read_lines(path, limit):
        words = re.findall(r"\w+", document.text)
        if len(words) > 30 and source.random() < 0.05:
            start = source.randrange(len(words) - 8)
            found.append(" ".join(words[start : start + 8]))
    source.shuffle(found)
    return found[:count]


def peak() -> float:
    """Give the most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spread(times: list[float]) -> str:
    """Give the median and the 95th percentile, ms."""
    return f"p50 {np.percentile(times, 50) * 1000:.1f} ms, p95 {np.percentile(times, 95) * 1000:.1f} ms"


def build(arguments: argparse.Namespace) -> None:
    """Build the collection and say how fast."""
    text = 0

    def documents() -> Iterator[Document]:
        nonlocal text
        for document in read_lines(arguments.documents, arguments.limit):
            text += len(document.text.encode())
            yield document

    before = peak()
    started, spent = time.perf_counter(), time.process_time()
    collection = Collection.create(arguments.keep)
    collection.add(documents())
    wall, cpu = time.perf_counter() - started, time.process_time() - spent
    stats = collection.stats()
    print(
        f"documents {stats.documents:,}, chunks {stats.chunks:,}, segments {stats.segments}, text {text / 1e6:.0f} MB"
    )
    rate = f"{stats.chunks / wall:,.0f} chunks/s; {cpu:.1f} CPU-s, {stats.chunks / cpu:,.0f} chunks a CPU-s"
    print(f"build {wall:.1f} s, {rate}")
    print(f"disk {stats.size / 1e6:.0f} MB, {(stats.size - text) / stats.chunks:.0f} bytes a chunk beyond the text")
    print(f"memory at most {peak():.0f} MB, of which {before:.0f} MB before the build")


def search(arguments: argparse.Namespace) -> None:
    """Open the collection and say how fast it opens, searches, and takes a change."""
    asked = queries(arguments.documents, arguments.limit, arguments.queries)
    before = peak()
    started, spent = time.perf_counter(), time.process_time()
    collection = Collection.open(arguments.keep)
    print(f"open {time.perf_counter() - started:.2f} s, {time.process_time() - spent:.2f} CPU-s")
    started = time.perf_counter()
    collection.search(asked[0])
    print(f"first search {(time.perf_counter() - started) * 1000:.0f} ms (loads the embedder)")
    for name, where in (("search", None), ("search, French only", {"language": "fr"})):
        collection.search(asked[0], 10, where)
        times, spent = [], time.process_time()
        for query in asked:
            started = time.perf_counter()
            collection.search(query, 10, where)
            times.append(time.perf_counter() - started)
        cpu = (time.process_time() - spent) / len(asked) * 1000
        print(f"{name}: {spread(times)}, mean {cpu:.1f} CPU-ms")
    print(f"memory {peak():.0f} MB, of which {before:.0f} MB before opening")
    for round_ in range(arguments.soak):
        for query in asked:
            collection.search(query)
        if round_ % 10 == 9:
            print(f"memory after {(round_ + 1) * len(asked):,} more searches: {peak():.0f} MB")
    for name in ("add", "remove"):
        times = []
        for number in range(20):
            document = Document(f"extra-{number}", f"Lighthouse number {number} was lit in 1850.", language="en")
            started = time.perf_counter()
            collection.add([document]) if name == "add" else collection.remove([document.id])
            times.append(time.perf_counter() - started)
        print(f"{name} one document, durable: {spread(times)}")


def main() -> None:
    """Run the parts in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--limit", type=int, default=-1)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--soak", type=int, default=0, help="rounds of all queries more, to see memory stand still")
    parser.add_argument("--keep", type=Path, default=None)
    parser.add_argument("--part", choices=["build", "search"], default=None)
    arguments = parser.parse_args()
    if arguments.part:
        {"build": build, "search": search}[arguments.part](arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        keep = arguments.keep or Path(folder) / "library"
        for part in ("build", "search"):
            print(f"load average {os.getloadavg()[0]:.1f}", flush=True)
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--keep", str(keep), "--part", part], check=True)


if __name__ == "__main__":
    main()
