"""Curves and histograms as SVG inside a page; colours are the page's own variables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from training.run.report.confusion import IouHistogram
from training.run.report.html_words import escaped

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 28, 34
MOST_POINTS = 400
TICKS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """`points` are (epoch, value); values that are no numbers make a gap. `colour` is CSS."""

    name: str
    colour: str
    points: Sequence[tuple[int, float]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values to places in the picture."""

    x_low: float
    x_high: float
    y_high: float

    def x(self, value: float) -> float:
        span = max(self.x_high - self.x_low, 1e-12)
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - self.x_low) / span

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / max(self.y_high, 1e-12)


def curves_svg(
    title: str,
    curves: Sequence[Curve],
    best_epoch: int = 0,
    highest: float | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> str:
    """A chart from 0 to `highest` (or the highest value) over the epochs; nothing where there are no points.

    `marks` are upright lines with a word, each at an epoch or between two.
    """
    numbers = [value for curve in curves for _, value in curve.points if math.isfinite(value)]
    if not numbers:
        return ""
    epochs = [epoch for curve in curves for epoch, _ in curve.points]
    frame = _Frame(min(epochs), max(max(epochs), min(epochs) + 1), highest or _round_up(max(numbers)))
    parts = [_heading(title), _grid(frame), _epoch_ticks(frame)]
    if best_epoch:
        parts.append(_mark(frame, best_epoch, f"best: {best_epoch}", "2 3"))
    parts.extend(_mark(frame, epoch, word, "6 3", lower=12) for epoch, word in marks)
    parts.extend(_line(frame, curve) for curve in curves)
    parts.append(_legend(curves))
    return _svg(title, "".join(parts))


def histogram_svg(title: str, histogram: IouHistogram) -> str:
    """Numbers of boxes by IoU; the thresholds are marked."""
    highest = max(histogram.bins, default=0)
    if not highest:
        return ""
    frame = _Frame(0.0, 1.0, _round_up(max(highest, TICKS)))
    width = (frame.x(1.0) - frame.x(0.0)) / len(histogram.bins)
    bars = (
        f'<rect x="{frame.x(0) + place * width + 1:.1f}" y="{frame.y(count):.1f}" width="{width - 2:.1f}" '
        f'height="{frame.y(0) - frame.y(count):.1f}" fill="var(--accent)"><title>{count}</title></rect>'
        for place, count in enumerate(histogram.bins)
    )
    marks = (
        f'<line x1="{frame.x(float(name)):.1f}" y1="{TOP}" x2="{frame.x(float(name)):.1f}" y2="{HEIGHT - BOTTOM}" '
        f'stroke="var(--muted)" stroke-dasharray="2 3"/><text x="{frame.x(float(name)):.1f}" y="{HEIGHT - 20}" '
        f'text-anchor="middle">{escaped(name)}</text>'
        for name in histogram.at_least
    )
    ends = (f'<text x="{frame.x(value):.1f}" y="{HEIGHT - 20}" text-anchor="middle">{value}</text>' for value in (0, 1))
    axis = f'<text x="{WIDTH / 2}" y="{HEIGHT - 5}" text-anchor="middle">IoU</text>'
    return _svg(title, "".join([_heading(title), _grid(frame), *bars, *marks, *ends, axis]))


def _svg(title: str, inside: str) -> str:
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escaped(title)}">{inside}</svg></figure>'
    )


def _heading(title: str) -> str:
    return f'<text class="title" x="{LEFT}" y="15">{escaped(title)}</text>'


def _grid(frame: _Frame) -> str:
    lines = []
    for step in range(TICKS + 1):
        value = frame.y_high * step / TICKS
        y = frame.y(value)
        lines.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="var(--line)"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>'
        )
    return "".join(lines)


def _epoch_ticks(frame: _Frame) -> str:
    steps = max(1, math.ceil((frame.x_high - frame.x_low) / 6))
    epochs = range(int(frame.x_low), int(frame.x_high) + 1, steps)
    marks = (
        f'<text x="{frame.x(epoch):.1f}" y="{HEIGHT - 20}" text-anchor="middle">{epoch}</text>' for epoch in epochs
    )
    return "".join(marks) + f'<text x="{WIDTH / 2}" y="{HEIGHT - 5}" text-anchor="middle">Epoch</text>'


def _mark(frame: _Frame, epoch: float, word: str, dashes: str, lower: int = 0) -> str:
    x = frame.x(epoch)
    where = f'x="{x - 4:.1f}" text-anchor="end"' if x > WIDTH / 2 else f'x="{x + 4:.1f}"'
    return (
        f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="var(--muted)" '
        f'stroke-dasharray="{dashes}"/><text {where} y="{TOP + 10 + lower}">{escaped(word)}</text>'
    )


def _line(frame: _Frame, curve: Curve) -> str:
    every = math.ceil(len(curve.points) / MOST_POINTS)
    dash = ' stroke-dasharray="5 4"' if curve.dashed else ""
    drawn, run = [], []
    for epoch, value in [*curve.points[::every], (0, math.nan)]:
        if math.isfinite(value):
            run.append(f"{frame.x(epoch):.1f},{frame.y(min(value, frame.y_high)):.1f}")
        elif run:
            drawn.append(_stroke(run, curve.colour, dash))
            run = []
    return "".join(drawn)


def _stroke(run: Sequence[str], colour: str, dash: str) -> str:
    if len(run) == 1:
        x, _, y = run[0].partition(",")
        return f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>'
    return f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" stroke-width="1.8"{dash}/>'


def _legend(curves: Sequence[Curve]) -> str:
    """At the right above the chart, from the right to the left."""
    parts, x = [], WIDTH - RIGHT
    for curve in reversed([curve for curve in curves if curve.points]):
        x -= 8 + 6 * len(curve.name)
        dash = ' stroke-dasharray="5 4"' if curve.dashed else ""
        parts.append(
            f'<line x1="{x - 22}" y1="11" x2="{x - 4}" y2="11" stroke="{curve.colour}" stroke-width="2"{dash}/>'
            f'<text x="{x}" y="15">{escaped(curve.name)}</text>'
        )
        x -= 30
    return "".join(parts)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4 and 8 times a power of ten, so that a quarter of it is a plain number."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value)
