"""The Space key means two things: a tap, and a hold during which the mouse pans."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent

LONGEST_TAP_MS = 700  # who holds it longer wanted to pan and thought better of it
NO_REPEAT_BEFORE_MS = 200  # no system repeats a held key sooner
DOUBT_MS = 50


class SpaceKey(QObject):
    """Tells taps from holds.

    X11 repeats a held key as releases and presses, and Qt sometimes takes such a pair for real ones. A release that
    may be one of those counts only when no press follows at once.
    """

    tapped = Signal()
    held_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held_for = QElapsedTimer()
        self._may_be_tap = False
        self._doubt = QTimer(self, singleShot=True, interval=DOUBT_MS)
        self._doubt.timeout.connect(self._end)

    @property
    def is_held(self) -> bool:
        return self._held_for.isValid()

    def press(self, event: QKeyEvent) -> None:
        if self.is_held:
            self._doubt.stop()
            self._may_be_tap = False
        elif not event.isAutoRepeat():
            self._held_for.start()
            self._may_be_tap = True
            self.held_changed.emit(True)

    def release(self, event: QKeyEvent) -> None:
        if not self.is_held or event.isAutoRepeat():
            return
        self._may_be_tap = self._may_be_tap and self._held_for.elapsed() < LONGEST_TAP_MS
        if self._held_for.elapsed() < NO_REPEAT_BEFORE_MS:
            self._end()
        else:
            self._doubt.start()

    def use(self) -> None:
        """It was held for something, so its release is no tap."""
        self._may_be_tap = False

    def forget(self) -> None:
        """Its release will not be heard of."""
        self._may_be_tap = False
        if self.is_held:
            self._end()

    def _end(self) -> None:
        self._doubt.stop()
        self._held_for.invalidate()
        self.held_changed.emit(False)
        if self._may_be_tap:
            self.tapped.emit()
