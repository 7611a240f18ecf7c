"""Dark pictures made brighter, for the eye and for the model."""

from __future__ import annotations

import cv2
import numpy as np

from training.run.answers.letterbox import Pixels

WANTED_MEAN = 0.45  # of 0..1
STRONGEST = 0.3  # the exponent: less would show little but noise
SAMPLED = 8  # each such row and column is looked at


def brightened(pixels: Pixels) -> Pixels:
    """RGB (H, W, 3) uint8 through a gamma curve that takes its mean to the middle; a bright picture stays as it is."""
    mean = float(pixels[::SAMPLED, ::SAMPLED].mean()) / 255
    if mean >= WANTED_MEAN:
        return pixels
    exponent = max(STRONGEST, float(np.log(WANTED_MEAN) / np.log(max(mean, 1 / 255))))
    curve = np.round(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, curve), np.uint8)
