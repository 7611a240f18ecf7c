"""Telling how far a long work is and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from training.run.results.tally import Progress

INTERVAL_S = 0.1
REMEMBERED_S = 20.0  # the pace is that of the last while: files differ, and computers sleep
_SAMPLE_S = 0.5


class Teller:
    """Told of each file that is done; passes on a few times a second."""

    def __init__(
        self,
        progress: Callable[[Progress], object] | None,
        total: Callable[[], int | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._total = total
        self._clock = clock
        self._done = 0
        self._left_out = 0
        self._told_at = float("-inf")
        self._samples = deque([(clock(), 0)])

    def skipped(self) -> None:
        """One that was done earlier: it counts, but took no time."""
        self._left_out += 1

    def done(self) -> None:
        self._done += 1
        now = self._clock()
        if now - self._samples[-1][0] >= _SAMPLE_S:
            self._samples.append((now, self._done))
            while len(self._samples) > 2 and now - self._samples[1][0] > REMEMBERED_S:
                self._samples.popleft()
        if now - self._told_at >= INTERVAL_S:
            self._tell(now)

    def ended(self, *, is_all: bool = False) -> None:
        """`is_all`: there are no more files, whatever was counted."""
        if is_all:
            self._total = lambda: self._done + self._left_out
        self._tell(self._clock())

    def _tell(self, now: float) -> None:
        self._told_at = now
        if self._progress is not None:
            done, total = self._done + self._left_out, self._total()
            self._progress(Progress(done, total, self._seconds_left(now, done, total)))

    def _seconds_left(self, now: float, done: int, total: int | None) -> float | None:
        began, before = self._samples[0]
        if total is None or self._done == before or now <= began:
            return None
        return max(0, total - done) * (now - began) / (self._done - before)
