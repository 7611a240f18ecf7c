"""A question to a process of our own that answers with JSON in its last line."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.words import filled
from training.run.worker_client import program_environment

END_PATIENCE_MS = 2000


class AskedProcess(QObject):
    """One question at a time; a new one ends the old one. What is no `kind`, an object or a list, is no answer."""

    answered = Signal(object)
    failed = Signal(str)  # a reason

    def __init__(self, parent: QObject | None = None, kind: type = dict) -> None:
        super().__init__(parent)
        self._kind = kind
        self._process: QProcess | None = None

    @property
    def is_asking(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """Of the process, once it runs."""
        return None if self._process is None else self._process.processId() or None

    def ask(self, command: Sequence[str]) -> None:
        self.cancel()
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in program_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        process.start(command[0], list(command[1:]))

    def cancel(self) -> None:
        """End the process if it still runs; nothing is answered then."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(END_PATIENCE_MS)
            process.deleteLater()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if error is QProcess.ProcessError.FailedToStart and process is not None:
            self._process = None
            process.deleteLater()
            self.failed.emit(process.errorString())

    def _on_finished(self, exit_code: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        output = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        errors = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        try:
            answer = json.loads(output.strip().rpartition("\n")[2])
        except ValueError:
            answer = None
        if exit_code == 0 and isinstance(answer, self._kind):
            self.answered.emit(answer)
        else:
            silent = filled(self.tr("the process ended without an answer (exit code %1)"), exit_code)
            self.failed.emit(errors.rpartition("\n")[2].removeprefix("boxwright: ") or silent)
