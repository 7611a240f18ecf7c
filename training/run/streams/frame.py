"""A picture of a video or a camera."""

from __future__ import annotations

from dataclasses import dataclass

from training.run.answers.letterbox import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`pixels` (H, W, 3) uint8 RGB, upright; `number` counts from 0; `seconds` since the source's beginning.

    `taken` is the moment it came to this program, by `time.monotonic`.
    """

    pixels: Pixels
    number: int
    seconds: float
    taken: float = 0.0
