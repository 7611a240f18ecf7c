"""Tells when what a bubble stands beside has moved, changed its size, come or gone."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

MOVING = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange})


class Follower(QObject):
    """Looks at some widgets and at all they lie in; many events of one moment are told once."""

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched: list[QWidget] = []
        self._telling = QTimer(self, singleShot=True, interval=0)
        self._telling.timeout.connect(self.moved)

    def follow(self, widgets: Sequence[QWidget]) -> None:
        """These from now on, and no others."""
        wanted: list[QWidget] = []
        for widget in widgets:
            above: QWidget | None = widget
            while above is not None and above not in wanted:
                wanted.append(above)
                above = None if above.isWindow() else above.parentWidget()
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        for widget in wanted:
            widget.installEventFilter(self)
        self._watched = wanted

    def stop(self) -> None:
        self.follow(())
        self._telling.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVING:
            self._telling.start()
        return False
