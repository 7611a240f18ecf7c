"""The class that recorded pictures get: one of the project's, or a new one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_app.document.change import Change
from desktop_app.document.class_edits import next_class
from desktop_app.document.document import Document
from training.dataset.records import ClassRecord


class ClassChoice(QComboBox):
    chosen = Signal()  # Enter, or one of the list

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumWidth(140)
        self.setAccessibleName(self.tr("Class of recorded pictures"))
        self.setToolTip(self.tr("The class that recorded pictures get; a new name makes a class"))
        edit = self.lineEdit()
        assert edit is not None
        edit.setAccessibleName(self.accessibleName())
        edit.setPlaceholderText(self.tr("Class"))
        edit.returnPressed.connect(self.chosen)
        completer = self.completer()
        assert completer is not None
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)  # “Fork” may be another class than “fork”
        self.activated.connect(lambda _index: self.chosen.emit())
        document.classes_changed.connect(self._fill)
        document.project_opened.connect(self._on_project_opened)
        self._on_project_opened()

    @property
    def name(self) -> str:
        return self.currentText().strip()

    def class_to_record(self) -> ClassRecord | None:
        """The class of that name, made if there is none; None where there is no name, or it can't be stored."""
        if not self.name:
            return None
        known = self._document.class_named(self.name)
        if known is not None:
            return known
        made = next_class(self._document, self.name)
        classes = self._document.classes
        return made if self._document.push(Change(self.tr("Add class"), classes=(classes, (*classes, made)))) else None

    def _on_project_opened(self) -> None:
        self.setEditText("")
        self._fill()
        self.setCurrentIndex(0 if self.count() else -1)

    def _fill(self) -> None:
        """What was typed stays."""
        names = [record.name for record in self._document.classes]
        if names == [self.itemText(index) for index in range(self.count())]:
            return
        typed = self.currentText()
        self.clear()
        self.addItems(names)
        self.setEditText(typed)
