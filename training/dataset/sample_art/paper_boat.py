"""A paper boat, folded from paper that is white on one side and coloured on the other."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.clay import Clay, Finish, Paint
from training.dataset.sample_art.ground import blended, plain
from training.dataset.sample_art.light import Colour, Floats, floats
from training.dataset.sample_art.palette import chosen, colour, darker, mixed
from training.dataset.sample_art.shapes import smooth, tube

_HULLS = ("#e5533d", "#f2b233", "#3f86c9", "#e5533d", "#3aa58f", "#e0689a")
_SAILS = ("#fbfaf6", "#f8f4e6", "#f2f6fa")


def draw_paper_boat(clay: Clay, rng: Generator) -> None:
    sail, hull = _plain(chosen(rng, _SAILS)), _printed(rng)
    high, deep = rng.uniform(0.66, 0.85), rng.uniform(0.48, 0.60)
    tip, notch, keel = rng.uniform(-0.10, 0.0), 0.15, rng.uniform(0.50, 0.62)
    inner = np.array([(-1.0, tip), (-0.3, 0.0), (0.3, 0.0), (1.0, tip), (0.0, 0.4)])
    clay.facet(inner, _shaded(sail, 0.72), (0.0, 0.35))
    sail_left = np.array([(0.0, -high), (-0.44, 0.3), (0.0, 0.3)])
    sail_right = np.array([(0.0, -high), (0.44, 0.3), (0.0, 0.3)])
    clay.facet(sail_left, sail, (0.45, 0.25), shadow=0.35)
    clay.facet(sail_right, _shaded(sail, 0.94), (-0.45, 0.25), shadow=0.0)
    hull_left = np.array([(-1.0, tip), (0.0, notch), (0.0, deep), (-keel, deep)])
    hull_right = np.array([(1.0, tip), (0.0, notch), (0.0, deep), (keel, deep)])
    clay.facet(hull_left, hull, (0.28, -0.3), shadow=0.4)
    clay.facet(hull_right, _shaded(hull, 0.96), (-0.28, -0.3), shadow=0.4)
    _draw_folds(clay, (high, tip, notch, deep, keel))
    if rng.random() < 0.6:
        _draw_flag(clay, high, chosen(rng, ("#d8433b", "#2f7fb5", "#e9b33a", "#4c9a6a")))


def _draw_folds(clay: Clay, shape: tuple[float, float, float, float, float]) -> None:
    """Bright edges where the paper catches the light, dark ones in the creases."""
    high, tip, notch, deep, keel = shape
    for start, end in (((-1.0, tip), (0.0, notch)), ((1.0, tip), (0.0, notch)), ((0.0, -high), (0.0, 0.15))):
        clay.flat(tube(np.array([start, end]), 0.022), (1.0, 1.0, 0.98), 0.55)
    for start, end in (((0.0, notch), (0.0, deep)), ((-keel, deep), (-0.42, 0.06)), ((keel, deep), (0.42, 0.06))):
        clay.flat(tube(np.array([start, end]), 0.014), (0.35, 0.32, 0.42), 0.35)


def _draw_flag(clay: Clay, high: float, cloth: Colour) -> None:
    clay.part(tube(np.array([(0.0, -high + 0.06), (0.0, -high - 0.3)]), 0.03), colour("#8a6242"), Finish(swell=0.02))
    flag = smooth(
        [(0.01, -high - 0.29), (0.14, -high - 0.27), (0.3, -high - 0.2), (0.14, -high - 0.14), (0.01, -high - 0.1)]
    )
    clay.part(flag, cloth, Finish(swell=0.04, gloss=0.05))


def _plain(paper: Colour) -> Paint:
    return lambda x, y: plain((x + y).shape, paper)


def _printed(rng: Generator) -> Paint:
    base = chosen(rng, _HULLS)
    ink = mixed(base, (1.0, 0.98, 0.94), 0.8)
    kind = str(rng.choice(["plain", "stripes", "dots", "squares", "print"], p=(0.4, 0.25, 0.15, 0.1, 0.1)))
    step, tilt = rng.uniform(0.13, 0.2), rng.uniform(-0.6, 0.6)

    def paint(x: Floats, y: Floats) -> Floats:
        along, across = (x + tilt * y) / step, (y - tilt * x) / step
        amount = _PATTERNS[kind](along, across)
        return blended(plain(amount.shape, base), ink, amount)

    return paint


def _soft_edge(distance: Floats) -> Floats:
    return floats(np.clip(distance * 8.0 + 0.5, 0.0, 1.0))


def _dots(x: Floats, y: Floats) -> Floats:
    row = np.floor(y)
    cx, cy = x + 0.5 * np.mod(row, 2.0), y
    return _soft_edge(0.27 - np.hypot(cx - np.floor(cx) - 0.5, cy - np.floor(cy) - 0.5))


def _squares(x: Floats, y: Floats) -> Floats:
    near = np.minimum(np.abs(x - np.round(x)), np.abs(y - np.round(y)))
    return 0.45 * _soft_edge(0.05 - near)


def _print(x: Floats, y: Floats) -> Floats:
    """Lines of words, as on a newspaper."""
    line = np.floor(1.6 * y)
    words = np.sin(x * 5.1 + line * 2.7) + np.sin(x * 3.3 + line * 5.1)
    return floats(0.5 * _soft_edge(0.22 - np.abs(1.6 * y - line - 0.5)) * (words > -0.7))


_PATTERNS = {
    "plain": lambda x, y: 0.0 * (x + y),
    "stripes": lambda x, y: _soft_edge(np.abs(x - np.round(x)) - 0.35) + 0.0 * y,
    "dots": _dots,
    "squares": _squares,
    "print": _print,
}


def _shaded(paint: Paint, factor: float) -> Paint:
    return lambda x, y: paint(x, y) * floats(darker((1.0, 1.0, 1.0), factor))
