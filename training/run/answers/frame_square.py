"""The square of one frame after the other, in the least time: what can be made ready is ready, and kept. No Keras."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.run.answers.letterbox import FILL, Letterbox, Pixels

Resize = Callable[[Pixels], npt.NDArray[Any]]  # (H, W, 3) to the picture's place in the square, levels 0..255

MOST_IN_A_GROUP = 64  # pixels: longer ones have more zeros to multiply than pixels
# OpenBLAS starts threads for larger products, which takes longer than these products do.
MOST_MULTIPLICATIONS = 200_000


class FrameSquare:
    """What `letterboxed` gives, but for one level of 255 here and there: the mean of the same pixels, rounded elsewhere."""

    def __init__(self, size: int) -> None:
        """`size` is the square's, in pixels."""
        self._place = Letterbox(size, size, size)
        self._prepare(self._place)

    def of(self, pixels: Pixels) -> tuple[Pixels, Letterbox]:
        """The square (1, S, S, 3) for an upright RGB frame (H, W, 3) uint8, good until the next call, and its place."""
        height, width = pixels.shape[:2]
        if (width, height) != (self._place.width, self._place.height):
            self._prepare(Letterbox(width, height, self._place.size))
        np.copyto(self._content, self._resize(pixels), casting="unsafe")
        return self._squares, self._place

    def _prepare(self, place: Letterbox) -> None:
        self._place = place
        self._resize = resize_for(place)
        self._squares = np.full((1, place.size, place.size, 3), FILL, np.uint8)
        rows = slice(place.top, place.top + place.content_height)
        self._content = self._squares[0, rows, place.left : place.left + place.content_width]


def resize_for(place: Letterbox) -> Resize:
    """The quickest of the ways that see every pixel of the frame, as `letterbox.placed` does."""
    size = place.content_width, place.content_height
    if size == (place.width, place.height):
        return lambda pixels: pixels
    if size[0] >= place.width and size[1] >= place.height:
        return lambda pixels: _resized(pixels, size, cv2.INTER_LINEAR)
    across, down = _in_groups(place.width, size[0]), _in_groups(place.height, size[1])
    if across[1] == down[1] == 1:
        return lambda pixels: _halved_down_to(pixels, size)
    if max(across[0], down[0]) <= MOST_IN_A_GROUP:
        return GroupMeans(place)
    return lambda pixels: _resized(pixels, size, cv2.INTER_AREA)


def _resized(pixels: npt.NDArray[Any], size: tuple[int, int], how: int) -> npt.NDArray[Any]:
    return np.asarray(cv2.resize(pixels, size, interpolation=how))


def _in_groups(length: int, wanted: int) -> tuple[int, int]:
    """Of how many pixels how many become, again and again."""
    groups = math.gcd(length, wanted)
    return length // groups, wanted // groups


def _halved_down_to(pixels: npt.NDArray[Any], size: tuple[int, int]) -> npt.NDArray[Any]:
    """By a whole number: halving is by far the quickest step that OpenCV knows, and can be done again and again.

    It rounds halves up, an eighth of a level on the average: every second time the negative is halved, which rounds down.
    """
    width, height = size
    halvings = 0
    while pixels.shape[1] % (2 * width) == pixels.shape[0] % (2 * height) == 0 and pixels.shape[1] > width:
        half = pixels.shape[1] // 2, pixels.shape[0] // 2
        pixels = _resized(pixels if halvings == 0 else cv2.bitwise_not(pixels), half, cv2.INTER_AREA)
        halvings += 1
    if (pixels.shape[1], pixels.shape[0]) != size:
        pixels = _resized(pixels, size, cv2.INTER_AREA)
    return pixels if halvings % 2 or not halvings else np.asarray(cv2.bitwise_not(pixels))


class GroupMeans:
    """Shrinking by area as two products of matrices: three times as quick as OpenCV's loop where the scale is a fraction.

    640 pixels become 224 as 32 groups of 20, each of which becomes 7 by the same weights; rows first, then columns.
    """

    def __init__(self, place: Letterbox) -> None:
        width, height = place.content_width, place.content_height
        (wide, narrow), (tall, low) = _in_groups(place.width, width), _in_groups(place.height, height)
        rows = 3 * place.width
        groups = place.height // tall
        parts = _parts(rows, tall * low)
        self._frame = np.empty((groups, tall, rows), np.float32)
        self._shrunk = np.empty((groups, low, rows), np.float32)
        self._from = self._frame.reshape(groups, tall, parts, -1).transpose(0, 2, 1, 3)
        self._to = self._shrunk.reshape(groups, low, parts, -1).transpose(0, 2, 1, 3)
        self._columns = self._shrunk.reshape(height, width // narrow, 3 * wide)
        self._means = np.empty((height, width // narrow, 3 * narrow), np.float32)
        self._result = self._means.reshape(height, width, 3)
        self._of_rows = _shares(tall, low)
        self._of_columns = np.ascontiguousarray(np.kron(_shares(wide, narrow), np.eye(3, dtype=np.float32)).T)

    def __call__(self, pixels: Pixels) -> npt.NDArray[Any]:
        np.copyto(self._frame, pixels.reshape(self._frame.shape), casting="unsafe")
        np.matmul(self._of_rows, self._from, out=self._to)
        np.matmul(self._columns, self._of_columns, out=self._means)
        return np.rint(self._result, out=self._result)


def _parts(length: int, each: int) -> int:
    """Into how many equal parts a row is cut, so that no product has more than MOST_MULTIPLICATIONS."""
    return next(
        parts
        for parts in range(1, length + 1)
        if length % parts == 0 and each * length // parts <= MOST_MULTIPLICATIONS
    )


def _shares(length: int, wanted: int) -> npt.NDArray[np.float32]:
    """(wanted, length): how much of each pixel lies in each of the `wanted` equal parts, which add up to 1."""
    edges = np.arange(wanted + 1) * length / wanted
    pixels = np.arange(length)
    covered: npt.NDArray[np.float64] = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.asarray(covered.clip(0) * wanted / length, np.float32)
