"""The process that exports a model: it may load TensorFlow, tells its steps, and leaves nothing behind when it ends early."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from desktop_app.words import filled
from training.run.model_export.export_result import ExportResult, ExportStep
from training.run.plain_values import PlainValueError, from_plain
from training.run.worker_client import program_environment

PATIENCE_MS = 3000
END_PATIENCE_MS = 2000


class ExportProcess(QObject):
    """Exactly one of `done`, `failed` and `cancelled` follows a start, unless it is shut down."""

    step_begun = Signal(object, int, int)  # an ExportStep, how many are done, how many there are
    done = Signal(object)  # an ExportResult
    failed = Signal(str)  # a reason
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._work: Path | None = None
        self._rest = b""
        self._result: ExportResult | None = None
        self._is_cancelled = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._kill)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self, command: Sequence[str]) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in program_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process, self._work, self._rest, self._result, self._is_cancelled = process, None, b"", None, False
        process.start(command[0], list(command[1:]))

    def cancel(self) -> None:
        """It removes what it has made and ends; killed when it takes longer than that."""
        if self._process is not None and not self._is_cancelled:
            self._is_cancelled = True
            self._process.closeWriteChannel()
            self._patience.start()

    def shut_down(self) -> None:
        """When this returns there is neither a process nor what it has made."""
        process, self._process = self._process, None
        self._patience.stop()
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._on_output)
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.kill()
        process.waitForFinished(END_PATIENCE_MS)
        process.deleteLater()
        self._remove_work()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _on_output(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict):
                self._on_message(message)

    def _on_message(self, message: dict[str, Any]) -> None:
        try:
            if "work" in message:
                self._work = Path(message["work"])
            elif "result" in message:
                self._result = from_plain(ExportResult, message["result"])
            elif "step" in message and not self._is_cancelled:
                self.step_begun.emit(ExportStep(message["step"]), int(message["done"]), int(message["total"]))
        except (PlainValueError, ValueError, KeyError, TypeError):
            return  # of another version: what it ends with is told all the same

    def _on_error(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if error is QProcess.ProcessError.FailedToStart and process is not None:
            self._process = None
            process.deleteLater()
            self.failed.emit(process.errorString())

    def _on_finished(self, exit_code: int) -> None:
        self._on_output()
        process, self._process = self._process, None
        if process is None:
            return
        self._patience.stop()
        errors = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        self._remove_work()
        if exit_code == 0 and self._result is not None:
            self.done.emit(self._result)
        elif self._is_cancelled:
            self.cancelled.emit()
        else:
            silent = filled(self.tr("the process ended without an answer (exit code %1)"), exit_code)
            self.failed.emit(errors.rpartition("\n")[2].removeprefix("boxwright: ") or silent)

    def _remove_work(self) -> None:
        """Of a process that was killed, or was writing just then."""
        if self._work is not None:
            shutil.rmtree(self._work, ignore_errors=True)
