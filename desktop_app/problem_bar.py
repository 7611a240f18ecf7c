"""A sentence that must be seen, without stopping anybody: it stays until it is closed and can be copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.icon_mark import IconMark
from desktop_app.notice_bar import NoticeBar
from desktop_app.small_widgets import icon_button

MARK_SIZE = 18


class ProblemBar(NoticeBar):
    """Shows the last problem above the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("problem_bar", self.tr("Problem"), parent)
        self._mark = IconMark("state-problem", "problem", MARK_SIZE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        self.copy_button = icon_button("copy", self.tr("Copy this text"), self._on_copy)
        self.close_button = icon_button("close", self.tr("Close"), self.clear)
        layout.addWidget(self.copy_button)
        layout.addWidget(self.close_button)

    def show_problem(self, sentence: str) -> None:
        self._text.setText(sentence)
        self.show()

    def clear(self) -> None:
        self._text.clear()
        self.hide()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
