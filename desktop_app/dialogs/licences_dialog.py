"""The licences of everything that came with the program, with their texts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop_app.background import Job, Progress
from desktop_app.licences.finding import shipped_parts
from desktop_app.licences.shipped_part import ShippedPart
from desktop_app.small_widgets import BY_MOUSE_AND_KEYS, line_edit, muted_label, with_keys_told
from desktop_app.words import filled

SIZE = (860, 600)
SHARES = (280, 580)
NUMBER = Qt.ItemDataRole.UserRole
KEYS_OF_THE_LIST = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class LicencesDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self.resize(*SIZE)
        self._parts: list[ShippedPart] = []
        self._texts: list[str] = []
        self._searched: list[str] = []  # the texts, without difference of capitals
        self._status = muted_label(self.tr("Collecting the licences…"), wrap=True)
        tip = self.tr("Finds names, licences and words of their texts · Enter: the next place in the text")
        self._field = line_edit("search", self.tr("Search the licences"), self.tr("Search"), tip)
        self._field.setClearButtonEnabled(True)
        self._list = QListWidget()
        self._list.setSpacing(1)
        self._list.setAccessibleName(self.tr("What came with the program"))
        self._list.setToolTip(self.tr("What came with the program; its licence is shown beside"))
        self._text = QPlainTextEdit()
        self._text.setAccessibleName(self.tr("Text of the licence"))
        self._text.setReadOnly(True)
        self._text.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
        self._lay_out()
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.currentItemChanged.connect(self._show_current)
        self._job = Job(_read, (OSError, ValueError))
        self._job.done.connect(self._on_read)
        self._job.failed.connect(self._status.setText)
        self.finished.connect(self._job.cancel)
        self._job.start()

    def _lay_out(self) -> None:
        beside = QSplitter()
        beside.addWidget(self._list)
        beside.addWidget(self._text)
        beside.setSizes(list(SHARES))
        beside.setStretchFactor(1, 1)
        beside.setChildrenCollapsible(False)
        buttons = with_keys_told(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)  # Enter in the field looks further
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self._field)
        layout.addWidget(beside, 1)
        layout.addWidget(self._status)
        layout.addWidget(buttons)

    @property
    def names(self) -> list[str]:
        """Of what is listed now."""
        return [self._parts[self._list.item(row).data(NUMBER)].name for row in range(self._list.count())]

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    @property
    def marked(self) -> str:
        """What was found in the text."""
        return self._text.textCursor().selectedText()

    def search(self, words: str) -> None:
        self._field.setText(words)

    def _on_read(self, read: tuple[list[ShippedPart], list[str], list[str]]) -> None:
        self._parts, self._texts, self._searched = read
        self._fill()

    def _fill(self) -> None:
        """Lists what the searched words are in; what was shown stays, if it is among it."""
        if not self._parts:
            return
        words = self._field.text().strip().casefold()
        shown = self._current()
        self._list.blockSignals(True)
        self._list.clear()
        for number, part in enumerate(self._parts):
            if words in self._searched[number]:
                item = QListWidgetItem(f"{part.name} {part.version}")
                item.setToolTip(part.licence)
                item.setData(NUMBER, number)
                self._list.addItem(item)
                if number == shown:
                    self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        if self._list.currentRow() < 0 and self._list.count():
            self._list.setCurrentRow(0)
        else:
            self._show_current()
        self._tell_count()

    def _tell_count(self) -> None:
        said = filled(self.tr("%1 of %2 parts"), str(self._list.count()), str(len(self._parts)))
        self._status.setText(said if self._list.count() else self.tr("Nothing has these words."))

    def _current(self) -> int | None:
        item = self._list.currentItem()
        return None if item is None else int(item.data(NUMBER))

    def _show_current(self) -> None:
        number = self._current()
        text = "" if number is None else self._texts[number]
        if text != self._text.toPlainText():
            self._text.setPlainText(text)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._find_next()

    def _find_next(self) -> None:
        """Marks the next place of the searched words, after the last one the first again."""
        words = self._field.text().strip()
        if words and not self._text.find(words):
            self._text.moveCursor(QTextCursor.MoveOperation.Start)
            self._text.find(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the field the arrow keys go through the list, and Enter through the text."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in KEYS_OF_THE_LIST:
                self._list.event(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._find_next()
                return True
        return super().eventFilter(watched, event)


def _read(progress: Progress) -> tuple[list[ShippedPart], list[str], list[str]]:
    parts = shipped_parts(progress)
    texts = [part.whole_text for part in parts]
    return parts, texts, [text.casefold() for text in texts]
