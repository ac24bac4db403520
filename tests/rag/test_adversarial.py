"""The verifier against pairs written to fool it: shares by kind of error, and the counts by family.

Each line of the set holds a statement, its sources and the verdict that a careful reader would give. Rules were fitted
on "dev". Which statements of "held" and "fresh" failed was never looked at, only how many: that is what to expect of
new texts. "fresh" was written before it was run, as a model rewords an answer, and is the harder one. Both miss the
aims, so their bounds say what holds today: of "held", 4 of 99 altered statements called supported, 3 of 42 true ones
called altered, 6 of 42 left unchecked; of "fresh", 4 of 88, 8 of 94 and 49 of 94.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from rag.verification import verify

HELD = range(94, 108)
FRESH = range(109, 148, 2)
PATH = Path(__file__).parent / "data" / "adversarial.jsonl"
MOST = {
    "dev": {"altered called supported": 0.015, "true called altered": 0.01, "true left unchecked": 0.28},
    "held": {"altered called supported": 0.041, "true called altered": 0.08, "true left unchecked": 0.15},
    "fresh": {"altered called supported": 0.046, "true called altered": 0.09, "true left unchecked": 0.53},
}


@lru_cache(maxsize=1)
def rows() -> list[dict[str, str | list[str]]]:
    return [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]


@lru_cache(maxsize=3)
def verdicts(half: str) -> Counter[tuple[str, str, str]]:
    """Count (family, expected, verdict)."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows():
        if row["half"] == half:
            expected = row["expected"] if isinstance(row["expected"], str) else "altered or cannot_check"
            verdict = verify(str(row["statement"]), list(row["sources"])).verdict.value
            counts[str(row["family"]), expected, verdict] += 1
    return counts


def test_the_set_is_what_it_says() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) >= 400
    assert {row["language"] for row in rows()} == {"fr", "en", "fr>en", "en>fr"}
    assert len({row["family"] for row in rows()}) >= 17
    for row in rows():
        source = int(str(row["id"])[:3])
        assert row["half"] == ("held" if source in HELD else "fresh" if source in FRESH else "dev")
        assert row["statement"] and row["sources"] and row["expected"]


@pytest.mark.parametrize("half", ["dev", "held", "fresh"])
def test_errors_stay_within_their_bounds(half: str) -> None:
    counts = verdicts(half)
    table: dict[tuple[str, str], Counter[str]] = {}
    for (family, expected, verdict), count in counts.items():
        table.setdefault((expected, family), Counter())[verdict] += count
    for (expected, family), found in sorted(table.items()):
        print(f"{half:5} {expected:24} {family:16} {dict(found)}")
    assert share(counts, "altered", "supported") <= MOST[half]["altered called supported"]
    assert share(counts, "supported", "altered") <= MOST[half]["true called altered"]
    assert share(counts, "supported", "cannot_check") <= MOST[half]["true left unchecked"]
    assert share(counts, "altered or cannot_check", "supported") <= MOST[half]["altered called supported"]


def share(counts: Counter[tuple[str, str, str]], expected: str, verdict: str) -> float:
    total = sum(count for (_, wanted, _), count in counts.items() if wanted == expected)
    assert total >= 10
    return sum(c for (_, wanted, found), c in counts.items() if (wanted, found) == (expected, verdict)) / total


def test_a_statement_takes_milliseconds() -> None:
    verdicts("dev")  # tables read, code warm
    chosen = [row for row in rows() if row["half"] == "dev"]
    started = time.process_time()
    for row in chosen:
        verify(str(row["statement"]), list(row["sources"]))
    assert (time.process_time() - started) / len(chosen) < 0.010
