"""Outlines: arrays (N, 2) of x, y in a toy's own units, y down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def smooth(corners: Sequence[tuple[float, float]] | Points, closed: bool = True, steps: int = 10) -> Points:
    """A Catmull-Rom curve through the corners."""
    points = np.asarray(corners, np.float64)
    if closed:
        padded = np.vstack([points[-1:], points, points[:2]])
    else:
        padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[:, None, :] for p in (before, start, end, after))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = curve.reshape(-1, 2)
    return curve if closed else np.vstack([curve, points[-1]])


def mirrored(right: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of the right half, from top to bottom, and the same on the left; those with x = 0 are kept once."""
    return [*right, *((-x, y) for x, y in reversed(right) if x)]


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, steps: int = 40) -> Points:
    """`angle` in degrees."""
    t = np.linspace(0.0, 2 * np.pi, steps, endpoint=False)
    return np.array([x, y]) + turned(np.stack([rx * np.cos(t), ry * np.sin(t)], axis=1), angle)


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 24) -> Points:
    """An open piece of an ellipse from `start` to `end` degrees (0 is right, 90 is down)."""
    t = np.radians(np.linspace(start, end, steps))
    return np.stack([x + rx * np.cos(t), y + ry * np.sin(t)], axis=1)


def tube(line: Points, start_width: float, end_width: float | None = None) -> Points:
    """The outline of a thick open line with round ends, tapering from one width to the other."""
    widths = np.linspace(start_width, start_width if end_width is None else end_width, len(line))[:, None] / 2
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    t = np.radians(np.linspace(0.0, 180.0, 10))[:, None]
    end_cap = line[-1] + widths[-1] * (across[-1] * np.cos(t) + along[-1] * np.sin(t))
    start_cap = line[0] + widths[0] * (-across[0] * np.cos(t) - along[0] * np.sin(t))
    return np.vstack([line + across * widths, end_cap, (line - across * widths)[::-1], start_cap])


def turned(points: Points, angle: float) -> Points:
    """Rotated clockwise on the screen by `angle` degrees around the origin."""
    radians = np.radians(angle)
    cos, sin = np.cos(radians), np.sin(radians)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))
