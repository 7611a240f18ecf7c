"""A question to a process of our own that answers with JSON in its last line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.own_process import OwnProcess


class AskedProcess(OwnProcess):
    """A new question ends the old one. What is no `kind`, an object or a list, is no answer."""

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None, kind: type = dict) -> None:
        super().__init__(parent)
        self._kind = kind
        self._last: object = None

    def ask(self, command: Sequence[str]) -> None:
        self.cancel()
        self._last = None
        self._start(command)

    def cancel(self) -> None:
        """Nothing is answered then."""
        self._end_now()

    def _hear(self, told: object) -> None:
        self._last = told

    def _conclude(self, exit_code: int, words: str) -> None:
        if exit_code == 0 and isinstance(self._last, self._kind):
            self.answered.emit(self._last)
        else:
            self.failed.emit(words)
