"""Actions are rows of a table next to what they act on; menus, toolbar and the overview of shortcuts are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from desktop_app.icons import set_icon

SEPARATOR = ""  # among names
BAR_ICON = QSize(18, 18)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """`name` is what the window finds the action by; `tip` says more than the text where that helps."""

    name: str
    text: str
    handler: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    repeats: bool = False  # while the key is held


def make_actions(parent: QObject, rows: Iterable[ActionRow]) -> dict[str, QAction]:
    return {row.name: make_action(parent, row) for row in rows}


def make_action(parent: QObject, row: ActionRow) -> QAction:
    action = QAction(row.text, parent)
    action.setObjectName(row.name)
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setAutoRepeat(row.repeats)
    action.setToolTip(with_keys(row.tip or row.text, action.shortcuts()))
    if row.icon:
        set_icon(action, row.icon)
    # A lambda keeps `checked`, which Qt sends along, from the handler.
    action.triggered.connect(lambda: row.handler())
    return action


def with_keys(text: str, keys: Iterable[QKeySequence]) -> str:
    """A tooltip that ends with its keys."""
    text = plain_words(text)
    shown = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
    return f"{text} ({shown})" if shown else text


def plain_words(text: str) -> str:
    """Of an action, without the mark of its letter and the dots of its dialog."""
    return text.replace("&", "").removesuffix("…")


def action_button(action: QAction, *, has_text: bool = True) -> QToolButton:
    """As the action looks and does; without a text a screen reader still says what it is."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(BAR_ICON)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(plain_words(action.text()))
    if has_text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


class ActionSet(QObject):
    """The actions of one page, found by name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def allow(self, **possible: bool) -> None:
        for name, is_possible in possible.items():
            self._actions[name].setEnabled(is_possible)

    def add_to(self, place: QMenu | QToolBar, names: Iterable[str]) -> None:
        for name in names:
            if name == SEPARATOR:
                place.addSeparator()
            else:
                place.addAction(self._actions[name])

    def make_menu(self, parent: QWidget, names: Iterable[str]) -> QMenu:
        """It goes when it is closed."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_to(menu, names)
        return menu
