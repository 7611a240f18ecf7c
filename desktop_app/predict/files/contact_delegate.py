"""One picture of the contact sheet with its boxes, or the best classes as bars, and what is seen in words below."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.picture_delegate import Caption, PictureDelegate, fitted, paint_outline, paint_thumbnail
from desktop_app.predict.files.answer_columns import State
from desktop_app.predict.files.file_model import FileModel
from desktop_app.style import theme
from desktop_app.thumbnails import Thumbnails
from desktop_app.words import score_text
from training.run.answers.prediction import ClassAnswer

BAR_LINE = 16
PLATE = QColor(22, 24, 29, 190)
PLATE_TEXT = QColor("#ffffff")
UNKNOWN = QColor("#9aa0a6")
BARS_PART = 0.62  # of the picture's height at most


class ContactDelegate(PictureDelegate):
    def __init__(self, model: FileModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails
        self.colours: Mapping[int, QColor] = {}
        self.unreadable: set[str] = set()

    def paint_picture(self, painter: QPainter, area: QRect, row: int) -> None:
        number, columns = self._model.number_at(row), self._model.questions.columns
        is_broken = columns.state_of(number) is State.UNREADABLE or str(number) in self.unreadable
        pixmap = None if is_broken else self._thumbnails.pixmap(str(number))
        width, height = columns.size_of(number)
        if pixmap is not None and not width:
            width, height = pixmap.width(), pixmap.height()
        place = fitted(width or area.width(), height or area.height(), area)
        paint_thumbnail(painter, place, pixmap, is_missing=is_broken)
        if columns.state_of(number) is State.DONE:
            self._paint_answer(painter, place, width, number)

    def caption_at(self, row: int) -> Caption:
        number, colours = self._model.number_at(row), theme()
        colour = colours.text if self._model.answer_of(number).rows else colours.muted
        if self._model.questions.columns.state_of(number) is State.UNREADABLE:
            colour = colours.problem
        return Caption(self._model.caption_of(number), colour, self._model.questions.files.name(number))

    def _paint_answer(self, painter: QPainter, place: QRectF, width: int, number: int) -> None:
        answer = self._model.answer_of(number)
        scale = place.width() / max(1, width)
        for box in reversed(answer.boxes):  # the surest on top
            corner = place.topLeft() + QPointF(box.xmin, box.ymin) * scale
            outline = QRectF(corner, QSizeF(scale * box.width, scale * box.height))
            paint_outline(painter, outline, self.colours.get(box.class_id, UNKNOWN))
        told = answer if answer.rows else self._model.questions.columns.answer_of(number)
        for one in told.answers[:1]:
            if one.box is None:
                self._paint_bars(painter, place, one, is_sure=bool(answer.rows))

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
