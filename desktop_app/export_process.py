"""The process that exports a model: it tells its steps, and leaves nothing behind when it ends early."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.own_process import OwnProcess
from training.run.model_export.export_result import ExportResult, ExportStep
from training.run.plain_values import PlainValueError, from_plain

PATIENCE_MS = 3000


class ExportProcess(OwnProcess):
    """Exactly one of `done`, `failed` and `cancelled` follows a start, unless it is shut down."""

    step_begun = Signal(object, int, int)  # an ExportStep, how many are done, how many there are
    done = Signal(object)  # an ExportResult
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Path | None = None
        self._result: ExportResult | None = None
        self._is_cancelled = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._kill)

    def start(self, command: Sequence[str]) -> None:
        self._work, self._result, self._is_cancelled = None, None, False
        self._start(command)

    def cancel(self) -> None:
        """It removes what it has made and ends; killed when it takes longer than that."""
        if self._process is not None and not self._is_cancelled:
            self._is_cancelled = True
            self._process.closeWriteChannel()
            self._patience.start()

    def shut_down(self) -> None:
        """When this returns there is neither a process nor what it has made."""
        self._patience.stop()
        if self.is_running:
            self._end_now()
            self._remove_work()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _hear(self, told: object) -> None:
        if isinstance(told, dict):
            try:
                self._take(told)
            except (PlainValueError, ValueError, KeyError, TypeError):
                return  # of another version: what it ends with is told all the same

    def _take(self, message: dict[str, Any]) -> None:
        if "work" in message:
            self._work = Path(message["work"])
        elif "result" in message:
            self._result = from_plain(ExportResult, message["result"])
        elif "step" in message and not self._is_cancelled:
            self.step_begun.emit(ExportStep(message["step"]), int(message["done"]), int(message["total"]))

    def _conclude(self, exit_code: int, words: str) -> None:
        self._patience.stop()
        self._remove_work()
        if exit_code == 0 and self._result is not None:
            self.done.emit(self._result)
        elif self._is_cancelled:
            self.cancelled.emit()
        else:
            self.failed.emit(words)

    def _remove_work(self) -> None:
        """Of a process that was killed, or was writing just then."""
        if self._work is not None:
            shutil.rmtree(self._work, ignore_errors=True)
