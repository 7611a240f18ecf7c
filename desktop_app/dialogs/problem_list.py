"""Everything that could not be used, line by line, to be read and copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.small_widgets import BY_MOUSE_AND_KEYS, push_button
from desktop_app.words import counted, on_one_line
from training.dataset.dataset import Problem

LEAST_HEIGHT = 96
MOST_SHOWN = 10_000  # lines; a text widget takes seconds for hundreds of thousands


class _Lines(QPlainTextEdit):
    """As high as a few lines; the person makes the dialog larger who has more of them."""

    def sizeHint(self) -> QSize:
        return QSize(LEAST_HEIGHT, LEAST_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ProblemList(QWidget):
    """A title and the list; hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[str] = []
        self._title = QLabel()
        self._title.setWordWrap(True)
        self._lines = _Lines()
        self._lines.setReadOnly(True)
        self._lines.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
        self._lines.setTabChangesFocus(True)
        self._lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        tip = self.tr("Copy these lines, to keep them or to send them")
        self.copy_button = push_button(self.tr("Copy list"), self._on_copy, tip=tip)
        top.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._lines, 1)
        self.hide()

    @property
    def text(self) -> str:
        """All of them, as they are copied."""
        return "\n".join(self._all)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_problems(self, title: str, problems: Iterable[Problem]) -> None:
        self._all = [on_one_line(str(problem)) for problem in problems]
        shown, more = self._all[:MOST_SHOWN], len(self._all) - MOST_SHOWN
        if more > 0:
            one, many = self.tr("… and 1 more: Copy list has it"), self.tr("… and %n more: Copy list has them")
            shown.append(counted(more, one, many))
        self._title.setText(title)
        self._lines.setAccessibleName(title)
        self._lines.setPlainText("\n".join(shown))
        self.setVisible(bool(self._all))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
