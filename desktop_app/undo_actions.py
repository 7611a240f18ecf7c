"""Undo and redo, named after the step that they take back or do again."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from desktop_app.action_table import ActionRow, make_actions, with_keys
from desktop_app.document.document import Document


class UndoActions(QObject):
    """The actions call the document, never the stack: a step is stored before the stack moves."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        rows = [
            ActionRow("undo", self.tr("&Undo"), document.undo, ("Ctrl+Z",), "undo", repeats=True),
            ActionRow("redo", self.tr("&Redo"), document.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", repeats=True),
        ]
        self._actions = make_actions(self, rows)
        stack = document.undo_stack
        stack.canUndoChanged.connect(self._actions["undo"].setEnabled)
        stack.canRedoChanged.connect(self._actions["redo"].setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text_changed)
        stack.redoTextChanged.connect(self._on_redo_text_changed)
        self._actions["undo"].setEnabled(stack.canUndo())
        self._actions["redo"].setEnabled(stack.canRedo())

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _on_undo_text_changed(self, step: str) -> None:
        _name(self._actions["undo"], self.tr("&Undo: %1").replace("%1", step) if step else self.tr("&Undo"))

    def _on_redo_text_changed(self, step: str) -> None:
        _name(self._actions["redo"], self.tr("&Redo: %1").replace("%1", step) if step else self.tr("&Redo"))


def _name(action: QAction, text: str) -> None:
    action.setText(text)
    action.setToolTip(with_keys(text, action.shortcuts()))
