"""How long a person waits: a cold `sourcier ask`, a chat that can be used, 5,000 chunks indexed.

    python tests/benchmarks/start.py

Times are wall seconds, the median of three, beside the processor seconds of the same run and the seconds that a bare
`python -c "import numpy"` takes there, so that a busy machine shows.
"""

from __future__ import annotations

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from index import Collection, Document, read

ROOT = Path(__file__).parents[2]
QUESTION = "Combien Nvidia investit-il dans Anthropic ?"
RUN = [sys.executable, "-c", "from ui.cli import main; main()"]


def main() -> None:
    """Print one row a measure."""
    print("| measure | wall s | processor s | peak memory MB |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        _row("python -c 'import numpy'", [sys.executable, "-c", "import numpy"], folder)
        subprocess.run([*RUN, "ask", QUESTION, ROOT / "seeds"], cwd=folder, check=True, capture_output=True)
        _row("cold sourcier ask, index there", [*RUN, "ask", QUESTION], folder)
        _row("cold sourcier ask, seeds read again", [*RUN, "ask", QUESTION, ROOT / "seeds"], folder)
        walls = [_page(folder) for _ in range(3)]
        print(f"| sourcier chat to a page that is served | {statistics.median(walls):.2f} | | |")
    wall, used, chunks = _indexing()
    print(f"| index {chunks} chunks, default embedder, on disk | {wall:.2f} | {used:.2f} | |")


def _row(name: str, command: list[str | Path], folder: str) -> None:
    walls, used = [], []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        walls.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    script = "import resource,subprocess,sys;subprocess.run(sys.argv[1:],capture_output=True);"
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    peak = subprocess.run([sys.executable, "-c", script, *command], cwd=folder, capture_output=True, check=True)
    print(f"| {name} | {statistics.median(walls):.2f} | {statistics.median(used):.2f} | {int(peak.stdout) // 1024} |")


def _page(folder: str) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [*RUN, "chat", str(ROOT / "seeds"), "--port", str(port), "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while time.perf_counter() - started < 120:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                        if page.status == 200:
                            return time.perf_counter() - started
                except (urllib.error.URLError, ConnectionError, TimeoutError):
                    time.sleep(0.05)
            raise TimeoutError("the chat did not answer in two minutes")
        finally:
            server.terminate()


def _indexing() -> tuple[float, float, int]:
    article = next(read([str(ROOT / "seeds")]))
    copies = [Document(f"{i}.txt", f"Copie {i}.\n\n{article.text}", article.title) for i in range(720)]
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection.create(Path(folder) / "library")
        started, used = time.perf_counter(), os.times()
        collection.add(copies)
        done = os.times()
        wall = time.perf_counter() - started
        return wall, done.user + done.system - used.user - used.system, collection.stats().chunks


if __name__ == "__main__":
    main()
