"""How one class looks in the list: its colour, its name, how many boxes and images have it, and its digit key."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.classes.class_model import ClassRole
from desktop_app.style import Theme, theme

ROW_HEIGHT = 30
MARGIN = 10
SWATCH = 14
KEY = QSize(20, 20)
COUNT_WIDTH = 56


class ClassDelegate(QStyledItemDelegate):
    """Selected means: the class that the next box gets."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        present = theme()
        row: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, QColor(present.chosen))
            painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), QColor(present.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, QColor(present.raised))
        swatch = QRect(row.left() + MARGIN, row.center().y() - SWATCH // 2 + 1, SWATCH, SWATCH)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(index.data(Qt.ItemDataRole.DecorationRole))
        painter.drawRoundedRect(swatch, 4, 4)
        self._paint_key(painter, _key_place(row), index.data(ClassRole.DIGIT), present)
        self._paint_words(painter, row, index, present)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex, present: Theme
    ) -> None:
        count = QRect(_key_place(row).left() - COUNT_WIDTH - 8, row.top(), COUNT_WIDTH, row.height())
        painter.setPen(QColor(present.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(count, middle | Qt.AlignmentFlag.AlignRight, f"{index.data(ClassRole.COUNT):n}")
        place = _name_place(row)
        painter.setPen(QColor(present.text))
        name = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_key(self, painter: QPainter, place: QRect, digit: str, present: Theme) -> None:
        if not digit:
            return
        painter.setPen(QColor(present.border))
        painter.setBrush(QColor(present.window))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(QColor(present.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, digit)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: QRect = option.rect
        editor.setGeometry(_name_place(row).adjusted(-4, 2, 0, -2))


def _key_place(row: QRect) -> QRect:
    place = QRect(0, 0, KEY.width(), KEY.height())
    place.moveCenter(row.center())
    place.moveRight(row.right() - MARGIN)
    return place


def _name_place(row: QRect) -> QRect:
    left = row.left() + MARGIN + SWATCH + 10
    return QRect(left, row.top(), _key_place(row).left() - COUNT_WIDTH - 14 - left, row.height())
