"""The disk that loses power loses what was not fsynced, and nothing else."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.index import power


def step(do: str, path: str, data: str = "", to: str = "") -> power.Step:
    import base64

    return {"do": do, "path": path, "to": to, "data": base64.b64encode(data.encode()).decode()}


def images(steps: list[power.Step], tmp_path: Path) -> set[tuple[tuple[str, str], ...]]:
    """Give everything the disk may hold at the end, as its names and what stands under them."""
    found = set()
    for seed in range(300):
        left = power.after_power_loss({"old": power.File(b"old")}, steps, len(steps), random.Random(seed), 0.5)
        place = tmp_path / str(seed)
        power.laid(left, place)
        names = sorted(one for one in place.rglob("*") if one.is_file())
        found.add(tuple((str(one.relative_to(place)), one.read_text()) for one in names))
    return found


CAREFUL = [step("make", "t"), step("bytes", "t", "new"), step("rename", "t", to="old"), step("sync", ".")]


def test_what_is_synced_is_there(tmp_path: Path) -> None:
    assert images(CAREFUL, tmp_path) == {(("old", "new"),)}


@pytest.mark.parametrize(
    ("forget", "lost"),
    [
        (lambda s: s["do"] == "bytes", {(("old", ""),), (("old", "ne"),), (("old", "new"),)}),
        (lambda s: s["do"] == "sync", {(("old", "old"),), (("old", "new"),), (("old", "old"), ("t", "new"))}),
    ],
)
def test_what_is_not_synced_may_be_lost(
    tmp_path: Path, forget: Callable[[power.Step], bool], lost: set[tuple[tuple[str, str], ...]]
) -> None:
    steps = [{**one, "do": "bytes at the end"} if forget(one) and one["do"] == "bytes" else one for one in CAREFUL]
    assert images([one for one in steps if not (forget(one) and one["do"] == "sync")], tmp_path) >= lost


def test_names_arrive_in_any_order(tmp_path: Path) -> None:
    steps = [
        step("mkdir", "d"),
        step("make", "d/a"),
        step("bytes", "d/a", "a"),
        step("make", "b"),
        step("remove", "old"),
    ]
    found = images(steps, tmp_path)
    assert {(), (("b", ""), ("d/a", "a")), (("b", ""), ("d/a", "a"), ("old", "old")), (("d/a", "a"),)} <= found
