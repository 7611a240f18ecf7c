"""Parts one below the other, as high as they need while the screen has room; then they can be scrolled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

BETWEEN = 10
AROUND_ON_SCREEN = 150  # pixels for what else a dialog has: its title, buttons and margins
LEAST_HEIGHT = 120


class FittingScroll(QScrollArea):
    def __init__(self, parts: Sequence[QWidget]) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        body = QWidget()
        body.setAutoFillBackground(False)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(BETWEEN)
        for part in parts:
            self._column.addWidget(part)
        self._column.addStretch(0)
        self.setWidget(body)

    def give_room(self, part: QWidget, share: int) -> None:
        """What gets the room that is left."""
        self._column.setStretchFactor(part, share)

    def fit(self) -> None:
        """After parts came, went or got other texts."""
        self._column.invalidate()
        self._column.activate()
        self.updateGeometry()

    def width_inside(self, dialog: QWidget) -> int:
        around = dialog.contentsMargins()
        layout = dialog.layout()
        margins = around + layout.contentsMargins() if layout is not None else around
        return max(dialog.width(), dialog.minimumWidth()) - margins.left() - margins.right()

    def sizeHint(self) -> QSize:
        window = self.window()
        width = self.width_inside(window)
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = max(height, self._column.sizeHint().height() if height <= 0 else 0)
        room = self.screen().availableGeometry().height() - AROUND_ON_SCREEN
        return QSize(width, max(LEAST_HEIGHT, min(height, room)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._column.minimumSize().width(), LEAST_HEIGHT)
