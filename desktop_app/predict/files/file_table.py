"""The table of files: a row each, sorted by a click on its header."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_app.predict.files.file_model import COLUMNS, SORTED_BY, FileModel
from desktop_app.predict.files.wanted_files import Order
from desktop_app.style import theme

Index = QModelIndex | QPersistentModelIndex
WIDTHS = {"file": 200, "class": 110, "score": 64, "details": 160, "problem": 240}
ROW_PADDING = 10
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


class FileTable(QTableView):
    order_asked = Signal(object, bool)  # Order, descending

    def __init__(self, model: FileModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("file_table")
        self.setAccessibleName(self.tr("Pictures and what the model sees in them"))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(CellDelegate(model, self))
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumWidth(240)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # 100,000 rows are laid out without asking each
        rows.setDefaultSectionSize(self.fontMetrics().height() + ROW_PADDING)
        self._make_header()

    def _make_header(self) -> None:
        header = self.horizontalHeader()
        header.setAccessibleName(self.tr("Columns of the table"))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
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

    def restore_layout(self, state: QByteArray) -> None:
        if not state.isEmpty():
            self.horizontalHeader().restoreState(state)

    def layout_state(self) -> QByteArray:
        return self.horizontalHeader().saveState()

    def _on_header_clicked(self, section: int) -> None:
        order = SORTED_BY.get(COLUMNS[section])
        model = self.model()
        if order is None or not isinstance(model, FileModel):
            return
        wanted = model.wanted
        # Of scores people want the best first.
        is_descending = not wanted.is_descending if wanted.order is order else order is Order.SCORE
        self.order_asked.emit(order, is_descending)
