"""Asks a process how long a training would take; it tries a few steps on a few of the images."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.background import Job
from training.dataset.dataset import Dataset
from training.run.estimate import RunEstimate
from training.run.plain_values import PlainValueError, from_plain
from training.run.run_folder import prepare_run_at
from training.run.settings import SettingsError, TrainingSettings
from training.run.worker_client import program_command, program_environment

END_PATIENCE_MS = 2000


class TimeProbe(QObject):
    """One question at a time; `answered` or `failed` follows unless it is cancelled. `command` stands for `estimate`."""

    answered = Signal(object)  # the RunEstimate
    failed = Signal(str)

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.command = program_command("estimate", "--json") if command is None else command
        self._job: Job | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: QProcess | None = None

    @property
    def is_asking(self) -> bool:
        return self._job is not None or self._process is not None

    @property
    def pid(self) -> int | None:
        """Of the process, once it runs."""
        return None if self._process is None else self._process.processId() or None

    def ask(self, settings: TrainingSettings, dataset: Dataset) -> None:
        """The run is prepared in a folder of its own, which is gone afterwards."""
        self.cancel()
        job = Job(lambda _progress: prepared_folder(settings, dataset), (OSError, SettingsError))
        job.done.connect(lambda folder: self._on_prepared(job, folder))
        job.failed.connect(lambda reason: self._on_not_prepared(job, reason))
        self._job = job
        job.start()

    def cancel(self) -> None:
        """End the process if there is one. Nothing more is told of this question."""
        self._job = None
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(END_PATIENCE_MS)
            process.deleteLater()
        self._forget_folder()

    def _on_prepared(self, job: Job, folder: tempfile.TemporaryDirectory[str]) -> None:
        if job is not self._job:
            folder.cleanup()  # cancelled meanwhile
            return
        self._job = None
        self._folder = folder
        self._process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in program_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(self.command[0], [*self.command[1:], folder.name])

    def _on_not_prepared(self, job: Job, reason: str) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(reason)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._process.deleteLater()
            self._process = None
            self._forget_folder()
            self.failed.emit(reason)

    def _on_finished(self, exit_code: int) -> None:
        process, self._process = self._process, None
        assert process is not None
        output = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        complaint = bytes(process.readAllStandardError().data()).decode("utf-8", "replace")
        process.deleteLater()
        self._forget_folder()
        estimate = estimate_in(output) if exit_code == 0 else None
        if estimate is None:
            self.failed.emit(_last_line(complaint).removeprefix("boxwright: "))
        else:
            self.answered.emit(estimate)

    def _forget_folder(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()


def prepared_folder(settings: TrainingSettings, dataset: Dataset) -> tempfile.TemporaryDirectory[str]:
    """Raises OSError, SettingsError."""
    folder = tempfile.TemporaryDirectory(prefix="boxwright-estimate-", ignore_cleanup_errors=True)
    try:
        prepare_run_at(Path(folder.name), settings, dataset)
    except BaseException:
        folder.cleanup()
        raise
    return folder


def estimate_in(output: str) -> RunEstimate | None:
    """What stands in the last line of what `estimate --json` printed."""
    try:
        estimate = from_plain(RunEstimate, json.loads(_last_line(output)), unknown_allowed=True)
    except (ValueError, PlainValueError):
        return None
    return estimate if math.isfinite(estimate.seconds) and math.isfinite(estimate.epoch_seconds) else None


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
