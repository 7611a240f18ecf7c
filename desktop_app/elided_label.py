"""A label on one line for names that may be longer than their column."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app.words import tooltip


class ElidedLabel(QLabel):
    """Shows as much of `whole` as there is room for; the tooltip has all of it."""

    def __init__(self, where: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.whole = ""
        self._where = where
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_whole(self, text: str) -> None:
        if text != self.whole:
            self.whole = text
            self.setAccessibleName(text)
            self._elide()
            self.updateGeometry()  # the room that it would like is another, even where the same part of it is shown

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        # Letters have fractions of a pixel: the whole number below is too little for the last one.
        width = math.ceil(QFontMetricsF(self.font()).horizontalAdvance(self.whole)) + 1
        return QSize(width, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self.whole, self._where, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(tooltip(self.whole) if shown != self.whole else "")
