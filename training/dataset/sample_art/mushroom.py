"""A toadstool with a spotted, striped or plain cap."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.clay import Clay, Finish
from training.dataset.sample_art.light import Colour
from training.dataset.sample_art.palette import chosen, darker, mixed
from training.dataset.sample_art.shapes import Points, arc, ellipse, mirrored, smooth, tube

_CAPS = ("#c8322b", "#d2452f", "#b5303f", "#d9602c", "#c8322b", "#d1457a", "#8f4bb0")
_STEMS = ("#f3e6cf", "#efe0c4", "#f6ecdc", "#e9d9bf")


def draw_mushroom(clay: Clay, rng: Generator) -> None:
    cap_colour, cream = chosen(rng, _CAPS), chosen(rng, _STEMS)
    wide, tall = rng.uniform(0.82, 1.0), rng.uniform(0.85, 1.0)
    _draw_stem(clay, cream, rng)
    _draw_gills(clay, darker(cream, 0.82), wide)
    clay.part(_stem_top(), cream, Finish(swell=0.14, shadow=0.3))
    _draw_skirt(clay, mixed(cream, (1.0, 1.0, 0.97), 0.5))
    dome = [(0.0, -0.95 * tall), (0.45 * wide, -0.82 * tall), (0.86 * wide, -0.42 * tall), (wide, -0.02)]
    cap = smooth(mirrored([*dome, (0.88 * wide, 0.07), (0.5 * wide, 0.01), (0.0, -0.02)]))
    clay.part(cap, cap_colour, Finish(swell=0.5, gloss=0.28, shadow=0.5))
    _decorate(clay, cap, cap_colour, (wide, tall), rng)


def _draw_stem(clay: Clay, cream: Colour, rng: Generator) -> None:
    stem = smooth(mirrored([(0.22, -0.1), (0.24, 0.4), (0.34, 0.78), (0.22, 0.95), (0.0, 0.98)]))
    clay.part(stem, cream, Finish(swell=0.24, gloss=0.08, shadow=0.0))
    for x in rng.uniform(-0.2, 0.2, 7):
        line = smooth([(x * 0.9, 0.3), (x, 0.55), (x * 1.25, rng.uniform(0.65, 0.85))], closed=False)
        clay.flat(tube(line, 0.018, 0.008), darker(cream, 0.8), 0.7, inside=stem)


def _stem_top() -> Points:
    return smooth(mirrored([(0.21, 0.02), (0.215, 0.2), (0.23, 0.36), (0.0, 0.4)]))


def _draw_gills(clay: Clay, tone: Colour, wide: float) -> None:
    under = ellipse(0.0, 0.02, 0.90 * wide, 0.17)
    clay.part(under, tone, Finish(swell=0.06, gloss=0.0, shadow=0.5))
    for turn in np.radians(np.linspace(8, 172, 21)):
        rim = (0.9 * wide * np.cos(turn), 0.02 + 0.17 * np.sin(turn))
        line = np.array([(0.2 * np.cos(turn), 0.02), rim])
        clay.flat(tube(line, 0.008, 0.022), darker(tone, 0.72), 0.8, inside=under)


def _draw_skirt(clay: Clay, tone: Colour) -> None:
    skirt = smooth(mirrored([(0.22, 0.2), (0.33, 0.36), (0.18, 0.40), (0.0, 0.43)]))
    clay.part(skirt, tone, Finish(swell=0.08, gloss=0.05, shadow=0.35))


def _decorate(clay: Clay, cap: Points, base: Colour, size: tuple[float, float], rng: Generator) -> None:
    kind = rng.random()
    light = mixed(base, (1.0, 0.97, 0.90), 0.88)
    if kind < 0.65:
        _draw_spots(clay, cap, light, size, rng)
    elif kind < 0.85:
        _draw_stripes(clay, cap, mixed(base, light, 0.6), size)
    else:
        _draw_rings(clay, cap, darker(base, 0.75), size)


def _draw_spots(clay: Clay, cap: Points, light: Colour, size: tuple[float, float], rng: Generator) -> None:
    """Placed on the dome as seen from the side: they narrow towards its edges."""
    wide, tall = size
    rows = ((-0.18, 5, 0.10), (-0.48, 4, 0.115), (-0.75, 2, 0.09))
    for y, number, radius in rows:
        turn = rng.uniform(-0.15, 0.15)
        for place in np.linspace(-1.0, 1.0, number) + turn + rng.normal(0.0, 0.06, number):
            half = wide * np.sqrt(max(1.0 - (y / 0.97) ** 2, 0.05))
            squeeze = max(np.cos(place * 1.25), 0.25)
            r = radius * rng.uniform(0.7, 1.3)
            spot = ellipse(half * np.sin(place * 1.25), (y + rng.normal(0, 0.03)) * tall, r * squeeze, r * 0.85)
            clay.part(spot, light, Finish(swell=0.06, gloss=0.1, shadow=0.2), inside=cap)


def _draw_stripes(clay: Clay, cap: Points, light: Colour, size: tuple[float, float]) -> None:
    wide, tall = size
    for place in np.linspace(-1.2, 1.2, 9):
        x = wide * np.sin(place)
        line = smooth([(0.0, -0.93 * tall), (x * 0.62, -0.7 * tall), (x * 0.95, -0.3 * tall), (x, 0.06)], closed=False)
        clay.flat(tube(line, 0.02, 0.11 * np.cos(place) + 0.02), light, 0.85, inside=cap)


def _draw_rings(clay: Clay, cap: Points, dark: Colour, size: tuple[float, float]) -> None:
    wide, tall = size
    for depth, thickness in ((0.30, 0.05), (0.58, 0.07), (0.86, 0.08)):
        ring = arc(0.0, -0.97 * tall, wide * 1.1 * depth, 0.92 * tall * depth, 10, 170)
        clay.flat(tube(ring, thickness), dark, 0.5, inside=cap)
