"""The leaf that lies on the ground, on its own, and throws its shade from overhead."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.shapes import Points, smooth


def leaf_outline(rng: Generator) -> Points:
    """A pointed leaf of length 2 along x."""
    wide = rng.uniform(0.38, 0.58)
    upper = [(-1.0, 0.0), (-0.55, -0.75 * wide), (0.0, -wide), (0.55, -0.6 * wide)]
    return smooth([*upper, (1.05, 0.0), *((x, -y) for x, y in reversed(upper[1:]))], steps=5)


def leaf_veins() -> Points:
    """Straight lines (N, 2, 2): the middle rib and its branches."""
    side = [((x, 0.0), (x + 0.28, y)) for x in (-0.6, -0.25, 0.1, 0.42) for y in (-0.28, 0.28)]
    return np.array([((-1.25, 0.0), (0.92, 0.0)), *side])
