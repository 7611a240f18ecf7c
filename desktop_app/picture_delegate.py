"""A picture among others in rows and columns: its cell, what is said below it, and outlines of boxes on it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.icons import tinted_pixmap
from desktop_app.style import theme

CELL = QSize(204, 200)
PICTURE = QSize(188, 141)
MARGIN = 8
LINE = 19
EDGE = QColor(0, 0, 0, 140)


class Caption(NamedTuple):
    text: str
    colour: str
    name: str  # of the picture, below it


class PictureDelegate(QStyledItemDelegate):
    """Paints only; a thumbnail that is not there yet is asked for and painted when it comes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_background(painter, cell, option.state)
        area = QRect(cell.topLeft() + QPoint(MARGIN, MARGIN), PICTURE)
        _paint_caption(painter, QRect(area.left(), area.bottom() + 3, area.width(), LINE), self.caption_at(index.row()))
        self.paint_picture(painter, area, index.row())
        painter.restore()

    def paint_picture(self, painter: QPainter, area: QRect, row: int) -> None:
        raise NotImplementedError

    def caption_at(self, row: int) -> Caption:
        raise NotImplementedError


def paint_thumbnail(painter: QPainter, place: QRectF, pixmap: QPixmap | None, *, is_missing: bool) -> None:
    painter.fillRect(place, QColor(theme().raised))
    if pixmap is not None:
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
    elif is_missing:
        paint_missing(painter, place.center().toPoint(), 24)


def paint_missing(painter: QPainter, centre: QPoint, side: int) -> None:
    """The mark of a picture that can't be read."""
    middle = QRect(0, 0, side, side)
    middle.moveCenter(centre)
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(middle.topLeft(), tinted_pixmap("image-missing", side, theme().disabled, ratio))


def paint_outline(painter: QPainter, place: QRectF, colour: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    """On a dark edge, so that it stands out from any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(EDGE, 3.6), QPen(colour, 2, style)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(place)


def fitted(width: float, height: float, area: QRect) -> QRectF:
    """Where a picture of that size lies in an area, whole and in the middle."""
    size = QSizeF(max(1, width), max(1, height)).scaled(QSizeF(area.size()), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(), size)
    place.moveCenter(QRectF(area).center())
    return place


def _paint_caption(painter: QPainter, line: QRect, caption: Caption) -> None:
    metrics = QFontMetrics(painter.font())
    align = int(Qt.AlignmentFlag.AlignVCenter)
    painter.setPen(QColor(caption.colour))
    painter.drawText(line, align, metrics.elidedText(caption.text, Qt.TextElideMode.ElideRight, line.width()))
    painter.setPen(QColor(theme().muted))
    name = metrics.elidedText(caption.name, Qt.TextElideMode.ElideMiddle, line.width())
    painter.drawText(line.translated(0, LINE), align, name)


def _paint_background(painter: QPainter, cell: QRect, state: QStyle.StateFlag) -> None:
    colours = theme()
    inner = QRectF(cell).adjusted(2, 2, -2, -2)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
        is_selected = state & QStyle.StateFlag.State_Selected
        painter.setBrush(QColor(colours.chosen if is_selected else colours.raised))
        painter.drawRoundedRect(inner, 6, 6)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawRoundedRect(inner, 6, 6)
