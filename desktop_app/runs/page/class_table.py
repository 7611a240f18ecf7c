"""How well each class is told: a table that sorts by a press on a heading, the worst first at the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget

from desktop_app.words import percent
from training.run.report.measuring import ClassFigures

MOST_ROWS = 14  # in sight; more of them scroll
F1 = 4
ROOM = 6  # pixels below the last row
NAME_WIDTH, NUMBER_WIDTH, WIDEST = 120, 78, 620
VALUE = Qt.ItemDataRole.UserRole


class ClassTable(QTreeWidget):
    """Hidden where there is nothing to tell by class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self.setAccessibleName(self.tr("Precision, recall and F1 of each class"))
        self.setHeaderLabels(
            [self.tr("Class"), self.tr("Samples"), self.tr("Precision"), self.tr("Recall"), self.tr("F1")]
        )
        self._explain()
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumWidth(WIDEST)
        for column in range(1, self.columnCount()):
            self.setColumnWidth(column, NUMBER_WIDTH)
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignHCenter)
        self.setSortingEnabled(True)
        self.sortByColumn(F1, Qt.SortOrder.AscendingOrder)

    def _explain(self) -> None:
        tips = {
            2: self.tr("How many of those taken for this class are of it"),
            3: self.tr("How many of those of this class were taken for it"),
            F1: self.tr("The harmonic mean of precision and recall"),
        }
        for column, tip in tips.items():
            self.headerItem().setToolTip(column, tip)

    def show_classes(self, classes: Sequence[ClassFigures]) -> None:
        self.setVisible(bool(classes))
        self.clear()
        self.addTopLevelItems([_ClassItem(one) for one in classes])
        self.updateGeometry()

    @property
    def rows(self) -> list[list[str]]:
        """As they are shown."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [[item.text(column) for column in range(self.columnCount())] for item in items if item is not None]

    def sizeHint(self) -> QSize:
        rows = min(MOST_ROWS, self.topLevelItemCount())
        height = self.header().sizeHint().height() + rows * max(self.sizeHintForRow(0), 1)
        return QSize(WIDEST, height + 2 * self.frameWidth() + ROOM)

    def minimumSizeHint(self) -> QSize:
        return QSize(NAME_WIDTH + (self.columnCount() - 1) * NUMBER_WIDTH, self.sizeHint().height())


class _ClassItem(QTreeWidgetItem):
    """Sorts by numbers, not by how they are written; a class that nothing can be said of comes after the perfect ones."""

    def __init__(self, one: ClassFigures) -> None:
        shares = (one.precision, one.recall, one.f1)
        super().__init__([one.name, f"{one.count:n}", *map(percent, shares)])
        values: list[Any] = [one.name.casefold(), one.count, *(2.0 if share is None else share for share in shares)]
        for column, value in enumerate(values):
            self.setData(column, VALUE, value)
            if column:
                self.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column = tree.sortColumn() if tree is not None else 0
        return bool(self.data(column, VALUE) < other.data(column, VALUE))
