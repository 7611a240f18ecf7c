"""Where a training picture and its box are moved to: turned, tilted, zoomed, stretched and shifted. No Keras."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.run.answers.letterbox import FILL, Pixels

Matrix = npt.NDArray[np.float64]


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

    def matrix(self) -> Matrix:
        """(2, 3)"""
        return np.array([[self.scale_x, 0.0, self.shift_x], [0.0, self.scale_y, self.shift_y]])


@dataclass(frozen=True, slots=True)
class Tilt:
    """A turn by `angle` (radians, clockwise on the screen) about a point, in pixels of the square."""

    angle: float
    centre_x: float
    centre_y: float

    def box(self, box: Rectangle) -> Rectangle:
        """The box about the turned ellipse that fills `box`, which must be centred on the turn's point.

        About the turned corners there would be much that is not the object, as few objects reach into their corners:
        Kalra et al., arXiv:2109.13488, section 3.
        """
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        half_width = math.hypot(box.width / 2 * cos, box.height / 2 * sin)
        half_height = math.hypot(box.width / 2 * sin, box.height / 2 * cos)
        return Rectangle(
            self.centre_x - half_width,
            self.centre_y - half_height,
            self.centre_x + half_width,
            self.centre_y + half_height,
        )

    def matrix(self) -> Matrix:
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y = self.centre_x, self.centre_y
        return np.array([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y]])


def joined(first: Matrix, then: Matrix) -> Matrix:
    """One (2, 3) matrix that does both."""
    return np.hstack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2:] + then[:, 2:]])


def warped(square: Pixels, matrix: Matrix) -> Pixels:
    """OpenCV counts from pixel centres, boxes from pixel edges: hence the halves."""
    size = square.shape[0]
    halves = np.full((2, 1), 0.5)
    shift = matrix[:, :2] @ halves + matrix[:, 2:] - halves
    by_centres = np.hstack([matrix[:, :2], shift])
    moved = cv2.warpAffine(square, by_centres, (size, size), flags=cv2.INTER_LINEAR, borderValue=(FILL, FILL, FILL))
    return np.asarray(moved, np.uint8)


def quarter_turned(square: Pixels, box: Rectangle | None, turns: int) -> tuple[Pixels, Rectangle | None]:
    """Clockwise by so many right angles; exact, pixel by pixel."""
    size = square.shape[0]
    for _ in range(turns if box is not None else 0):
        assert box is not None
        box = Rectangle(size - box.ymax, box.xmin, size - box.ymin, box.xmax)
    return np.ascontiguousarray(np.rot90(square, -turns)), box


def upside_down(square: Pixels, box: Rectangle | None) -> tuple[Pixels, Rectangle | None]:
    """Mirrored top to bottom; exact, pixel by pixel."""
    size = square.shape[0]
    turned = None if box is None else Rectangle(box.xmin, size - box.ymax, box.xmax, size - box.ymin)
    return np.ascontiguousarray(square[::-1]), turned
