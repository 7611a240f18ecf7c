"""Opening the Train sheet with what an earlier run was told, some of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job
from desktop_app.runs.run_order import settings_job
from desktop_app.runs.sheet.train_command import TrainCommand
from training.run.run_folder import RunFolder


class StartAgain(QObject):
    """Which images and classes are learned is the project's business; everything else is taken from the run.

    Of two orders the later one opens the sheet.
    """

    failed = Signal(str)

    def __init__(self, command: TrainCommand, window: QWidget) -> None:
        super().__init__(window)
        self._command = command
        self._window = window
        self._job: Job | None = None

    def with_settings_of(self, folder: RunFolder, changes: Mapping[str, Any] | None = None) -> None:
        if self._job is not None:
            self._job.done.disconnect(self._open_sheet)
        job = self._job = settings_job(folder, dict(changes or {}))
        job.done.connect(self._open_sheet)
        job.failed.connect(self.failed)
        job.start()

    def from_model_of(self, folder: RunFolder) -> None:
        self.with_settings_of(folder, {"start_from": str(folder.path)})

    def _open_sheet(self, values: dict[str, Any]) -> None:
        self._command.open_sheet(self._window, values)
