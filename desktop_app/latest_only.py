"""A thread for work of which only the newest request matters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal


class LatestOnlyThread(QThread):
    """Does one request after the other; one that waits is replaced by a newer one and never done.

    `answered` carries the request's number: whoever asked since then drops it. `work` words its expected failures in
    its answer; an exception it lets out is a bug and is raised in the GUI thread by `_on_failed`.
    """

    answered = Signal(int, object)
    _failed = Signal(object)

    def __init__(self, work: Callable[[Any], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._wake = threading.Condition()
        self._waiting: tuple[int, Any] | None = None
        self._number = 0
        self._ending = False
        self._failed.connect(self._on_failed)

    def ask(self, request: Any) -> int:
        """The number that the answer will carry. The thread starts with its first request."""
        with self._wake:
            self._number += 1
            self._waiting = (self._number, request)
            self._wake.notify()
        if not self._ending and not self.isRunning():
            self.start()
        return self._number

    @property
    def newest(self) -> int:
        return self._number

    def shut_down(self) -> None:
        """Finish what is being done and end; nothing is answered afterwards."""
        self.let_go()
        self.wait()

    def let_go(self) -> None:
        """As `shut_down`, without waiting for it: `finished` comes, if it was running."""
        with self._wake:
            self._ending = True
            self._waiting = None
            self._number += 1
            self._wake.notify()

    def run(self) -> None:
        while (request := self._next()) is not None:
            number, asked = request
            try:
                answer = self._work(asked)
            except Exception as error:  # noqa: BLE001 -- carried to the GUI thread, where bugs are shown and logged
                self._failed.emit(error)
            else:
                self.answered.emit(number, answer)

    def _next(self) -> tuple[int, Any] | None:
        with self._wake:
            while self._waiting is None and not self._ending:
                self._wake.wait()
            request, self._waiting = self._waiting, None
            return request

    def _on_failed(self, error: Exception) -> None:
        raise error
