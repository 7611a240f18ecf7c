"""The shade of a branch between the sun and the picture."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.ground import Bytes, Shape, fill, to_floats
from training.dataset.sample_art.leaf import leaf_outline
from training.dataset.sample_art.light import Floats
from training.dataset.sample_art.noise import blurred
from training.dataset.sample_art.shapes import Points, smooth, tube, turned


def leaf_shade(rng: Generator, shape: Shape) -> Floats:
    """How much light is taken away, 0 to 1 (H, W): soft leaves along two or three twigs that reach in from a side."""
    mask = np.zeros(shape, np.uint8)
    root, inwards = _place_on_edge(rng, shape)
    reach = rng.uniform(0.55, 0.85) * max(shape)
    for turn in rng.uniform(-38.0, 38.0, int(rng.integers(2, 4))):
        _draw_twig(mask, rng, root, inwards + turn, reach * rng.uniform(0.7, 1.0))
    return blurred(to_floats(mask), rng.uniform(3.5, 6.5))


def _place_on_edge(rng: Generator, shape: Shape) -> tuple[Points, float]:
    """A point just outside the picture, and the direction in degrees from there to the middle."""
    height, width = shape
    direction = np.radians(rng.uniform(0, 360))
    root = np.array([width / 2 + 0.62 * width * np.cos(direction), height / 2 + 0.62 * height * np.sin(direction)])
    x, y = np.array([width / 2, height / 2]) - root
    return root, float(np.degrees(np.arctan2(y, x)))


def _draw_twig(mask: Bytes, rng: Generator, root: Points, direction: float, reach: float) -> None:
    bend = rng.uniform(-0.18, 0.18)
    line = smooth([(0.0, 0.0), (0.35, 0.6 * bend), (0.7, bend), (1.0, bend * 0.9)], closed=False) * reach
    line = turned(line, direction) + root
    fill(mask, tube(line, 7.0, 2.5), 255)
    size = rng.uniform(20.0, 34.0)
    for index in range(3, len(line), 2):
        side = 1.0 if index % 4 == 3 else -1.0
        angle = direction + side * rng.uniform(35.0, 65.0)
        leaf = (np.array([1.15, 0.0]) + leaf_outline(rng)) * size * rng.uniform(0.7, 1.15)
        fill(mask, turned(leaf, angle) + line[index], 255)
