"""The buttons of the toolbar that the tour points at, by the names of their actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QToolBar, QWidget

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


def tool_button(window: MainWindow, name: str) -> QWidget:
    """The button of an action; the toolbar itself where there is none, so that the bubble stands near."""
    bar = window.findChild(QToolBar, "toolbar")
    assert bar is not None
    own = bar.findChild(QPushButton, f"{name}_button")  # the one that most people want next is no tool button
    return own or bar.widgetForAction(window.action(name)) or bar
