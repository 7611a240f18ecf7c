"""One picture of the gallery: its true box solid green, the predicted one dashed red, and what is right or wrong.

What a classifier looked at is framed solid green where it is right, and dashed red where it is not.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.icons import tinted_pixmap
from desktop_app.runs.page.gallery_model import GalleryModel
from desktop_app.runs.page.gallery_pictures import picture_key, view_of
from desktop_app.runs.page.gallery_words import caption_of
from desktop_app.style import theme
from desktop_app.thumbnails import Thumbnails
from training.dataset.box import Rectangle
from training.run.report.judged_images import JudgedImage, Verdict

CELL = QSize(204, 196)
PICTURE = QSize(188, 141)
MARGIN = 8
LINE = 18
# On pictures of any colour, in both themes: bright, on a dark edge.
TRUE_COLOUR, PREDICTED_COLOUR, EDGE_COLOUR = "#35e06f", "#ff4d42", "#000000"
BAD_LIGHT, BAD_DARK = "#b3261e", "#ff8a80"


class GalleryDelegate(QStyledItemDelegate):
    """Paints only; a thumbnail that is not there yet is asked for and painted when it comes."""

    def __init__(self, model: GalleryModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails
        self.unreadable: set[str] = set()
        self.has_folder = True

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        image = self._model.image_at(index.row())
        cell: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_background(painter, cell, option.state)
        area = QRect(cell.left() + MARGIN, cell.top() + MARGIN, PICTURE.width(), PICTURE.height())
        self._paint_picture(painter, area, image)
        self._paint_caption(painter, QRect(area.left(), area.bottom() + 4, area.width(), 2 * LINE), image)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRect, image: JudgedImage) -> None:
        view = view_of(image)
        key = picture_key(image)
        place = fitted(view.width, view.height, area)
        pixmap = self._thumbnails.pixmap(key) if self.has_folder else None
        painter.fillRect(place, QColor(theme().raised))
        if pixmap is not None:
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        elif not self.has_folder or key in self.unreadable:
            middle = QRect(0, 0, 24, 24)
            middle.moveCenter(place.center().toPoint())
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(middle.topLeft(), tinted_pixmap("image-missing", 24, theme().disabled, ratio))
        if image.is_classified:  # its place is the person's in any case, and a whole image needs no frame
            if view.corners != image.predicted.corners:
                _paint_box(painter, _in_place(image.predicted, view, place), *frame_of(image))
            return
        if image.truth is not None:
            _paint_box(painter, _in_place(image.truth, view, place), TRUE_COLOUR, Qt.PenStyle.SolidLine)
        if image.is_seen:
            _paint_box(painter, _in_place(image.predicted, view, place), PREDICTED_COLOUR, Qt.PenStyle.DashLine)

    def _paint_caption(self, painter: QPainter, place: QRect, image: JudgedImage) -> None:
        colours = theme()
        caption = caption_of(image, self._model.threshold)
        metrics = QFontMetrics(painter.font())
        first = QRect(place.left(), place.top(), place.width(), LINE)
        bad = BAD_DARK if colours.is_dark else BAD_LIGHT
        painter.setPen(QColor(bad if caption.is_bad else colours.text))
        text = metrics.elidedText(caption.text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(first, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(QColor(colours.muted))
        name = metrics.elidedText(image.filename, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(first.translated(0, LINE), int(Qt.AlignmentFlag.AlignVCenter), name)


def frame_of(image: JudgedImage) -> tuple[str, Qt.PenStyle]:
    """Of what was classified: by whether that is right."""
    if image.verdict is Verdict.WRONG_CLASS:
        return PREDICTED_COLOUR, Qt.PenStyle.DashLine
    return TRUE_COLOUR, Qt.PenStyle.SolidLine


def fitted(width: float, height: float, area: QRect) -> QRectF:
    """Where a picture of that size lies in an area, whole and in the middle."""
    scale = min(area.width() / max(1, width), area.height() / max(1, height))
    place = QRectF(0, 0, width * scale, height * scale)
    place.moveCenter(QRectF(area).center())
    return place


def _in_place(box: Rectangle, view: Rectangle, place: QRectF) -> QRectF:
    """Where a box of the image lies in what is shown of it."""
    scale = place.width() / max(1.0, view.width)
    left, top = (box.xmin - view.xmin) * scale, (box.ymin - view.ymin) * scale
    return QRectF(place.left() + left, place.top() + top, box.width * scale, box.height * scale)


def _paint_box(painter: QPainter, place: QRectF, colour: str, style: Qt.PenStyle) -> None:
    edge = QColor(EDGE_COLOUR)
    edge.setAlpha(130)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, 3.6))
    painter.drawRect(place)
    painter.setPen(QPen(QColor(colour), 2, style))
    painter.drawRect(place)


def _paint_background(painter: QPainter, cell: QRect, state: QStyle.StateFlag) -> None:
    colours = theme()
    inner = QRectF(cell).adjusted(2, 2, -2, -2)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(colours.chosen))
        painter.drawRoundedRect(inner, 6, 6)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(inner, 6, 6)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawRoundedRect(inner, 6, 6)
