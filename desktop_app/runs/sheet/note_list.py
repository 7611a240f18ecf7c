"""The sentences under the headline of the Train sheet, each with its mark; some offer a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.icon_mark import IconMark
from desktop_app.runs.sheet.readiness import Ask, Note
from desktop_app.small_widgets import push_button

MARK_SIZE = 16
BUTTON_NAMES = {Ask.VALIDATION: "keep_for_validation", Ask.FOLDER_CLASSES: "use_folder_names"}


class NoteList(QWidget):
    asked = Signal(object)  # what the pressed button does, an Ask

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self._parts: list[QWidget] = []

    def show_notes(self, notes: Sequence[Note]) -> None:
        self._forget()
        for note in notes:
            self._add_line(note)
            if note.offer:
                self._add_offer(note)
        for part in self._parts:
            part.show()  # at once: the height of the sheet is asked for next
        self.setVisible(bool(notes))

    def _forget(self) -> None:
        while self._lines.count():
            self._lines.takeAt(0)
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []

    def _add_line(self, note: Note) -> None:
        mark = IconMark(*(("warning", "problem") if note.is_warning else ("info", "muted")), MARK_SIZE)
        mark.setContentsMargins(0, 1, 0, 0)
        text = QLabel(note.text)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text, 1)
        self._lines.addLayout(line)
        self._parts += [mark, text]

    def _add_offer(self, note: Note) -> None:
        button: QPushButton = push_button(note.offer, lambda: self.asked.emit(note.asks))
        button.setObjectName(BUTTON_NAMES[note.asks])
        button.setAutoDefault(False)
        button.clicked.connect(lambda: button.setEnabled(False))
        self._lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._parts.append(button)
