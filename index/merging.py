"""Joining small segments, so that their number grows with the logarithm of the collection, not with its commits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.segment import Segment, join
from index.snapshot import Part

FEWEST = 4
"""How many segments of like size are joined; each level is this many times the size of the one below."""
SMALLEST = 256
"""Up to this many chunks a segment counts as smallest."""
MOST = 65_536
"""No join makes a segment of more chunks than this or takes one of more than half of it, so that joins are quick."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts and the one segment that can take their place."""

    parts: tuple[Part, ...]
    segment: Segment

    def applied(self, parts: Sequence[Part]) -> list[Part]:
        """Put the joined segment in the place of its parts; leave all as it is if one of them has changed since."""
        inputs = {part.segment.name: part.removed for part in self.parts}
        now = {part.segment.name: part.removed for part in parts}
        if any(now.get(name) != removed for name, removed in inputs.items()):
            return list(parts)
        first = self.parts[0].segment.name
        return [
            Part.of(self.segment) if part.segment.name == first else part
            for part in parts
            if part.segment.name == first or part.segment.name not in inputs
        ]


def join_groups(parts: Sequence[Part]) -> list[list[int]]:
    """Choose which parts to join, as their numbers: FEWEST of like size or more, and any part half of which is gone."""
    sizes = [int(np.count_nonzero(part.live_chunks)) for part in parts]
    levels = {number: _level(size) for number, size in enumerate(sizes) if size <= MOST // 2}
    group: list[int] = []
    for level in range(max(levels.values(), default=0) + 1):
        up_to = [number for number, at in levels.items() if at <= level]
        if sum(levels[number] == level for number in up_to) + bool(group) >= FEWEST:
            group = up_to
    chosen: list[list[int]] = []
    for number in group:
        if chosen and sum(sizes[one] for one in chosen[-1]) + sizes[number] <= MOST:
            chosen[-1].append(number)
        else:
            chosen.append([number])
    chosen = [one for one in chosen if len(one) > 1]
    for number, part in enumerate(parts):
        if len(part.removed) * 2 > part.segment.num_documents and not any(number in one for one in chosen):
            chosen.append([number])
    return chosen


def _level(chunks: int) -> int:
    """Give how often a size can be divided by FEWEST before it counts as smallest."""
    level = 0
    while chunks > SMALLEST:
        chunks //= FEWEST
        level += 1
    return level


def joined(parts: Sequence[Part]) -> Joined:
    """Join parts into one segment, without what is removed from them."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part.segment.name} {sorted(part.removed)}\n".encode())
    name = digest.hexdigest()[:24]
    return Joined(tuple(parts), join(name, [(part.segment, part.live_documents) for part in parts]))
