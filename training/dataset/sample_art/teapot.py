"""A glazed teapot, round or tall, painted with dots, flowers or bands."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.clay import Clay, Finish
from training.dataset.sample_art.light import Colour
from training.dataset.sample_art.palette import chosen, colour, darker, mixed
from training.dataset.sample_art.shapes import Points, arc, ellipse, mirrored, smooth, tube

_GLAZES = ("#3f7fae", "#2f9c95", "#e9e4d8", "#2f8f6a", "#6fa5d0", "#3b5fb0", "#4f9a8a", "#4a5fa0")
_GLAZED = 0.55


def draw_teapot(clay: Clay, rng: Generator) -> None:
    glaze = chosen(rng, _GLAZES)
    pale = sum(glaze) > 2.2
    accent = colour("#3a6ea5") if pale else mixed(glaze, (1.0, 0.96, 0.88), 0.85)
    wide, tall = rng.uniform(0.58, 0.66), rng.uniform(0.50, 0.60)
    middle = 0.72 - tall
    _draw_handle(clay, darker(glaze, 0.93), wide, middle)
    _draw_spout(clay, darker(glaze, 0.97), wide, middle)
    clay.part(ellipse(0.0, 0.71, 0.36, 0.09), darker(glaze, 0.8), Finish(swell=0.06, gloss=0.2, shadow=0.2))
    belly = ellipse(0.0, middle, wide, tall)
    clay.part(belly, glaze, Finish(swell=0.5, gloss=_GLAZED, shadow=0.3))
    _decorate(clay, belly, accent, (wide, tall, middle), rng)
    _draw_lid(clay, glaze, accent, middle - tall, wide)


def _draw_handle(clay: Clay, glaze: Colour, wide: float, middle: float) -> None:
    upper = [(-wide * 0.82, middle - 0.24), (-wide - 0.22, middle - 0.34), (-wide - 0.38, middle - 0.12)]
    line = smooth([*upper, (-wide - 0.28, middle + 0.16), (-wide * 0.86, middle + 0.30)], closed=False)
    clay.part(tube(line, 0.13, 0.11), glaze, Finish(swell=0.07, gloss=0.4, shadow=0.0))


def _draw_spout(clay: Clay, glaze: Colour, wide: float, middle: float) -> None:
    lower = [(wide * 0.7, middle + 0.22), (wide + 0.14, middle + 0.08), (wide + 0.24, middle - 0.2)]
    line = smooth([*lower, (wide + 0.42, middle - 0.42)], closed=False)
    clay.part(tube(line, 0.34, 0.13), glaze, Finish(swell=0.12, gloss=0.4, shadow=0.0))
    lip = ellipse(wide + 0.44, middle - 0.45, 0.095, 0.05, 32)
    clay.part(lip, mixed(glaze, (1.0, 1.0, 1.0), 0.15), Finish(swell=0.03, gloss=0.3, shadow=0.2))
    clay.flat(ellipse(wide + 0.445, middle - 0.455, 0.06, 0.026, 32), darker(glaze, 0.4))


def _draw_lid(clay: Clay, glaze: Colour, accent: Colour, top: float, wide: float) -> None:
    clay.part(
        ellipse(0.0, top + 0.10, wide * 0.60, 0.10), darker(glaze, 0.85), Finish(swell=0.05, gloss=0.2, shadow=0.25)
    )
    rim = [(wide * 0.36, top - 0.06), (wide * 0.54, top + 0.08), (wide * 0.3, top + 0.13)]
    lid = smooth(mirrored([(0.0, top - 0.12), *rim, (0.0, top + 0.15)]))
    clay.part(lid, mixed(glaze, (1.0, 1.0, 1.0), 0.06), Finish(swell=0.16, gloss=_GLAZED, shadow=0.3))
    clay.part(ellipse(0.0, top - 0.13, 0.06, 0.05), darker(glaze, 0.9), Finish(swell=0.04, shadow=0.3))
    clay.part(ellipse(0.0, top - 0.21, 0.095, 0.09), accent, Finish(swell=0.09, gloss=_GLAZED, shadow=0.35))


def _decorate(clay: Clay, belly: Points, accent: Colour, size: tuple[float, float, float], rng: Generator) -> None:
    kind = rng.random()
    if kind < 0.35:
        _draw_dots(clay, belly, accent, size)
    elif kind < 0.65:
        _draw_flower(clay, belly, accent, size, rng)
    elif kind < 0.9:
        _draw_bands(clay, belly, accent, size)


def _draw_dots(clay: Clay, belly: Points, accent: Colour, size: tuple[float, float, float]) -> None:
    wide, tall, middle = size
    for row, y in enumerate(np.linspace(-0.62, 0.62, 4)):
        for place in np.linspace(-1.3, 1.3, 7) + (0.2 if row % 2 else 0.0):
            reach = wide * np.sqrt(1.0 - y * y)
            x, narrow = reach * np.sin(place), max(np.cos(place), 0.15)
            clay.flat(ellipse(x, middle + y * tall, 0.05 * narrow, 0.05), accent, 0.95, inside=belly)


def _draw_flower(clay: Clay, belly: Points, accent: Colour, size: tuple[float, float, float], rng: Generator) -> None:
    wide, _tall, middle = size
    start = rng.uniform(0, 72)
    for x, y, r in ((0.0, 0.02, 0.17), (-0.62 * wide, 0.2, 0.1), (0.6 * wide, -0.12, 0.1)):
        for turn in np.arange(5) * 72.0 + start:
            dx, dy = np.cos(np.radians(turn)) * r, np.sin(np.radians(turn)) * r
            clay.flat(ellipse(x + dx, middle + y + dy, r * 0.62, r * 0.45, turn), accent, 0.95, inside=belly)
        clay.flat(ellipse(x, middle + y, r * 0.42, r * 0.42), colour("#f0b93c"), inside=belly)


def _draw_bands(clay: Clay, belly: Points, accent: Colour, size: tuple[float, float, float]) -> None:
    wide, tall, middle = size
    for y, thickness in ((-0.45, 0.035), (-0.28, 0.10), (-0.11, 0.035), (0.55, 0.05)):
        reach = wide * np.sqrt(1.0 - y * y)
        band = arc(0.0, middle + y * tall, reach * 1.02, 0.10, 180, 0)
        clay.flat(tube(band, thickness), accent, 0.95, inside=belly)
