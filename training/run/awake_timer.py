"""A timer that counts only the time in which the computer is awake."""

from __future__ import annotations

import threading
from collections.abc import Callable

# A sleep of the computer counts as no more than one of these.
TICK_SECONDS = 0.5


class AwakeTimer(threading.Thread):
    """Calls `function` in a thread of its own after so many seconds awake, unless it was cancelled."""

    def __init__(self, seconds: float, function: Callable[[], None]) -> None:
        super().__init__(name="patience", daemon=True)
        self._left = seconds
        self._function = function
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def run(self) -> None:
        while self._left > 0:
            tick = min(TICK_SECONDS, self._left)
            if self._is_cancelled.wait(tick):
                return
            self._left -= tick
        self._function()
