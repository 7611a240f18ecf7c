"""Actions are rows of a table next to what they act on; menus, toolbar and the overview of shortcuts are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from desktop_app.icons import set_icon


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
    text = text.replace("&", "").removesuffix("…")
    shown = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
    return f"{text} ({shown})" if shown else text
