"""The little world's colours, and how they vary."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.light import Colour


def colour(code: str) -> Colour:
    """From "#rrggbb"."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue)


def varied(base: Colour, rng: Generator, hue: float = 0.015, saturation: float = 0.08, value: float = 0.05) -> Colour:
    """A neighbour of the colour, drawn with these deviations."""
    h, s, v = colorsys.rgb_to_hsv(*base)
    h = (h + rng.normal(0.0, hue)) % 1.0
    s = float(np.clip(s + rng.normal(0.0, saturation), 0.0, 1.0))
    v = float(np.clip(v + rng.normal(0.0, value), 0.0, 1.0))
    return colorsys.hsv_to_rgb(h, s, v)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second in the first, 0 to 1."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def darker(base: Colour, factor: float) -> Colour:
    """Darker by a factor below 1, towards violet rather than grey."""
    return (base[0] * factor, base[1] * factor * 0.97, base[2] * (0.25 + 0.75 * factor))


def chosen(rng: Generator, codes: tuple[str, ...]) -> Colour:
    return varied(colour(codes[int(rng.integers(len(codes)))]), rng)
