"""Pictures in rows: the original at the left, its varied copies beside it, with their boxes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.style import theme
from training.run.samples.augmentation_preview import PreviewPicture, PreviewRow

GAP = 8.0
AFTER_ORIGINAL = 14.0
LINE = 2.0
SMALLEST = QSize(420, 260)


class AugmentationGrid(QWidget):
    """As large as there is room; `rows` are those that are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[PreviewRow] = ()
        self._images: list[list[QImage]] = []
        self.setMinimumSize(SMALLEST)
        self.setAccessibleName(self.tr("Varied training images"))

    def show_rows(self, rows: Sequence[PreviewRow]) -> None:
        self.rows = rows
        self._images = [[_image(picture) for picture in (row.original, *row.varied)] for row in rows]
        self.setToolTip("\n".join(row.filename for row in rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for down, (row, images) in enumerate(zip(self.rows, self._images, strict=True)):
            for across, picture in enumerate((row.original, *row.varied)):
                self._draw(painter, picture, images[across], self._place(down, across))
        painter.end()

    def _side(self) -> float:
        across = 1 + len(self.rows[0].varied)
        wide = (self.width() - AFTER_ORIGINAL - GAP * (across - 2)) / across
        high = (self.height() - GAP * (len(self.rows) - 1)) / len(self.rows)
        return max(1.0, min(wide, high))

    def _place(self, down: int, across: int) -> QRectF:
        side = self._side()
        left = 0.0 if across == 0 else side + AFTER_ORIGINAL + (across - 1) * (side + GAP)
        return QRectF(left, down * (side + GAP), side, side)

    def _draw(self, painter: QPainter, picture: PreviewPicture, image: QImage, place: QRectF) -> None:
        painter.drawImage(place, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if picture.box is None:
            return
        scale = place.width() / image.width()
        box = picture.box
        corner = place.topLeft() + QPointF(box.xmin * scale, box.ymin * scale)
        painter.setPen(QPen(QColor(theme().accent), LINE))
        painter.drawRect(QRectF(corner.x(), corner.y(), box.width * scale, box.height * scale))


def _image(picture: PreviewPicture) -> QImage:
    height, width, _ = picture.square.shape
    content = picture.square.tobytes()
    return QImage(content, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
