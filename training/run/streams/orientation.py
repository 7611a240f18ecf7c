"""How a camera hangs: quarter turns and a mirror, for pictures that do not come upright."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.run.answers.letterbox import Pixels

_TURN = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Orientation:
    """`turns` quarter turns clockwise (0 to 3), then, if `mirrored`, left and right change places."""

    turns: int = 0
    mirrored: bool = False

    def __post_init__(self) -> None:
        if self.turns not in range(4):
            raise ValueError(f"Orientation: expected 0 to 3 quarter turns, got {self.turns}")

    def applied(self, pixels: Pixels) -> Pixels:
        """The picture (H, W, C) as it is to be seen, in memory row by row; the same array if nothing is to be done."""
        turned = cv2.rotate(pixels, _TURN[self.turns]) if self.turns else pixels
        return np.asarray(cv2.flip(turned, 1), np.uint8) if self.mirrored else np.asarray(turned, np.uint8)

    def size_of(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of such a picture once it is turned."""
        return (height, width) if self.turns % 2 else (width, height)

    def turned(self) -> Orientation:
        """What is seen, a quarter turn further clockwise."""
        return replace(self, turns=(self.turns + (3 if self.mirrored else 1)) % 4)

    def flipped(self) -> Orientation:
        """What is seen, in a mirror."""
        return replace(self, mirrored=not self.mirrored)
