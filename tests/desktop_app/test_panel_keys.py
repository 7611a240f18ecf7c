"""From panel to panel by keys, and into the first control of a page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.first_focus import FirstFocus
from desktop_app.panel_keys import PanelKeys


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """Three panels with two fields each, called 1a to 3b."""
    window = QMainWindow()
    qtbot.addWidget(window)
    middle = QWidget()
    layout = QVBoxLayout(middle)
    panels = []
    for number in range(1, 4):
        panel = QWidget()
        inside = QVBoxLayout(panel)
        for letter in "ab":
            field = QLineEdit(f"{number}{letter}")
            inside.addWidget(field)
        layout.addWidget(panel)
        panels.append(panel)
    window.setCentralWidget(middle)
    keys = PanelKeys(window, panels)
    window.addActions(keys.actions())
    window.panels = panels
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(backwards: bool = False) -> str:
    """Ctrl+Tab, or with Shift, which every platform sends as another key; what has the focus then."""
    focused = QApplication.focusWidget()
    if backwards:
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(focused, Qt.Key.Key_Backtab, modifiers)
    else:
        QTest.keyClick(focused, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    now = QApplication.focusWidget()
    assert isinstance(now, QLineEdit)
    return now.text()


def test_the_keys_go_round_the_panels_and_back(window):
    window.panels[0].findChildren(QLineEdit)[1].setFocus()
    assert [press() for _ in range(3)] == ["2a", "3a", "1a"]
    assert [press(backwards=True) for _ in range(2)] == ["3a", "2a"]


def test_a_panel_that_takes_no_keys_now_is_passed_over(window):
    window.panels[0].findChildren(QLineEdit)[0].setFocus()
    window.panels[1].hide()
    assert press() == "3a"
    window.panels[0].findChildren(QLineEdit)[0].setEnabled(False)
    assert press() == "1b"


def test_the_tab_key_passes_nothing_over_in_a_page_that_gives_its_focus_on(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout, page = QVBoxLayout(window), QWidget()
    inside = QVBoxLayout(page)
    buttons = [QPushButton(name) for name in ("before", "first", "after")]
    for button in buttons:
        inside.addWidget(button)
    above = QPushButton("above")
    layout.addWidget(above)
    layout.addWidget(page)
    first = FirstFocus(page)
    first.widget = buttons[1]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    assert QApplication.focusWidget() is buttons[1]
    above.setFocus()
    QTest.keyClick(above, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is buttons[0]
