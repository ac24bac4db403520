"""How verdicts fall on real claims, labelled by people.

    python tests/benchmarks/verification.py ITEMS.jsonl[.gz] [--show LABEL:VERDICT]

Each line holds `response` (the claim), `context` (the document), `label` (supported, partially_supported,
not_supported) and `evidence`: lists of passages with `text`, any of which carries the claim. Every claim is checked
against its document, and against its first list of evidence where it has one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag import Verdict
from rag.verification import verify

LABELS = ("supported", "partially_supported", "not_supported")
VERDICTS = tuple(verdict.value for verdict in Verdict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", type=Path)
    parser.add_argument("--show", default="", help="print the claims of one cell against their evidence")
    arguments = parser.parse_args()
    opened = gzip.open if arguments.items.suffix == ".gz" else open
    with opened(arguments.items, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    if arguments.show:
        show(items, *arguments.show.split(":"))
        return
    report("document", [(item["label"], item["response"], [item["context"]]) for item in items])
    report("evidence", [(item["label"], item["response"], evidence(item)) for item in items if evidence(item)])


def evidence(item: dict[str, object]) -> list[str]:
    sets = [found for found in item["evidence"] or [] if found]  # type: ignore[union-attr,attr-defined]
    return [passage["text"] for passage in sets[0]] if sets else []


def report(name: str, rows: Sequence[tuple[str, str, list[str]]]) -> None:
    started = time.perf_counter()
    cells = Counter((label, verify(claim, sources).verdict.value) for label, claim, sources in rows)
    taken = 1000 * (time.perf_counter() - started) / len(rows)
    print(f"against the {name}: {len(rows)} claims, {taken:.1f} ms each")
    print(f"{'':>22}" + "".join(f"{verdict:>16}" for verdict in VERDICTS))
    for label in LABELS:
        total = sum(cells[label, verdict] for verdict in VERDICTS)
        if total:
            shares = "".join(f"{cells[label, v]:>9} {100 * cells[label, v] / total:>4.0f} %" for v in VERDICTS)
            print(f"{label:>22}{shares}")


def show(items: Sequence[dict[str, object]], label: str, verdict: str) -> None:
    for item in items:
        if item["label"] == label and evidence(item):
            found = verify(str(item["response"]), evidence(item))
            if found.verdict.value == verdict:
                print(f"{item['id']} {item['response']}\n    {found.reason}\n    {' || '.join(evidence(item))}")


if __name__ == "__main__":
    main()
