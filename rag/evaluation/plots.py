"""The plots of a report as inline SVG: no script, no colours of their own, text that stays readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 360
ROW = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar plot: a value with its interval on a scale from 0, and a note at its end."""

    label: str
    value: float
    note: str
    low: float | None = None
    high: float | None = None


def bars(title: str, rows: Sequence[Bar], scale: float = 1.0) -> str:
    """Give a plot of horizontal bars, the label above each; `scale` is the value of a full bar."""
    if not rows:
        return ""
    parts = []
    for number, bar in enumerate(rows):
        top = number * ROW
        width = _x(bar.value, scale)
        parts.append(
            f'<text x="0" y="{top + 14}" class="label">{escape(_short(bar.label))}</text>'
            f'<text x="{WIDTH}" y="{top + 14}" class="note">{escape(bar.note)}</text>'
            f'<rect x="0" y="{top + 20}" width="{WIDTH}" height="12" rx="3" class="track"/>'
            f'<rect x="0" y="{top + 20}" width="{width:.1f}" height="12" rx="3" class="bar"/>'
        )
        if bar.low is not None and bar.high is not None:
            left, right = _x(bar.low, scale), _x(bar.high, scale)
            parts.append(
                f'<path class="whisker" '
                f'd="M{left:.1f} {top + 26}H{right:.1f}M{left:.1f} {top + 22}v8M{right:.1f} {top + 22}v8"/>'
            )
    table = "; ".join(f"{bar.label}: {bar.note}" for bar in rows)
    return _svg(title, table, ROW * len(rows), "".join(parts))


def curve(title: str, points: Sequence[tuple[float, float, float]]) -> str:
    """Give the risk-coverage plot: share of the questions answered against the share of these that is wrong."""
    if not points:
        return ""
    left, top, width, height = 34, 8, WIDTH - 44, 190
    highest = max(0.1, *(risk for _, risk, _ in points))
    line = " ".join(
        f"{left + width * coverage:.1f},{top + height * (1 - risk / highest):.1f}" for coverage, risk, _ in points
    )
    parts = [f'<path d="M{left} {top}V{top + height}H{left + width}" class="axis"/>']
    for step in range(3):
        share = step / 2
        y, x = top + height * (1 - share), left + width * share
        parts.append(f'<text x="{left - 4}" y="{y + 4:.1f}" class="note">{share * highest:.0%}</text>')
        parts.append(f'<text x="{x:.1f}" y="{top + height + 16}" class="tick">{share:.0%}</text>')
        parts.append(f'<path d="M{left} {y:.1f}H{left + width}" class="grid"/>')
    if highest >= 0.1:
        y = top + height * (1 - 0.1 / highest)
        parts.append(f'<path d="M{left} {y:.1f}H{left + width}" class="limit"/>')
    parts.append(f'<polyline points="{line}" class="line"/>')
    if len(points) == 1:
        across, down = line.split(",")
        parts.append(f'<circle cx="{across}" cy="{down}" r="3" class="bar"/>')
    parts.append(f'<text x="{left + width}" y="{top + height + 34}" class="note">of all questions answered</text>')
    last = points[-1]
    words = f"answering {last[0]:.0%} of the questions, {last[1]:.0%} of these are wrong; dashed: one in ten"
    return _svg(title, words, top + height + 40, "".join(parts))


def _svg(title: str, description: str, height: int, body: str) -> str:
    label = escape(f"{title}: {description}")
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{body}</svg>'


def _x(value: float, scale: float) -> float:
    return WIDTH * min(max(value / scale if scale else 0.0, 0.0), 1.0)


def _short(text: str, length: int = 42) -> str:
    """Cut the middle out of a long label: questions begin, and paths end, with what tells them apart."""
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-length // 2 + 1 :]}"
