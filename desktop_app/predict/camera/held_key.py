"""A key that does something for as long as it is held, whatever happens to the focus meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

# A held key repeats under X11 as releases and presses; in a busy program Qt can't tell such a release from a real one,
# since the press has not arrived yet. It follows within milliseconds.
RELEASED_MS = 50


class HeldKey(QObject):
    """The owner hands its key presses to `press`. While the key is held every release in the program is looked at: the
    focus may have gone elsewhere. Leaving the window or the program ends it, too.
    """

    begun = Signal()
    ended = Signal()

    def __init__(self, key: Qt.Key, owner: QWidget) -> None:
        super().__init__(owner)
        self._key = key
        self._owner = owner
        self.is_held = False
        self._released = QTimer(self, singleShot=True, interval=RELEASED_MS)
        self._released.timeout.connect(self.let_go)

    def press(self, event: QKeyEvent) -> bool:
        """Whether it was this key; a key that is held repeats, which is nothing new."""
        if event.key() != self._key or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if not event.isAutoRepeat() and not self.is_held:
            self.is_held = True
            _application().installEventFilter(self)
            self.begun.emit()
        return True

    def let_go(self) -> None:
        self._released.stop()
        if self.is_held:
            self.is_held = False
            _application().removeEventFilter(self)
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if event.key() == self._key and not event.isAutoRepeat():
                self._released.start()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == self._key:
            self._released.stop()
        elif kind == QEvent.Type.ApplicationStateChange or (
            kind == QEvent.Type.WindowDeactivate and watched is self._owner.window()
        ):
            self.let_go()
        return False


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
