"""What there is to train on, asked of a process that may import TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.asked_process import AskedProcess
from desktop_app.runs.sheet.choice_editors import Device
from training.program_process import program_command

GIBIBYTE = 2**30


class DeviceQuery(QObject):
    """Asks once; the answer takes seconds and is kept. Without an answer there are no GPUs to choose.

    `command` replaces `devices --json`; an empty one asks nobody.
    """

    answered = Signal()

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gpus: tuple[Device, ...] = ()
        self.is_answered = False
        self._command = program_command("devices", "--json") if command is None else command
        self._process = AskedProcess(self, list)
        self._process.answered.connect(self._on_answered)

    def ask(self) -> None:
        if self._command and not self.is_answered and not self.is_asking:
            self._process.ask(self._command)

    @property
    def is_asking(self) -> bool:
        return self._process.is_running

    def cancel(self) -> None:
        """End the process if it still runs; the question can be asked again."""
        self._process.cancel()

    def _on_answered(self, entries: Sequence[object]) -> None:
        self.is_answered = True
        self.gpus = gpus_in(entries)
        self.answered.emit()


def gpus_in(entries: Sequence[object]) -> tuple[Device, ...]:
    """The GPUs among what `devices --json` printed."""
    gpus = [entry for entry in entries if isinstance(entry, dict) and str(entry.get("id", "")).startswith("gpu")]
    return tuple(Device(str(entry["id"]), _worded(entry)) for entry in gpus)


def _worded(entry: dict[str, object]) -> str:
    name = str(entry.get("name") or entry["id"])
    memory = entry.get("memory")
    return f"{name} ({memory / GIBIBYTE:.0f} GB)" if isinstance(memory, int | float) and memory else name
