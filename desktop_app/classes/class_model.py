"""The project's classes in their one stored order, with their counts; rows can be dragged to another place."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.words import tooltip
from training.dataset.records import ClassRecord

Index = QModelIndex | QPersistentModelIndex
DIGITS = 9


class ClassRole(IntEnum):
    ID = Qt.ItemDataRole.UserRole
    COUNT = Qt.ItemDataRole.UserRole + 1
    DIGIT = Qt.ItemDataRole.UserRole + 2


class ClassModel(QAbstractListModel):
    """Shows what the document holds; renaming in place and dropping a row ask the verbs."""

    name_refused = Signal(str)  # a sentence

    def __init__(self, document: Document, edits: ClassEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._edits = edits
        self._shown: tuple[ClassRecord, ...] = document.classes
        document.classes_changed.connect(self._on_classes_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        return 0 if parent.isValid() else len(self._shown)

    def class_at(self, row: int) -> ClassRecord:
        return self._shown[row]

    def row_of(self, class_id: int | None) -> int | None:
        return next((row for row, record in enumerate(self._shown) if record.id == class_id), None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        record = self._shown[index.row()]
        boxes = self._document.class_counts.get(record.id, 0)
        images = self._document.image_class_counts.get(record.id, 0)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return record.name
            case Qt.ItemDataRole.DecorationRole:
                return QColor(record.colour)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tooltip(record, index.row(), self.in_words(boxes, images)))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{record.name}, {self.in_words(boxes, images)}"
            case ClassRole.ID:
                return record.id
            case ClassRole.COUNT:
                return boxes + images
            case ClassRole.DIGIT:
                return str(index.row() + 1) if index.row() < DIGITS else ""
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        refused = self._edits.rename(self._shown[index.row()].id, str(value))
        if refused:
            self.name_refused.emit(refused)
        return not refused

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    # --- dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def moveRows(
        self, source_parent: Index, source_row: int, count: int, target_parent: Index, target_row: int
    ) -> bool:
        """What the view asks for when a row was dropped: `target_row` counts with the row still in its old place."""
        if count != 1 or not 0 <= source_row < len(self._shown):
            return False
        target = target_row - 1 if target_row > source_row else target_row
        self._edits.move(self._shown[source_row].id, target)
        return True

    # --- following the document

    def _on_classes_changed(self) -> None:
        shown, now = [record.id for record in self._shown], self._document.classes
        if shown == [record.id for record in now]:
            self._shown = now
            if self._shown:
                self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))
            return
        self.beginResetModel()
        self._shown = now
        self.endResetModel()

    def in_words(self, boxes: int, images: int) -> str:
        """Images are told where there are some."""
        told = self.tr("1 box") if boxes == 1 else self.tr("%n boxes", "", boxes)
        if not images:
            return told
        whole = self.tr("1 whole image") if images == 1 else self.tr("%n whole images", "", images)
        return whole if not boxes else self.tr("%1 and %2").replace("%1", told).replace("%2", whole)

    def _tooltip(self, record: ClassRecord, row: int, count: str) -> str:
        lines = [f"{record.name}: {count}"]
        if row < DIGITS:
            keys = self.tr(
                "Key %1: class of the next box and of the selected ones. Shift+%1: class of the whole image."
            )
            lines.append(keys.replace("%1", str(row + 1)))
        lines.append(self.tr("Double-click or F2 to rename, drag to reorder, right-click for more."))
        return "\n".join(lines)
