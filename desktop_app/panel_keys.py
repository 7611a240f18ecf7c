"""Keys that go from panel to panel: the canvas has the Tab key for its own, and long lists need many presses."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.action_table import ActionRow, make_actions

# On a Mac Qt calls the Command key Ctrl, and the system has Command+Tab for itself.
CTRL = "Meta" if sys.platform == "darwin" else "Ctrl"


class PanelKeys(QObject):
    """`panels` are in the order in which they are gone through; one that takes no keys now is left out."""

    def __init__(self, window: QWidget, panels: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._panels = panels
        tip = self.tr("The keyboard goes to the next part of the window, such as from the picture to the classes")
        rows = [
            ActionRow("next_panel", self.tr("&Next panel"), lambda: self._step(1), (f"{CTRL}+Tab",), "", tip),
            ActionRow("previous_panel", self.tr("&Previous panel"), lambda: self._step(-1), (f"{CTRL}+Shift+Tab",)),
        ]
        self._actions = make_actions(self, rows)

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _step(self, step: int) -> None:
        focused = QApplication.focusWidget()
        present = next(
            (place for place, panel in enumerate(self._panels) if _has(panel, focused)), -1 if step > 0 else 0
        )
        count = len(self._panels)
        for number in range(1, count + 1):
            first = _first_in(self._panels[(present + step * number) % count])
            if first is not None:
                first.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _has(panel: QWidget, widget: QWidget | None) -> bool:
    return widget is not None and (panel is widget or panel.isAncestorOf(widget))


def _first_in(panel: QWidget) -> QWidget | None:
    """What the Tab key comes to first in a panel."""
    widget: QWidget | None = panel
    while widget is not None:
        takes_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if _has(panel, widget) and takes_keys and widget.isVisible() and widget.isEnabled():
            return widget
        widget = widget.nextInFocusChain()
        if widget is panel:
            break
    return None
