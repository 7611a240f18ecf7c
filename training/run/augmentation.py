"""Changing a training picture and its box together: mirror, size, place and light. No Keras."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.run.answers.letterbox import FILL, Pixels

# What red, green and blue add to the brightness that is seen, as in ITU-R BT.601.
_GREY = np.tile([0.299, 0.587, 0.114], (3, 1))


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a picture may be changed. Factors f mean anything from 1/f to f; shares are of 0..1."""

    flip: float = 0.5  # how often mirrored left to right
    zoom_out: float = 0.7  # the smallest size
    zoom_in: float = 1.35  # the largest size
    stretch: float = 1.12  # factor between width and height
    shift: float = 1.0  # how far from its place, as a share of the square
    gain: float = 1.35  # brightness
    contrast: float = 1.35
    saturation: float = 0.6  # how much more or less colour, at most
    hue: float = 18.0  # degrees that colours turn, at most
    grey: float = 0.05  # how often without colour
    smallest_side: float = 8.0  # pixels: no box is shrunk below


@dataclass(frozen=True, slots=True)
class Move:
    """x' = scale_x * x + shift_x, y' = scale_y * y + shift_y, in pixels of the square; scale_x < 0 mirrors."""

    scale_x: float
    scale_y: float
    shift_x: float
    shift_y: float

    def box(self, box: Rectangle) -> Rectangle:
        left, right = sorted((self.scale_x * box.xmin + self.shift_x, self.scale_x * box.xmax + self.shift_x))
        return Rectangle(left, self.scale_y * box.ymin + self.shift_y, right, self.scale_y * box.ymax + self.shift_y)

    def picture(self, square: Pixels) -> Pixels:
        """OpenCV counts from pixel centres, boxes from pixel edges: hence the halves."""
        matrix = np.array(
            [
                [self.scale_x, 0.0, self.shift_x + 0.5 * self.scale_x - 0.5],
                [0.0, self.scale_y, self.shift_y + 0.5 * self.scale_y - 0.5],
            ]
        )
        size = square.shape[0]
        moved = cv2.warpAffine(square, matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=(FILL, FILL, FILL))
        return np.asarray(moved, np.uint8)


def augmented(
    square: Pixels, box: Rectangle | None, random: np.random.Generator, how: Augmentation
) -> tuple[Pixels, Rectangle | None]:
    """A changed copy of a (S, S, 3) uint8 picture, and its box (pixels of the square) moved with it exactly.

    A box that fits stays wholly inside, so that what is to be learned is always to be seen.
    """
    size = square.shape[0]
    move = _chosen_move(size, box, random, how)
    changed = cv2.transform(move.picture(square), _light(random, how))
    return np.asarray(changed, np.uint8), None if box is None else move.box(box).clipped(size, size)


def _chosen_move(size: int, box: Rectangle | None, random: np.random.Generator, how: Augmentation) -> Move:
    kept = box or _imagined_box(size, random)
    zoom = np.exp(random.uniform(np.log(how.zoom_out), np.log(how.zoom_in)))
    stretch = np.exp(random.uniform(-0.5, 0.5) * np.log(how.stretch))
    scale_x = _scale_that_suits(zoom * stretch, kept.width, size, how)
    scale_y = _scale_that_suits(zoom / stretch, kept.height, size, how)
    centre_x, centre_y = (kept.xmin + kept.xmax) / 2, (kept.ymin + kept.ymax) / 2
    if random.random() < how.flip:
        scale_x, centre_x = -scale_x, size - centre_x
    unmoved = Move(scale_x, scale_y, 0.0, 0.0).box(kept)
    return Move(
        scale_x,
        scale_y,
        _new_edge(centre_x, unmoved.width, size, random, how) - unmoved.xmin,
        _new_edge(centre_y, unmoved.height, size, random, how) - unmoved.ymin,
    )


def _new_edge(centre: float, side: float, size: int, random: np.random.Generator, how: Augmentation) -> float:
    """Where a side that was centred there begins after the shift, so that it lies inside the square."""
    unshifted = centre - side / 2
    lowest = max(0.0, unshifted - how.shift * size)
    highest = max(lowest, min(size - side, unshifted + how.shift * size))
    return float(random.uniform(lowest, highest))


def _imagined_box(size: int, random: np.random.Generator) -> Rectangle:
    """Pictures without an object are moved as if they had one: else the move alone would tell."""
    side = size * random.uniform(0.2, 0.6)
    left, top = random.uniform(0.0, size - side, size=2)
    return Rectangle(left, top, left + side, top + side)


def _scale_that_suits(scale: float, side: float, size: int, how: Augmentation) -> float:
    """Nearest to `scale` that neither loses a box of this side nor lets it outgrow the square."""
    smallest = min(1.0, how.smallest_side / side)
    return float(min(max(scale, smallest), size / side))


def _light(random: np.random.Generator, how: Augmentation) -> npt.NDArray[np.float64]:
    """(3, 4): the mix of red, green and blue, and an offset, that becomes each of them."""
    gain = _factor(how.gain, random)
    contrast = _factor(how.contrast, random)
    saturation = 0.0 if random.random() < how.grey else 1.0 + how.saturation * random.uniform(-1.0, 1.0)
    turn = _hue_turn(np.radians(how.hue * random.uniform(-1.0, 1.0)))
    colours = gain * contrast * (saturation * turn + (1.0 - saturation) * _GREY)
    offset = 128.0 * gain * (1.0 - contrast)
    return np.column_stack([colours, np.full(3, offset)])


def _hue_turn(angle: float) -> npt.NDArray[np.float64]:
    """The turn about the axis of the greys, by Rodrigues' formula."""
    across = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / np.sqrt(3.0)
    return np.asarray(np.cos(angle) * np.eye(3) + (1.0 - np.cos(angle)) / 3.0 + np.sin(angle) * across)


def _factor(largest: float, random: np.random.Generator) -> float:
    """From 1 / largest to largest, up as often as down."""
    return float(np.exp(random.uniform(-1.0, 1.0) * np.log(largest)))
