"""Stored pixels, turned as EXIF's orientation says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.dataset.image_modes import rgb_bands

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FROM_THE_END = (3, 4, 6, 7)  # the first stored row becomes the last row or column


def is_on_its_side(orientation: int) -> bool:
    return orientation >= 5


def upright_pixels(picture: Image.Image, orientation: int) -> npt.NDArray[np.uint8]:
    """A loaded picture of any mode as uint8 RGB (height, width, 3), contiguous, upright.

    `orientation` is EXIF's, 1 to 8. There is never a second picture of the same size on the way: only bands of it.
    """
    width, height = picture.size
    on_its_side = is_on_its_side(orientation)
    pixels = np.empty((width, height, 3) if on_its_side else (height, width, 3), dtype=np.uint8)
    for top, band in rgb_bands(picture):
        bottom = top + band.height
        rows = slice(height - bottom, height - top) if orientation in _FROM_THE_END else slice(top, bottom)
        place = pixels[:, rows] if on_its_side else pixels[rows]
        place[:] = np.asarray(band.transpose(TURNS[orientation]) if orientation in TURNS else band)
    return pixels
