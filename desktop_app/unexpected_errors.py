"""A bug becomes a dialog and an entry in the log, and the program goes on."""

from __future__ import annotations

import datetime
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

LARGEST_LOG = 1_000_000  # bytes; then it starts anew beside one older file


class UnexpectedErrors(QObject):
    """Takes exceptions that nobody caught, from any thread."""

    _happened = Signal(str, str)  # one line, the whole traceback

    def __init__(self, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._dialog: QMessageBox | None = None
        # Queued: an error may come out of another thread, or out of the middle of a paint.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self.handle
        threading.excepthook = self._handle_in_thread

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        write_log(self._log, text)
        self._happened.emit(traceback.format_exception_only(kind, error)[-1].strip(), text)

    def _handle_in_thread(self, happened: threading.ExceptHookArgs) -> None:
        if happened.exc_value is not None:
            self.handle(happened.exc_type, happened.exc_value, happened.exc_traceback)

    def _show(self, line: str, text: str) -> None:
        """One dialog at a time: an error in a paint comes again with every paint."""
        if self._dialog is not None:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Something went wrong"), line)
        box.setText(self.tr("An unexpected error came up. The program goes on, and your boxes are stored."))
        where = self.tr("The details are also in %1").replace("%1", str(self._log))
        box.setInformativeText(f"{line}\n\n{where}")
        box.setDetailedText(text)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_closed)
        self._dialog = box
        box.open()

    def _on_closed(self) -> None:
        self._dialog = None


def write_log(log: Path, text: str) -> None:
    """Append an entry; a log that can't be written must not become the next error."""
    stamp = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        with log.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{stamp}\n{text.rstrip()}\n\n")
    except OSError as error:
        sys.stderr.write(f"{log} cannot be written: {error}\n{text}\n")
