"""Cloudy random fields, the stuff textures are made of."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.light import Floats, floats


def cloud(rng: Generator, shape: tuple[int, int], cell: float, stretch: tuple[float, float] = (1.0, 1.0)) -> Floats:
    """A smooth field (H, W) of mean 0 and deviation about 0.5, with features of `cell` pixels times `stretch` (x, y)."""
    height, width = shape
    columns = max(2, round(width / (cell * stretch[0])) + 2)
    rows = max(2, round(height / (cell * stretch[1])) + 2)
    grid = rng.standard_normal((rows, columns), dtype=np.float32) * 0.5
    return floats(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC))


def turbulence(
    rng: Generator, shape: tuple[int, int], cell: float, octaves: int = 4, stretch: tuple[float, float] = (1.0, 1.0)
) -> Floats:
    """Clouds of halving size and strength added up; mean 0, mostly within -1 to 1."""
    field = np.zeros(shape, np.float32)
    for octave in range(octaves):
        field += cloud(rng, shape, max(cell / 2**octave, 1.0), stretch) * 0.5**octave
    return field


def grain(rng: Generator, shape: tuple[int, int]) -> Floats:
    """Independent pixels of mean 0 and deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def warped(field: Floats, dx: Floats, dy: Floats) -> Floats:
    """The field (H, W) or (H, W, 3) looked up dx, dy pixels away."""
    height, width = field.shape[:2]
    xs, ys = pixel_grid((height, width))
    return floats(cv2.remap(field, xs + dx, ys + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def pixel_grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Coordinates x and y of every pixel, each (H, W)."""
    height, width = shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return xs, ys


def blurred(field: Floats, sigma: float) -> Floats:
    return floats(cv2.GaussianBlur(field, (0, 0), sigma))


def turned_grid(shape: tuple[int, int], degrees: float, step: float) -> tuple[Floats, Floats]:
    """Coordinates along and across a direction, in units of `step` pixels, each (H, W)."""
    x, y = pixel_grid(shape)
    cos, sin = math.cos(math.radians(degrees)) / step, math.sin(math.radians(degrees)) / step
    return x * cos + y * sin, y * cos - x * sin
