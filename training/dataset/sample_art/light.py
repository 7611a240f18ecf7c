"""One light for a whole picture: it shades toys and grounds alike, so they belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]  # made as float32, which is faster; sums with a float64 may come out as that
Colour = tuple[float, float, float]

# Name: colour of lit surfaces, colour of shaded ones, height of the light above the horizon in degrees.
_MOODS: dict[str, tuple[Colour, Colour, float]] = {
    "noon": ((1.04, 1.03, 1.00), (0.50, 0.52, 0.62), 58.0),
    "golden": ((1.06, 0.99, 0.88), (0.52, 0.45, 0.56), 42.0),
    "overcast": ((0.97, 1.00, 1.03), (0.58, 0.60, 0.66), 66.0),
    "morning": ((1.05, 1.02, 0.94), (0.46, 0.52, 0.64), 46.0),
    "dusk": ((0.95, 0.88, 0.92), (0.42, 0.38, 0.58), 46.0),
}


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """`towards` is the unit vector from the picture to the light: x right, y down, z to the viewer."""

    towards: tuple[float, float, float]
    lit: Colour
    shaded: Colour

    @property
    def shadow_offset(self) -> tuple[float, float]:
        """Where the shadow of a point at height 1 falls, relative to the point."""
        x, y, z = self.towards
        return (-x / z, -y / z)


def random_light(rng: Generator) -> Light:
    """Light from somewhere above, more often from the left, in one of a few moods."""
    lit, shaded, elevation = _MOODS[str(rng.choice(list(_MOODS), p=(0.3, 0.25, 0.15, 0.2, 0.1)))]
    azimuth = np.radians(rng.normal(-125.0, 32.0))
    height = np.radians(elevation + rng.uniform(-6.0, 6.0))
    towards = (np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height))
    return Light((float(towards[0]), float(towards[1]), float(towards[2])), lit, shaded)


def shade(height: Floats, light: Light) -> tuple[Floats, Floats]:
    """Diffuse light (flat ground is 1, 0 to about 1.4) and gloss (0 to 1) of a height field (H, W) in pixels."""
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    x, y, z = light.towards
    length = 1.0 / np.sqrt(dx * dx + dy * dy + 1.0)
    diffuse = (z - x * dx - y * dy) * length
    # Blinn's half vector between the light and a viewer straight above.
    half_length = float(np.sqrt(x * x + y * y + (z + 1.0) ** 2))
    along_half = ((z + 1.0) - x * dx - y * dy) * length / half_length
    return np.clip(diffuse / z, 0.0, 1.4), np.clip(along_half, 0.0, 1.0) ** 40


def tint(diffuse: Floats, light: Light) -> Floats:
    """The colour (H, W, 3) a surface is multiplied with; shade turns cool instead of black."""
    planes = [
        diffuse * np.float32(lit - shaded) + np.float32(shaded)
        for lit, shaded in zip(light.lit, light.shaded, strict=True)
    ]
    return floats(cv2.merge(planes))


def spread(field: Floats) -> Floats:
    """(H, W) as three equal channels; multiplying by that is several times faster than by a broadcast (H, W, 1)."""
    return floats(cv2.merge((field, field, field)))
