"""How fast a training is just now: a computer that slept, or was busy for a while, changes nothing for long."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Collection
from statistics import fmean, median

STEPS_REMEMBERED = 100
EPOCHS_REMEMBERED = 5
# What takes so many times longer than usual was a pause.
A_PAUSE = 10.0


class Pace:
    """Told of each step's end. The first step and what follows the first epoch compile the model, and say nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: deque[float] = deque(maxlen=STEPS_REMEMBERED)
        self._between_epochs: deque[float] = deque(maxlen=EPOCHS_REMEMBERED)
        self._last = math.nan
        self._epochs_seen = 0

    def step_ended(self, begins_epoch: bool) -> None:
        """`begins_epoch`: it was the first step since an epoch's end, if there was one."""
        now = self._clock()
        took = now - self._last
        self._last = now
        if begins_epoch:
            self._epochs_seen += 1
            if self._epochs_seen > 2:
                self._between_epochs.append(took)
        elif math.isfinite(took):
            self._steps.append(took)

    @property
    def seconds_per_step(self) -> float:
        """NaN until a second step has ended."""
        return _usual(self._steps)

    def seconds_left(self, steps: int, epochs: int) -> float:
        """For so many steps, and so many ends of epochs with their judging and saving. NaN as long as nothing is known."""
        step = self.seconds_per_step
        between = _usual(self._between_epochs) - step
        return steps * step + epochs * (max(0.0, between) if math.isfinite(between) else 0.0)


def _usual(seconds: Collection[float]) -> float:
    """The mean without pauses; NaN of nothing."""
    if not seconds:
        return math.nan
    limit = A_PAUSE * median(seconds)
    return fmean(value for value in seconds if value <= limit)
