"""One picture of the gallery: its true box solid green, the predicted one dashed red, and what is right or wrong.

What a classifier looked at is framed solid green where it is right, and dashed red where it is not.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.picture_delegate import Caption, PictureDelegate, fitted, paint_outline, paint_thumbnail
from desktop_app.runs.page.gallery_model import GalleryModel
from desktop_app.runs.page.gallery_pictures import picture_key, view_of
from desktop_app.runs.page.gallery_words import caption_of
from desktop_app.style import theme
from desktop_app.thumbnails import Thumbnails
from training.dataset.box import Rectangle
from training.run.report.judged_images import JudgedImage, Verdict

TRUE_COLOUR, PREDICTED_COLOUR = "#35e06f", "#ff4d42"  # bright, in both themes: on pictures of any colour
BAD_LIGHT, BAD_DARK = "#b3261e", "#ff8a80"


class GalleryDelegate(PictureDelegate):
    def __init__(self, model: GalleryModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails
        self.unreadable: set[str] = set()
        self.has_folder = True

    def paint_picture(self, painter: QPainter, area: QRect, row: int) -> None:
        image = self._model.image_at(row)
        view, key = view_of(image), picture_key(image)
        place = fitted(view.width, view.height, area)
        pixmap = self._thumbnails.pixmap(key) if self.has_folder else None
        paint_thumbnail(painter, place, pixmap, is_missing=not self.has_folder or key in self.unreadable)
        if image.is_classified:  # its place is the person's in any case, and a whole image needs no frame
            if view.corners != image.predicted.corners:
                colour, style = frame_of(image)
                paint_outline(painter, _in_place(image.predicted, view, place), QColor(colour), style)
            return
        if image.truth is not None:
            paint_outline(painter, _in_place(image.truth, view, place), QColor(TRUE_COLOUR))
        if image.is_seen:
            seen = _in_place(image.predicted, view, place)
            paint_outline(painter, seen, QColor(PREDICTED_COLOUR), Qt.PenStyle.DashLine)

    def caption_at(self, row: int) -> Caption:
        image, colours = self._model.image_at(row), theme()
        caption = caption_of(image, self._model.threshold)
        bad = BAD_DARK if colours.is_dark else BAD_LIGHT
        return Caption(caption.text, bad if caption.is_bad else colours.text, image.filename)


def frame_of(image: JudgedImage) -> tuple[str, Qt.PenStyle]:
    """Of what was classified: by whether that is right."""
    if image.verdict is Verdict.WRONG_CLASS:
        return PREDICTED_COLOUR, Qt.PenStyle.DashLine
    return TRUE_COLOUR, Qt.PenStyle.SolidLine


def _in_place(box: Rectangle, view: Rectangle, place: QRectF) -> QRectF:
    """Where a box of the image lies in what is shown of it."""
    scale = place.width() / max(1.0, view.width)
    left, top = (box.xmin - view.xmin) * scale, (box.ymin - view.ymin) * scale
    return QRectF(place.left() + left, place.top() + top, box.width * scale, box.height * scale)
