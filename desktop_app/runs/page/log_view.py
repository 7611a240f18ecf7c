"""The end of a run's log, which is followed while it grows, and can be searched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QHideEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.background import Job
from desktop_app.small_widgets import BY_MOUSE_AND_KEYS, line_edit, muted_label, push_button
from desktop_app.words import filled

MOST_BYTES = 512 * 1024
MOST_LINES = 5000
INTERVAL_MS = 1000


@dataclass(frozen=True, slots=True)
class LogPart:
    """Of the file `path`, bytes `start` to `end`."""

    path: Path
    text: str
    start: int
    end: int


def read_log(path: Path, start: int) -> LogPart:
    """What stands in the file from byte `start` on, at most its last half megabyte. No file: nothing."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            # Shorter than it was: it was written anew.
            first = max(start if size >= start else 0, size - MOST_BYTES)
            file.seek(first)
            content = file.read(MOST_BYTES)
    except OSError:
        return LogPart(path, "", 0, 0)
    return LogPart(path, content.decode("utf-8", "replace"), first, first + len(content))


class LogView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._end = 0
        self._skipped = 0  # bytes before what is shown
        self._is_reading = False
        self._is_growing = False
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.read_more)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setAccessibleName(self.tr("Log of the run"))
        self.text.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
        self.search = line_edit("search", self.tr("Search the log"), self.tr("Search"), self.tr("Enter: the next one"))
        self.search.returnPressed.connect(self.find_next)
        self.search.textChanged.connect(self._on_search_changed)
        self.sentence = muted_label()
        tip = self.tr("Open the whole file with the program for such files")
        self.open_button = push_button(self.tr("Open log"), self._open, tip=tip)
        self._place()

    def _place(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.search, 1)
        bar.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addLayout(bar)
        layout.addWidget(self.sentence)
        layout.addWidget(self.text, 1)

    def show_log(self, path: Path | None, *, is_growing: bool) -> None:
        """Another log is read anew; the same one only goes on or stops growing."""
        self._is_growing = is_growing
        if path != self._path:
            self._path, self._end, self._skipped = path, 0, 0
            self.text.clear()
            self._say()
        if self.isVisible():
            self._follow()

    def read_more(self) -> None:
        if self._path is None or self._is_reading:
            return
        path, end = self._path, self._end
        self._is_reading = True
        job = Job(lambda _progress: read_log(path, end))
        job.done.connect(self._on_read)
        job.start()

    def find_next(self) -> None:
        """From the cursor on, and once more from the beginning."""
        wanted = self.search.text()
        if wanted and not self.text.find(wanted):
            place = self.text.textCursor()
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            if not self.text.find(wanted):
                self.text.setTextCursor(place)
                self._say(filled(self.tr("“%1” is not in the log."), wanted))
                return
        self._say()

    def _on_search_changed(self) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.find_next()

    def _on_read(self, part: LogPart) -> None:
        self._is_reading = False
        if part.path != self._path:
            self.read_more()  # that log is no longer shown
            return
        if part.start < self._end or part.end == 0:
            self.text.clear()
            self._end = 0
        if self._end == 0:
            self._skipped = part.start
        if part.text:
            self._append(part.text)
        self._end = part.end
        self._say()

    def _append(self, text: str) -> None:
        """Whoever reads further up stays there."""
        bar = self.text.verticalScrollBar()
        was_at_end, place = bar.value() >= bar.maximum() - 2, bar.value()
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        bar.setValue(bar.maximum() if was_at_end else place)

    def _say(self, text: str = "") -> None:
        if not text and self._end == 0:
            text = self.tr("The log is empty.")
        elif not text and self._skipped:
            text = filled(self.tr("Only the end is shown; %1 KiB stand before it."), self._skipped // 1024)
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))
        self.open_button.setEnabled(self._end > 0)

    def _follow(self) -> None:
        self.read_more()
        if self._is_growing:
            self._timer.start()
        else:
            self._timer.stop()

    def _open(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
