"""What bars that say something beside a picture share: a text that can be copied, and manners with the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.small_widgets import copyable


class NoticeBar(QFrame):
    """`keyboard_let_go` says that it hid with the focus inside: Qt would give that to whatever field comes next."""

    keyboard_let_go = Signal()

    def __init__(self, object_name: str, text_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._text = copyable(QLabel())
        self._text.setWordWrap(True)
        self._text.setAccessibleName(text_name)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def _lay_out(self, buttons: Sequence[QWidget], close: QWidget) -> None:
        """The text with what closes it, and beneath it the rest: beside it little would be left for the words."""
        row = QHBoxLayout()
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        said = QHBoxLayout()
        said.addWidget(self._text, 1)
        said.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(row)  # first: so Tab comes to what is offered before it comes to closing
        layout.insertLayout(0, said)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        focus = self.window().focusWidget()
        if self.isHidden() and focus is not None and self.isAncestorOf(focus):
            self.keyboard_let_go.emit()

    def _show_parts(self, parts: Mapping[QWidget, bool]) -> None:
        """And the bar. What comes is shown before the rest hides, so that a focus in it stays in the bar."""
        for is_wanted in (True, False):
            for part, wanted in parts.items():
                if wanted is is_wanted:
                    part.setVisible(wanted)
        self.show()
