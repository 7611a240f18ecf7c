"""The photo itself, sharp at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import ImageSize

SHOW_PIXELS_ABOVE = 3.0  # screen pixels for an image pixel: from here on people want to see the pixels
FRAME = QColor(0, 0, 0, 60)
SHRINK_BELOW = 0.7  # Qt's smooth painting skips pixels when it shrinks more than this, and thin lines flicker


class PictureLayer:
    """Shows a picture; when the zoom rests, one scaled to exactly the screen's pixels."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._item = scene.addPixmap(QPixmap())
        self._item.setZValue(Depth.PICTURE)
        self._frame = scene.addRect(QRectF())
        self._frame.setZValue(Depth.PICTURE)
        self._picture = QImage()
        self._whole = QPixmap()
        self._size = ImageSize(0, 0)
        self._is_shrunk = False

    @property
    def is_smooth(self) -> bool:
        """Whether pixels are blended; enlarged ones are shown as squares."""
        return self._item.transformationMode() == Qt.TransformationMode.SmoothTransformation

    @property
    def shown_size(self) -> ImageSize:
        """How many pixels are painted at this zoom."""
        return ImageSize(self._item.pixmap().width(), self._item.pixmap().height())

    def show(self, picture: QImage, size: ImageSize) -> None:
        """A picture of an image of `size`; the picture may have been decoded smaller."""
        self._picture, self._size = picture, size
        self._whole = QPixmap.fromImage(picture)
        self._put(self._whole)
        self._is_shrunk = False
        self._frame.setRect(0, 0, size.width, size.height)
        self.set_visible(not picture.isNull())

    def set_device_pixel_ratio(self, ratio: float) -> None:
        self._frame.setPen(colours.cosmetic_pen(FRAME, 1.0, ratio))

    def set_visible(self, visible: bool) -> None:
        self._item.setVisible(visible)
        self._frame.setVisible(visible)

    def set_zoom(self, zoom: float) -> None:
        """`zoom` is how many pixels of the screen an image pixel takes."""
        if self._is_shrunk:
            self._put(self._whole)
            self._is_shrunk = False
        smooth = zoom * self._size.width < SHOW_PIXELS_ABOVE * max(self._picture.width(), 1)
        mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
        self._item.setTransformationMode(mode)

    def sharpen(self, zoom: float) -> None:
        """Average all pixels into the screen's once the zoom rests; takes some 10 ms for 12 megapixels."""
        width, height = round(self._size.width * zoom), round(self._size.height * zoom)
        if self._is_shrunk or not 0 < width < SHRINK_BELOW * self._picture.width() or height < 1:
            return
        shrunk = self._picture.scaled(
            width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._put(QPixmap.fromImage(shrunk))
        self._is_shrunk = True

    def _put(self, pixmap: QPixmap) -> None:
        self._item.setPixmap(pixmap)
        if not pixmap.isNull():
            self._item.setTransform(
                QTransform.fromScale(self._size.width / pixmap.width(), self._size.height / pixmap.height())
            )
