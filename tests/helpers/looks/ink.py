"""What the pixels of a page say: how far its texts stand out, and a rough picture of it that can be kept as text."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.float64]

COLUMNS, ROWS = 48, 30
LEVELS = "0123456789abcdefghijklmnopqrstuv"
LEAST_INK = 2  # pixels of a colour that count as a letter's, not as noise


def contrast_of(pixels: Pixels) -> float:
    """Of the ink that stands out most from the commonest colour, by WCAG 2 (1 to 21)."""
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    values, counts = np.unique(packed, return_counts=True)
    colours = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.uint8)
    ground = luminance(colours[counts.argmax()][None])[0]
    inks = luminance(colours[counts >= LEAST_INK]) if (counts >= LEAST_INK).any() else luminance(colours)
    lighter, darker = np.maximum(inks, ground), np.minimum(inks, ground)
    return round(float(((lighter + 0.05) / (darker + 0.05)).max()), 2)


def luminance(colours: Pixels) -> Grey:
    """Relative luminance of colours (N, 3), 0 to 1."""
    parts = colours.astype(np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def fingerprint_of(pixels: Pixels) -> list[str]:
    """ROWS lines of COLUMNS levels of grey, whatever the size of the page."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return ["".join(LEVELS[value * len(LEVELS) // 256] for value in row) for row in small.tolist()]


def grey_of(fingerprint: Sequence[str]) -> Grey:
    """0 to 1."""
    return np.array([[LEVELS.index(level) for level in row] for row in fingerprint], np.float64) / (len(LEVELS) - 1)
