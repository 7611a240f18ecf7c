"""A process of our own that writes lines of JSON; it may load TensorFlow, which the window never does."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.words import filled
from training.program_process import program_environment

END_PATIENCE_MS = 2000


class OwnProcess(QObject):
    """One at a time. A subclass hears each line in `_hear` and the end in `_conclude`, and tells both by its signals."""

    failed = Signal(str)  # a reason

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest = b""

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """Once it runs."""
        return None if self._process is None else self._process.processId() or None

    def _hear(self, told: object) -> None:
        """What a line says; None is a line that is no JSON."""
        raise NotImplementedError

    def _conclude(self, exit_code: int, words: str) -> None:
        """It has ended by itself; `words` are the last it wrote on stderr, or that there were none."""
        raise NotImplementedError

    def _start(self, command: Sequence[str]) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in program_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process, self._rest = process, b""
        process.start(command[0], list(command[1:]))

    def _end_now(self) -> None:
        """If it still runs; when this returns it is gone, and nothing is told any more."""
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._on_output)
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(END_PATIENCE_MS)
            process.deleteLater()

    def _on_output(self) -> None:
        if self._process is not None:
            *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
            for line in lines:
                self._hear(_read(line))

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
        if self._rest.strip():
            self._hear(_read(self._rest))
        errors = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        silent = filled(self.tr("the process ended without an answer (exit code %1)"), exit_code)
        self._conclude(exit_code, errors.rpartition("\n")[2].removeprefix("boxwright: ") or silent)


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
