"""Fitting an upright image into a square without changing its aspect ratio, and the way back. No Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle

Pixels = npt.NDArray[np.uint8]
AnyRectangle = TypeVar("AnyRectangle", bound=Rectangle)

FILL = 114  # the grey around a letterboxed image


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where an image of `width` x `height` pixels lies in a square of `size` pixels.

    The picture takes whole pixels of the square, so its two scales may differ by less than a pixel in all; positions
    are floats with edges between pixels, and going there and back is exact.
    """

    width: int
    height: int
    size: int

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.size) < 1:
            raise ValueError(
                f"Letterbox: expected at least 1 pixel, came image {self.width}x{self.height}, square {self.size}"
            )

    @property
    def content_width(self) -> int:
        return max(1, round(self.width * self.size / max(self.width, self.height)))

    @property
    def content_height(self) -> int:
        return max(1, round(self.height * self.size / max(self.width, self.height)))

    @property
    def left(self) -> int:
        return (self.size - self.content_width) // 2

    @property
    def top(self) -> int:
        return (self.size - self.content_height) // 2

    def to_square(self, rectangle: AnyRectangle) -> AnyRectangle:
        """From pixels of the image to pixels of the square."""
        scale_x, scale_y = self.content_width / self.width, self.content_height / self.height
        return rectangle.with_corners(
            rectangle.xmin * scale_x + self.left,
            rectangle.ymin * scale_y + self.top,
            rectangle.xmax * scale_x + self.left,
            rectangle.ymax * scale_y + self.top,
        )

    def to_image(self, rectangle: AnyRectangle) -> AnyRectangle:
        """From pixels of the square to pixels of the image; not clipped to it."""
        scale_x, scale_y = self.width / self.content_width, self.height / self.content_height
        return rectangle.with_corners(
            (rectangle.xmin - self.left) * scale_x,
            (rectangle.ymin - self.top) * scale_y,
            (rectangle.xmax - self.left) * scale_x,
            (rectangle.ymax - self.top) * scale_y,
        )

    def decoded(self, centre_x: float, centre_y: float, width: float, height: float) -> Rectangle:
        """A model's box (centre and size as shares of the square, 0..1) in pixels of the image, clipped to it."""
        half_width, half_height = width / 2, height / 2
        in_square = Rectangle(
            (centre_x - half_width) * self.size,
            (centre_y - half_height) * self.size,
            (centre_x + half_width) * self.size,
            (centre_y + half_height) * self.size,
        )
        return self.to_image(in_square).clipped(self.width, self.height)


def letterboxed(image: Pixels, size: int) -> Pixels:
    """An RGB image (H, W, 3) uint8 as a (size, size, 3) square, grey (114) around it, as `Letterbox` places it."""
    return placed(image, Letterbox(image.shape[1], image.shape[0], size))


def placed(image: Pixels, place: Letterbox) -> Pixels:
    """The square for an image that may have been decoded smaller than `place.width` x `place.height`."""
    shrinks = place.content_width < image.shape[1] or place.content_height < image.shape[0]
    content = cv2.resize(
        image,
        (place.content_width, place.content_height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    square = np.full((place.size, place.size, 3), FILL, np.uint8)
    square[place.top : place.top + place.content_height, place.left : place.left + place.content_width] = content
    return square
