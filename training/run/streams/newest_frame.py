"""Where a camera's thread leaves its pictures: only the newest is kept, and it is decoded when somebody wants it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock
from typing import Any

import cv2
import numpy as np

from training.run.answers.letterbox import Pixels
from training.run.streams.frame import Frame
from training.run.streams.orientation import Orientation

RATE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Caught:
    """`data` is a picture (H, W, 3) BGR, or the bytes of a JPEG file."""

    data: Any
    is_encoded: bool
    number: int
    seconds: float
    taken: float


class NewestFrame:
    """Used by the camera's thread and by any number of others."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._caught: Caught | None = None
        self._moments: deque[float] = deque()
        self._begun = 0.0
        self._count = 0
        self._decoding = Lock()
        self._decoded: tuple[int, Orientation, Frame | None] | None = None

    def put(self, data: Any, is_encoded: bool) -> None:
        now = time.monotonic()
        with self._changed:
            self._begun = self._begun or now
            self._caught = Caught(data, is_encoded, self._count, now - self._begun, now)
            self._count += 1
            self._moments.append(now)
            while self._moments[0] < now - RATE_SECONDS:
                self._moments.popleft()
            self._changed.notify_all()

    def pause(self) -> None:
        """Nothing comes for now: what there was is neither new nor part of a rate."""
        with self._changed:
            self._caught = None
            self._moments.clear()

    def wake(self) -> None:
        """Whoever waits need not wait any more."""
        with self._changed:
            self._changed.notify_all()

    @property
    def rate(self) -> float:
        """Pictures a second, of the last two seconds."""
        now = time.monotonic()
        with self._changed:
            recent = [moment for moment in self._moments if moment >= now - RATE_SECONDS]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0

    def wait(self, after: int, timeout: float, is_over: Any) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(after) or is_over(), timeout)

    def get(self, after: int, orientation: Orientation) -> Frame | None:
        """The newest if its number is higher than `after` and it can be decoded."""
        with self._changed:
            caught = self._caught if self._is_newer(after) else None
        if caught is None:
            return None
        with self._decoding:
            if self._decoded is None or self._decoded[:2] != (caught.number, orientation):
                self._decoded = caught.number, orientation, _frame(caught, orientation)
            return self._decoded[2]

    def _is_newer(self, after: int) -> bool:
        return self._caught is not None and self._caught.number > after


def _frame(caught: Caught, orientation: Orientation) -> Frame | None:
    pixels = decoded(caught.data) if caught.is_encoded else np.asarray(cv2.cvtColor(caught.data, cv2.COLOR_BGR2RGB))
    if pixels is None:
        return None
    return Frame(orientation.applied(pixels), caught.number, caught.seconds, caught.taken)


def decoded(jpeg: Any) -> Pixels | None:
    """The bytes of a JPEG file as RGB; None if they are none."""
    try:
        pixels = cv2.imdecode(jpeg, cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None
    return None if pixels is None else np.asarray(pixels, np.uint8)
