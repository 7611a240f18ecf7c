"""A bug becomes a dialog and an entry in the log, and the program goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop_app.program_log import LOG


class UnexpectedErrors(QObject):
    """Takes exceptions that nobody caught, from any thread. `log` is named to the person."""

    _happened = Signal(str, str)  # one line, the whole traceback

    def __init__(self, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._dialog: QMessageBox | None = None
        self._shown = ""  # the traceback
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
        LOG.error("An unexpected error\n%s", text.rstrip())
        self._happened.emit(traceback.format_exception_only(kind, error)[-1].strip(), text)

    def _handle_in_thread(self, happened: threading.ExceptHookArgs) -> None:
        if happened.exc_value is not None:
            self.handle(happened.exc_type, happened.exc_value, happened.exc_traceback)

    def _show(self, line: str, text: str) -> None:
        """One dialog at a time: an error in a paint comes again with every paint."""
        if self._dialog is not None:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Something went wrong"), line)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("An unexpected error came up. The program goes on, and your boxes are stored."))
        where = self.tr("The details are also in %1").replace("%1", str(self._log))
        box.setInformativeText(f"{line}\n\n{where}")
        box.setDetailedText(text)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addButton(QMessageBox.StandardButton.Ok)
        box.setEscapeButton(QMessageBox.StandardButton.Ok)  # with two buttons Esc would otherwise do nothing
        copy = box.addButton(self.tr("Copy details for a bug report"), QMessageBox.ButtonRole.ActionRole)
        copy.setObjectName("copy_details")
        # Every button of a message box closes it when it is clicked; this one works when it is pressed.
        copy.pressed.connect(self._copy_details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_closed)
        self._dialog, self._shown = box, text
        box.open()

    def _copy_details(self) -> None:
        from desktop_app.bug_report import bug_report

        QGuiApplication.clipboard().setText(bug_report(error=self._shown, log=self._log))

    def _on_closed(self) -> None:
        self._dialog = None
