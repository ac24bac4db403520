"""The verifier against pairs written to fool it: shares by kind of error, and the counts by family.

Each line of the set holds a statement, its sources and the verdict that a careful reader would give. Rules were fitted
on "dev". "held" and "fresh" were only counted at first, a dozen times; then their errors were read too, so that they
tell no more what to expect of new texts. "read" and "sealed" are the halves, drawn at random by source, of 240 pairs on
subjects of all kinds, written before the rules of that day: the errors of "read" were looked at, "sealed" was counted
twice, before and after; who wrote it wrote rules and words too. "look" and "blind" are the halves of 300 pairs by an
author who had seen no rule: "look" was read to mend them, "blind" was counted twice, before and after. "spread", over
sentences that tell several things, was written to fool the verifier by two who saw its verdicts, and read to mend it.
So "blind" is the one to go by, and it misses the aims (2 %, 3 %, 25 %): 7 of 84 altered statements and 1 of 16 that say
more called supported, 7 of 100 true ones called altered, 51 of 100 left unchecked. Bounds say what holds
today.
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
READ = range(301, 361)
SEALED = frozenset(
    int(number)
    for number in (
        "301 305 307 308 309 313 317 318 319 320 321 323 325 326 328 329 331 335 337 340 342 346 347 349 350 351 352 "
        "354 357 359"
    ).split()
)
BLIND = range(401, 551)
LOOK = frozenset(
    int(number)
    for number in (
        "406 407 410 413 414 415 416 418 419 423 424 425 429 432 438 439 440 448 451 454 455 458 462 470 472 "
        "474 475 482 483 488 494 502 505 508 509 510 512 513 521 526 527 528 530 531 533 535 538 544 546 547"
    ).split()
)
APART = range(551, 581)
SPREAD = range(601, 749)
APART_SEALED = frozenset({551, 552, 555, 558, 559, 562, 563, 565, 567, 570, 571, 572, 576, 579, 580})
PATH = Path(__file__).parent / "data" / "adversarial.jsonl"
MOST = {
    "dev": {"altered called supported": 0.01, "true called altered": 0.005, "true left unchecked": 0.24},
    "held": {"altered called supported": 0.01, "true called altered": 0.02, "true left unchecked": 0.1},
    "fresh": {"altered called supported": 0.012, "true called altered": 0.01, "true left unchecked": 0.36},
    "read": {"altered called supported": 0.034, "true called altered": 0.017, "true left unchecked": 0.32},
    "sealed": {"altered called supported": 0.036, "true called altered": 0.017, "true left unchecked": 0.45},
    "look": {"altered called supported": 0.041, "true called altered": 0.06, "true left unchecked": 0.48},
    "blind": {"altered called supported": 0.084, "true called altered": 0.07, "true left unchecked": 0.51},
    "apart": {"altered called supported": 0.0, "true called altered": 0.0, "true left unchecked": 0.0},
    "spread": {"altered called supported": 0.175, "true called altered": 0.073, "true left unchecked": 0.16},
    "apart_sealed": {"altered called supported": 0.2, "true called altered": 0.0, "true left unchecked": 0.267},
}
SAYS_MORE = {"blind": 1}
"""Statements that say more than their source and are called supported all the same; in the other halves none is."""


@lru_cache(maxsize=1)
def rows() -> list[dict[str, str | list[str]]]:
    return [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]


@lru_cache(maxsize=9)
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
        assert row["half"] == half_of(source)
        assert row["statement"] and row["sources"] and row["expected"]


def half_of(source: int) -> str:
    if source in APART:
        return "apart_sealed" if source in APART_SEALED else "apart"
    if source in SPREAD:
        return "spread"
    if source in BLIND:
        return "look" if source in LOOK else "blind"
    if source in READ:
        return "sealed" if source in SEALED else "read"
    return "held" if source in HELD else "fresh" if source in FRESH else "dev"


@pytest.mark.parametrize("half", MOST)
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
    assert counts_of(counts, "altered or cannot_check", "supported") <= SAYS_MORE.get(half, 0)


def counts_of(counts: Counter[tuple[str, str, str]], expected: str, verdict: str) -> int:
    return sum(c for (_, wanted, found), c in counts.items() if (wanted, found) == (expected, verdict))


def share(counts: Counter[tuple[str, str, str]], expected: str, verdict: str) -> float:
    total = sum(count for (_, wanted, _), count in counts.items() if wanted == expected)
    assert total >= 10
    return counts_of(counts, expected, verdict) / total


def test_a_statement_takes_milliseconds() -> None:
    verdicts("dev")  # tables read, code warm
    chosen = [row for row in rows() if row["half"] == "dev"]
    started = time.process_time()
    for row in chosen:
        verify(str(row["statement"]), list(row["sources"]))
    assert (time.process_time() - started) / len(chosen) < 0.010
