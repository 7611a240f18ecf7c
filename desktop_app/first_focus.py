"""Where the keyboard goes when a page as a whole is given it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class FirstFocus(QObject):
    """`widget` gets what its page is given.

    A focus proxy would do that, too, but the Tab key then passes over everything that stands before it in the page.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.widget: QWidget | None = None
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent) and self.widget is not None:
            self.widget.setFocus(event.reason())
        return super().eventFilter(watched, event)
