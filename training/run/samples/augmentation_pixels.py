"""How a training picture is changed where it stands: light, colours, blur, noise, a part erased. No Keras."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.run.answers.letterbox import FILL, Pixels

# What red, green and blue add to the brightness that is seen, as in ITU-R BT.601.
_GREY = np.tile([0.299, 0.587, 0.114], (3, 1))


def colour_mix(gain: float, contrast: float, saturation: float, hue_degrees: float) -> npt.NDArray[np.float64]:
    """(3, 4): the mix of red, green and blue, and an offset, that becomes each of them."""
    turn = _hue_turn(np.radians(hue_degrees))
    colours = gain * contrast * (saturation * turn + (1.0 - saturation) * _GREY)
    offset = 128.0 * gain * (1.0 - contrast)
    return np.column_stack([colours, np.full(3, offset)])


def _hue_turn(angle: float) -> npt.NDArray[np.float64]:
    """The turn about the axis of the greys, by Rodrigues' formula."""
    across = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / np.sqrt(3.0)
    return np.asarray(np.cos(angle) * np.eye(3) + (1.0 - np.cos(angle)) / 3.0 + np.sin(angle) * across)


def blurred(square: Pixels, deviation: float) -> Pixels:
    """`deviation` of the bell in pixels."""
    return np.asarray(cv2.GaussianBlur(square, (0, 0), max(deviation, 1e-3)), np.uint8)


def noisy(square: Pixels, deviation: float, random: np.random.Generator) -> Pixels:
    """`deviation` in steps of brightness, of 255."""
    noise = random.standard_normal(square.shape, np.float32)
    return np.clip(square + deviation * noise + 0.5, 0, 255).astype(np.uint8)


def erased(square: Pixels, part: Rectangle) -> Pixels:
    """With the grey that is around letterboxed images in place of `part`."""
    changed = square.copy()
    changed[round(part.ymin) : round(part.ymax), round(part.xmin) : round(part.xmax)] = FILL
    return changed
