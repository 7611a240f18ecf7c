"""Closing the Use window while results are being saved: it asks, and the second attempt closes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from desktop_app.words import filled, joined


class ClosingQuestion(QObject):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.box: QMessageBox | None = None
        self._stop: QPushButton | None = None
        self._is_sure = False

    def may_close(self, works: Sequence[str], leave: Callable[[], object]) -> bool:
        """`works` say what goes on, such as “Saving out.csv”; `leave` is called when somebody wants to stop that."""
        if not works or self._is_sure or self.box is not None:
            self.put_away()
            return True
        self._ask(works, leave)
        return False

    def put_away(self) -> None:
        box, self.box = self.box, None
        self._is_sure = False
        if box is not None:
            box.close()
            box.deleteLater()

    def _ask(self, works: Sequence[str], leave: Callable[[], object]) -> None:
        box = self.box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Close"))
        box.setTextFormat(Qt.TextFormat.PlainText)  # names come from files
        box.setText(filled(self.tr("This is not done yet: %1. Stop it and close?"), joined(list(works))))
        box.setInformativeText(self.tr("A file that is half written is not kept; pictures that are whole stay."))
        self._stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(self.tr("Go on saving"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.finished.connect(lambda _result: self._on_answered(leave))
        box.open()

    def _on_answered(self, leave: Callable[[], object]) -> None:
        box = self.box
        if box is None:
            return
        stops = box.clickedButton() is self._stop
        self.put_away()
        if stops:
            self._is_sure = True
            leave()
