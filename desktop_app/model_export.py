"""Export model: asks for the file, shows how far it is, and then what was exported and what was not."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from training.run.run_folder import RunFolder


class ExportModelFlow(QObject):
    """One export at a time; `shut_down` ends what still goes on, and leaves nothing behind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)

    def start(self, run: RunFolder) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        raise NotImplementedError
