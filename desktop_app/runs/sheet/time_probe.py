"""Asks a process how long a training would take; it tries a few steps on a few of the images."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.asked_process import AskedProcess
from desktop_app.background import Job
from training.dataset.dataset import Dataset
from training.program_process import program_command
from training.run.estimate import RunEstimate
from training.run.plain_values import PlainValueError, from_plain
from training.run.run_folder import prepare_run_at
from training.run.settings import SettingsError, TrainingSettings


class TimeProbe(QObject):
    """One question at a time; `answered` or `failed` follows unless it is cancelled. `command` stands for `estimate`."""

    answered = Signal(object)  # the RunEstimate
    failed = Signal(str)

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.command = program_command("estimate", "--json") if command is None else command
        self._job: Job | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process = AskedProcess(self)
        self._process.answered.connect(self._on_answered)
        self._process.failed.connect(self._on_failed)

    @property
    def is_asking(self) -> bool:
        return self._job is not None or self._process.is_running

    @property
    def pid(self) -> int | None:
        """Of the process, once it runs."""
        return self._process.pid

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
        self._process.cancel()
        self._forget_folder()

    def _on_prepared(self, job: Job, folder: tempfile.TemporaryDirectory[str]) -> None:
        if job is not self._job:
            folder.cleanup()  # cancelled meanwhile
            return
        self._job = None
        self._folder = folder
        self._process.ask([*self.command, folder.name])

    def _on_not_prepared(self, job: Job, reason: str) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(reason)

    def _on_failed(self, reason: str) -> None:
        self._forget_folder()
        self.failed.emit(reason)

    def _on_answered(self, answer: Mapping[str, Any]) -> None:
        self._forget_folder()
        estimate = estimate_in(answer)
        if estimate is None:
            self.failed.emit("")
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


def estimate_in(answer: Mapping[str, Any]) -> RunEstimate | None:
    """What `estimate --json` printed."""
    try:
        estimate = from_plain(RunEstimate, answer, unknown_allowed=True)
    except PlainValueError:
        return None
    return estimate if math.isfinite(estimate.seconds) and math.isfinite(estimate.epoch_seconds) else None
