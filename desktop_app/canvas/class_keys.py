"""Digits choose classes wherever the keyboard is in the window; text fields still get theirs first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

DIGITS = range(1, 10)


def make_class_keys(parent: QWidget, chosen: Callable[[int, bool], None]) -> None:
    """`chosen` gets the position in the class list, from 0, and whether Shift was held."""
    for digit in DIGITS:
        for prefix in ("", "Shift+"):
            shortcut = QShortcut(QKeySequence(f"{prefix}{digit}"), parent)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda at=digit - 1, shift=bool(prefix): chosen(at, shift))
