"""What helps a hand while it draws: guides through the cursor, the box to be with its size, the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.chips import ChipMaker, add_chip, chip_size
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import ImageSize, Point
from training.dataset.box import Rectangle

GUIDES = ((QColor(0, 0, 0, 110), 3.0), (QColor(255, 255, 255, 230), 1.0))  # colour and width, the lower one first
BESIDE_CURSOR = 16.0  # screen pixels


class DrawingAids:
    def __init__(self, scene: QGraphicsScene) -> None:
        self._guides = [scene.addLine(QLineF()) for _ in GUIDES for _ in range(2)]
        self._shade = scene.addRect(QRectF())
        self._drawn = scene.addRect(QRectF())
        self._band = scene.addRect(QRectF())
        self._size_chip = add_chip(scene, Depth.DRAWING_CHIP)
        self._chips = ChipMaker(QFont(), 1.0)
        self.size_text = ""
        self.guides_wanted = True
        for guide in self._guides:
            guide.setZValue(Depth.GUIDE)
        for item in (self._shade, self._drawn, self._band):
            item.setZValue(Depth.DRAWING)
        self.hide_guides()
        self.hide_drawn()
        self.hide_band()

    def set_chips(self, chips: ChipMaker, highlight: QColor) -> None:
        self._chips, ratio = chips, chips.device_pixel_ratio
        for number, guide in enumerate(self._guides):
            guide.setPen(colours.cosmetic_pen(*GUIDES[number // 2], ratio))
        self._band.setPen(colours.cosmetic_pen(highlight, 1.0, ratio, Qt.PenStyle.DashLine))
        self._band.setBrush(colours.faint(highlight, 50))

    @property
    def guides_visible(self) -> bool:
        return any(guide.isVisible() for guide in self._guides)

    def show_guides(self, at: Point, size: ImageSize) -> None:
        """Lines through the whole image, along which the next box's edges will lie."""
        for across, down in zip(self._guides[::2], self._guides[1::2], strict=True):
            across.setLine(0.0, at.y, size.width, at.y)
            down.setLine(at.x, 0.0, at.x, size.height)
        for guide in self._guides:
            guide.setVisible(self.guides_wanted)

    def hide_guides(self) -> None:
        for guide in self._guides:
            guide.setVisible(False)

    def show_drawn(self, rectangle: Rectangle, colour: QColor) -> None:
        area = _rect(rectangle)
        look = colours.ClassLook("", colour, self._chips.device_pixel_ratio)
        self._shade.setPen(look.shade_pen)
        self._drawn.setPen(look.pen)
        self._drawn.setBrush(look.hovered_tint)
        for item in (self._shade, self._drawn):
            item.setRect(area)
            item.setVisible(True)

    def hide_drawn(self) -> None:
        for item in (self._shade, self._drawn):
            item.setVisible(False)
        self.hide_size()

    def show_size(self, rectangle: Rectangle, cursor: Point, room_right: float, room_below: float) -> None:
        """The size beside the cursor; on its other side where the view ends (`room_...` in screen pixels)."""
        self.size_text = size_text(rectangle)
        chip = self._chips.plain(self.size_text)
        width, height = chip_size(chip)
        x = BESIDE_CURSOR if width + BESIDE_CURSOR < room_right else -BESIDE_CURSOR - width
        y = BESIDE_CURSOR if height + BESIDE_CURSOR < room_below else -BESIDE_CURSOR - height
        self._size_chip.setPixmap(chip)
        self._size_chip.setOffset(x, y)
        self._size_chip.setPos(cursor.x, cursor.y)
        self._size_chip.setVisible(True)

    def hide_size(self) -> None:
        self.size_text = ""
        self._size_chip.setVisible(False)

    def show_band(self, area: Rectangle) -> None:
        self._band.setRect(_rect(area))
        self._band.setVisible(True)

    def hide_band(self) -> None:
        self._band.setVisible(False)


def size_text(rectangle: Rectangle) -> str:
    """Whole pixels as whole numbers, fractions that came from a file with one decimal."""
    text = QCoreApplication.translate("Canvas", "%1 × %2 px")
    return text.replace("%1", _number(rectangle.width)).replace("%2", _number(rectangle.height))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rect(rectangle: Rectangle) -> QRectF:
    return QRectF(rectangle.xmin, rectangle.ymin, rectangle.width, rectangle.height)
