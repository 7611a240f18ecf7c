"""An icon that stands beside a text and is not pressed: it follows the appearance, and the screen it is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.icons import COLOUR_PROPERTY, NAME_PROPERTY, colour_of, set_icon, tinted_pixmap
from desktop_app.style import theme


class IconMark(QLabel):
    def __init__(self, name: str, role: str, size: int, parent: QWidget | None = None) -> None:
        """`role` is a colour of the theme, `size` is in logical pixels."""
        super().__init__(parent)
        self._size = size
        set_icon(self, name, role)

    def setIcon(self, _icon: QIcon) -> None:
        """What `set_icon` asks for, also when the appearance has changed; drawn in this size, not scaled to it."""
        name, role = str(self.property(NAME_PROPERTY)), str(self.property(COLOUR_PROPERTY))
        self.setPixmap(tinted_pixmap(name, self._size, colour_of(theme(), role), self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.setIcon(QIcon())
