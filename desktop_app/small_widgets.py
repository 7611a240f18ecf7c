"""Buttons and labels that every panel uses, with a tooltip and an accessible name from the start."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from desktop_app.icons import set_icon
from desktop_app.style import make_muted, make_primary

SMALL_ICON = QSize(16, 16)


def icon_button(icon: str, name: str, handler: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setIconSize(SMALL_ICON)
    set_icon(button, icon)
    button.clicked.connect(lambda: handler())
    return button


def push_button(text: str, handler: Callable[[], object], *, primary: bool = False) -> QPushButton:
    button = QPushButton(text)
    if primary:
        make_primary(button)
    button.clicked.connect(lambda: handler())
    return button


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label


def muted_label(text: str = "", *, wrap: bool = False) -> QLabel:
    label = QLabel(text)
    make_muted(label)
    label.setWordWrap(wrap)
    return label


def copyable(label: QLabel) -> QLabel:
    """Plain text that can be marked with the mouse and with keys."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
