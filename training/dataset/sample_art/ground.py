"""What the painted grounds have in common: strokes, relief, and blending."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.dataset.sample_art.light import Colour, Floats, Light, floats, shade, spread, tint
from training.dataset.sample_art.palette import colour
from training.dataset.sample_art.shapes import Points

Bytes = NDArray[np.uint8]
Shape = tuple[int, int]  # height, width
_SUBPIXEL_BITS = 4


def plain(shape: Shape, tone: Colour) -> Floats:
    return np.full((*shape, 3), tone, np.float32)


def relit(base: Floats, height: Floats, light: Light, gloss: float = 0.0) -> Floats:
    """Shade colours (H, W, 3) by a height field (H, W) in pixels."""
    diffuse, shine = shade(height, light)
    lit = floats(base * tint(diffuse, light))
    return lit + spread(np.float32(gloss) * shine) if gloss else lit


def blended(under: Floats, over: Floats | Colour, amount: Floats) -> Floats:
    """`amount` (H, W), 0 to 1, of `over` on `under`."""
    return floats(under + (floats(over) - under) * spread(floats(amount)))


def ramp(field: Floats, codes: Sequence[str]) -> Floats:
    """Colours for a field of 0 to 1, evenly spaced between the "#rrggbb" codes."""
    stops = floats([colour(code) for code in codes])
    fine = np.linspace(0, len(codes) - 1, 1024, dtype=np.float32)
    table = np.stack([np.interp(fine, np.arange(len(codes)), stop) for stop in stops.T], axis=1).astype(np.float32)
    return table.take(np.clip(field * 1023, 0, 1023).astype(np.int32), axis=0)


def smoothstep(field: Floats, low: float, high: float) -> Floats:
    t = np.clip((field - low) / (high - low), 0.0, 1.0)
    return floats(t * t * (3.0 - 2.0 * t))


def fill(canvas: Bytes, outline: Points, value: tuple[int, ...] | int) -> None:
    """An antialiased polygon in pixels on (H, W) or (H, W, 3)."""
    fixed = np.round((outline - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], value, cv2.LINE_AA, _SUBPIXEL_BITS)


def as_bytes(tone: Colour | Floats) -> tuple[int, ...]:
    return tuple(int(part) for part in np.clip(floats(tone) * 255, 0, 255))


def to_floats(canvas: Bytes) -> Floats:
    return canvas.astype(np.float32) * np.float32(1 / 255)


def random_places(rng: Generator, shape: Shape, count: int, margin: float = 0.0) -> Points:
    """`count` points (N, 2) anywhere in the picture, and up to `margin` pixels outside."""
    height, width = shape
    return rng.uniform((-margin, -margin), (width + margin, height + margin), (count, 2))


def spread_places(rng: Generator, shape: Shape, step: float, jitter: float = 0.4) -> Points:
    """Points on a jittered honeycomb of `step` pixels that covers the picture and one step more."""
    height, width = shape
    rows = np.arange(-1, height / (step * 0.866) + 2)
    columns = np.arange(-1, width / step + 2)
    x, y = np.meshgrid(columns * step, rows * step * 0.866)
    x[1::2] += step / 2
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    return points + rng.uniform(-jitter, jitter, points.shape) * step


def voronoi_cells(rng: Generator, shape: Shape, step: float, jitter: float) -> tuple[list[Points], Points]:
    """The cells (N, 2) around jittered honeycomb points, and those points; the outermost cells are far too large."""
    height, width = shape
    room = int(3 * step)
    plane = cv2.Subdiv2D((-room, -room, width + 2 * room, height + 2 * room))
    for x, y in spread_places(rng, shape, step, jitter):
        plane.insert((float(x), float(y)))
    cells, centres = plane.getVoronoiFacetList([])
    return [np.asarray(cell) for cell in cells], np.asarray(centres)
