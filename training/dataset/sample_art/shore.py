"""Grounds at the water: rippled sand, clear water and the evening sky."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.ground import (
    Shape,
    blended,
    ramp,
    random_places,
    relit,
    smoothstep,
    to_floats,
    voronoi_cells,
)
from training.dataset.sample_art.light import Colour, Floats, Light, floats, tint
from training.dataset.sample_art.noise import blurred, cloud, grain, pixel_grid, turbulence, turned_grid, warped
from training.dataset.sample_art.palette import colour, varied

_SANDS = (("#b08d5e", "#dcc193", "#f2e2bd"), ("#a98f74", "#d3bfa3", "#ece0cb"), ("#b98b63", "#e2b98a", "#f6dfb9"))
_WATERS = (
    ("#0f5a73", "#2c95a3", "#86d3c9"),
    ("#1d4f7c", "#3f8bb8", "#9fd6e6"),
    ("#1f5a4e", "#4a937c", "#a9d6b4"),
)
_SKIES = (
    ("#28305f", "#6c5a94", "#d98a94", "#f7c795"),
    ("#1d3557", "#4b6c9c", "#c59fb4", "#f5cfae"),
    ("#3a2a55", "#8a4f7d", "#e57f6d", "#fbd08a"),
)


def paint_sand(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Wind ripples with fine grains."""
    codes = _SANDS[int(rng.integers(len(_SANDS)))]
    length = rng.uniform(16.0, 34.0)
    along, _across = turned_grid(shape, rng.uniform(0, 180), length)
    bend = 1.3 * cloud(rng, shape, 110.0) + 0.25 * cloud(rng, shape, 35.0)
    phase = along + bend
    wave = phase - np.floor(phase)
    steep = np.where(wave < 0.68, wave / 0.68, (1.0 - wave) / 0.32)
    strength = np.clip(0.55 + 0.8 * cloud(rng, shape, 140.0), 0.05, 1.0)
    height = blurred(floats(steep * strength * 0.19 * length), 0.06 * length)
    grains = grain(rng, shape)
    tone = 0.55 + 0.2 * turbulence(rng, shape, 120.0, 4) + 0.055 * grains + 0.12 * strength * (steep - 0.5)
    return relit(ramp(tone, codes), height + 0.22 * grains + 10.0 * cloud(rng, shape, 170.0), light)


def paint_water(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Shallow water: a net of sunlight on the bottom, a slow swell above."""
    codes = _WATERS[int(rng.integers(len(_WATERS)))]
    depth = 0.45 + 0.35 * turbulence(rng, shape, 170.0, 3)
    bottom = ramp(depth, codes)
    net = _sun_net(rng, shape, rng.uniform(44.0, 70.0))
    picture = blended(bottom, (0.94, 1.0, 0.94), np.clip(net, 0.0, 0.8))
    swell = 9.0 * cloud(rng, shape, 64.0, (1.6, 0.8)) + 2.2 * cloud(rng, shape, 20.0, (1.5, 0.8))
    return relit(picture, swell, light, gloss=0.10)


def _sun_net(rng: Generator, shape: Shape, step: float) -> Floats:
    """Bright lines where waves bend the light together: the edges of cells, made wavy and uneven."""
    facets, _centres = voronoi_cells(rng, shape, step, jitter=0.42)
    lines = np.zeros(shape, np.uint8)
    cv2.polylines(lines, [np.round(facet * 16).astype(np.int32) for facet in facets], True, 255, 2, cv2.LINE_AA, 4)
    bend = 0.32 * step
    net = warped(to_floats(lines), bend * cloud(rng, shape, 0.8 * step), bend * cloud(rng, shape, 0.8 * step))
    uneven = np.clip(0.6 + 0.7 * cloud(rng, shape, 70.0), 0.1, 1.3)
    return floats((0.35 * blurred(net, 0.8) + 0.55 * blurred(net, 3.0) + 0.5 * blurred(net, 8.0)) * uneven)


def paint_evening(rng: Generator, shape: Shape, light: Light) -> Floats:
    """The sky after sunset: clouds lit from below, first stars, hills."""
    codes = _SKIES[int(rng.integers(len(_SKIES)))]
    x, y = pixel_grid(shape)
    down = y / shape[0]
    sky = ramp(down * 0.95 + 0.06 * cloud(rng, shape, 140.0, (3.0, 1.0)), codes)
    sky = blended(sky, (1.0, 0.97, 0.9), _stars(rng, shape) * (1.0 - smoothstep(down, 0.25, 0.7)))
    billows = turbulence(rng, shape, 80.0, 6, (2.2, 0.8))
    cover = smoothstep(billows, 0.1, 1.0) * 0.8
    lit = ramp(
        np.clip(0.5 + 0.7 * (blurred(billows, 6.0) - billows) + 0.4 * down, 0, 1), (codes[1], codes[2], codes[3])
    )
    picture = blended(sky, lit, cover) * tint(np.ones(shape, np.float32), light)
    return _with_hills(rng, picture, x, y, varied(colour(codes[0]), rng))


def _stars(rng: Generator, shape: Shape) -> Floats:
    field = np.zeros(shape, np.float32)
    places = random_places(rng, shape, 90).astype(int)
    field[places[:, 1], places[:, 0]] = rng.uniform(1.0, 5.0, len(places))
    return np.clip(blurred(field, 0.8), 0.0, 1.0)


def _with_hills(rng: Generator, picture: Floats, x: Floats, y: Floats, tone: Colour) -> Floats:
    height = picture.shape[0]
    for distance, level in ((0.55, 0.86), (0.25, 0.94)):
        wave = np.sin(x / rng.uniform(50, 90) + rng.uniform(0, 6)) + 0.5 * np.sin(x / rng.uniform(20, 40))
        crest = height * (level + rng.uniform(-0.03, 0.03)) + 0.025 * height * wave
        haze = floats(tone) + (picture.mean(axis=(0, 1)) - floats(tone)) * distance
        picture = blended(picture, (float(haze[0]), float(haze[1]), float(haze[2])), smoothstep(y - crest, -0.7, 0.7))
    return picture
