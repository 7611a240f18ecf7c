"""One picture of the contact sheet with its boxes, or the best classes as bars, and what is seen in words below."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.icons import tinted_pixmap
from desktop_app.predict.files.answer_columns import State
from desktop_app.predict.files.file_model import FileModel
from desktop_app.style import theme
from desktop_app.thumbnails import Thumbnails
from desktop_app.words import score_text
from training.run.answers.prediction import Answer, ClassAnswer, PredictedBox

CELL = QSize(204, 200)
PICTURE = QSize(188, 141)
MARGIN = 8
LINE = 19
BAR_LINE = 16
EDGE = QColor(0, 0, 0, 140)
PLATE = QColor(22, 24, 29, 190)
PLATE_TEXT = QColor("#ffffff")
UNKNOWN = QColor("#9aa0a6")
BARS_PART = 0.62  # of the picture's height at most


class ContactDelegate(QStyledItemDelegate):
    """Paints only; a thumbnail that is not there yet is asked for and painted when it comes."""

    def __init__(self, model: FileModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails
        self.colours: Mapping[int, QColor] = {}
        self.unreadable: set[str] = set()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        number = self._model.number_at(index.row())
        cell: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_background(painter, cell, option.state)
        area = QRect(cell.left() + MARGIN, cell.top() + MARGIN, PICTURE.width(), PICTURE.height())
        self._paint_picture(painter, area, number)
        self._paint_caption(painter, QRect(area.left(), area.bottom() + 3, area.width(), LINE), number)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRect, number: int) -> None:
        columns = self._model.questions.columns
        is_broken = columns.state_of(number) is State.UNREADABLE or str(number) in self.unreadable
        pixmap = None if is_broken else self._thumbnails.pixmap(str(number))
        width, height = columns.size_of(number)
        if pixmap is not None and not width:
            width, height = pixmap.width(), pixmap.height()
        place = _fitted(width or area.width(), height or area.height(), area)
        painter.fillRect(place, QColor(theme().raised))
        if pixmap is not None:
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        elif is_broken:
            _paint_missing(painter, place)
        if columns.state_of(number) is State.DONE:
            self._paint_answer(painter, place, width, number)

    def _paint_answer(self, painter: QPainter, place: QRectF, width: int, number: int) -> None:
        answer = self._model.answer_of(number)
        scale = place.width() / max(1, width)
        for box in reversed(answer.boxes):  # the surest on top
            self._paint_box(painter, place, scale, box)
        told = answer if answer.rows else self._model.questions.columns.answer_of(number)
        for one in told.answers[:1]:
            if one.box is None:
                self._paint_bars(painter, place, one, is_sure=bool(answer.rows))

    def _paint_box(self, painter: QPainter, place: QRectF, scale: float, box: PredictedBox) -> None:
        outline = QRectF(
            place.left() + scale * box.xmin, place.top() + scale * box.ymin, scale * box.width, scale * box.height
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(EDGE, 3.6), QPen(self.colours.get(box.class_id, UNKNOWN), 2)):
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(outline)

    def _paint_bars(self, painter: QPainter, place: QRectF, answer: ClassAnswer, *, is_sure: bool) -> None:
        count = max(1, min(len(answer.top), int(BARS_PART * place.height() / BAR_LINE)))
        plate = QRectF(place.left(), place.bottom() - count * BAR_LINE, place.width(), count * BAR_LINE)
        painter.fillRect(plate, PLATE)
        font = QFont(painter.font())
        font.setPointSizeF(0.86 * font.pointSizeF())
        painter.setFont(font)
        metrics = QFontMetrics(font)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        for row, one in enumerate(answer.top[:count]):
            line = QRectF(plate.left(), plate.top() + row * BAR_LINE, plate.width(), BAR_LINE)
            bar = line.adjusted(1, 1, -1, -1)
            bar.setWidth(max(2.0, bar.width() * min(1.0, one.score)))
            colour = QColor(self.colours.get(one.class_id, UNKNOWN) if is_sure else UNKNOWN)
            colour.setAlpha(150)
            painter.fillRect(bar, colour)
            painter.setPen(PLATE_TEXT)
            share = score_text(one.score)
            room = line.width() - metrics.horizontalAdvance(share) - 14
            name = metrics.elidedText(one.label, Qt.TextElideMode.ElideMiddle, int(room))
            inside = line.adjusted(5, 0, -5, 0)
            painter.drawText(inside, align, name)
            painter.drawText(inside, align | Qt.AlignmentFlag.AlignRight, share)

    def _paint_caption(self, painter: QPainter, line: QRect, number: int) -> None:
        colours, columns = theme(), self._model.questions.columns
        state, answer = columns.state_of(number), self._model.answer_of(number)
        painter.setFont(self.parent().font())  # type: ignore[union-attr]
        metrics = QFontMetrics(painter.font())
        painter.setPen(QColor(_caption_colour(state, answer)))
        text = self._model.caption_of(number)
        align = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(line, align, metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width()))
        painter.setPen(QColor(colours.muted))
        name = metrics.elidedText(self._model.questions.files.name(number), Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line.translated(0, LINE), align, name)


def _caption_colour(state: State, answer: Answer) -> str:
    colours = theme()
    if state is State.UNREADABLE:
        return colours.problem
    return colours.text if answer.rows else colours.muted


def _fitted(width: float, height: float, area: QRect) -> QRectF:
    """Where a picture of that size lies in an area, whole and in the middle."""
    scale = min(area.width() / max(1, width), area.height() / max(1, height))
    place = QRectF(0, 0, width * scale, height * scale)
    place.moveCenter(QRectF(area).center())
    return place


def _paint_missing(painter: QPainter, place: QRectF) -> None:
    middle = QRect(0, 0, 24, 24)
    middle.moveCenter(place.center().toPoint())
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(middle.topLeft(), tinted_pixmap("image-missing", 24, theme().disabled, ratio))


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
