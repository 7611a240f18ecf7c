"""Goes through a page with the Tab key alone, as people do who use no mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

MOST_STEPS = 200


def tab_walk(window: QWidget) -> list[QWidget]:
    """What gets the focus, in its order, until it comes round to where it began or stays where it is."""
    window.activateWindow()
    QCoreApplication.processEvents()
    before = window.focusWidget()
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
    visited: list[QWidget] = []
    while len(visited) < MOST_STEPS:
        focused = QApplication.focusWidget()
        if focused is None or focused.window() is not window or focused in visited:
            break
        visited.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is focused:  # it has that key for its own
            QTest.keyClick(focused, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    if before is not None:
        before.setFocus()
    return visited


def never_reached(window: QWidget, visited: Sequence[QWidget]) -> list[QWidget]:
    """Controls that take the focus by Tab and were not visited; of radio buttons one stands for its group."""
    missing = []
    for widget in window.findChildren(QWidget):
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if not takes_tab or not widget.isVisible() or not widget.isEnabled() or widget.window() is not window:
            continue
        if widget in visited or _is_of_a_group(widget) or _is_part_of(widget, visited):
            continue
        missing.append(widget)
    return missing


def _is_of_a_group(widget: QWidget) -> bool:
    if not isinstance(widget, QAbstractButton):
        return False
    group = widget.group()
    return widget.autoExclusive() or (group is not None and group.exclusive())


def _is_part_of(widget: QWidget, visited: Sequence[QWidget]) -> bool:
    """The field inside an editable choice or a number."""
    above = widget.parentWidget()
    return isinstance(above, QComboBox) or (above is not None and above in visited and widget.focusProxy() is above)
