"""The table of files: a row each, sorted by a click on its header."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.predict.files.file_model import COLUMNS, SORTED_BY, FileModel
from desktop_app.predict.files.wanted_files import Order
from desktop_app.row_table import RowTable
from desktop_app.style import theme

Index = QModelIndex | QPersistentModelIndex
WIDTHS = {"file": 200, "class": 110, "score": 64, "details": 160, "problem": 240}
PADDING = 8  # beside a text
ABOUT_ANSWERS = ("class", "score", "details")


class CellDelegate(QStyledItemDelegate):
    """Paints a cell in one go: Qt's own way asks Python some ten times, and each time waits for the threads that read files."""

    def __init__(self, model: FileModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours, column = theme(), COLUMNS[index.column()]
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.chosen))
        text = self._model.text_at(index.row(), column)
        if not text:
            return
        # Of a name people need both ends, of a sentence its beginning.
        where = Qt.TextElideMode.ElideMiddle if column == "file" else Qt.TextElideMode.ElideRight
        side = Qt.AlignmentFlag.AlignRight if column == "score" else Qt.AlignmentFlag.AlignLeft
        place = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setPen(QColor(colours.problem if column == "problem" else colours.text))
        painter.drawText(
            place, int(side | Qt.AlignmentFlag.AlignVCenter), option.fontMetrics.elidedText(text, where, place.width())
        )


class FileTable(RowTable):
    order_asked = Signal(object, bool)  # Order, descending

    def __init__(self, model: FileModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("file_table")
        self.setAccessibleName(self.tr("Pictures and what the model sees in them"))
        self.setModel(model)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(CellDelegate(model, self))
        self.setMinimumWidth(240)
        self._make_header()

    def _make_header(self) -> None:
        header = self.horizontalHeader()
        header.setAccessibleName(self.tr("Columns of the table"))
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, WIDTHS[column])
        # With the table's own it asks about every row whether all of a column is selected, each time it is painted.
        header.setSelectionModel(QItemSelectionModel(self.model(), header))
        header.sectionClicked.connect(self._on_header_clicked)

    def dataChanged(self, top: Index, bottom: Index, roles: Sequence[int] = ()) -> None:
        """What is out of sight needs no painting."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height())
        if bottom.row() >= first and (last < 0 or top.row() <= last):
            super().dataChanged(top, bottom, roles)

    def show_order(self, order: Order, *, is_descending: bool) -> None:
        header = self.horizontalHeader()
        column = next(name for name, one in SORTED_BY.items() if one is order)
        header.setSortIndicatorShown(True)
        direction = Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(COLUMNS.index(column), direction)

    def show_columns(self, *, answers: bool, problems: bool) -> None:
        """Columns that would be empty leave their room to the others."""
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(
                number, (column in ABOUT_ANSWERS and not answers) or (column == "problem" and not problems)
            )

    def _on_header_clicked(self, section: int) -> None:
        order = SORTED_BY.get(COLUMNS[section])
        model = self.model()
        if order is None or not isinstance(model, FileModel):
            return
        wanted = model.wanted
        # Of scores people want the best first.
        is_descending = not wanted.is_descending if wanted.order is order else order is Order.SCORE
        self.order_asked.emit(order, is_descending)
