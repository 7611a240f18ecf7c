"""Shares as people read them."""

from __future__ import annotations

import math

DIGITS = 6  # figures come as float32: what lies beyond these is noise


def whole_percent(share: float) -> int:
    """0..1 to 0..100, halves up: the same share is the same number wherever it is shown."""
    return math.floor(100 * round(share, DIGITS) + 0.5)
