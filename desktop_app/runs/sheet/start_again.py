"""Opening the Train sheet with what an earlier run was told, or with its model to begin from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.runs.run_order import settings_job
from desktop_app.runs.training_control import TrainingControl
from training.run.catalogue.run_summary import RunSummary
from training.run.run_folder import RunFolder


class StartAgain(QObject):
    """Which images and classes are learned is the project's business; everything else is taken from the run."""

    failed = Signal(str)

    def __init__(self, control: TrainingControl, window: QWidget) -> None:
        super().__init__(window)
        self._control = control
        self._window = window
        self._start_from = ""

    def with_settings_of(self, run: RunSummary) -> None:
        self._read(run.folder, "")

    def from_model_of(self, run: RunSummary) -> None:
        self._read(run.folder, str(run.folder.path))

    def _read(self, folder: RunFolder, start_from: str) -> None:
        self._start_from = start_from
        job = settings_job(folder, {})
        job.done.connect(self._open_sheet)
        job.failed.connect(self.failed)
        job.start()

    def _open_sheet(self, values: dict[str, Any]) -> None:
        self._control.sheet_command.open_sheet(self._window, values, self._start_from)
