"""Changing a training picture and its box together: mirror, size, place, light and more. No Keras."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from training.dataset.box import Rectangle
from training.run.answers.letterbox import Pixels
from training.run.samples.augmentation_moves import Move, Tilt, joined, quarter_turned, upside_down, warped
from training.run.samples.augmentation_pixels import blurred, colour_mix, erased, noisy

NOTHING = 1.0  # the factor that changes nothing


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a picture may be changed. Factors f mean anything from 1/f to f; shares are of 0..1.

    What is not named by `of` changes nothing.
    """

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
    flip_vertical: float = 0.0  # how often mirrored top to bottom
    turns: bool = False  # whether turned by any number of right angles
    tilt: float = 0.0  # degrees to either side, at most
    blur: float = 0.0  # deviation in hundredths of the square, at most
    noise: float = 0.0  # deviation of 255 steps of brightness, at most
    erase: float = 0.0  # how often a part of the picture is erased
    erased_side: float = 0.4  # of the box's sides, at most

    @classmethod
    def of(cls, kinds: Collection[str], gentle: bool = False) -> Self:
        """Only these kinds of changes, by the names in `augmentation_settings`.

        `gentle` ones leave an object nearly as large and where it was: a classifier's crops all show theirs alike.
        """
        size = (0.85, 1.18) if gentle else (0.7, 1.35)
        return cls(
            flip=0.5 if "flip" in kinds else 0.0,
            zoom_out=size[0] if "zoom" in kinds else NOTHING,
            zoom_in=size[1] if "zoom" in kinds else NOTHING,
            stretch=1.12 if "stretch" in kinds else NOTHING,
            shift=(0.06 if gentle else 1.0) if "shift" in kinds else 0.0,
            gain=1.35 if "light" in kinds else NOTHING,
            contrast=1.35 if "light" in kinds else NOTHING,
            saturation=0.6 if "colour" in kinds else 0.0,
            hue=18.0 if "colour" in kinds else 0.0,
            grey=0.05 if "colour" in kinds else 0.0,
            flip_vertical=0.5 if "flip_vertical" in kinds else 0.0,
            turns="turns" in kinds,
            tilt=15.0 if "tilt" in kinds else 0.0,
            blur=1.0 if "blur" in kinds else 0.0,
            noise=16.0 if "noise" in kinds else 0.0,
            erase=0.5 if "erase" in kinds else 0.0,
        )

    @property
    def has_more(self) -> bool:
        """Whether there is more than what every training had from the first version on."""
        return bool(self.flip_vertical or self.turns or self.tilt or self.blur or self.noise or self.erase)


def augmented(
    square: Pixels, box: Rectangle | None, random: np.random.Generator, how: Augmentation
) -> tuple[Pixels, Rectangle | None]:
    """A changed copy of a (S, S, 3) uint8 picture, and its box (pixels of the square) moved with it exactly.

    A box that fits stays wholly inside, so that what is to be learned is always to be seen.
    """
    size = square.shape[0]
    # Its own source of numbers: without these kinds a training makes the same pictures as before there were any.
    more = random.spawn(1)[0] if how.has_more else None
    if more is not None:
        square, box = _turned(square, box, more, how)
    kept = box or _imagined_box(size, random)
    tilt = None if more is None or not how.tilt else _chosen_tilt(kept, more, how)
    if tilt is not None:
        kept = tilt.box(kept)
    move = _chosen_move(size, kept, random, how)
    matrix = move.matrix() if tilt is None else joined(tilt.matrix(), move.matrix())
    changed = cv2.transform(warped(square, matrix), _light(random, how))
    moved = move.box(kept).clipped(size, size)
    if more is not None:
        changed = _spoilt(np.asarray(changed, np.uint8), moved, more, how)
    return np.asarray(changed, np.uint8), None if box is None else moved


def _turned(
    square: Pixels, box: Rectangle | None, random: np.random.Generator, how: Augmentation
) -> tuple[Pixels, Rectangle | None]:
    if how.turns:
        square, box = quarter_turned(square, box, int(random.integers(4)))
    if random.random() < how.flip_vertical:
        square, box = upside_down(square, box)
    return square, box


def _chosen_tilt(kept: Rectangle, random: np.random.Generator, how: Augmentation) -> Tilt:
    angle = np.radians(how.tilt * random.uniform(-1.0, 1.0))
    return Tilt(float(angle), (kept.xmin + kept.xmax) / 2, (kept.ymin + kept.ymax) / 2)


def _chosen_move(size: int, kept: Rectangle, random: np.random.Generator, how: Augmentation) -> Move:
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


def _light(random: np.random.Generator, how: Augmentation) -> np.ndarray:
    gain = _factor(how.gain, random)
    contrast = _factor(how.contrast, random)
    saturation = 0.0 if random.random() < how.grey else 1.0 + how.saturation * random.uniform(-1.0, 1.0)
    return colour_mix(gain, contrast, saturation, how.hue * random.uniform(-1.0, 1.0))


def _factor(largest: float, random: np.random.Generator) -> float:
    """From 1 / largest to largest, up as often as down."""
    return float(np.exp(random.uniform(-1.0, 1.0) * np.log(largest)))


def _spoilt(square: Pixels, about: Rectangle, random: np.random.Generator, how: Augmentation) -> Pixels:
    """As bad cameras and things in front of the object spoil it; half of the pictures each."""
    if how.erase and random.random() < how.erase:
        square = erased(square, _part_of(about, random, how))
    if how.blur and random.random() < 0.5:
        square = blurred(square, random.uniform(0.0, how.blur) * square.shape[0] / 100)
    if how.noise and random.random() < 0.5:
        square = noisy(square, random.uniform(0.0, how.noise), random)
    return square


def _part_of(about: Rectangle, random: np.random.Generator, how: Augmentation) -> Rectangle:
    """Somewhere over the object, so small that most of it is still seen."""
    width = about.width * how.erased_side * random.uniform(0.25, 1.0)
    height = about.height * how.erased_side * random.uniform(0.25, 1.0)
    left = random.uniform(about.xmin, max(about.xmin, about.xmax - width))
    top = random.uniform(about.ymin, max(about.ymin, about.ymax - height))
    return Rectangle(left, top, left + width, top + height)
