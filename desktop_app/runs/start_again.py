"""Opening the Train sheet with what an earlier run was told, or with its model to begin from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job
from desktop_app.runs.training_control import TrainingControl
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_summary import RunSummary
from training.run.settings import SETTINGS, SettingsError

START_FROM = "start_from"


class StartAgain(QObject):
    """Which images and classes are learned is the project's business; everything else is taken from the run."""

    failed = Signal(str)

    def __init__(self, control: TrainingControl, window: QWidget) -> None:
        super().__init__(window)
        self._control = control
        self._window = window

    def with_settings_of(self, run: RunSummary) -> None:
        self._read(run.folder, {})

    def from_model_of(self, run: RunSummary) -> None:
        self._read(run.folder, {START_FROM: str(run.folder.path)})

    def _read(self, folder: RunFolder, more: dict[str, Any]) -> None:
        job = Job(lambda _progress: values_of(folder) | more, (RunFolderError, SettingsError))
        job.done.connect(self._open_sheet)
        job.failed.connect(self.failed)
        job.start()

    def _open_sheet(self, values: dict[str, Any]) -> None:
        self._control.sheet_command.open_sheet(self._window, values=values)


def values_of(folder: RunFolder) -> dict[str, Any]:
    """What its Train sheet held. Raises RunFolderError, SettingsError."""
    settings = folder.settings()
    keys = ("recipe", START_FROM, *(field.key for field in SETTINGS))
    return {key: getattr(settings, key) for key in keys}
