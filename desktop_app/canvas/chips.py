"""Small labels beside boxes, drawn once for each text and colour and then only copied to the screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsScene

from desktop_app.canvas import colours

LONGEST_TEXT = 260.0  # screen pixels; longer names end with an ellipsis
PADDING_X, PADDING_Y, RADIUS, DOT = 6.0, 2.0, 4.0, 8.0
MOST_KEPT = 2000


class ChipMaker:
    """Draws chips in one font for one kind of screen."""

    def __init__(self, font: QFont, device_pixel_ratio: float) -> None:
        self._font = QFont(font)
        self._font.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetricsF(self._font)
        self.device_pixel_ratio = device_pixel_ratio
        self._kept: dict[tuple[str, str, bool], QPixmap] = {}

    def of_class(self, text: str, colour: QColor) -> QPixmap:
        """Filled with the class's colour."""
        return self._kept_or_drawn(self._elided(text), colour, dark=False)

    def badge(self, text: str, colour: QColor) -> QPixmap:
        """Like a class's, but with the whole text."""
        return self._kept_or_drawn(text, colour, dark=False)

    def dark(self, text: str, colour: QColor) -> QPixmap:
        """Dark with a dot of the class's colour: not the person's own boxes."""
        return self._kept_or_drawn(self._elided(text), colour, dark=True)

    def plain(self, text: str) -> QPixmap:
        """Dark, with the whole text; not kept, because a size changes at every move."""
        return self._drawn(text, None, colours.DARK_CHIP, colours.LIGHT_INK)

    def _elided(self, text: str) -> str:
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, LONGEST_TEXT)

    def _kept_or_drawn(self, text: str, colour: QColor, *, dark: bool) -> QPixmap:
        key = (text, colour.name(), dark)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            fill, ink = (colours.DARK_CHIP, colours.LIGHT_INK) if dark else (colour, colours.ink_on(colour))
            self._kept[key] = self._drawn(text, colour if dark else None, fill, ink)
        return self._kept[key]

    def _drawn(self, text: str, dot: QColor | None, fill: QColor, ink: QColor) -> QPixmap:
        lead = 0.0 if dot is None else DOT + 5.0
        width = self._metrics.horizontalAdvance(text) + lead + 2 * PADDING_X
        height = self._metrics.height() + 2 * PADDING_Y
        pixmap = QPixmap(round(width * self.device_pixel_ratio), round(height * self.device_pixel_ratio))
        pixmap.setDevicePixelRatio(self.device_pixel_ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
        if dot is not None:
            painter.setBrush(dot)
            painter.drawEllipse(QPointF(PADDING_X + DOT / 2, height / 2), DOT / 2, DOT / 2)
        painter.setFont(self._font)
        painter.setPen(QPen(ink))
        baseline = PADDING_Y + self._metrics.ascent()
        painter.drawText(QPointF(PADDING_X + lead, baseline), text)
        painter.end()
        return pixmap


def add_chip(scene: QGraphicsScene, z: float) -> QGraphicsPixmapItem:
    """An item that shows a chip at a place of the image, equally large at every zoom."""
    item = scene.addPixmap(QPixmap())
    item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
    item.setZValue(z)
    return item


def chip_size(chip: QPixmap) -> tuple[float, float]:
    """Width and height in screen pixels."""
    size = chip.deviceIndependentSize()
    return size.width(), size.height()
