"""Which classes are taken for which others: a table whose cells lead to their pictures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_app.style import theme
from desktop_app.words import counted, filled, percent, tooltip
from training.run.report.confusion import Confusion

CELL = QSize(76, 34)
TALLEST = 620
STRONGEST_SHADE = 150  # of 255: text stays readable on it
Index = QModelIndex | QPersistentModelIndex
ItemRole = Qt.ItemDataRole


class ConfusionModel(QAbstractTableModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confusion = Confusion((), False, ())

    def show_confusion(self, confusion: Confusion | None) -> None:
        self.beginResetModel()
        self.confusion = confusion or Confusion((), False, ())
        self.endResetModel()

    def name_of(self, place: int) -> str:
        classes = self.confusion.classes
        return classes[place] if place < len(classes) else self.tr("nothing")

    def class_at(self, place: int) -> str | None:
        """None for "nothing"."""
        classes = self.confusion.classes
        return classes[place] if place < len(classes) else None

    def count_at(self, row: int, column: int) -> int:
        return self.confusion.counts[row][column]

    def share_at(self, row: int, column: int) -> float:
        total = sum(self.confusion.counts[row])
        return self.count_at(row, column) / total if total else 0.0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.confusion.counts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return self.rowCount(parent)

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == ItemRole.DisplayRole:
            return str(self.count_at(row, column))
        if role in (ItemRole.ToolTipRole, ItemRole.AccessibleTextRole, ItemRole.AccessibleDescriptionRole):
            return tooltip(self._words(row, column)) if role == ItemRole.ToolTipRole else self._words(row, column)
        return int(Qt.AlignmentFlag.AlignCenter) if role == ItemRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> Any:
        if role == ItemRole.ToolTipRole:
            return tooltip(self.name_of(section))
        return self.name_of(section) if role == ItemRole.DisplayRole else None

    def _words(self, row: int, column: int) -> str:
        count = self.count_at(row, column)
        images = counted(count, self.tr("1 time"), self.tr("%n times"))
        share = percent(self.share_at(row, column))
        text = self.tr("There is %1, seen is %2: %3 (%4 of the row)")
        return filled(text, self.name_of(row), self.name_of(column), images, share)


class ConfusionView(QTableView):
    """Arrow keys move in it, Enter or a click chooses a cell."""

    cell_chosen = Signal(object, object)  # the class that is there and the one that was seen; None for nothing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ConfusionModel(self)
        self.setModel(self.table)
        self.setItemDelegate(_CellDelegate(self))
        self.setObjectName("confusion")
        self.setAccessibleName(self.tr("Confusion matrix: rows are what is there, columns what was seen"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
            header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.horizontalHeader().setDefaultSectionSize(CELL.width())
        self.verticalHeader().setDefaultSectionSize(CELL.height())
        self.verticalHeader().setMaximumWidth(180)
        self.clicked.connect(self._choose)

    def show_confusion(self, confusion: Confusion | None) -> None:
        self.table.show_confusion(confusion)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As large as the whole table; where there is less room it scrolls."""
        header = self.verticalHeader().sizeHint().width()
        count = self.table.rowCount()
        height = self.horizontalHeader().sizeHint().height() + count * CELL.height() + 4
        return QSize(header + count * CELL.width() + 4, min(TALLEST, height))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(200, self.sizeHint().height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: Index) -> None:
        self.cell_chosen.emit(self.table.class_at(index.row()), self.table.class_at(index.column()))


class _CellDelegate(QStyledItemDelegate):
    """The count, on a shade by its share of the row; right answers bold and framed, so that colour says nothing alone."""

    def __init__(self, view: ConfusionView) -> None:
        super().__init__(view)
        self._table = view.table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme()
        row, column = index.row(), index.column()
        cell = option.rect.adjusted(1, 1, -1, -1)
        shade = QColor(colours.accent)
        shade.setAlpha(round(STRONGEST_SHADE * self._table.share_at(row, column)))
        painter.save()
        painter.fillRect(cell, QColor(colours.base))
        painter.fillRect(cell, shade)
        painter.setPen(QPen(QColor(colours.border_strong if row == column else colours.border), 1))
        painter.drawRect(cell.adjusted(0, 0, -1, -1))
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        count = self._table.count_at(row, column)
        font = QFont(option.font)
        font.setBold(row == column)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if count else colours.muted))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(count) if count else "·")
        painter.restore()
