"""Work longer than a blink: it runs in the thread pool, tells its progress and can be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal

Progress = Callable[[int, int], None]
PROGRESS_INTERVAL_S = 0.05


class JobCancelledError(Exception):
    """Raised inside the work, at its next progress, after somebody pressed Cancel."""


class Job(QObject):
    """Runs `work(progress)` off the event loop. Exactly one of `done`, `failed`, `cancelled` follows, in the GUI thread.

    `expected` are the errors whose text is a sentence for a person. Any other one is a bug: it fails the job and is
    raised in the GUI thread, where bugs are shown and logged.
    """

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    _ended = Signal(object, object)  # result, error

    _alive: ClassVar[set[Job]] = set()

    def __init__(self, work: Callable[[Progress], Any], expected: tuple[type[Exception], ...] = ()) -> None:
        super().__init__()
        self._work = work
        self._expected = expected
        self._cancel_asked = threading.Event()
        self._last_progress = 0.0
        self._ended.connect(self._on_ended)

    def start(self) -> None:
        # A job that nobody holds must still live until its answer was delivered.
        self._alive.add(self)
        QThreadPool.globalInstance().start(self._run)

    def cancel(self) -> None:
        """Ask the work to end; what it does meanwhile is dropped."""
        self._cancel_asked.set()

    def _run(self) -> None:
        try:
            result = self._work(self._tell_progress)
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread and raised or shown there
            self._ended.emit(None, error)
        else:
            self._ended.emit(result, None)

    def _tell_progress(self, done: int, total: int) -> None:
        if self._cancel_asked.is_set():
            raise JobCancelledError
        now = time.monotonic()
        if now - self._last_progress >= PROGRESS_INTERVAL_S or done >= total:
            self._last_progress = now
            self.progressed.emit(done, total)

    def _on_ended(self, result: object, error: Exception | None) -> None:
        self._alive.discard(self)
        if self._cancel_asked.is_set():
            self.cancelled.emit()
        elif error is None:
            self.done.emit(result)
        elif isinstance(error, self._expected):
            self.failed.emit(str(error))
        else:
            self.failed.emit(
                QCoreApplication.translate("Job", "An unexpected error came up: %1").replace("%1", str(error))
            )
            raise error
