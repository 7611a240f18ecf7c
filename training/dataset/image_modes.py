"""Every colour mode that Pillow can read, brought to 8-bit RGB."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

BAND = 2**22  # pixels that are converted at once: on their way some modes need six times the memory of the pixels
_WHITE = (255, 255, 255, 255)
_LEAST_BITS = 8


def to_rgb(image: Image.Image) -> Image.Image:
    """A loaded image of any mode as RGB; transparent parts become white."""
    if _is_rgb(image):
        return image
    whole = Image.new("RGB", image.size)
    for top, band in rgb_bands(image):
        whole.paste(band, (0, top))
    return whole


def rgb_bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """The same from its top to its bottom, a few rows at a time, each with the number of its first row."""
    convert = _converter(image)
    for top, band in _bands(image):
        yield top, convert(band)


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    width, height = image.size
    rows = max(1, BAND // width)
    if rows >= height:
        yield 0, image
        return
    for top in range(0, height, rows):
        yield top, image.crop((0, top, width, min(top + rows, height)))


def _is_rgb(image: Image.Image) -> bool:
    return image.mode == "RGB" and not image.has_transparency_data


def _converter(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """What makes RGB of each part of the image."""
    if _is_rgb(image):
        return lambda part: part
    if image.mode[0] in "IF":
        return partial(_grey_to_rgb, span=_span(image))
    if image.has_transparency_data:
        return _over_white
    if image.mode == "LAB":
        return _from_lab
    return lambda part: part.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), with_alpha).convert("RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted


def _span(image: Image.Image) -> tuple[float, float]:
    """The values of more than 8 bits that become black and white: the range they were written in, not the content's own.

    Fractions of 1 count as 0 to 1; other values as the smallest number of bits that holds them, 8 or more: cameras and
    microscopes write 10, 12 or 14 bits into 16.
    """
    parts = [(part.min(), part.max()) for part in (_numbers(band) for _, band in _bands(image))]
    low, high = min(0.0, *(float(part[0]) for part in parts)), max(float(part[1]) for part in parts)
    if image.mode[0] == "F" and high <= 1.0:
        return low, 1.0
    return low, 2.0 ** max(math.ceil(high).bit_length(), _LEAST_BITS) - 1


def _grey_to_rgb(image: Image.Image, span: tuple[float, float]) -> Image.Image:
    low, top = span
    scaled = (_numbers(image) - low) * (255.0 / max(top - low, 1e-6))
    eight_bits: npt.NDArray[np.uint8] = np.rint(scaled).clip(0, 255).astype(np.uint8)
    return Image.fromarray(eight_bits).convert("RGB")


def _numbers(image: Image.Image) -> npt.NDArray[np.float32]:
    return np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0.0, neginf=0.0)
