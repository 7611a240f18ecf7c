"""What there is to train on, asked of a process that may import TensorFlow."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.runs.sheet.setting_editors import Device
from training.run.worker_client import program_command, program_environment

GIBIBYTE = 2**30


class DeviceQuery(QObject):
    """Asks once; the answer takes seconds and is kept. Without an answer there are no GPUs to choose.

    `command` replaces `devices --json`; an empty one asks nobody.
    """

    answered = Signal()

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gpus: tuple[Device, ...] = ()
        self._command = program_command("devices", "--json") if command is None else command
        self._process: QProcess | None = None
        self.is_answered = False

    def ask(self) -> None:
        if self.is_answered or self._process is not None or not self._command:
            return
        self._process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in program_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(self._command[0], self._command[1:])

    @property
    def is_asking(self) -> bool:
        return self._process is not None

    def cancel(self) -> None:
        """End the process if it still runs; the question can be asked again."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process.deleteLater()
            self._process = None

    def _on_finished(self, exit_code: int) -> None:
        process, self._process = self._process, None
        assert process is not None
        output = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        process.deleteLater()
        if exit_code == 0:
            self.is_answered = True
            self.gpus = gpus_in(output)
            self.answered.emit()


def gpus_in(output: str) -> tuple[Device, ...]:
    """The GPUs in the last line of what `devices --json` printed."""
    try:
        entries = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        return ()
    if not isinstance(entries, list):
        return ()
    gpus = [entry for entry in entries if isinstance(entry, dict) and str(entry.get("id", "")).startswith("gpu")]
    return tuple(Device(str(entry["id"]), _worded(entry)) for entry in gpus)


def _worded(entry: dict[str, object]) -> str:
    name = str(entry.get("name") or entry["id"])
    memory = entry.get("memory")
    return f"{name} ({memory / GIBIBYTE:.0f} GB)" if isinstance(memory, int | float) and memory else name
