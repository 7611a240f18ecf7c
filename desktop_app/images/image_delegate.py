"""How one image looks in the list: thumbnail, name, what was said about it, and a mark told by its shape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.document.document import Document
from desktop_app.icons import colour_of, tinted_pixmap
from desktop_app.images.image_filter import Mark
from desktop_app.images.image_list_model import ImageListModel
from desktop_app.picture_delegate import paint_missing
from desktop_app.style import Theme, theme
from desktop_app.thumbnails import Thumbnails
from desktop_app.words import on_one_line

ROW_HEIGHT = 54
MARGIN = 8
THUMBNAIL = QSize(56, 42)
MARK_SIZE = 16
DOT = 8
BADGE_HEIGHT = 17
MOST_IN_BADGE = 99
MARK_ROLES = {
    Mark.UNLABELLED: "disabled",
    Mark.LABELLED: "labelled",
    Mark.REVIEWED: "reviewed",
    Mark.PROBLEM: "problem",
}


def mark_pixmap(mark: Mark, size: int, ratio: float) -> QPixmap:
    return tinted_pixmap(f"state-{mark.value}", size, colour_of(theme(), MARK_ROLES[mark]), ratio)


class ImageDelegate(QStyledItemDelegate):
    """Paints only; a thumbnail that is not there yet is asked for and painted when it comes."""

    def __init__(self, document: Document, model: ImageListModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._model = model
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        image = self._model.image_at(index.row())
        mark = self._model.mark_of(image)
        present = theme()
        row: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_background(painter, row, option.state, present)
        left = QRect(row.left() + MARGIN, row.center().y() - THUMBNAIL.height() // 2 + 1, *_pair(THUMBNAIL))
        self._paint_thumbnail(painter, left, image, present)
        _paint_badge(painter, left, self._model.proposal_count(image), present)
        right = QRect(row.right() - MARGIN - MARK_SIZE, row.center().y() - MARK_SIZE // 2 + 1, MARK_SIZE, MARK_SIZE)
        painter.drawPixmap(right.topLeft(), mark_pixmap(mark, MARK_SIZE, painter.device().devicePixelRatioF()))
        text = QRect(left.right() + 10, row.top() + 8, right.left() - left.right() - 18, row.height() - 16)
        self._paint_text(painter, text, image, present)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, place: QRect, image: str, present: Theme) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(place), 4, 4)
        painter.fillPath(frame, QColor(present.raised))
        if self._model.problem_of(image):
            paint_missing(painter, place.center(), 20)
            return
        pixmap = self._thumbnails.pixmap(image)
        if pixmap is not None:
            painter.setClipPath(frame)
            painter.drawPixmap(QRectF(place), pixmap, _covering(pixmap.size(), place))
            painter.setClipping(False)

    def _paint_text(self, painter: QPainter, place: QRect, image: str, present: Theme) -> None:
        folder, _, file_name = on_one_line(image).rpartition("/")
        own = self._document.class_of_id(self._document.summary(image).class_id)
        second_line = self._second_line(image, folder)
        upper, lower = _halves(place) if second_line else (place, place)
        metrics: QFontMetrics = painter.fontMetrics()
        painter.setPen(QColor(present.text))
        name = metrics.elidedText(file_name, Qt.TextElideMode.ElideLeft, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if own is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(own.colour))
            painter.drawEllipse(QRect(lower.left(), lower.center().y() - DOT // 2 + 1, DOT, DOT))
            lower.setLeft(lower.left() + DOT + 5)
        painter.setPen(QColor(present.muted))
        shown = metrics.elidedText(second_line, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _second_line(self, image: str, folder: str) -> str:
        said = self._model.problem_of(image) or self._model.describe(image)
        return " · ".join(part for part in (said, folder) if part)


def _paint_background(painter: QPainter, row: QRect, state: QStyle.StateFlag, present: Theme) -> None:
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(row, QColor(present.chosen))
        painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), QColor(present.accent))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(row, QColor(present.raised))


def _paint_badge(painter: QPainter, thumbnail: QRect, count: int, present: Theme) -> None:
    """How many boxes a model proposes in the image."""
    if not count:
        return
    text = str(count) if count <= MOST_IN_BADGE else f"{MOST_IN_BADGE}+"
    width = max(painter.fontMetrics().horizontalAdvance(text) + 8, BADGE_HEIGHT)
    place = QRect(thumbnail.right() - width + 3, thumbnail.bottom() - BADGE_HEIGHT + 4, width, BADGE_HEIGHT)
    painter.setPen(QPen(QColor(present.base), 1.5))
    painter.setBrush(QColor(present.accent))
    painter.drawRoundedRect(place, BADGE_HEIGHT / 2, BADGE_HEIGHT / 2)
    painter.setPen(QColor(present.accent_text))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _covering(picture: QSize, place: QRect) -> QRectF:
    """The middle part of a picture that fills a place without changing its aspect ratio."""
    scale = max(place.width() / picture.width(), place.height() / picture.height())
    width, height = place.width() / scale, place.height() / scale
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)


def _halves(place: QRect) -> tuple[QRect, QRect]:
    half = place.height() // 2
    return (
        QRect(place.left(), place.top(), place.width(), half),
        QRect(place.left(), place.top() + half, place.width(), half),
    )


def _pair(size: QSize) -> tuple[int, int]:
    return size.width(), size.height()
