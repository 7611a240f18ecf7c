"""Waiting for what the window does, while it does it; not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

LOOK_INTERVAL_MS = 20

Happened = Callable[[], object]
Trouble = Callable[[], str]


class StepFailedError(Exception):
    """A sentence on what should have happened, and what did."""


class Patience:
    """`trouble` says why there is nothing left to wait for, or nothing."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble

    def wait(self, happened: Happened, what: str, seconds: float) -> None:
        """Let the window go on until something has happened, which is looked at again and again."""
        loop, timer = QEventLoop(), QTimer(interval=LOOK_INTERVAL_MS)
        end = time.monotonic() + seconds
        timer.timeout.connect(lambda: loop.quit() if self._is_over(happened, end) else None)
        timer.start()
        if not self._is_over(happened, end):
            loop.exec()
        timer.stop()
        trouble = self._trouble()
        if trouble:
            raise StepFailedError(f"While it waited until {what}: {trouble}")
        if not happened():
            raise StepFailedError(f"It did not happen within {seconds:g} seconds that {what}.")

    def pause(self, seconds: float) -> None:
        """For what is only to be seen in a screenshot."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def _is_over(self, happened: Happened, end: float) -> bool:
        return bool(self._trouble() or happened() or time.monotonic() > end)
