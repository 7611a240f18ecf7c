"""Shares as people read them."""

from __future__ import annotations

import math

FINER = 9  # a score of 0.29 is 29 % although 100 * 0.29 is less, and one that float32 holds for 0.9 is less than that
DIGITS = 6  # figures come as float32: what lies beyond these is noise


def whole_percent(share: float) -> int:
    """0..1 to 0..100, halves up: the same share is the same number wherever it is shown."""
    return math.floor(100 * round(share, DIGITS) + 0.5)


def score_percent(score: float) -> int:
    """0..1 to 0..100, always down: what is shown with 90 % is there where the lowest score is 90 %."""
    return math.floor(round(100 * score, FINER))
