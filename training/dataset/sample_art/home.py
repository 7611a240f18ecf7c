"""Grounds at home: a wooden table, a patterned cloth, painted tiles."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.ground import Shape, blended, plain, ramp, relit, smoothstep
from training.dataset.sample_art.light import Colour, Floats, Light, floats, spread
from training.dataset.sample_art.noise import cloud, grain, pixel_grid, turbulence, turned_grid
from training.dataset.sample_art.palette import colour, darker, mixed, varied

_WOODS = (
    ("#5d3a22", "#8f5d36", "#b98150"),
    ("#7a5430", "#b98a58", "#dcb683"),
    ("#4b3527", "#7b5c45", "#a58468"),
    ("#8a7a68", "#b5a692", "#d3c8b8"),
)
_CLOTHS = (
    ("#f3ede0", "#c2504a"),
    ("#eef1f2", "#5b86ad"),
    ("#f4ecd8", "#7f9c6a"),
    ("#f6e3da", "#b9738c"),
    ("#e9e2cf", "#5a6a78"),
    ("#34495e", "#e5d8b8"),
    ("#f2e2b8", "#d08c3c"),
)
_TILES = (
    ("#f1ece0", "#3f6f9f", "#d6a84a"),
    ("#efe6d6", "#b4583f", "#5f8a86"),
    ("#e6ece6", "#4d7f6a", "#c9965a"),
    ("#f0e9ea", "#6f6793", "#c98f9b"),
)


def paint_wood(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Planks side by side, along or across the picture."""
    if rng.random() < 0.4:
        turned = Light((light.towards[1], light.towards[0], light.towards[2]), light.lit, light.shaded)
        return np.ascontiguousarray(_planks(rng, shape[::-1], turned).transpose(1, 0, 2))
    return _planks(rng, shape, light)


def _planks(rng: Generator, shape: Shape, light: Light) -> Floats:
    codes = _WOODS[int(rng.integers(len(_WOODS)))]
    picture, height = np.empty((*shape, 3), np.float32), np.empty(shape, np.float32)
    top, wide = -int(rng.integers(0, 50)), int(rng.integers(58, 116))
    while top < shape[0]:
        rows = slice(max(top, 0), min(top + wide, shape[0]))
        colours, relief = _plank(rng, (wide, shape[1]), codes)
        inner = slice(rows.start - top, rows.stop - top)
        picture[rows], height[rows] = colours[inner], relief[inner]
        top += wide
    return relit(picture, height, light, gloss=0.03)


def _plank(rng: Generator, shape: Shape, codes: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Colours (H, W, 3) and relief (H, W): growth rings bent around knots, fibres, a rounded edge."""
    x, y = pixel_grid(shape)
    rings = y / rng.uniform(7.0, 13.0) + 1.6 * cloud(rng, shape, 60.0, (5.0, 1.0))
    knots = np.zeros(shape, np.float32)
    for _ in range(int(rng.random() < 0.45)):
        kx, ky, size = rng.uniform(0, shape[1]), rng.uniform(0.3, 0.7) * shape[0], rng.uniform(6.0, 11.0)
        distance = np.hypot((x - kx) / 2.0, y - ky) / size
        rings += 2.4 * np.exp(-(distance**2) / 2.5)
        knots = np.maximum(knots, smoothstep(1.1 - distance, 0.0, 0.7))
    grained = 0.5 + 0.5 * np.sin(2 * np.pi * rings)
    fibres = cloud(rng, shape, 1.6, (26.0, 0.7))
    tone = 0.52 + 0.22 * (grained - 0.5) + 0.16 * fibres + 0.2 * cloud(rng, shape, 90.0) + rng.normal(0.0, 0.10)
    colours = ramp(tone - 0.45 * knots, codes)
    edge = np.minimum(y + 0.5, shape[0] - 0.5 - y)
    colours = colours * spread(0.25 + 0.75 * smoothstep(edge, 0.2, 2.2))
    return colours, floats(2.5 * smoothstep(edge, 0.0, 5.0) + 0.5 * fibres)


def paint_cloth(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Woven cloth with a pattern, lying in soft folds."""
    ground, ink = (varied(colour(code), rng) for code in _CLOTHS[int(rng.integers(len(_CLOTHS)))])
    folds = cloud(rng, shape, 150.0, (1.8, 0.8)) + 0.4 * cloud(rng, shape, 60.0, (2.0, 0.7))
    step = rng.uniform(24.0, 52.0)
    along, across = turned_grid(shape, rng.uniform(0, 90), step)
    along, across = along + folds * (7.0 / step), across + folds * (7.0 / step)
    patterns = (_gingham, _stripes, _polka_dots, _plaid, _sprigs)
    picture = patterns[int(rng.integers(len(patterns)))](along, across, ground, ink)
    threads = np.sin(along * step * 2.1) * np.sin(across * step * 2.1)
    picture = picture * spread(1.0 + 0.045 * threads + 0.02 * grain(rng, shape))
    return relit(picture, 10.0 * folds + 0.12 * threads, light)


def _from_middle(place: Floats) -> Floats:
    """Distance to the nearest whole number, 0 to 0.5."""
    return np.abs(place - np.round(place))


def _band(place: Floats, half_width: float) -> Floats:
    return smoothstep(half_width - _from_middle(place), -0.02, 0.03)


def _gingham(along: Floats, across: Floats, ground: Colour, ink: Colour) -> Floats:
    amount = 0.42 * (_band(along, 0.25) + _band(across, 0.25))
    return blended(plain(amount.shape, ground), ink, amount)


def _stripes(along: Floats, across: Floats, ground: Colour, ink: Colour) -> Floats:
    amount = 0.8 * np.maximum(_band(along, 0.16), _band(along + 0.27, 0.02)) + 0.0 * across
    return blended(plain(amount.shape, ground), ink, amount)


def _polka_dots(along: Floats, across: Floats, ground: Colour, ink: Colour) -> Floats:
    near = np.minimum(
        np.hypot(_from_middle(along), _from_middle(across)),
        np.hypot(_from_middle(along + 0.5), _from_middle(across + 0.5)),
    )
    return blended(plain(along.shape, ground), ink, 0.85 * smoothstep(0.17 - near, -0.02, 0.03))


def _plaid(along: Floats, across: Floats, ground: Colour, ink: Colour) -> Floats:
    second = mixed(ink, (0.15, 0.15, 0.25), 0.4)
    wide = 0.35 * (_band(along / 2, 0.22) + _band(across / 2, 0.22))
    fine = 0.4 * np.maximum(_band(along / 2 + 0.5, 0.025), _band(across / 2 + 0.5, 0.025))
    return blended(blended(plain(along.shape, ground), ink, wide), second, fine)


def _sprigs(along: Floats, across: Floats, ground: Colour, ink: Colour) -> Floats:
    """Small five-petalled prints in a checkered order."""
    x, y = along - np.round(along), across - np.round(across)
    every_other = np.mod(np.round(along) + np.round(across), 2.0) < 0.5
    angle, reach = np.arctan2(y, x), np.hypot(x, y)
    flower = smoothstep(0.20 + 0.07 * np.cos(5.0 * angle) - reach, -0.02, 0.03) * every_other
    picture = blended(plain(along.shape, ground), ink, 0.85 * flower)
    return blended(picture, colour("#f2d489"), smoothstep(0.07 - reach, -0.02, 0.03) * every_other)


def paint_tiles(rng: Generator, shape: Shape, light: Light) -> Floats:
    """Glazed tiles, each with the same four-fold ornament."""
    ground, first, second = (varied(colour(code), rng) for code in _TILES[int(rng.integers(len(_TILES)))])
    step = rng.uniform(72.0, 120.0)
    along, across = turned_grid(shape, 45.0 * int(rng.integers(2)) + rng.normal(0.0, 3.0), step)
    along, across = along + rng.random(), across + rng.random()
    u, v = along - np.floor(along) - 0.5, across - np.floor(across) - 0.5
    picture = _ornament(rng, u, v, ground, first, second)
    picture = picture * spread(1.0 + 0.05 * turbulence(rng, shape, 70.0, 3))
    edge = (0.5 - np.maximum(np.abs(u), np.abs(v))) * step
    grout = plain(shape, varied(darker(ground, 0.72), rng)) * spread(1.0 + 0.06 * grain(rng, shape))
    picture = blended(grout, picture, smoothstep(edge, 1.6, 2.8))
    cushion = 2.6 * smoothstep(edge, 1.0, 9.0) + 1.2 * cloud(rng, shape, 40.0)
    return relit(picture, cushion, light, gloss=0.10)


def _ornament(rng: Generator, u: Floats, v: Floats, ground: Colour, first: Colour, second: Colour) -> Floats:
    a, b = np.abs(u), np.abs(v)
    reach, angle = np.hypot(u, v), np.arctan2(v, u)
    corner = np.hypot(0.5 - a, 0.5 - b)
    petals = int(rng.choice([4, 8]))
    picture = blended(plain(u.shape, ground), first, smoothstep(0.34 - corner, 0.0, 0.02) * 0.72)
    picture = blended(picture, ground, smoothstep(0.23 - corner, 0.0, 0.02))
    picture = blended(picture, second, smoothstep(0.13 - corner, 0.0, 0.02) * 0.72)
    flower = 0.16 + 0.12 * np.abs(np.cos(petals / 2 * angle)) - reach
    picture = blended(picture, first, smoothstep(flower, 0.0, 0.02) * 0.7)
    return blended(picture, second, smoothstep(0.08 - reach, 0.0, 0.02) * 0.9)
