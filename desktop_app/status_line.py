"""The line at the bottom: where one is, and calm messages that go by themselves."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from desktop_app.small_widgets import icon_button, muted_label

MESSAGE_MS = 6000
PROGRESS_WIDTH = 120


class BusyLine(QWidget):
    """What goes on in the background, how far it is, and a button to cancel it."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = muted_label()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(PROGRESS_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._title)
        layout.addWidget(self._progress)
        layout.addWidget(icon_button("close", self.tr("Cancel"), self.cancel_asked.emit))
        layout.addStretch(1)
        self.hide()

    def start(self, title: str) -> None:
        self._title.setText(title)
        self._progress.setAccessibleName(title)
        self._progress.setRange(0, 0)
        self.show()

    def show_progress(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)


class StatusLine(QStatusBar):
    """The widths are set for the longest usual text, so that nothing jumps while the cursor moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.busy = BusyLine()
        self.addWidget(self.busy)
        self._place = self._label(self.tr("Place of the image in the list"), "100,000 / 100,000")
        self._size = self._label(self.tr("Size of the image in pixels"), "10000 × 10000 px")
        self._cursor = self._label(self.tr("Pixel under the cursor"), "10000, 10000")
        self._zoom = self._label(self.tr("Zoom"), "1000 %")

    @property
    def texts(self) -> list[str]:
        """Place, size, cursor and zoom, as they are shown."""
        return [label.text() for label in (self._place, self._size, self._cursor, self._zoom)]

    def say(self, sentence: str) -> None:
        self.showMessage(sentence, MESSAGE_MS)

    def show_place(self, row: int | None, total: int) -> None:
        """`row` counts from 0; None when the image is not in the filtered list."""
        self._place.setText(f"{row + 1:n} / {total:n}" if row is not None else "")

    def show_size(self, width: int, height: int) -> None:
        self._size.setText(f"{width} × {height} px" if width else "")

    def show_cursor(self, x: float, y: float) -> None:
        self._cursor.setText(f"{int(x)}, {int(y)}")

    def clear_cursor(self) -> None:
        self._cursor.clear()

    def show_zoom(self, zoom: float) -> None:
        """1.0 is one pixel of the image on one of the screen."""
        self._zoom.setText(f"{zoom * 100:.0f} %")

    def _label(self, name: str, longest: str) -> QLabel:
        label = QLabel()
        label.setAccessibleName(name)
        label.setToolTip(name)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(longest) + 16)
        self.addPermanentWidget(label)
        return label
