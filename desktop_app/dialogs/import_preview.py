"""Some of the images with the boxes that an import would bring: wrong columns are seen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.dialogs.import_readings import Picture
from desktop_app.small_widgets import ElidedLabel
from desktop_app.style import theme
from desktop_app.words import counted, filled
from training.dataset.records import ClassRecord

HEIGHT, LEAST_WIDTH = 150, 90
SHADE = QColor(0, 0, 0, 150)


class PreviewPicture(QWidget):
    """One image, fitted into its place, with its boxes in the colours of their classes."""

    def __init__(self, picture: Picture, colours: Mapping[int, QColor], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._colours = colours
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(theme().backdrop))
        pixels = self._picture.pixels
        if isinstance(pixels, str):
            painter.setPen(QColor(theme().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(6, 6, -6, -6), flags, pixels)
            return
        size = pixels.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        place = QRectF(left, top, size.width(), size.height())
        painter.drawImage(place, pixels)
        self._draw_boxes(painter, place)

    def _draw_boxes(self, painter: QPainter, place: QRectF) -> None:
        record = self._picture.record
        across, down = place.width() / (record.width or 1), place.height() / (record.height or 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in record.boxes:
            left, top = place.left() + box.xmin * across, place.top() + box.ymin * down
            rectangle = QRectF(left, top, box.width * across, box.height * down)
            for colour, width in ((SHADE, 3.5), (self._colours[box.class_id], 1.8)):
                painter.setPen(QPen(colour, width))
                painter.drawRect(rectangle)


class ImportPreview(QWidget):
    """Side by side; hidden while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.pictures: list[PreviewPicture] = []
        self.hide()

    def show_pictures(self, pictures: Sequence[Picture], classes: Sequence[ClassRecord]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            cell = item.widget()
            if cell is not None:
                cell.hide()
                cell.deleteLater()
        colours = {record.id: QColor(record.colour) for record in classes}
        names = {record.id: record.name for record in classes}
        self.pictures = [PreviewPicture(picture, colours) for picture in pictures]
        for picture, shown in zip(pictures, self.pictures, strict=True):
            self._row.addWidget(self._cell(picture, shown, names), 1)
        self.setVisible(bool(pictures))

    def _cell(self, picture: Picture, shown: PreviewPicture, names: Mapping[int, str]) -> QWidget:
        record = picture.record
        present = ", ".join(dict.fromkeys(names[box.class_id] for box in record.boxes))
        boxes = counted(len(record.boxes), self.tr("1 box"), self.tr("%n boxes"))
        said = filled(self.tr("%1: %2 (%3)"), record.path, boxes, present)
        shown.setAccessibleName(said)
        shown.setToolTip(said)
        caption = ElidedLabel()
        caption.setText(record.path)
        caption.setToolTip(record.path)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(shown)
        column.addWidget(caption)
        return cell
