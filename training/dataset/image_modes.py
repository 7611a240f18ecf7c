"""Every colour mode that Pillow can read, brought to 8-bit RGB."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

_WHITE = (255, 255, 255, 255)
_USUAL_MAXIMA = (255.0, 4095.0, 65535.0)  # cameras and microscopes write 12 bits into 16


def to_rgb(image: Image.Image) -> Image.Image:
    """A loaded image of any mode as RGB; transparent parts become white."""
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    if image.mode[0] in "IF":
        return Image.fromarray(_to_eight_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        return _over_white(image)
    if image.mode == "LAB":
        return _from_lab(image)
    return image.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), with_alpha).convert("RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted


def _to_eight_bits(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Grey values of more than 8 bits, scaled by the range they were written in and not by the picture's own content.

    Fractions of 1 count as 0 to 1; other values as the smallest usual range that holds them, 8, 12 or 16 bits; only
    what is outside all of them is stretched.
    """
    numbers = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = min(0.0, float(numbers.min())), float(numbers.max())
    is_fraction = values.dtype.kind == "f" and high <= 1.0
    top = 1.0 if is_fraction else next((limit for limit in _USUAL_MAXIMA if high <= limit), high)
    scaled = (numbers - low) * (255.0 / max(top - low, 1e-6))
    eight_bits: npt.NDArray[np.uint8] = np.rint(scaled).clip(0, 255).astype(np.uint8)
    return eight_bits
