"""A dialog as high as its sentences need; what a low screen has no room for scrolls, its buttons do not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

SHEET_WIDTH = 700
USUAL_HEIGHT = 800  # more than that is scrolled
SMALLEST_PART = 120  # of what is scrolled, on the smallest screen
SIDE, BESIDE_BAR = 24, 12  # a scroll bar stands between the text and the edge
WINDOW_FRAME = 60  # what a title bar and a task bar take


class ScrolledSheet(QDialog):
    """Whoever changes what is written on it asks it to `fit`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body, self._foot = QWidget(), QWidget()
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setMinimumHeight(SMALLEST_PART)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE, 20, SIDE - BESIDE_BAR, 18)
        layout.setSpacing(12)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._foot)
        self.setMinimumWidth(SHEET_WIDTH)

    def fill_body(self, parts: Sequence[QWidget]) -> None:
        body = _column(self._body, parts)
        body.addStretch(1)

    def fill_foot(self, parts: Sequence[QWidget], buttons: QLayout) -> None:
        """What is said beside the buttons stays with them."""
        _column(self._foot, parts).addLayout(buttons)

    def scroll_to(self, part: QWidget, seen: int) -> None:
        """So that at least this much of a part of the body is seen, in pixels from its top."""
        self._scroll.ensureVisible(0, part.mapTo(self._body, QPoint(0, seen)).y(), 0, 0)

    def fit(self) -> None:
        """As high as the sentences need at this width; what a screen has no room for is scrolled."""
        layout = self.layout()
        if layout is None or self._foot.layout() is None:
            return
        _forget_heights(self)
        width = max(self.width(), SHEET_WIDTH)
        margins = layout.contentsMargins()
        inside = width - margins.left() - margins.right()
        parts = _height_of(self._body, inside) + _height_of(self._foot, inside)
        wanted = parts + layout.spacing() + margins.top() + margins.bottom()
        room = self.screen().availableGeometry()
        self.resize(width, min(wanted, room.height() - WINDOW_FRAME, USUAL_HEIGHT))
        layout.activate()
        below = self.frameGeometry().bottom() - room.bottom()
        if below > 0:  # it has grown over the edge of the screen
            self.move(self.x(), max(room.top(), self.y() - below))


def _column(place: QWidget, parts: Sequence[QWidget]) -> QVBoxLayout:
    layout = QVBoxLayout(place)
    layout.setContentsMargins(0, 0, BESIDE_BAR, 0)
    layout.setSpacing(12)
    for part in parts:
        layout.addWidget(part)
    return layout


def _height_of(part: QWidget, width: int) -> int:
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()


def _forget_heights(sheet: QWidget) -> None:
    """Layouts inside others hear of a longer sentence only later, and until then tell the height of the old one."""
    for part in sheet.findChildren(QWidget):
        layout = part.layout()
        if layout is not None:
            layout.invalidate()
            part.updateGeometry()
