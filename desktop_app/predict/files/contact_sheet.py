"""Pictures in rows and columns. Qt's own view lays out each of 100,000 items anew; here a place is a division."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from desktop_app.picture_delegate import CELL

Index = QModelIndex | QPersistentModelIndex
Cursor = QAbstractItemView.CursorAction


class ContactSheet(QAbstractItemView):
    """Shows the first column of a table; whole rows are selected, so that a table can share the selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contact_sheet")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumWidth(CELL.width() + 24)
        self.setMouseTracking(True)

    # --- where things are

    @property
    def across(self) -> int:
        """Pictures side by side."""
        return max(1, self.viewport().width() // CELL.width())

    def _count(self) -> int:
        return 0 if self.model() is None else self.model().rowCount(self.rootIndex())

    def _cell(self, row: int) -> QRect:
        down, across = divmod(row, self.across)
        return QRect(
            self._left() + across * CELL.width(),
            down * CELL.height() - self.verticalOffset(),
            CELL.width(),
            CELL.height(),
        )

    def _left(self) -> int:
        """The columns stand in the middle."""
        return (self.viewport().width() - self.across * CELL.width()) // 2

    def _rows_in(self, area: QRect) -> range:
        """Those whose lines an area touches."""
        first = max(0, (area.top() + self.verticalOffset()) // CELL.height())
        last = max(-1, (area.bottom() + self.verticalOffset()) // CELL.height())
        return range(first * self.across, min(self._count(), (last + 1) * self.across))

    def visualRect(self, index: Index) -> QRect:
        return self._cell(index.row()) if index.isValid() and index.column() == 0 else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        column = (point.x() - self._left()) // CELL.width()
        if not 0 <= column < self.across or self._count() == 0:
            return QModelIndex()
        row = (point.y() + self.verticalOffset()) // CELL.height() * self.across + column
        return self.model().index(row, 0, self.rootIndex()) if 0 <= row < self._count() else QModelIndex()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return index.column() != 0

    def scrollTo(self, index: Index, hint: object = QAbstractItemView.ScrollHint.EnsureVisible) -> None:
        if not index.isValid():
            return
        cell, bar = self._cell(index.row()), self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + cell.center().y() - self.viewport().height() // 2)
        elif cell.top() < 0:
            bar.setValue(bar.value() + cell.top())
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + 1)

    def updateGeometries(self) -> None:
        lines = -(-self._count() // self.across)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines * CELL.height() - self.viewport().height()))
        bar.setPageStep(max(CELL.height(), self.viewport().height()))
        bar.setSingleStep(CELL.height() // 4)
        super().updateGeometries()

    # --- moving and selecting

    def moveCursor(self, action: Cursor, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count = self._count()
        if not count:
            return QModelIndex()
        page = self.across * max(1, self.viewport().height() // CELL.height())
        steps = {
            Cursor.MoveLeft: -1,
            Cursor.MovePrevious: -1,
            Cursor.MoveRight: 1,
            Cursor.MoveNext: 1,
            Cursor.MoveUp: -self.across,
            Cursor.MoveDown: self.across,
            Cursor.MovePageUp: -page,
            Cursor.MovePageDown: page,
            Cursor.MoveHome: -count,
            Cursor.MoveEnd: count,
        }
        row = self.currentIndex().row()
        wanted = 0 if row < 0 else row + steps[action]
        if action in (Cursor.MoveUp, Cursor.MoveDown) and not 0 <= wanted < count:
            wanted = row
        return self.model().index(max(0, min(count - 1, wanted)), 0, self.rootIndex())

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """A band that is drawn takes what it touches; else all from one corner to the other, as one reads."""
        is_band = self.state() == QAbstractItemView.State.DragSelectingState
        chosen = self._in_band(rect.normalized()) if is_band else self._between(rect.topLeft(), rect.bottomRight())
        self.selectionModel().select(chosen, command | QItemSelectionModel.SelectionFlag.Rows)

    def _between(self, start: QPoint, end: QPoint) -> QItemSelection:
        first, last = sorted(max(0, self.indexAt(point).row()) for point in (start, end))
        return QItemSelection(self.model().index(first, 0), self.model().index(last, 0))

    def _in_band(self, band: QRect) -> QItemSelection:
        first = max(0, (band.left() - self._left()) // CELL.width())
        last = min(self.across - 1, (band.right() - self._left()) // CELL.width())
        chosen = QItemSelection()
        rows = self._rows_in(band)
        for begin in range(rows.start, rows.stop, self.across):
            top, bottom = begin + first, min(begin + last, self._count() - 1)
            if top <= bottom:
                chosen.select(self.model().index(top, 0), self.model().index(bottom, 0))
        return chosen

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Only what can be seen, however much is selected."""
        seen = self._rows_in(self.viewport().rect())
        region = QRegion()
        for part in selection.toList():
            for row in range(max(part.top(), seen.start), min(part.bottom() + 1, seen.stop)):
                region += self._cell(row)
        return region

    # --- painting

    def dataChanged(self, top: Index, bottom: Index, roles: Sequence[int] = ()) -> None:
        """What is out of sight needs no painting."""
        seen = self._rows_in(self.viewport().rect())
        if top.row() < seen.stop and bottom.row() >= seen.start:
            super().dataChanged(top, bottom, roles)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        selected, current = self.selectionModel(), self.currentIndex().row()
        usual = option.state & ~QStyle.StateFlag.State_HasFocus
        pointer = self.viewport().mapFromGlobal(self.cursor().pos())
        for row in self._rows_in(event.rect()):
            index = self.model().index(row, 0, self.rootIndex())
            option.rect = self._cell(row)
            option.state = usual
            if selected is not None and selected.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            if option.rect.contains(pointer) and self.underMouse():
                option.state |= QStyle.StateFlag.State_MouseOver
            self.itemDelegate().paint(painter, option, index)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture that stood at the top stays in sight."""
        top = self.indexAt(QPoint(self._left(), 0))
        super().resizeEvent(event)
        self.updateGeometries()
        if top.isValid():
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.customContextMenuRequested.emit(event.pos())
