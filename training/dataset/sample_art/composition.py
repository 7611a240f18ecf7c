"""Putting a picture together: ground, scattered things, one toy, and what the camera adds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.dataset.box import Rectangle, iou
from training.dataset.sample_art.clay import Clay
from training.dataset.sample_art.ground import Shape
from training.dataset.sample_art.light import Floats, Light, floats, spread
from training.dataset.sample_art.noise import blurred, grain, pixel_grid
from training.dataset.sample_art.overhead import leaf_shade
from training.dataset.sample_art.scatter import SCATTER
from training.dataset.sample_art.scene import TOYS, Ground

SMALLEST, LARGEST = 0.26, 0.66  # a toy's longer side as a share of the picture's shorter one
Region = tuple[slice, slice]  # rows, columns
_KNEE = np.float32(0.72)  # brighter than this is compressed instead of cut off
_MARGIN = 3  # pixels between a toy and the picture's edge


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to lay on a picture. `x`, `y`: where its left top pixel comes to lie, maybe outside."""

    rgb: Floats  # premultiplied, (H, W, 3)
    alpha: Floats  # (H, W)
    x: int
    y: int

    @property
    def bounds(self) -> Rectangle:
        height, width = self.alpha.shape
        return Rectangle(float(self.x), float(self.y), float(self.x + width), float(self.y + height))


def scattered(shape: Shape, ground: Ground, light: Light, rng: Generator) -> list[Piece]:
    """A few small things anywhere, some of them cut by the picture's edge."""
    height, width = shape
    pieces = []
    for name in rng.permutation(ground.things)[: int(rng.integers(2, 7))]:
        draw, (smallest, largest) = SCATTER[name]
        turn = rng.normal(0.0, 12.0) if ground.upright else rng.uniform(0, 360)
        clay = Clay(rng.uniform(smallest, largest) * min(shape), turn, False, light)
        draw(clay, rng)
        rgb, alpha = _trimmed(*clay.finished())
        x, y = rng.uniform(0, width) - alpha.shape[1] / 2, rng.uniform(0, height) - alpha.shape[0] / 2
        pieces.append(Piece(rgb, alpha, round(x), round(y)))
    return pieces


def toy(label: str, shape: Shape, light: Light, rng: Generator) -> Piece:
    """A toy of random size, turn and flip, whole inside the picture; its bounds are the true box."""
    wanted = (SMALLEST + (LARGEST - SMALLEST) * rng.random() ** 0.8) * min(shape)
    turn = rng.normal(0.0, 11.0) if rng.random() < 0.85 else rng.uniform(-45.0, 45.0)
    clay = Clay(wanted / 2.15, turn, bool(rng.random() < 0.5), light)
    TOYS[label](clay, rng)
    rgb, alpha = _trimmed(*clay.finished())
    x = int(rng.integers(_MARGIN, shape[1] - alpha.shape[1] - _MARGIN + 1))
    y = int(rng.integers(_MARGIN, shape[0] - alpha.shape[0] - _MARGIN + 1))
    return Piece(rgb, alpha, x, y)


def clear_of_each_other(pieces: list[Piece], first: Piece | None) -> list[Piece]:
    """Those that touch neither `first` nor one kept before them."""
    kept = [] if first is None else [first]
    for piece in pieces:
        if all(iou(piece.bounds, other.bounds) == 0.0 for other in kept):
            kept.append(piece)
    return kept if first is None else kept[1:]


def _trimmed(rgb: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Cut to the pixels that are covered by half or more."""
    covered = alpha >= 0.5
    columns, rows = np.flatnonzero(covered.any(axis=0)), np.flatnonzero(covered.any(axis=1))
    region = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return rgb[region], alpha[region]


def lay(picture: Floats, piece: Piece, light: Light, strength: float) -> None:
    """Put a piece on the picture, its soft shadow first."""
    size = math.sqrt(float(piece.alpha.sum())) + 4.0
    room = math.ceil(0.35 * size) + 4
    alpha, rgb = (
        cv2.copyMakeBorder(part, room, room, room, room, cv2.BORDER_CONSTANT) for part in (piece.alpha, piece.rgb)
    )
    target, source = _overlap(picture.shape[:2], alpha.shape, (piece.x - room, piece.y - room))
    shadow = spread(np.float32(1.0) - _shadow(alpha, size, light, strength))[source]
    # Full shade keeps a little of the light's own colour.
    rest = 0.45 * floats(light.shaded)
    picture[target] *= (rest + (1.0 - rest) * shadow) * spread(1.0 - alpha)[source]
    picture[target] += rgb[source]


def _shadow(alpha: Floats, size: float, light: Light, strength: float) -> Floats:
    """A wide soft shadow and a narrow dark one where the thing touches the ground, 0 to 1."""
    dx, dy = light.shadow_offset
    far = _thrown(alpha, dx * 0.13 * size, dy * 0.13 * size, 0.055 * size)
    near = _thrown(alpha, dx * 0.03 * size, dy * 0.03 * size, 0.018 * size)
    return 1.0 - (1.0 - strength * 0.75 * far) * (1.0 - strength * 0.6 * near)


def _thrown(alpha: Floats, dx: float, dy: float, blur: float) -> Floats:
    moved = cv2.warpAffine(alpha, floats([[1, 0, dx], [0, 1, dy]]), alpha.shape[::-1])
    return blurred(floats(moved), max(blur, 0.6))


def _overlap(picture: Shape, piece: Shape, corner: tuple[int, int]) -> tuple[Region, Region]:
    """Where the piece meets the picture, in the picture's and in the piece's own pixels; maybe nowhere."""
    x, y = corner
    left, top = max(x, 0), max(y, 0)
    right, bottom = max(left, min(x + piece[1], picture[1])), max(top, min(y + piece[0], picture[0]))
    return (slice(top, bottom), slice(left, right)), (slice(top - y, bottom - y), slice(left - x, right - x))


def out_of_focus(picture: Floats, rng: Generator) -> Floats:
    """Soften, pale and flatten what is behind the toy, as a lens does that is set on it: the toy stands out."""
    blur = 0.0018 * max(picture.shape[:2]) * rng.uniform(0.7, 1.4)
    soft = blurred(picture, blur)
    around = blurred(cv2.resize(soft, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA), 5.0)
    around = floats(cv2.resize(around, soft.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    flat = around + (soft - around) * np.float32(0.70)
    grey = spread(flat @ floats((0.3, 0.59, 0.11)))
    return grey + (flat - grey) * np.float32(0.9)


def photographed(picture: Floats, ground: Ground, rng: Generator) -> NDArray[np.uint8]:
    """Shade of leaves overhead, exposure, vignette, soft highlights and sensor noise; (H, W, 3) bytes."""
    shape = picture.shape[:2]
    if rng.random() < ground.dappled:
        shade = leaf_shade(rng, shape) * np.float32(rng.uniform(0.7, 1.0))
        picture = picture * (1.0 - spread(shade) * floats((0.36, 0.33, 0.27)))
    picture = picture * spread(np.float32(rng.uniform(0.94, 1.12)) * _vignette(shape, rng.uniform(0.08, 0.28)))
    picture += spread(np.float32(rng.uniform(0.005, 0.012)) * grain(rng, shape))
    over = np.maximum(picture - _KNEE, 0.0) / (1.0 - _KNEE)
    developed = np.minimum(picture, _KNEE) + (1.0 - _KNEE) * over / np.sqrt(1.0 + over * over)
    return np.asarray(np.clip(developed * 255.0 + 0.5, 0, 255), np.uint8)


def _vignette(shape: Shape, strength: float) -> Floats:
    x, y = pixel_grid(shape)
    u, v = x / shape[1] - 0.5, y / shape[0] - 0.5
    return floats(1.0 - 2.0 * strength * (u * u + v * v))
