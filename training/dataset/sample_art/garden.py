"""Grounds of the garden: meadow, fallen leaves, pebbles, snow."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.ground import (
    Bytes,
    Shape,
    as_bytes,
    blended,
    fill,
    plain,
    ramp,
    random_places,
    relit,
    spread_places,
    to_floats,
    voronoi_cells,
)
from training.dataset.sample_art.leaf import leaf_outline, leaf_veins
from training.dataset.sample_art.light import Colour, Floats, Light, floats, spread, tint
from training.dataset.sample_art.noise import blurred, cloud, grain, turbulence
from training.dataset.sample_art.palette import colour, mixed, varied
from training.dataset.sample_art.shapes import Points, smooth, turned

_GRASSES = (("#1f3d1c", "#4f8a34", "#9cc75a"), ("#24422a", "#4a8a4c", "#9ccb83"), ("#33401a", "#7d8f36", "#c9c86a"))
_LEAVES = ("#ad7040", "#8a5433", "#b98d4c", "#7a5a3e", "#96583d", "#8f8048", "#6d6a42")
_PEBBLES = ("#b9b2a6", "#8f8d8c", "#a89a86", "#74777d", "#cfc7b8", "#9a8577", "#7f8a8c")


def paint_meadow(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Blades of grass seen from above, four layers from the dark ground to the sunlit tips."""
    dark, middle, bright = (colour(code) for code in _GRASSES[int(rng.integers(len(_GRASSES)))])
    canvas: Bytes = np.full((*shape, 3), as_bytes(dark), np.uint8)
    wind = rng.uniform(0, 360)
    area = shape[0] * shape[1] / (480 * 360)
    for layer, (number, length) in enumerate(((420, 52.0), (480, 48.0), (520, 44.0), (330, 40.0))):
        tone = mixed(mixed(dark, middle, 0.6), bright, layer / 3.4)
        _draw_blades(canvas, rng, round(number * area), length, wind, tone, light)
        if layer < 3:
            canvas = cv2.GaussianBlur(canvas, (0, 0), 1.6 - 0.5 * layer)
    patches = turbulence(rng, shape, 130.0, 3)
    return to_floats(canvas) * spread(1.0 + 0.22 * patches) * (0.4 + 0.6 * tint(np.ones(shape, np.float32), light))


def _draw_blades(
    canvas: Bytes, rng: Generator, count: int, length: float, wind: float, tone: Colour, light: Light
) -> None:
    places = random_places(rng, canvas.shape[:2], count, margin=40.0)
    angles = np.radians(wind + rng.normal(0.0, 38.0, count))
    lengths = length * rng.uniform(0.55, 1.25, count)
    bends = rng.normal(0.0, 0.5, count)
    widths = rng.uniform(1.0, 1.9, count)
    facing = np.cos(angles) * light.towards[0] + np.sin(angles) * light.towards[1]
    brightness = 1.0 + 0.25 * facing + rng.normal(0.0, 0.10, count)
    warmth = rng.normal(0.0, 0.05, count)
    outlines = _blade_outlines(places, angles, lengths, bends, widths)
    colours = floats(tone) * np.stack([brightness + warmth, brightness, brightness - warmth], axis=1)
    fixed, values = np.round((outlines - 0.5) * 16).astype(np.int32), np.clip(colours * 255, 0, 255).tolist()
    for outline, value in zip(fixed, values, strict=True):
        cv2.fillPoly(canvas, [outline], value, cv2.LINE_AA, 4)


def _blade_outlines(places: Points, angles: Points, lengths: Points, bends: Points, widths: Points) -> Points:
    """Seven corners of each blade (N, 7, 2), from its root around the tip."""
    along, across = (
        np.stack([np.cos(angles), np.sin(angles)], axis=1),
        np.stack([-np.sin(angles), np.cos(angles)], axis=1),
    )
    reach, bow = along * lengths[:, None], across * (bends * lengths)[:, None]
    side = across * widths[:, None]
    low, high = places + 0.35 * reach + 0.06 * bow, places + 0.72 * reach + 0.22 * bow
    tip = places + reach + 0.42 * bow
    left = [places - 0.3 * side, low - side, high - 0.62 * side]
    right = [high + 0.62 * side, low + side, places + 0.3 * side]
    return np.stack([*left, tip, *right], axis=1)


def paint_woodland(rng: Generator, shape: Shape, light: Light) -> Floats:
    """An autumn floor: soil, then two layers of fallen leaves with their shadows."""
    soil = plain(shape, varied(colour("#5f4732"), rng)) * spread(1.0 + 0.35 * turbulence(rng, shape, 40.0))
    picture = relit(soil, 5.0 * turbulence(rng, shape, 18.0, 3), light)
    for depth, (step, size, dim) in enumerate(((46.0, 30.0, 0.62), (70.0, 32.0, 0.92))):
        leaves, mask, veins = _leaf_layer(rng, shape, step, size)
        dx, dy = light.shadow_offset
        move = floats([[1, 0, 4 * dx], [0, 1, 4 * dy]])
        shadow = blurred(floats(cv2.warpAffine(mask, move, shape[::-1])), 3.5)
        picture = picture * spread(1.0 - 0.55 * shadow)
        relief = 3.0 * blurred(mask, 1.5) + 5.0 * turbulence(rng, shape, 22.0, 2) - 1.2 * veins
        lit = relit(leaves * dim, relief, light, gloss=0.04)
        picture = blended(picture, lit, mask)
        if depth == 0:
            picture = blurred(picture, 0.9)
    return picture


def _leaf_layer(rng: Generator, shape: Shape, step: float, size: float) -> tuple[Floats, Floats, Floats]:
    """Colours (H, W, 3), coverage (H, W) and veins (H, W)."""
    canvas, mask, veins = np.zeros((*shape, 3), np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    places = spread_places(rng, shape, step, jitter=0.6)
    for place in rng.permutation(places):
        tone = varied(colour(_LEAVES[int(rng.integers(len(_LEAVES)))]), rng, 0.012, 0.06, 0.07)
        angle, reach = rng.uniform(0, 360), size * rng.uniform(0.7, 1.25)
        outline = turned(leaf_outline(rng) * reach, angle) + place
        fill(canvas, outline, as_bytes(tone))
        fill(mask, outline, 255)
        fill(veins, outline, 0)
        lines = np.round(turned(leaf_veins().reshape(-1, 2) * reach, angle) + place).astype(np.int32)
        cv2.polylines(veins, list(lines.reshape(-1, 2, 2)), False, 255, 1, cv2.LINE_AA)
    coverage, lines = to_floats(mask), to_floats(veins) * to_floats(mask)
    colours = np.minimum(to_floats(canvas) / spread(np.maximum(coverage, 0.02)), 1.0)
    return colours * spread(1.0 + 0.22 * lines), coverage, lines


def paint_pebbles(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Round stones packed like the cells of a honeycomb that was shaken."""
    step = rng.uniform(40.0, 78.0)
    canvas: Bytes = np.full((*shape, 3), as_bytes(colour("#6b6258")), np.uint8)
    mask = np.zeros(shape, np.uint8)
    tint_of_all = varied((0.95, 0.93, 0.90), rng, 0.3, 0.02, 0.02)
    for outline in _stones(rng, shape, step):
        tone = varied(colour(_PEBBLES[int(rng.integers(len(_PEBBLES)))]), rng, 0.01, 0.04, 0.06)
        fill(canvas, outline, as_bytes(floats(tone) * floats(tint_of_all)))
        fill(mask, outline, 255)
        cv2.polylines(mask, [np.round(outline * 16).astype(np.int32)], True, 0, 2, cv2.LINE_AA, 4)
    distance = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5)
    reach = 0.36 * step
    rise = 1.0 - np.clip(distance / reach, 0.0, 1.0)
    height = blurred(floats(reach * 0.8 * np.sqrt(1.0 - rise * rise)), 0.07 * step)
    speckles = 1.0 + 0.045 * grain(rng, shape) + 0.16 * turbulence(rng, shape, 14.0)
    occlusion = 0.68 + 0.47 * np.clip(distance / (0.16 * step), 0.0, 1.0)
    return relit(to_floats(canvas) * spread(speckles * occlusion), height, light, gloss=0.06)


def _stones(rng: Generator, shape: Shape, step: float) -> list[Points]:
    facets, centres = voronoi_cells(rng, shape, step, jitter=0.34)
    around = [facet - centre for facet, centre in zip(facets, centres, strict=True)]
    return [
        _stone(corners, rng) + centre
        for corners, centre in zip(around, centres, strict=True)
        if np.hypot(*corners.T).max() < 1.5 * step
    ]


def _stone(cell: Points, rng: Generator) -> Points:
    """Between its cell and a disc, with the corners cut off."""
    middles = (cell + np.roll(cell, -1, axis=0)) / 2
    reach = np.hypot(*middles.T)[:, None]
    round_ = middles / reach * reach.mean()
    return smooth((0.72 * middles + 0.28 * round_) * rng.uniform(0.88, 1.0), steps=4)


def paint_snow(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Soft drifts that glitter here and there."""
    drifts = 15.0 * cloud(rng, shape, 120.0) + 1.6 * turbulence(rng, shape, 36.0, 2)
    white = ramp(0.5 + 0.4 * cloud(rng, shape, 150.0), ("#d3deec", "#e6ecf4", "#f3f4f5"))
    lit = relit(white, drifts + 0.22 * blurred(grain(rng, shape), 0.6), light)
    sparkle = (grain(rng, shape) > 3.3).astype(np.float32)
    return floats(0.94 * lit + spread(0.6 * blurred(sparkle, 0.7)))
