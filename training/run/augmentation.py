"""Changing a training picture and its box together: mirror, size, place and light. No Keras."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.dataset.box import Rectangle
from training.run.letterbox import Pixels


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a picture may be changed."""

    flip: float = 0.5


def augmented(
    square: Pixels, box: Rectangle | None, random: np.random.Generator, how: Augmentation
) -> tuple[Pixels, Rectangle | None]:
    """A changed copy of a (S, S, 3) uint8 picture, and its box (pixels of the square) moved with it exactly.

    A box that fits stays wholly inside, so that what is to be learned is always to be seen.
    """
    raise NotImplementedError
